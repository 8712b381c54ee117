# SPDX-License-Identifier: Apache-2.0
"""What happens in the demonstration, and what is found out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from meetcost.costing.rate_card import RateCard
from meetcost.demo.client import Booked, Client
from meetcost.demo.month import Month, invite
from meetcost.demo.town import refusing, town
from meetcost.feed.about import About
from meetcost.feed.build import build
from meetcost.feed.decisions import refusals_of
from meetcost.feed.folder import write_folder
from meetcost.feed.gather import gather
from meetcost.ics.read import read
from meetcost.policy.policy import Policy
from meetcost.rows import Row, rows
from meetcost.values.span import Span

if TYPE_CHECKING:
    from pathlib import Path

    from meetcost.demo.town import Town
    from meetcost.model.meeting import Meeting
    from meetcost.words.say import Language


@dataclass(frozen=True, slots=True)
class Setting:
    """What the demonstration stands on: its files are in `folder`."""

    folder: Path
    town: Town
    policy: Policy
    rates: RateCard
    month: Month
    now: datetime

    @property
    def window(self) -> Span:
        """The month that is counted: from today, five weeks."""
        zone = self.policy.zone.tzinfo
        first = self.now.astimezone(zone).date()
        return Span(
            datetime.combine(first, time(), zone), datetime.combine(self.month.last + timedelta(days=1), time(), zone)
        )


def prepared(folder: Path, policy_text: str, language: Language, now: datetime) -> Setting:
    """Write policy, directory and rate card into `folder`, and read them as the server will.

    Raises `ConfigError` for a policy with mistakes.
    """
    people = town(language)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "directory.csv").write_bytes(people.directory)
    (folder / "rates.toml").write_bytes(people.rates)
    (folder / "meetcost.toml").write_text(refusing(policy_text, people), "utf-8")
    policy = Policy.load(folder / "meetcost.toml")
    month = Month(policy, now.astimezone(policy.zone.tzinfo).date())
    return Setting(folder, people, policy, RateCard.load(folder / "rates.toml"), month, now)


def booked(setting: Setting, url: str) -> tuple[list[Booked], dict[str, list[str]]]:
    """Book the month through a client for each organiser; and what stands in their notices calendars."""
    clients = {name: Client(url, name) for name in setting.town.organizers}
    done = []
    for number, booking in enumerate(setting.town.bookings, 1):
        octets = invite(
            booking,
            setting.month,
            setting.town,
            uid=f"demo-{number}@town.example",
            now=setting.now,
            zone=setting.policy.zone.name,
        )
        done.append(clients[booking.by].book(booking, octets))
    notices = {name: client.notices() for name, client in clients.items()}
    for client in clients.values():
        client.close()
    return done, {name: titles for name, titles in notices.items() if titles}


def month_of(setting: Setting, done: list[Booked]) -> list[Row]:
    """Every occurrence of the month that stands in a calendar, with its price."""
    meetings = [meeting for meeting in _stored(done) if len(meeting.participants) > 1]
    return list(rows(meetings, setting.window, policy=setting.policy, rates=setting.rates))


def published(setting: Setting, done: list[Booked]) -> Path:
    """Write the public page of the month; its first file."""
    decisions = setting.folder / "decisions.jsonl"
    refusals = refusals_of(decisions.read_bytes(), setting.window, []) if decisions.exists() else ()
    publication = gather(
        _stored(done),
        setting.window,
        as_of=setting.now,
        policy=setting.policy,
        rates=setting.rates,
        about=About(refusals=refusals, calendars=len(setting.town.organizers)),
        problems=[],
    )
    folder = setting.folder / "public"
    write_folder(build(publication), folder)
    return folder / ("zh/index.html" if setting.town.language == "zh" else "index.html")


def _stored(done: list[Booked]) -> list[Meeting]:
    return [meeting for one in done if one.stored for meeting in read(one.stored).meetings]
