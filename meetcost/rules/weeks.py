# SPDX-License-Identifier: Apache-2.0
"""No-meeting weeks. "The second week of the month" is defined nowhere: a policy chooses one of the definitions here.

Weeks run from Monday to Sunday (ISO 8601), but for DAYS. December 2026 begins on a Tuesday; its second week is then

    FIRST_MONDAY      14–20 December   (the first Monday is the 7th)
    FIRST_THURSDAY     7–13 December   (the first Thursday is the 3rd, so the first week is 30 November – 6 December)
    WEEK_OF_THE_8TH    7–13 December
    FULL_WEEK         14–20 December   (7–13 is the first one wholly inside the month)
    DAYS               8–14 December
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from meetcost.model.phrase import Phrase
from meetcost.rules.days import first_of_next_month, nth_name, nth_weekday

if TYPE_CHECKING:
    from collections.abc import Iterator

_MONDAY: Final = 0
_THURSDAY: Final = 3


class WeekOfMonth(StrEnum):
    """What "the nth week of the month" means. The examples are for November 2026, which begins on a Sunday."""

    FIRST_MONDAY = "iso-week-of-first-monday"
    """Week 1 is the ISO week with the month's first Monday: 2–8 November; week 2: 9–15."""

    FIRST_THURSDAY = "iso-week-of-first-thursday"
    """Week 1 is the ISO week with the month's first Thursday, so most of its days are the month's, as ISO 8601 counts
    the weeks of a year: 2–8 November; week 2: 9–15. In December 2026 week 1 is 30 November – 6 December."""

    WEEK_OF_THE_8TH = "week-of-the-8th"
    """Week 2 is the ISO week with the 8th, week 1 that with the 1st, week 5 that with the 29th if there is one: the
    rows of a wall calendar.
    Week 1: 26 October – 1 November; week 2: 2–8 November."""

    FULL_WEEK = "full-week"
    """Only ISO weeks wholly inside the month are counted: week 1: 2–8 November; week 2: 9–15. As FIRST_MONDAY, but a
    last week that runs into the next month is none."""

    DAYS = "days-8-14"
    """Week 2 is the 8th to the 14th whatever their weekdays, week 1 the 1st to the 7th; week 5 is what is left after
    the 28th."""


def week_of_month(year: int, month: int, nth: int, definition: WeekOfMonth) -> tuple[int, int] | None:
    """Ordinals of the first and last day of the nth (1 to 5) week; None where the month has no such week.

    >>> first, last = week_of_month(2026, 12, 2, WeekOfMonth.DAYS)
    >>> date.fromordinal(first).day, date.fromordinal(last).day
    (8, 14)
    """
    if definition is WeekOfMonth.FIRST_MONDAY:
        monday = nth_weekday(year, month, nth, _MONDAY)
        return (monday, monday + 6) if monday is not None else None
    if definition is WeekOfMonth.FIRST_THURSDAY:
        thursday = nth_weekday(year, month, nth, _THURSDAY)
        return (thursday - 3, thursday + 3) if thursday is not None else None
    first, following = date(year, month, 1).toordinal(), first_of_next_month(year, month)
    day = first + 7 * (nth - 1)
    if definition is WeekOfMonth.DAYS:
        return (day, min(day + 6, following - 1)) if day < following else None
    if definition is WeekOfMonth.FULL_WEEK:
        monday = nth_weekday(year, month, nth, _MONDAY)
        return (monday, monday + 6) if monday is not None and monday + 7 <= following else None
    monday = monday_of(day)
    return (monday, monday + 6) if day < following else None


def monday_of(ordinal: int) -> int:
    """The Monday of its ISO week."""
    return ordinal - (ordinal - 1) % 7


_OF_THE: Final = {
    1: Phrase("the week with the 1st in it"),
    2: Phrase("the week with the 8th in it"),
    3: Phrase("the week with the 15th in it"),
    4: Phrase("the week with the 22nd in it"),
    5: Phrase("the week with the 29th in it"),
}


def _in_words(definition: WeekOfMonth, nth: int) -> Phrase:
    """What the definition makes of the nth week, for people who never saw its name."""
    if definition is WeekOfMonth.WEEK_OF_THE_8TH:
        return _OF_THE[nth]
    if definition is WeekOfMonth.DAYS:
        return Phrase.of("days {first} to {last}", first=7 * nth - 6, last=min(7 * nth, 31))
    return _COUNTED[definition]


