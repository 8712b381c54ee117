# SPDX-License-Identifier: Apache-2.0
"""A slow, literal reading of RFC 5545 section 3.3.10, to compare the engine with.

It shares nothing with meetcost but the parsed rule: it walks every period from DTSTART on, writes
its whole set down as datetimes and filters that by membership in lists of dates.
"""

import calendar
import itertools
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from meetcost.ics.rule import Rule

ONE_DAY = timedelta(days=1)


def local_seconds(moment: datetime) -> int:
    return moment.toordinal() * 86_400 + moment.hour * 3600 + moment.minute * 60 + moment.second


def local_datetime(seconds: int) -> datetime:
    day, second = divmod(seconds, 86_400)
    return datetime.combine(date.fromordinal(day), time()) + timedelta(seconds=second)


def occurrences(rule: Rule, start: datetime, end: datetime) -> list[datetime]:
    """Every instance from `start` up to and without `end`."""
    found: list[datetime] = []
    for period in _periods(rule, start, end):
        instances = sorted(set(period))
        if rule.by_set_pos:
            numbered = dict(enumerate(instances, start=1))
            backward = dict(enumerate(reversed(instances), start=1))
            instances = sorted(
                {numbered[p] for p in rule.by_set_pos if p in numbered}
                | {backward[-p] for p in rule.by_set_pos if -p in backward}
            )
        found += [instance for instance in instances if instance >= start]
        if rule.count is not None and len(found) >= rule.count:
            found = found[: rule.count]
            break
    return [instance for instance in found if instance < end]


def _periods(rule: Rule, start: datetime, end: datetime) -> Iterator[list[datetime]]:
    if rule.freq in {"HOURLY", "MINUTELY", "SECONDLY"}:
        yield from _short_periods(rule, start, end)
        return
    for number in itertools.count():
        days = _period_days(rule, start.date(), number * rule.interval)
        if days[0] > end.date():
            return
        yield [
            datetime.combine(day, time(hour, minute, second))
            for day in days
            if _day_passes(rule, start.date(), day)
            for hour in rule.by_hour or [start.hour]
            for minute in rule.by_minute or [start.minute]
            for second in rule.by_second or [start.second]
        ]


def _period_days(rule: Rule, start: date, offset: int) -> list[date]:
    if rule.freq == "DAILY":
        return [start + ONE_DAY * offset]
    if rule.freq == "WEEKLY":
        while start.weekday() != rule.wkst:
            start -= ONE_DAY
        return [start + ONE_DAY * (7 * offset + index) for index in range(7)]
    if rule.freq == "MONTHLY":
        years, month = divmod(start.month - 1 + offset, 12)
        return _month(start.year + years, month + 1)
    return _year(start.year + offset)


def _short_periods(rule: Rule, start: datetime, end: datetime) -> Iterator[list[datetime]]:
    unit = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}[rule.freq]
    moment = start.replace(second=0) if unit >= 60 else start
    moment = moment.replace(minute=0) if unit == 3600 else moment
    while moment < end:
        passes = (
            _day_passes(rule, start.date(), moment.date())
            and (not rule.by_hour or moment.hour in rule.by_hour)
            and (unit == 3600 or not rule.by_minute or moment.minute in rule.by_minute)
            and (unit > 1 or not rule.by_second or moment.second in rule.by_second)
        )
        minutes = (rule.by_minute or [start.minute]) if unit == 3600 else [moment.minute]
        seconds = (rule.by_second or [start.second]) if unit >= 60 else [moment.second]
        if passes:
            yield [moment.replace(minute=m, second=s) for m in minutes for s in seconds]
        moment += timedelta(seconds=unit * rule.interval)


def _day_passes(rule: Rule, start: date, day: date) -> bool:
    month, year = _month(day.year, day.month), _year(day.year)
    months, month_days, by_day = rule.by_month, rule.by_month_day, rule.by_day
    if not (month_days or by_day or rule.by_year_day):
        if rule.freq == "WEEKLY" or (rule.by_week_no and rule.freq in {"MONTHLY", "YEARLY"}):
            by_day = ((0, start.weekday()),)
        elif rule.freq in {"MONTHLY", "YEARLY"}:
            month_days = (start.day,)
            months = months or ((start.month,) if rule.freq == "YEARLY" else ())
    return (
        (not months or day.month in months)
        and (not month_days or day in _numbered(month, month_days))
        and (not rule.by_year_day or day in _numbered(year, rule.by_year_day))
        and (not rule.by_week_no or _inweeks_of_year(rule, day))
        and (not by_day or _is_weekday(rule, by_day, day))
    )


def _is_weekday(rule: Rule, by_day: tuple[tuple[int, int], ...], day: date) -> bool:
    in_month = rule.freq == "MONTHLY" or rule.by_month
    within = _month(day.year, day.month) if in_month else _year(day.year)
    alike = [other for other in within if other.weekday() == day.weekday()]
    return any(
        weekday == day.weekday() and (number == 0 or day in _numbered(alike, (number,))) for number, weekday in by_day
    )


def _inweeks_of_year(rule: Rule, day: date) -> bool:
    return any(
        day in week
        for year in (day.year - 1, day.year, day.year + 1)
        for week in _numbered(weeks_of_year(year, rule.wkst), rule.by_week_no)
    )


_WEEKS: dict[tuple[int, int], list[list[date]]] = {}


def weeks_of_year(year: int, wkst: int) -> list[list[date]]:
    """The weeks that have four or more days in the year."""
    if (year, wkst) not in _WEEKS:
        first = date(year, 1, 1) - 7 * ONE_DAY
        weeks = []
        for offset in range(7 + 366 + 7):
            day = first + ONE_DAY * offset
            week = [day + ONE_DAY * index for index in range(7)]
            if day.weekday() == wkst and sum(d.year == year for d in week) >= 4:
                weeks.append(week)
        _WEEKS[year, wkst] = weeks
    return _WEEKS[year, wkst]


def _numbered(things: list, numbers: tuple[int, ...]) -> list:
    """The things that BYxxx numbers name, 1 the first and -1 the last."""
    return [things[n - 1] if n > 0 else things[n] for n in numbers if 1 <= abs(n) <= len(things)]


_MONTHS: dict[tuple[int, int], list[date]] = {}
_YEARS: dict[int, list[date]] = {}


def _month(year: int, month: int) -> list[date]:
    if (year, month) not in _MONTHS:
        length = calendar.monthrange(year, month)[1]
        _MONTHS[year, month] = [date(year, month, day) for day in range(1, length + 1)]
    return _MONTHS[year, month]


def _year(year: int) -> list[date]:
    if year not in _YEARS:
        _YEARS[year] = [day for month in range(1, 13) for day in _month(year, month)]
    return _YEARS[year]
