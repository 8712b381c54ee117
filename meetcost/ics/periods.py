# SPDX-License-Identifier: Apache-2.0
"""Which days of a year, month, week a rule names (RFC 5545 §3.3.10): its BYxxx parts as sets of day ordinals.

Ordinals are those of `date.toordinal`; day 1 is a Monday. Where several parts name days, a day has to be named by all.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from meetcost.ics.rule import Frequency

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.ics.rule import Rule

LAST_YEAR = 9999


@lru_cache(maxsize=4096)
def month_span(month: int) -> tuple[int, int]:
    """(first day, number of days) of a month counted from year 0: `year * 12 + month - 1`."""
    year, number = divmod(month, 12)
    return date(year, number + 1, 1).toordinal(), monthrange(year, number + 1)[1]


def month_of(day: int) -> int:
    """The month a day is in, counted as in `month_span`."""
    found = date.fromordinal(day)
    return found.year * 12 + found.month - 1


def year_span(year: int) -> tuple[int, int]:
    """(first day, number of days) of a year."""
    return date(year, 1, 1).toordinal(), 366 if isleap(year) else 365


def week_start(day: int, wkst: int) -> int:
    """The first day of the week that `day` is in."""
    return day - (day - 1 - wkst) % 7


def days_of_year(rule: Rule, year: int) -> list[int]:
    """The days a YEARLY rule names in `year`; of a numbered week that spans the turn of the year, those in it."""
    first, length = year_span(year)
    if rule.by_week_no:
        days = {day for near in (year - 1, year, year + 1) for day in _numbered_weeks(rule, near)}
        return [day for day in sorted(days) if first <= day < first + length and _passes(rule, day)]
    nth_of_year = not rule.by_month and any(ordinal for ordinal, _ in rule.by_day)
    if rule.by_year_day:
        days = _counted(rule.by_year_day, first, length)
    elif nth_of_year:
        days = _weekdays(rule.by_day, first, length)
    else:
        months = rule.by_month or range(1, 13)
        return [day for month in months for day in days_of_month(rule, year * 12 + month - 1)]
    if nth_of_year:
        days &= _weekdays(rule.by_day, first, length)
    return [day for day in sorted(days) if _passes(rule, day)]


def days_of_month(rule: Rule, month: int) -> list[int]:
    """The days that BYMONTHDAY and BYDAY name in a month (counted as in `month_span`)."""
    first, length = month_span(month)
    if not rule.by_month_day:
        return sorted(_weekdays(rule.by_day, first, length))
    days = _counted(rule.by_month_day, first, length)
    if rule.by_day:
        days &= _weekdays(rule.by_day, first, length)
    return sorted(days)


def passes(rule: Rule, day: int) -> bool:
    """Whether every part that limits days (BYMONTH, BYMONTHDAY, BYDAY, BYYEARDAY, BYWEEKNO) lets `day` pass."""
    if not _passes(rule, day):
        return False
    if rule.by_year_day:
        first, length = year_span(date.fromordinal(day).year)
        if day not in _counted(rule.by_year_day, first, length):
            return False
    if rule.by_week_no:
        year = date.fromordinal(day).year
        return any(day in _numbered_weeks(rule, near) for near in (year - 1, year, year + 1))
    return True


def limits_days(rule: Rule) -> bool:
    """Whether some day may not pass."""
    return bool(rule.by_month or rule.by_month_day or rule.by_day or rule.by_year_day or rule.by_week_no)


def _passes(rule: Rule, day: int) -> bool:
    if rule.by_day and all(weekday != (day - 1) % 7 for _, weekday in rule.by_day):
        return False
    if not rule.by_month and not rule.by_month_day:
        return True
    month = month_of(day)
    if rule.by_month and month % 12 + 1 not in rule.by_month:
        return False
    return not rule.by_month_day or day in _counted(rule.by_month_day, *month_span(month))


def _counted(numbers: Iterable[int], first: int, length: int) -> set[int]:
    """The days with these numbers, from the start or (below zero) from the end."""
    days = (first + number - 1 if number > 0 else first + length + number for number in numbers)
    return {day for day in days if first <= day < first + length}


def _weekdays(by_day: tuple[tuple[int, int], ...], first: int, length: int) -> set[int]:
    """The weekdays, all of them or the nth, in `length` days from `first`."""
    days: set[int] = set()
    end = first + length
    for ordinal, weekday in by_day:
        start = first + (weekday - (first - 1)) % 7
        if not ordinal:
            days.update(range(start, end, 7))
            continue
        last = end - 1 - (end - 2 - weekday) % 7
        day = start + (ordinal - 1) * 7 if ordinal > 0 else last + (ordinal + 1) * 7
        if first <= day < end:
            days.add(day)
    return days


def _week_one(year: int, wkst: int) -> int:
    """The first day of week 1: the first week with four days or more in the year."""
    return week_start(date(year, 1, 4).toordinal(), wkst)


def _numbered_weeks(rule: Rule, year: int) -> set[int]:
    if not 1 < year < LAST_YEAR:
        return set()
    one = _week_one(year, rule.wkst)
    after = _week_one(year + 1, rule.wkst)
    starts = (one + (number - 1) * 7 if number > 0 else after + number * 7 for number in rule.by_week_no)
    return {day for start in starts if one <= start < after for day in range(start, start + 7)}


def with_start_filled_in(rule: Rule, start_day: int) -> Rule:
    """The rule with what it leaves open taken from DTSTART ("information missing in the rule", RFC 5545 §3.3.10).

    A YEARLY rule with BYMONTHDAY alone is read two ways: as every month of the year (dateutil) or as DTSTART's
    month (libical, sabre/vobject). Published tables and a second family agree on the latter where DTSTART is such a
    day, on the former where it is not; so is it done here.
    """
    start = date.fromordinal(start_day)
    if rule.freq is Frequency.YEARLY and not (rule.by_year_day or rule.by_week_no or rule.by_day):
        if not rule.by_month_day:
            return rule._replace(by_month=rule.by_month or (start.month,), by_month_day=(start.day,))
        fits = start_day in _counted(rule.by_month_day, *month_span(month_of(start_day)))
        return rule._replace(by_month=(start.month,)) if fits and not rule.by_month else rule
    if rule.by_year_day or rule.by_month_day or rule.by_day:
        return rule
    if rule.freq in (Frequency.WEEKLY, Frequency.YEARLY):
        return rule._replace(by_day=((0, start.weekday()),))
    if rule.freq is Frequency.MONTHLY:
        return rule._replace(by_month_day=(start.day,))
    return rule