_COUNTED: Final = {
    WeekOfMonth.FIRST_MONDAY: Phrase("counted from the week with the first Monday"),
    WeekOfMonth.FIRST_THURSDAY: Phrase("counted from the week with the first Thursday"),
    WeekOfMonth.FULL_WEEK: Phrase("counting whole weeks only"),
}


@dataclass(frozen=True, slots=True)
class WeeksOfMonth:
    """The nth weeks of each month, by a named definition."""

    nths: frozenset[int]
    definition: WeekOfMonth

    def in_year(self, year: int) -> Iterator[int]:
        """Its days of one year, those of weeks that begin or end in a neighbouring month too."""
        return _days_of_ranges((span for span, _ in self._weeks(year)), year)

    def reason(self, ordinal: int) -> Phrase:
        """Why it is banned."""
        year = date.fromordinal(ordinal).year
        nth = next(nth for (first, last), nth in self._weeks(year) if first <= ordinal <= last)
        template = "the {nth} week of the month ({definition}) is a no-meeting week"
        return Phrase.of(template, nth=nth_name(nth), definition=_in_words(self.definition, nth))

    def _weeks(self, year: int) -> Iterator[tuple[tuple[int, int], int]]:
        months = [(year - 1, 12), *((year, month) for month in range(1, 13)), (year + 1, 1)]
        for which, month in months:
            for nth in sorted(self.nths):
                week = week_of_month(which, month, nth, self.definition)
                if week is not None:
                    yield week, nth


@dataclass(frozen=True, slots=True)
class IsoWeeks:
    """These ISO weeks, as (ISO year, week)."""

    weeks: frozenset[tuple[int, int]]

    def in_year(self, year: int) -> Iterator[int]:
        """Its days of one year."""
        mondays = sorted(date.fromisocalendar(*week, 1).toordinal() for week in self.weeks)
        return _days_of_ranges(((monday, monday + 6) for monday in mondays), year)

    def reason(self, ordinal: int) -> Phrase:
        """Why it is banned."""
        return Phrase.of("week {week} is a no-meeting week", week=iso_week(ordinal))


@dataclass(frozen=True, slots=True)
class DateRanges:
    """These stretches of days, both ends included, as ordinals."""

    ranges: tuple[tuple[int, int], ...]

    def in_year(self, year: int) -> Iterator[int]:
        """Its days of one year."""
        return _days_of_ranges(iter(self.ranges), year)

    def reason(self, ordinal: int) -> Phrase:
        """Why it is banned."""
        first, last = self.around(ordinal)
        return Phrase.of("{first} to {last} is a no-meeting period", first=first, last=last)

    def around(self, ordinal: int) -> tuple[date, date]:
        """The first and the last day of the stretch that a day lies in."""
        first, last = next((first, last) for first, last in self.ranges if first <= ordinal <= last)
        return date.fromordinal(first), date.fromordinal(last)


@dataclass(frozen=True, slots=True)
class EveryKthWeek:
    """The ISO week of `anchor` (an ordinal) and every `every`th week after it."""

    every: int
    anchor: int

    def in_year(self, year: int) -> Iterator[int]:
        """Its days of one year."""
        start, step = monday_of(self.anchor), 7 * self.every
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        begin = start + max(0, (first - 6 - start + step - 1) // step) * step
        return _days_of_ranges(((monday, monday + 6) for monday in range(begin, last + 1, step)), year)

    def reason(self, ordinal: int) -> Phrase:  # noqa: ARG002 - all its days have one reason
        """Why it is banned."""
        template = "one week in {every}, counted from week {week}, is a no-meeting week"
        return Phrase.of(template, every=self.every, week=iso_week(self.anchor))


def iso_week(ordinal: int) -> str:
    """`2026-W32`, as in ISO 8601."""
    year, week, _ = date.fromordinal(ordinal).isocalendar()
    return f"{year}-W{week:02}"


def _days_of_ranges(ranges: Iterator[tuple[int, int]], year: int) -> Iterator[int]:
    begin, end = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    seen: set[int] = set()
    for first, last in ranges:
        seen.update(range(max(first, begin), min(last, end) + 1))
    return iter(seen)
