# SPDX-License-Identifier: Apache-2.0
"""Invites on days from the real clock on, as the servers under test have no other."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import chain

PEOPLE = ("ann@town.example", "ben@town.example", "carla@town.example")
TODAY = date.today()
WEDNESDAY = TODAY + timedelta(days=(2 - TODAY.weekday()) % 7 + 14)
"""A no-meeting day of `POLICY`, two to three weeks from now."""
THURSDAY = WEDNESDAY + timedelta(days=1)
FRIDAY = WEDNESDAY + timedelta(days=2)
POLICY = """
name = "Town Office"
zone = "Europe/Berlin"
mode = "refuse"
series = "skip"
[[no_meeting_day]]
id = "wednesday"
weekdays = ["wednesday"]
"""
OBSERVING = POLICY.replace('"refuse"', '"observe"')
BLOCK = "-- meeting cost (added automatically) --"


def component(uid: str, day: date, *lines: str, at: int = 10, title: str = "Budget round", people=PEOPLE) -> list[str]:
    """The lines of an event of one hour; its organiser is the first of `people`."""
    begin = datetime(day.year, day.month, day.day, at)
    who = [f"ORGANIZER:mailto:{people[0]}", *(f"ATTENDEE:mailto:{one}" for one in people)] if people else []
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20260101T000000Z",
        f"DTSTART;TZID=Europe/Berlin:{begin:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Berlin:{begin + timedelta(hours=1):%Y%m%dT%H%M%S}",
        f"SUMMARY:{title}",
        *who,
        *lines,
        "END:VEVENT",
    ]


def calendar(*components: list[str]) -> bytes:
    """The components as one iCalendar stream."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//meetcost//test//EN"]
    lines = [*head, *chain.from_iterable(components), "END:VCALENDAR"]
    return "".join(f"{line}\r\n" for line in lines).encode()


def invite(uid: str, day: date, *lines: str, **options) -> bytes:
    """A calendar object with one event."""
    return calendar(component(uid, day, *lines, **options))


def weekly(uid: str, first: date, count: int = 6, **options) -> bytes:
    """A series of Mondays to Sundays, as `first` is."""
    return invite(uid, first, f"RRULE:FREQ=WEEKLY;COUNT={count}", **options)


def daily(uid: str, first: date, count: int = 5, **options) -> bytes:
    """A series that meets the Wednesday where `first` is shortly before it."""
    return invite(uid, first, f"RRULE:FREQ=DAILY;COUNT={count}", **options)
