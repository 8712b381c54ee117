# SPDX-License-Identifier: Apache-2.0
"""A DATE or DATE-TIME as it is written (RFC 5545 §3.3.4, §3.3.5), and lengths of time.

Wall-clock times are *local seconds*: `date.toordinal() * 86400 + second of the day`. They know no zone; `zone` beside
them names it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

DAY: Final = 86400
EPOCH_LOCAL: Final = date(1970, 1, 1).toordinal() * DAY
"""Local seconds of 1970-01-01T00:00:00: what divides them from seconds since the epoch at UTC."""

LAST_LOCAL: Final = date.max.toordinal() * DAY + DAY - 1
"""Local seconds of 9999-12-31T23:59:59."""

UTC_ZONE: Final = "Z"
FLOATING: Final = ""


class Moment(NamedTuple):
    """`zone` is a TZID as written, `Z` for UTC, or empty for floating times and dates."""

    local: int
    zone: str = FLOATING
    is_date: bool = False

    @property
    def is_floating(self) -> bool:
        """A wall-clock time that belongs to no zone; dates are not called floating."""
        return not self.zone and not self.is_date

    @property
    def day(self) -> date:
        """The day it is written with."""
        return date.fromordinal(self.local // DAY)

    @property
    def wall(self) -> datetime:
        """The wall-clock reading, without a zone."""
        return wall(self.local)

    def __str__(self) -> str:
        """Basic format, as in iCalendar: `20261210T090000Z`."""
        if self.is_date:
            return self.day.isoformat().replace("-", "")
        return f"{self.wall.isoformat().replace('-', '').replace(':', '')}{'Z' if self.zone == UTC_ZONE else ''}"


class Length(NamedTuple):
    """A DURATION (RFC 5545 §3.3.6), its weeks and days apart from its hours, minutes and seconds."""

    days: int
    seconds: int

    @property
    def nominal_seconds(self) -> int:
        """Days of 24 hours and the seconds."""
        return self.days * DAY + self.seconds


def local_seconds(value: datetime | date) -> int:
    """Local seconds of a wall-clock reading; a zone, if any, is left aside."""
    if isinstance(value, datetime):
        return value.toordinal() * DAY + value.hour * 3600 + value.minute * 60 + value.second
    return value.toordinal() * DAY


def wall(local: int) -> datetime:
    """The naive datetime of `local` seconds; the first or last there is where they lie beyond the calendar."""
    try:
        return datetime.fromordinal(local // DAY) + timedelta(seconds=local % DAY)
    except (ValueError, OverflowError):
        return wall(DAY if local < DAY else LAST_LOCAL)
