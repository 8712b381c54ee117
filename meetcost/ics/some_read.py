# SPDX-License-Identifier: Apache-2.0
"""Rules in which some program sees dates that they do not give: a guard judges what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.ics.recurrence import rule_of

if TYPE_CHECKING:
    from meetcost.ics.rule import Rule
    from meetcost.model.meeting import Meeting


def is_read_differently(meeting: Meeting) -> bool:
    """Whether some program sees dates in a rule of it that the rule does not give."""
    rules = meeting.recurrence.rules if meeting.recurrence is not None else ()
    return any(as_some_read(rule) is not rule for rule in map(rule_of, rules))


def as_some_read(rule: Rule) -> Rule:
    """A rule that gives at least what any program sees in it.

    ical.js 2.2 loses count of the months where a rule of every so many names days of the week and of the month, from
    its end: it comes to months in between as well.
    """
    if rule.freq != "MONTHLY" or rule.interval == 1 or not rule.by_day or not any(day < 0 for day in rule.by_month_day):
        return rule
    return rule._replace(interval=1, count=rule.count * rule.interval if rule.count is not None else None)
