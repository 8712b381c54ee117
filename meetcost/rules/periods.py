# SPDX-License-Identifier: Apache-2.0
"""Periods in which a quota counts, in days: whole weeks, months, quarters, years, or any so many days on end.

A day is a proleptic Gregorian ordinal (`date.toordinal`); a stretch is its first day and the day after its last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.model.moment import DAY

if TYPE_CHECKING:
    from meetcost.model.zone import Zone

_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


class Calendar(StrEnum):
    """Periods of the calendar; a week is an ISO week (ISO 8601), Monday to Sunday."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Stretch(NamedTuple):
    """From the day `first` up to, not including, the day `end`."""

    first: int
    end: int

    def seconds(self, zone: Zone) -> tuple[int, int]:
        """Its first midnight in `zone` and the one after its last day, in epoch seconds."""
        return zone.to_epoch(self.first * DAY), zone.to_epoch(self.end * DAY)

    @property
    def days(self) -> tuple[date, date]:
        """Its first and last day."""
        return date.fromordinal(self.first), date.fromordinal(self.end - 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A period of the calendar, or (`rolling`) any so many days on end; exactly one of the two."""

    calendar: Calendar | None = None
    rolling: int = 0

    def around(self, day: int) -> tuple[Stretch, ...]:
        """The stretches that a meeting on `day` counts in: one of the calendar, or `rolling` that overlap."""
        if self.calendar is not None:
            return (calendar_stretch(self.calendar, day),)
        return tuple(Stretch(first, first + self.rolling) for first in range(day - self.rolling + 1, day + 1))

    def at(self, day: int) -> Stretch:
        """The stretch that is looked at on `day`: the period it lies in, or the one that ends with it."""
        return Stretch(day - self.rolling + 1, day + 1) if self.rolling else self.around(day)[0]

    def before(self, stretch: Stretch) -> Stretch:
        """The one just before."""
        if self.calendar is not None:
            return calendar_stretch(self.calendar, stretch.first - 1)
        return Stretch(stretch.first - self.rolling, stretch.first)

    def last_year(self, stretch: Stretch) -> Stretch:
        """The same a year before: the ISO week of that number (the last one for week 53), the same month, ..."""
        if self.calendar is None:
            return Stretch(stretch.first - 365, stretch.end - 365)
        day = date.fromordinal(stretch.first)
        if self.calendar is not Calendar.WEEK:
            return calendar_stretch(self.calendar, day.replace(year=day.year - 1).toordinal())
        year, week, _ = day.isocalendar()
        most = date(year - 1, 12, 28).isocalendar().week  # 28 December is always in the last week (ISO 8601)
        return calendar_stretch(Calendar.WEEK, date.fromisocalendar(year - 1, min(week, most), 1).toordinal())


def calendar_stretch(kind: Calendar, day: int) -> Stretch:
    """The week, month, quarter or year that `day` lies in."""
    when = date.fromordinal(day)
    if kind is Calendar.WEEK:
        first = day - when.weekday()
        return Stretch(first, first + 7)
    months = _MONTHS[kind]
    month = (when.month - 1) // months * months + 1
    year, following = when.year + (month + months - 1) // 12, (month + months - 1) % 12 + 1
    return Stretch(date(when.year, month, 1).toordinal(), date(year, following, 1).toordinal())


def day_of(seconds: int, zone: Zone) -> int:
    """The day of an instant (epoch seconds) in `zone`."""
    return zone.to_local(seconds) // DAY
