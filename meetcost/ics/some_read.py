# SPDX-License-Identifier: Apache-2.0
"""Rules of which some program makes other dates than they give: a guard judges what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.ics.recur import starts_in_rule
from meetcost.ics.recurrence import rule_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.ics.rule import Rule
    from meetcost.model.meeting import Meeting


def is_read_differently(meeting: Meeting) -> bool:
    """Whether some program makes something else of a rule of it."""
    rules = meeting.recurrence.rules if meeting.recurrence is not None else ()
    start = meeting.dtstart
    return any(True for text in rules for _ in as_some_read(rule_of(text), start.local, date_only=start.is_date))


def as_some_read(rule: Rule, start: int, *, date_only: bool) -> Iterator[Rule | None]:
    """What some program makes of `rule` from `start` (local seconds) on, if anything else; None: no date at all.

    Each gives at least the dates that the program sees. All are ways of ical.js 2.2, which Thunderbird uses:

    - BYSETPOS counts for a monthly rule of days of the week alone.
    - A monthly rule of every so many months loses count of them where it names days of the week and of the month, from
      its end, and where it names months.
    - A monthly rule that names months and days of the week may come to nothing at all.
    - Weeks and, but for monthly and yearly rules, days of the month are not counted from the end.
    - The first date of a rule that does not produce its own DTSTART is a day of the week that it names, in whichever
      month and place.
    """
    monthly = rule.freq == "MONTHLY"
    from_end = any(day < 0 for day in rule.by_month_day)
    if rule.by_set_pos and not (monthly and rule.by_day and not rule.by_month_day):
        yield rule._replace(by_set_pos=())
    if monthly and rule.interval > 1 and (rule.by_month or (rule.by_day and from_end)):
        yield _every_month(rule)
    if monthly and rule.by_month and rule.by_day:
        yield None
    if any(week < 0 for week in rule.by_week_no):
        yield rule._replace(by_week_no=())
    if from_end and rule.freq not in ("MONTHLY", "YEARLY"):
        days = tuple(day for day in rule.by_month_day if day > 0)
        yield rule._replace(by_month_day=days) if days else None
    limited = rule.freq in ("WEEKLY", "MONTHLY") and rule.by_day and (rule.by_month or rule.by_set_pos)
    if limited and not starts_in_rule(rule, start, date_only=date_only):
        yield rule._replace(by_month=(), by_set_pos=(), count=1, until=None)


def _every_month(rule: Rule) -> Rule:
    """The rule month by month, with a COUNT that reaches as many of its months."""
    a_month = len(rule.by_month_day or rule.by_day) * 5
    count = (rule.count + 1) * rule.interval * a_month if rule.count is not None else None
    return rule._replace(interval=1, count=count)
