# SPDX-License-Identifier: Apache-2.0
"""A series without end under a policy that looks sixty days ahead, for guards whose clock is moved on."""

from __future__ import annotations

from datetime import UTC, datetime

from meetcost.ics.read import read

SIXTY_DAYS = """name = "Town"
zone = "Europe/Berlin"
mode = "refuse"
series = "skip"
horizon_days = 60
[[no_meeting_week]]
nth = 2
definition = "week-of-the-8th"
"""
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def endless() -> bytes:
    """Every Monday from 5 January 2026 on; the second week of each month is a no-meeting week."""
    lines = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:weekly
DTSTAMP:20260101T000000Z
DTSTART:20260105T090000Z
DURATION:PT1H
RRULE:FREQ=WEEKLY
SUMMARY:Weekly
ORGANIZER:mailto:a@town.example
ATTENDEE:mailto:a@town.example
ATTENDEE:mailto:b@town.example
END:VEVENT
END:VCALENDAR
"""
    return lines.replace("\n", "\r\n").encode()


def left_out(octets: bytes) -> list[str]:
    """The days that the series steps over."""
    (meeting,) = read(octets).meetings
    assert meeting.recurrence is not None
    return [str(moment)[:8] for moment in meeting.recurrence.exdates]
