# SPDX-License-Identifier: Apache-2.0
"""Rules of which some program makes other dates than they give: a guard judges what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from meetcost.ics.recur import starts_in_rule
from meetcost.ics.recurrence import rule_of
from meetcost.model.moment import wall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from meetcost.ics.rule import Rule
    from meetcost.model.meeting import Meeting


def is_read_differently(meeting: Meeting) -> bool:
    """Whether some program makes something else of a rule of it."""
    rules = meeting.recurrence.rules if meeting.recurrence is not None else ()
    start = meeting.dtstart
    return any(True for text in rules for _ in as_some_read(rule_of(text), start.local, date_only=start.is_date))


def as_some_read(rule: Rule, start: int, *, date_only: bool) -> Iterator[Rule | None]:
    """What some program makes of `rule` from `start` (local seconds) on, if anything else; None: no date at all.

    Each gives at least the dates that the program sees. Mostly they are ways of ical.js 2.2, which Thunderbird uses:

    - BYSETPOS counts for a monthly rule of days of the week alone. dateutil counts places in what is left of the first
      week, from DTSTART on.
    - A monthly rule of every so many months loses count of them where it names days of the week and of the month, from
      its end, and where it names months; one that names months and days of the week may miss years, or come to nothing.
    - Weeks of the year come to nothing, or with days of the week to all other weeks.
    - Days of the year are not joined with days of the week.
    - An ordinal of two digits is none. Where some days of the week have an ordinal and some have none, dateutil wants
      both.
    - The 29th to 31st of a month that is shorter, in a yearly rule, is a day of the next month.
    - Days from the end of the month are not counted but by monthly and yearly rules.
    - The first date of a rule that does not produce its own DTSTART is a day of the week that it names, in whichever
      month and place.
    """
    monthly, yearly = rule.freq == "MONTHLY", rule.freq == "YEARLY"
    from_end = any(day < 0 for day in rule.by_month_day)
    if rule.by_set_pos and not (monthly and rule.by_day and not rule.by_month_day):
        yield _more_often(rule, by_set_pos=())
    if monthly and rule.interval > 1 and (rule.by_month or (rule.by_day and from_end)):
        yield _more_often(rule, interval=1)
    if monthly and rule.by_month and rule.by_day:
        yield None
        if rule.count is not None:
            yield rule._replace(count=(rule.count + 1) * 12)
    if rule.by_week_no:
        yield _more_often(rule, by_week_no=(), by_month=()) if rule.by_day else None
    if rule.by_year_day and rule.by_day:
        yield None
    if any(abs(ordinal) > 9 for ordinal, _ in rule.by_day):
        days = {(0 if abs(ordinal) > 9 else ordinal, day) for ordinal, day in rule.by_day}
        yield _more_often(rule, by_day=tuple(sorted(days)))
    with_ordinal = tuple(one for one in rule.by_day if one[0])
    if with_ordinal and len(with_ordinal) < len(rule.by_day):
        yield rule._replace(by_day=with_ordinal)
    if yearly and any(abs(day) > 28 for day in rule.by_month_day):
        yield _more_often(
            rule, by_month_day=_with((1, 2, 3), rule.by_month_day), by_month=_and_next(rule.by_month, start)
        )
    if from_end and not (monthly or yearly):
        from_first = tuple(day for day in rule.by_month_day if day > 0)
        yield rule._replace(by_month_day=from_first) if from_first else None
    limited = rule.freq in ("WEEKLY", "MONTHLY") and rule.by_day and (rule.by_month or rule.by_set_pos)
    if limited and not starts_in_rule(rule, start, date_only=date_only):
        yield rule._replace(by_month=(), by_set_pos=(), count=1, until=None)


def _and_next(months: tuple[int, ...], start: int) -> tuple[int, ...]:
    """The months, without any that of `start`, and those behind them."""
    named = months or (wall(start).month,)
    return _with(named, [month % 12 + 1 for month in named])


def _with(some: Iterable[int], others: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({*some, *others}))


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
    if rule.freq == "MONTHLY":
        return max(5 * len(rule.by_day), len(rule.by_month_day), 1)
    return 366
