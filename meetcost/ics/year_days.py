# SPDX-License-Identifier: Apache-2.0
"""Which days of a year a recurrence rule's date parts let through (RFC 5545, section 3.3.10).

BYMONTH, BYWEEKNO, BYYEARDAY, BYMONTHDAY and BYDAY, whether RFC 5545 calls them expanding or
limiting for a FREQ, all come to the same set: the days that satisfy every part given. That set
depends only on the kind of year (its first weekday, its length and, for week numbers, its
neighbours' lengths), so it is worked out once a kind and kept.

Days are proleptic Gregorian ordinals as in `date.toordinal`; Monday is weekday 0.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.ics.rule import Rule

_MONTH_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class DayFilter(NamedTuple):
    """The date parts of a rule, with those that DTSTART supplies filled in.

    `ordinals` are the numbered BYDAY entries, counted in the month or else in the year.
    `positions` pick from the days of each month or else year, as BYSETPOS does where a day holds
    one instance.
    """

    months: tuple[int, ...] = ()
    week_nos: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    ordinals: tuple[tuple[int, int], ...] = ()
    ordinal_in_month: bool = False
    wkst: int = 0
    positions: tuple[int, ...] = ()
    position_in_month: bool = False


def day_filter(rule: Rule, start_day: int) -> DayFilter:
    """Take the date parts of the rule; what it leaves open is as on `start_day`.

    A rule that gives week numbers but no day means DTSTART's weekday in those weeks, as libical
    and ical.js read it; RFC 5545 says that what is missing comes from DTSTART.

    A YEARLY rule with BYMONTHDAY alone is read two ways: every month of the year (dateutil), or DTSTART's month
    (libical, sabre/vobject). Published tables that a second family confirms have the latter where DTSTART is such a
    day and the former where it is not; so is it done here.
    """
    freq, months, month_days = rule.freq, rule.by_month, rule.by_month_day
    if freq == "YEARLY" and month_days and not (months or rule.by_day or rule.by_year_day or rule.by_week_no):
        start = date.fromordinal(start_day)
        length = monthrange(start.year, start.month)[1]
        if start.day in month_days or start.day - length - 1 in month_days:
            months = (start.month,)
    weekdays: tuple[int, ...] = ()
    ordinals: tuple[tuple[int, int], ...] = ()
    if rule.by_day:
        weekdays = tuple([weekday for number, weekday in rule.by_day if not number])
        if len(weekdays) < len(rule.by_day):
            ordinals = tuple([entry for entry in rule.by_day if entry[0]])
    elif not (month_days or rule.by_year_day) and freq in {"YEARLY", "MONTHLY", "WEEKLY"}:
        if rule.by_week_no or freq == "WEEKLY":
            weekdays = ((start_day + 6) % 7,)
        else:
            first = date.fromordinal(start_day)
            month_days = (first.day,)
            if freq == "YEARLY":
                months = months or (first.month,)
    in_month = freq == "MONTHLY" or (freq == "YEARLY" and bool(months))
    return DayFilter(
        months,
        rule.by_week_no,
        rule.by_year_day,
        month_days,
        weekdays,
        ordinals,
        in_month,
        rule.wkst if rule.by_week_no else 0,
    )


def chosen(count: int, positions: Sequence[int]) -> list[int]:
    """The indexes that BYSETPOS `positions` (1 the first, -1 the last) pick from `count` things."""
    picked = {p - 1 if p > 0 else count + p for p in positions}
    return sorted([index for index in picked if 0 <= index < count])


class YearDays:
    """The days that a filter lets through, year by year."""

    __slots__ = ("_beyond_months", "_month_days", "_ordinals", "_tables", "_wanted", "_week_nos", "_year_days")

    def __init__(self, wanted: DayFilter) -> None:
        """Start with no table; each kind of year adds one when it is first met, at most 56."""
        self._wanted = wanted
        self._week_nos = frozenset(wanted.week_nos)
        self._year_days = frozenset(wanted.year_days)
        self._month_days = frozenset(wanted.month_days)
        self._ordinals = frozenset(wanted.ordinals)
        self._tables: dict[int, tuple[int, ...]] = {}
        self._beyond_months = bool(
            wanted.week_nos or wanted.year_days or (wanted.ordinals and not wanted.ordinal_in_month)
        )

    def of_year(self, year: int) -> list[int]:
        """The ordinals of the passing days in `year`, ascending."""
        new_year, kind = _year(year)
        if not self._week_nos:
            kind %= 14  # only week numbers look past the year itself
        table = self._tables.get(kind)
        if table is None:
            table = self._tables[kind] = self._table(year)
        return [new_year + offset for offset in table]

    def passes(self, day: int) -> bool:
        """Whether one day passes, positions aside: for who asks but once, a table costs hundreds of such questions."""
        date_ = date.fromordinal(day)
        year, month = date_.year, date_.month
        return (not self._wanted.months or month in self._wanted.months) and self._passes(
            year, day - _year(year)[0], date_.day - 1, _MONTH_LENGTHS[month - 1] + (month == 2 and _is_leap(year))
        )

    def _table(self, year: int) -> tuple[int, ...]:
        """The days of `year` that pass, counted from 0 on 1 January."""
        wanted = self._wanted
        months: list[list[int]] = []
        offset, weekday = 0, _year(year)[1] % 7
        for month, usual in enumerate(_MONTH_LENGTHS, start=1):
            length = usual + (month == 2 and _is_leap(year))
            if not wanted.months or month in wanted.months:
                found = [offset + index for index in self._in_month((weekday + offset) % 7, length)]
                if self._beyond_months:
                    found = [day for day in found if self._passes(year, day, day - offset, length)]
                months.append(found)
            offset += length
        if not wanted.positions:
            return tuple(chain.from_iterable(months))
        groups = months if wanted.position_in_month else [list(chain.from_iterable(months))]
        return tuple([group[i] for group in groups for i in chosen(len(group), wanted.positions)])

    def _in_month(self, first_weekday: int, length: int) -> Sequence[int]:
        """The days of a month, from 0, that pass; those that may, if more than the month has to be looked at.

        They are found by name, since most rules name few: asking of every day of a year takes ten times as long.
        """
        wanted = self._wanted
        found: Sequence[int] = range(length)
        if wanted.month_days:
            named = {day - 1 if day > 0 else length + day for day in wanted.month_days}
            found = sorted(named.intersection(found))
        if not (wanted.weekdays or wanted.ordinals):
            return found
        weekdays = wanted.weekdays
        if not wanted.ordinal_in_month:
            weekdays += tuple([weekday for _, weekday in wanted.ordinals])
        days = {day for weekday in weekdays for day in range((weekday - first_weekday) % 7, length, 7)}
        if wanted.ordinal_in_month:
            for number, weekday in wanted.ordinals:
                every = range((weekday - first_weekday) % 7, length, 7)
                if -len(every) <= (at := number - (number > 0)) < len(every):
                    days.add(every[at])
        return sorted(days.intersection(found))

    def _passes(self, year: int, day: int, in_month: int, month_length: int) -> bool:
        """Whether a day passes; `day` counts from 0 in the year, `in_month` in its month."""
        if self._month_days and not _listed(self._month_days, in_month, month_length):
            return False
        length = 365 + _is_leap(year)
        if self._year_days and not _listed(self._year_days, day, length):
            return False
        wanted = self._wanted
        weekday = (_year(year)[1] + day) % 7
        if self._week_nos and not self._in_weeks(year, day, weekday):
            return False
        if not (wanted.weekdays or self._ordinals) or weekday in wanted.weekdays:
            return True
        if wanted.ordinal_in_month:
            return self._numbered(weekday, in_month, month_length)
        return self._numbered(weekday, day, length)

    def _numbered(self, weekday: int, index: int, total: int) -> bool:
        """Whether the day at `index` of its month or year is a wanted nth weekday of it."""
        forward = index // 7 + 1
        backward = -((total - 1 - index) // 7) - 1
        return (forward, weekday) in self._ordinals or (backward, weekday) in self._ordinals

    def _in_weeks(self, year: int, day: int, weekday: int) -> bool:
        """Whether the day lies in a wanted week.

        A week belongs to the year that holds its fourth day, and is that year's nth week when the
        fourth day is its nth such weekday.
        """
        fourth = day - (weekday - self._wanted.wkst) % 7 + 3
        length = 365 + _is_leap(year)
        if fourth < 0:
            length = 365 + _is_leap(year - 1)
            fourth += length
        elif fourth >= length:
            fourth -= length
            length = 365 + _is_leap(year + 1)
        forward = fourth // 7 + 1
        backward = -((length - 1 - fourth) // 7) - 1
        return forward in self._week_nos or backward in self._week_nos


@lru_cache(maxsize=512)
def year_days(wanted: DayFilter) -> YearDays:
    """The days that `wanted` lets through; the tables behind them are kept for later calls."""
    return YearDays(wanted)


@lru_cache(maxsize=1024)
def _year(year: int) -> tuple[int, int]:
    """The ordinal of 1 January, and the kind of year; the kind modulo 7 is its first weekday."""
    before = year - 1
    new_year = before * 365 + before // 4 - before // 100 + before // 400 + 1
    kind = (new_year + 6) % 7 + 7 * _is_leap(year)
    return new_year, kind + 14 * _is_leap(year - 1) + 28 * _is_leap(year + 1)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _listed(wanted: frozenset[int], index: int, total: int) -> bool:
    """Whether the thing at `index` of `total` is wanted, counted from 1 or back from -1."""
    return index + 1 in wanted or index - total in wanted
