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
from meetcost.ics.read import read
from meetcost.policy.policy import Policy
from meetcost.rows import Row, rows
from meetcost.values.span import Span

if TYPE_CHECKING:
    from pathlib import Path

    from meetcost.demo.town import Town
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
    meetings = [meeting for one in done if one.stored for meeting in read(one.stored).meetings]
    meetings = [meeting for meeting in meetings if len(meeting.participants) > 1]
    return list(rows(meetings, setting.window, policy=setting.policy, rates=setting.rates))
