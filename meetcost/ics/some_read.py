# SPDX-License-Identifier: Apache-2.0
"""Rules of which some program makes other dates than they give: a guard judges what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from meetcost.ics.recur import starts_in_rule
from meetcost.ics.recurrence import rule_of
from meetcost.model.moment import wall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.ics.rule import Rule
    from meetcost.model.meeting import Meeting

_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Of each month."""


def is_read_differently(meeting: Meeting) -> bool:
    """Whether some program makes something else of a rule of it."""
    rules = meeting.recurrence.rules if meeting.recurrence is not None else ()
    start = meeting.dtstart
    return any(True for text in rules for _ in as_some_read(rule_of(text), start.local, date_only=start.is_date))


def as_some_read(rule: Rule, start: int, *, date_only: bool) -> Iterator[Rule | None]:
    """What some program makes of `rule` from `start` (local seconds) on, if anything else; None: no date at all.

    Each is to give at least the dates that the program sees (`tests/guard/generated_pairs.py` looks whether). It is
    ical.js 2.2, which Thunderbird uses, where the functions below do not name another one.
    """
    for other in _places(rule):
        yield other
        rule = other  # whatever else such a program makes of it, it does so without places
    yield from _ordinals(rule)
    if rule.freq == "MONTHLY":
        yield from _months(rule)
    elif rule.freq == "YEARLY":
        yield from _years(rule, start)
    else:
        yield from _days_from_end(rule)
    yield from _first(rule, start, date_only=date_only)


def _places(rule: Rule) -> Iterator[Rule]:
    """BYSETPOS counts for a monthly rule of days of the week alone; in dateutil, within the rest of DTSTART's week."""
    if rule.by_set_pos and not (rule.freq == "MONTHLY" and rule.by_day and not rule.by_month_day):
        yield _more_often(rule, by_set_pos=())


def _ordinals(rule: Rule) -> Iterator[Rule]:
    """An ordinal of two digits is none. Where only some days of the week have one, dateutil wants both to hold."""
    if any(abs(ordinal) > 9 for ordinal, _ in rule.by_day):
        days = {(0 if abs(ordinal) > 9 else ordinal, day) for ordinal, day in rule.by_day}
        yield _more_often(rule, by_day=tuple(sorted(days)))
    with_ordinal = tuple(one for one in rule.by_day if one[0])
    if with_ordinal and len(with_ordinal) < len(rule.by_day):
        yield rule._replace(by_day=with_ordinal)


def _months(rule: Rule) -> Iterator[Rule | None]:
    """Every so many months: no count is kept of them where the rule names months, or days of both kinds from the end.

    A rule that names months and days of the week may miss years, or come to nothing.
    """
    from_end = any(day < 0 for day in rule.by_month_day)
    if rule.interval > 1 and (rule.by_month or (rule.by_day and from_end)):
        yield _more_often(rule, interval=1)
    if rule.by_month and rule.by_day:
        yield None
        if rule.by_month_day:
            yield _more_often(rule, by_month=(), interval=1)
        if rule.count is not None:
            yield rule._replace(count=(rule.count + 1) * 12)


def _years(rule: Rule, start: int) -> Iterator[Rule | None]:
    """Weeks come to nothing, or with days of the week to all others; days of the year are not joined with those.

    Days of the month are DTSTART's month's where none is named, or for dateutil all months'.
    """
    if rule.by_week_no:
        yield _more_often(rule, by_week_no=(), by_month=()) if rule.by_day else None
    if rule.by_year_day and rule.by_day:
        yield None
    if rule.by_month_day and not (rule.by_month or rule.by_week_no or rule.by_day):
        yield _more_often(rule, by_month=tuple(range(1, 13)))
    if rule.by_month_day:
        yield from _overflowing(rule, start)


def _overflowing(rule: Rule, start: int) -> Iterator[Rule]:
    """Days of the month as ical.js finds them in the months of a yearly rule, where that is not always in that month.

    The 31st of a month of 30 days is the 1st of the next one. Days from the end are counted in the month before.
    """
    months = rule.by_month or (wall(start).month,)
    for month in months:
        lengths = {28, 29} if month == 2 else {_DAYS[month - 1]}
        over = {day - length for day in rule.by_month_day for length in lengths if day > length}
        if over:
            yield _more_often(rule, by_month_day=tuple(sorted(over)), by_month=(month % 12 + 1,))
    from_end = [day for day in rule.by_month_day if day < 0]
    if from_end and (len(months) > 1 or min(from_end) < -28):
        days = {day for one in from_end for day in range(29 + one, 33 + one) if 0 < day < 32}
        more = {*months, *(month % 12 + 1 for month in months)}
        days |= {*rule.by_month_day, 1, 2, 3}
        yield _more_often(rule, by_month_day=tuple(sorted(days)), by_month=tuple(sorted(more)))


def _days_from_end(rule: Rule) -> Iterator[Rule | None]:
    """Days from the end of the month are counted by monthly and yearly rules only."""
    if any(day < 0 for day in rule.by_month_day):
        from_first = tuple(day for day in rule.by_month_day if day > 0)
        yield rule._replace(by_month_day=from_first) if from_first else None


def _first(rule: Rule, start: int, *, date_only: bool) -> Iterator[Rule]:
    """If DTSTART is none of its dates, the first is any day that it names, in whichever month and place."""
    monthly = rule.freq == "MONTHLY"
    looser = (rule.by_day and (rule.by_month or rule.by_set_pos)) or (monthly and rule.by_month_day and rule.by_month)
    if (monthly or rule.freq == "WEEKLY") and looser and not starts_in_rule(rule, start, date_only=date_only):
        yield rule._replace(by_month=(), by_set_pos=(), count=1, until=None)


def _more_often(rule: Rule, **parts: Any) -> Rule:
    """The rule with other parts, by which it has more dates, and a COUNT that reaches as far as its own."""
    other = rule._replace(count=None, **parts)
    if rule.count is None:
        return other
    periods = (rule.count + 1) * rule.interval // other.interval
    return other._replace(count=periods * _most_dates(other))


def _most_dates(rule: Rule) -> int:
    """How many dates a week, month or year of the rule has at most."""
    if rule.freq == "WEEKLY":
        return max(len(rule.by_day), 1)
    in_a_month = max(5 * len(rule.by_day), len(rule.by_month_day), 1)
    if rule.freq == "MONTHLY":
        return in_a_month
    if rule.by_day and not (rule.by_month or rule.by_month_day):
        return 53 * len(rule.by_day)
    return max(in_a_month * max(len(rule.by_month), 1), len(rule.by_year_day))
