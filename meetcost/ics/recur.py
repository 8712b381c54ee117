# SPDX-License-Identifier: Apache-2.0
"""Expansion of recurrence rules on integers (RFC 5545, section 3.3.10).

Times are local seconds: `date.toordinal() * 86400 + second of the day` on the wall clock of the
event. No zone is known here; the caller turns UNTIL into them and instances out of them.

Rules that repeat the same pattern over and over are expanded in closed form; all others by
`expand_by_period`.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from typing import TYPE_CHECKING, Final

from meetcost.ics.by_period import Span, expand_by_period
from meetcost.ics.clock import UNITS, limits_units, times_in_unit, times_of_day
from meetcost.ics.rule import Rule, RuleError
from meetcost.ics.year_days import chosen, day_filter, year_days
from meetcost.model.moment import DAY
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_STEPS: Final = 200_000
MAX_INSTANCES: Final = 10_000

_END_OF_TIME: Final = (date.max.toordinal() + 1) * DAY
_MAX_PATTERN: Final = 10_000


def expand_rule(
    rule: Rule,
    start: int,
    lo: int,
    hi: int,
    *,
    until: int | None = None,
    date_only: bool = False,
    max_steps: int = MAX_STEPS,
    max_instances: int | None = MAX_INSTANCES,
) -> Sequence[int]:
    """The starts in [lo, hi) that `rule` produces with DTSTART at `start`, ascending, each once.

    All times are local seconds. `until` is inclusive and stands for `rule.until`, which is not
    looked at. COUNT counts from `start`. A `start` that the rule does not produce is neither in
    the result nor counted (see `starts_in_rule`). Nothing lies after the year 9999.

    `date_only` says that DTSTART is a DATE: BYHOUR, BYMINUTE and BYSECOND are left out.

    Raises RuleError with the code `rule-too-many-steps` or `rule-too-many-instances` where more
    than `max_steps` candidates would be looked at or more than `max_instances` returned (`None`:
    as many as steps), and `rule-date-only` for a DATE that recurs by hours or less.
    """
    if date_only:
        _check_steps_in_days(rule)
    end = min(hi, _END_OF_TIME if until is None else until + 1)
    lo = max(lo, start)
    if end <= lo:
        return ()
    span = Span(start, lo, min(end, _END_OF_TIME), rule.count, max_steps, max_instances)
    pattern = _pattern(rule, start, date_only=date_only)
    if pattern is None:
        return expand_by_period(rule, span, date_only=date_only)
    return _repeat(*pattern, span)


def starts_in_rule(rule: Rule, start: int, *, date_only: bool = False) -> bool:
    """Whether the rule produces its own DTSTART, as RFC 5545 section 3.8.5.3 asks.

    Raises RuleError as `expand_rule` does.
    """
    if date_only:
        _check_steps_in_days(rule)
    if not any(rule[4:13]):
        return True
    if rule.freq == "WEEKLY" and not any((*rule[4:8], *rule[9:13])):  # BYDAY alone, the shape of most series
        return any(weekday == (start // DAY - 1) % 7 for _, weekday in rule.by_day)
    # Neither times of day nor positions: a matter of one day.
    if rule.freq not in UNITS and not any(rule[9:13]) and start < _END_OF_TIME:
        return year_days(day_filter(rule, start // DAY)).passes(start // DAY)
    return len(expand_rule(rule, start, start, start + 1, date_only=date_only)) == 1


def _check_steps_in_days(rule: Rule) -> None:
    if rule.freq in UNITS:
        raise RuleError(
            "rule-date-only", Sentence.of("a date cannot recur {freq}; give DTSTART a time of day", freq=rule.freq)
        )


def _pattern(rule: Rule, start: int, *, date_only: bool) -> tuple[int, int, Sequence[int]] | None:
    """The rule as offsets from a base that repeat after so many seconds, if it is that simple."""
    freq = rule.freq
    if freq in {"YEARLY", "MONTHLY"} or any(rule[4:8]):
        return None
    if freq in UNITS:
        if rule.by_day or limits_units(rule):
            return None
        unit = UNITS[freq]
        return start - start % unit, unit * rule.interval, times_in_unit(rule, start)
    times = times_of_day(rule, start, date_only=date_only)
    start_day = start // DAY
    if freq == "DAILY" and not rule.by_day:
        return start_day * DAY, rule.interval * DAY, times
    if freq == "DAILY" and rule.interval > 1:
        return None
    return _weekly_pattern(rule, start_day, times)


def _weekly_pattern(rule: Rule, start_day: int, times: Sequence[int]) -> tuple[int, int, Sequence[int]] | None:
    from_week_start = (start_day + 6 - rule.wkst) % 7
    days = sorted({(weekday - rule.wkst) % 7 for _, weekday in rule.by_day}) or [from_week_start]
    if len(days) * len(times) > _MAX_PATTERN:
        return None
    offsets = [day * DAY + second for day in days for second in times]
    if rule.by_set_pos and rule.freq == "WEEKLY":
        offsets = [offsets[i] for i in chosen(len(offsets), rule.by_set_pos)]
    return (start_day - from_week_start) * DAY, 7 * rule.interval * DAY, offsets


def _repeat(base: int, period: int, offsets: Sequence[int], span: Span) -> Sequence[int]:
    """The instances base + k * period + offset in the span, from their rank in that sequence."""
    size = len(offsets)

    def rank(instant: int) -> int:
        turn, rest = divmod(instant - base, period)
        return turn * size + bisect_left(offsets, rest)

    low, high = rank(span.lo), rank(span.end)
    if span.rule_count is not None:
        high = min(high, rank(span.start) + span.rule_count)
    if high <= low:
        return ()
    span.check_instances(high - low)
    if size == 1:
        first = base + offsets[0]
        return range(first + low * period, first + high * period, period)
    begin = low // size
    turns = range(base + begin * period, base + ((high - 1) // size + 1) * period, period)
    found = [turn + offset for turn in turns for offset in offsets]
    return found[low - begin * size : high - begin * size]
