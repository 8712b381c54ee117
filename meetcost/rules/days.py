# SPDX-License-Identifier: Apache-2.0
"""No-meeting days: weekdays, the nth weekday of a month, dates, dates of every year.

A pattern gives the days of one year as proleptic Gregorian ordinals (`date.toordinal()`).
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

from meetcost.model.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""Names in the order of `date.weekday()`."""

LAST: Final = -1
"""The last such weekday of the month."""

_WEEKDAY: Final = (
    Phrase("Monday"),
    Phrase("Tuesday"),
    Phrase("Wednesday"),
    Phrase("Thursday"),
    Phrase("Friday"),
    Phrase("Saturday"),
    Phrase("Sunday"),
)
_NTH: Final = {
    1: Phrase("1st"),
    2: Phrase("2nd"),
    3: Phrase("3rd"),
    4: Phrase("4th"),
    5: Phrase("5th"),
    LAST: Phrase("last"),
}


def weekday_name(weekday: int) -> Phrase:
    """The name of a weekday, Monday 0, for use in a sentence."""
    return _WEEKDAY[weekday]


def nth_name(nth: int) -> Phrase:
    """`1st` to `5th`, or `last` for -1, for use in a sentence."""
    return _NTH[nth]


class DayPattern(Protocol):
    """Which days a rule speaks of."""

    def in_year(self, year: int) -> Iterator[int]:
        """The ordinals of its days in `year`; each once, in any order."""

    def reason(self, ordinal: int) -> Phrase:
        """Why the day `ordinal`, one of its own, is banned."""


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Every week on these weekdays, Monday 0."""

    weekdays: frozenset[int]

    def in_year(self, year: int) -> Iterator[int]:
        """Its days of one year."""
        first, last = _bounds(year)
        for weekday in self.weekdays:
            yield from range(first + (weekday - (first - 1)) % 7, last + 1, 7)

    def reason(self, ordinal: int) -> Phrase:
        """Why it is banned."""
        return Phrase.of("every {weekday} is a no-meeting day", weekday=weekday_name((ordinal - 1) % 7))


@dataclass(frozen=True, slots=True)
class NthWeekdays:
    """The nth such weekday of each month, `LAST` for the last one: {1}, {0} is the first Monday."""

    nths: frozenset[int]
    weekdays: frozenset[int]

    def in_year(self, year: int) -> Iterator[int]:
        """Its days of one year."""
        for month in range(1, 13):
            days = set()
            for weekday in self.weekdays:
                for nth in self.nths:
                    days.add(nth_weekday(year, month, nth, weekday))
            yield from (day for day in days if day is not None)

    def reason(self, ordinal: int) -> Phrase:
        """Why it is banned."""
        day = date.fromordinal(ordinal)
        nth = (day.day - 1) // 7 + 1
        named = nth if nth in self.nths else LAST
        template = "the {nth} {weekday} of the month is a no-meeting day"
        return Phrase.of(template, nth=nth_name(named), weekday=weekday_name(day.weekday()))


@dataclass(frozen=True, slots=True)
class Dates:
    """These days, once."""

    ordinals: frozenset[int]

    def in_year(self, year: int) -> Iterator[int]:
        """Its days of one year."""
        first, last = _bounds(year)
        return (ordinal for ordinal in self.ordinals if first <= ordinal <= last)

    def reason(self, ordinal: int) -> Phrase:
        """Why it is banned."""
        return Phrase.of("{day} is a no-meeting day", day=date.fromordinal(ordinal))


@dataclass(frozen=True, slots=True)
class YearlyDates:
    """These (month, day) of every year; 29 February in leap years only."""

    days: frozenset[tuple[int, int]]

    def in_year(self, year: int) -> Iterator[int]:
        """Its days of one year."""
        return (date(year, *day).toordinal() for day in self.days if day != (2, 29) or isleap(year))

    def reason(self, ordinal: int) -> Phrase:
        """Why it is banned."""
        return Phrase.of("{day} is a no-meeting day every year", day=date.fromordinal(ordinal))


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> int | None:
    """The ordinal of the nth such weekday of a month; None where the month has no fifth.

    >>> date.fromordinal(nth_weekday(2026, 12, 2, 0))
    datetime.date(2026, 12, 14)
    """
    first = date(year, month, 1).toordinal()
    following = first_of_next_month(year, month)
    if nth == LAST:
        return following - 1 - (following - 2 - weekday) % 7
    day = first + (weekday - (first - 1)) % 7 + 7 * (nth - 1)
    return day if day < following else None


def first_of_next_month(year: int, month: int) -> int:
    """The ordinal of the first day after the month."""
    return date(year, month, 28).toordinal() + _days_after_28(year, month)


def _days_after_28(year: int, month: int) -> int:
    if month == 2:
        return 2 if isleap(year) else 1
    return 3 if month in (4, 6, 9, 11) else 4


def _bounds(year: int) -> tuple[int, int]:
    first = date(year, 1, 1).toordinal()
    return first, first + 364 + isleap(year)
