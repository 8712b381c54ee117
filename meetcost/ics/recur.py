# SPDX-License-Identifier: Apache-2.0
"""Expansion of a recurrence rule (RFC 5545 §3.3.10) on integers, bounded.

Times are local seconds (`model.moment`). A rule is looked at period by period; without COUNT the periods before the
window are skipped, and the shapes that nearly all calendars use (daily, weekly) jump to it in closed form. Steps are
counted, not only results: a rule that finds nothing ends as soon as one that finds too much.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.ics.periods import (
    days_of_month,
    days_of_year,
    limits_days,
    month_of,
    month_span,
    passes,
    week_start,
    with_start_filled_in,
)
from meetcost.ics.rule import Frequency, Rule, RuleError
from meetcost.model.moment import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STEPS: Final = 200_000
INSTANCES: Final = 10_000
_LAST_DAY: Final = 3_652_059  # 9999-12-31
_LAST_SECOND: Final = _LAST_DAY * DAY + DAY - 1
_UNIT: Final = {Frequency.HOURLY: 3600, Frequency.MINUTELY: 60, Frequency.SECONDLY: 1}


class _Wanted(NamedTuple):
    """COUNT, the window [lo, last], and how many instances at most."""

    number: int | None
    lo: int
    last: int
    most: int


class _Job(NamedTuple):
    """A rule completed from its DTSTART, and what of it is wanted."""

    rule: Rule
    start: int
    lo: int  # nothing before is wanted; periods before are skipped if nothing has to be counted
    hi: int
    max_steps: int
    max_instances: int


def expand_rule(
    rule: Rule,
    start: int,
    lo: int,
    hi: int,
    *,
    until: int | None = None,
    date_only: bool = False,
    max_steps: int = STEPS,
    max_instances: int = INSTANCES,
) -> Sequence[int]:
    """The starts in [lo, hi), ascending, that `rule` gives with DTSTART at `start`.

    `until` is UNTIL (inclusive) in local seconds of DTSTART's zone. A DTSTART that the rule does not produce is not
    among them and not counted (undefined in RFC 5545 §3.8.5.3; so do dateutil, libical and ical.js). For dates the
    parts below the day are ignored. Raises `RuleError` (`rule-too-many-steps`, `rule-too-many-instances`).
    """
    if date_only:
        rule = _of_days(rule)
    last = min(hi - 1, _LAST_SECOND) if until is None else min(hi - 1, until, _LAST_SECOND)
    lo = max(lo, start)
    if last < lo:
        return []
    if rule.freq in (Frequency.DAILY, Frequency.WEEKLY) and not rule.by_set_pos:
        regular = _regular(rule, start, lo, last, max_instances)
        if regular is not None:
            return regular
    rule = with_start_filled_in(rule, start // DAY)
    job = _Job(rule, start, start if rule.count is not None else lo, last + 1, max_steps, max_instances)
    instances = _below_the_day(job) if rule.freq in _UNIT else _days_and_longer(job)
    if rule.count is not None:
        instances = islice(instances, rule.count)
    wanted = (instance for instance in instances if instance >= lo)
    found = list(islice(wanted, max_instances + 1))
    if len(found) > max_instances:
        raise _too_many(max_instances)
    return found


def starts_in_rule(rule: Rule, start: int, *, date_only: bool = False) -> bool:
    """Whether the rule produces its own DTSTART."""
    if not (rule.by_hour or rule.by_minute or rule.by_second or rule.by_set_pos):
        if not limits_days(rule):
            return True
        if rule.freq in (Frequency.DAILY, Frequency.WEEKLY):
            return passes(rule, start // DAY)
    return bool(expand_rule(rule._replace(count=None), start, start, start + 1, date_only=date_only))


def _too_many(most: int) -> RuleError:
    return RuleError("rule-too-many-instances", f"a rule with more than {most:,} instances in the span looked at")


def _of_days(rule: Rule) -> Rule:
    if rule.freq in _UNIT:
        raise RuleError("rule-syntax", f"FREQ={rule.freq.name} with a DTSTART that is a date")
    return rule._replace(by_hour=(), by_minute=(), by_second=())


def _regular(rule: Rule, start: int, lo: int, last: int, most: int) -> Sequence[int] | None:
    """Daily and weekly rules without further limits, in closed form; None for other rules."""
    if rule.by_month or rule.by_month_day or rule.by_year_day or rule.by_week_no:
        return None
    if rule.by_hour or rule.by_minute or rule.by_second:
        return None
    if rule.freq is Frequency.DAILY:
        if rule.by_day:
            return None
        return _arithmetic(start, rule.interval * DAY, _Wanted(rule.count, lo, last, most))
    days = sorted({(weekday - rule.wkst) % 7 for _, weekday in rule.by_day})
    wanted = _Wanted(rule.count, lo, last, most)
    if len(days) <= 1:
        first = start + ((days[0] + rule.wkst - (start // DAY - 1)) % 7) * DAY if days else start
        if week_start(first // DAY, rule.wkst) != week_start(start // DAY, rule.wkst):
            first += (rule.interval - 1) * 7 * DAY
        return _arithmetic(first, rule.interval * 7 * DAY, wanted)
    return _weekly(rule, days, start, wanted)


def _arithmetic(first: int, step: int, wanted: _Wanted) -> range:
    """first, first + step, ... as far as it is wanted."""
    count, lo, last, most = wanted
    if count is not None:
        last = min(last, first + (count - 1) * step)
    if lo > first:
        first += -((first - lo) // step) * step
    found = range(first, min(last, (_LAST_DAY + 1) * DAY) + 1, step)
    if len(found) > most:
        raise _too_many(most)
    return found


def _weekly(rule: Rule, days: list[int], start: int, wanted: _Wanted) -> list[int]:
    """Several days a week: whole weeks at a time."""
    count, lo, last, most = wanted
    clock, week = start % DAY, week_start(start // DAY, rule.wkst)
    step = rule.interval * 7
    if count is not None:
        skipped = sum(week + day < start // DAY for day in days)
        full, day = divmod(skipped + count - 1, len(days))
        last = min(last, (week + full * step + days[day]) * DAY + clock)
    last = min(last, _LAST_DAY * DAY + DAY - 1)
    week += max(0, (lo // DAY - 6 - week) // step) * step
    weeks = range(week, last // DAY + 1, step)
    if (len(weeks) - 2) * len(days) > most:
        raise _too_many(most)
    found = [(first + day) * DAY + clock for first in weeks for day in days]
    return [instance for instance in found if lo <= instance <= last]


def _days_and_longer(job: _Job) -> Iterator[int]:
    """Instances of DAILY to YEARLY rules from `job.lo` on; every period is a list of days times the times of day."""
    rule, steps = job.rule, 0
    times = _times(rule, job.start)
    for days in _periods(job):
        steps += 1 + len(days) * len(times)
        if steps > job.max_steps:
            raise RuleError("rule-too-many-steps", f"a rule that looks at more than {job.max_steps:,} candidates")
        instances = [day * DAY + time for day in days for time in times]
        if rule.by_set_pos:
            instances = _positions(instances, rule.by_set_pos)
        for instance in instances:
            if instance >= job.hi:
                return
            if instance >= job.start:
                yield instance


def _times(rule: Rule, start: int) -> list[int]:
    clock = start % DAY
    hours = rule.by_hour or (clock // 3600,)
    minutes = rule.by_minute or (clock // 60 % 60,)
    seconds = rule.by_second or (clock % 60,)
    times = {hour * 3600 + minute * 60 + min(second, 59) for hour in hours for minute in minutes for second in seconds}
    return sorted(times)


def _positions(instances: list[int], positions: tuple[int, ...]) -> list[int]:
    """BYSETPOS: the nth of the period, from the end if below zero."""
    count = len(instances)
    found = {instances[at - 1 if at > 0 else at] for at in positions if abs(at) <= count}
    return sorted(found)


def _periods(job: _Job) -> Iterator[list[int]]:
    """The days of each period that may reach the window."""
    rule, first, hi = job.rule, job.start // DAY, min(job.hi // DAY, _LAST_DAY)
    skip_to, step = job.lo // DAY, rule.interval
    if rule.freq is Frequency.YEARLY:
        year = month_of(first) // 12
        year += max(0, (month_of(skip_to) // 12 - year) // step) * step
        last = month_of(hi) // 12
        yield from (days_of_year(rule, number) for number in range(year, last + 1, step))
    elif rule.freq is Frequency.MONTHLY:
        month = month_of(first)
        month += max(0, (month_of(skip_to) - month) // step) * step
        months = range(month, month_of(hi) + 1, step)
        yield from (_limited_month(rule, number) for number in months)
    elif rule.freq is Frequency.WEEKLY:
        week = week_start(first, rule.wkst)
        week += max(0, (skip_to - 6 - week) // (step * 7)) * step * 7
        weeks = range(week, hi + 1, step * 7)
        yield from ([day for day in range(number, number + 7) if passes(rule, day)] for number in weeks)
    else:
        day = first + max(0, (skip_to - first) // step) * step
        yield from ([number] if passes(rule, number) else [] for number in range(day, hi + 1, step))


def _limited_month(rule: Rule, month: int) -> list[int]:
    if rule.by_month and month % 12 + 1 not in rule.by_month:
        return []
    days = days_of_month(rule, month) if rule.by_month_day or rule.by_day else _all_days(month)
    if not rule.by_year_day and not rule.by_week_no:
        return days
    loose = rule._replace(by_day=())
    return [day for day in days if passes(loose, day)]


def _all_days(month: int) -> list[int]:
    first, length = month_span(month)
    return list(range(first, first + length))


def _below_the_day(job: _Job) -> Iterator[int]:
    """Instances of HOURLY, MINUTELY, SECONDLY rules: the units of each day that the interval meets."""
    rule, unit = job.rule, _UNIT[job.rule.freq]
    offsets = _offsets(rule, job.start)
    hours, minutes, seconds = set(rule.by_hour), set(rule.by_minute), set(rule.by_second)
    limited, steps = limits_days(rule), 0
    origin = job.start // unit
    at = origin + max(0, -((origin - job.lo // unit) // rule.interval)) * rule.interval
    at = max(origin, at - rule.interval)
    per_day = DAY // unit
    while at * unit < min(job.hi, (_LAST_DAY + 1) * DAY):
        day = at // per_day
        end = (day + 1) * per_day
        units = range(at, end, rule.interval)
        allowed = not limited or passes(rule, day)
        steps += 1 + (len(units) if allowed else 0)
        if steps > job.max_steps:
            raise RuleError("rule-too-many-steps", f"a rule that looks at more than {job.max_steps:,} candidates")
        if allowed:
            for number in units:
                base = number * unit
                clock = base % DAY
                if hours and clock // 3600 not in hours:
                    continue
                if unit < 3600 and minutes and clock // 60 % 60 not in minutes:
                    continue
                if unit == 1 and seconds and clock % 60 not in seconds:
                    continue
                for offset in offsets:
                    if job.start <= base + offset < job.hi:
                        yield base + offset
        at += len(units) * rule.interval


def _offsets(rule: Rule, start: int) -> list[int]:
    """The times within an hour or minute, counted from its beginning, BYSETPOS applied."""
    if rule.freq is Frequency.SECONDLY:
        offsets = [0]
    else:
        seconds = rule.by_second or (start % 60,)
        minutes = (rule.by_minute or (start // 60 % 60,)) if rule.freq is Frequency.HOURLY else (0,)
        offsets = sorted({minute * 60 + min(second, 59) for minute in minutes for second in seconds})
    return _positions(offsets, rule.by_set_pos) if rule.by_set_pos else offsets
