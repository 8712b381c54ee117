# SPDX-License-Identifier: Apache-2.0
"""Who is in the town, and what they want to book: `town.toml` in one language."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from meetcost.words.say import Language

DOMAIN: Final = "town.example"
_CURRENCY: Final[Mapping[Language, str]] = {"en": "EUR", "zh": "CNY"}
_MODE: Final = re.compile(r'^mode = "observe".*$', re.MULTILINE)
_REPLACED: Final = re.compile(r"^(?:existing|directory)\s*=.*$|^\[disclosure\][^\n]*(?:\n(?!\[)[^\n]*)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Booking:
    """One meeting somebody wants to book; `when` as `town.toml` says, `days` for one of whole days."""

    title: str
    by: str
    people: tuple[str, ...]
    optional: tuple[str, ...]
    outside: tuple[str, ...]
    room: str
    when: str
    at: str
    minutes: int
    days: int
    rrule: str
    zone: str
    agenda: tuple[str, ...]
    shown: bool


@dataclass(frozen=True, slots=True)
class Town:
    """The town in one language; `names` are those of people and rooms by the first part of their addresses.

    `users` have an account, `organizers` book something.
    """

    language: Language
    names: Mapping[str, str]
    users: tuple[str, ...]
    organizers: tuple[str, ...]
    bookings: tuple[Booking, ...]
    directory: bytes
    rates: bytes


def town(language: Language) -> Town:
    """Read from the package."""
    table = tomllib.loads((resources.files("meetcost.demo") / "town.toml").read_text("utf-8"))
    bookings = tuple(_booking(row, language) for row in table["booking"])
    return Town(
        language=language,
        names={key: row[language] for key, row in (table["people"] | table["rooms"]).items()},
        users=tuple(table["people"]),
        organizers=tuple(dict.fromkeys(one.by for one in bookings)),
        bookings=bookings,
        directory=_directory(table, language),
        rates=_rates(table, language),
    )


def address(name: str) -> str:
    """The calendar address of somebody in town."""
    return name if "@" in name else f"{name}@{DOMAIN}"


def refusing(policy: str, town: Town) -> str:
    """A policy to begin with, made to refuse from today on, in the town's language, with its directory."""
    text = _REPLACED.sub("", _MODE.sub('mode = "refuse"', policy))
    head = 'directory = "directory.csv"\n'
    return f'{head}{text}\n[disclosure]\nlanguage = "{town.language}"\ninside = ["*@{DOMAIN}"]\n'


def _booking(row: dict[str, Any], language: Language) -> Booking:
    return Booking(
        title=row["title"][language],
        by=row["by"],
        people=tuple(row.get("with", ())),
        optional=tuple(row.get("optional", ())),
        outside=tuple(row.get("outside", ())),
        room=row.get("room", ""),
        when=row["when"],
        at=row.get("at", ""),
        minutes=row.get("minutes", 0),
        days=row.get("days", 0),
        rrule=row.get("rrule", ""),
        zone=row.get("zone", ""),
        agenda=tuple(row.get("agenda", {}).get(language, ())),
        shown=row.get("shown", False),
    )


def _directory(table: Mapping[str, Any], language: Language) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("address", "name", "kind", "unit", "level", "band"))
    for key, row in table["people"].items():
        unit = table["units"][row["unit"]]
        level = table["levels"][unit["level"]][language]
        writer.writerow((address(key), row[language], "person", unit[language], level, row["band"]))
    for key, row in table["rooms"].items():
        writer.writerow((address(key), row[language], "room", "", "", ""))
    return text.getvalue().encode()


def _rates(table: Mapping[str, Any], language: Language) -> bytes:
    currency = _CURRENCY[language]
    name = {"en": "Pay bands of the demonstration", "zh": "演示用岗位档次"}[language]
    lines = [
        f'name = "{name}"',
        'version = "demo"',
        f'currency = "{currency}"',
        "published = true",
        'default_band = "B"',
    ]
    lines += ["[source]", 'title = "made up for the demonstration"']
    for band, row in table["bands"].items():
        lines += [
            f"[bands.{band}]",
            f'label = "{row[language]}"',
            f"[bands.{band}.values]",
            f"2020-01-01 = {row[currency]}",
        ]
    return "\n".join([*lines, ""]).encode()
