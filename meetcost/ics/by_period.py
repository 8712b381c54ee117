# SPDX-License-Identifier: Apache-2.0
"""Expansion of any recurrence rule: the days it lets through, times the times of day.

The set of a rule without BYSETPOS is every passing day in a period that INTERVAL meets, at every
passing time. BYSETPOS picks from each period's part of that set, and the period is always taken
whole, also when DTSTART lies inside it. Years, months and weeks of INTERVAL are counted from the
one that holds DTSTART; a day counts towards the calendar year it lies in, whatever its week number.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date
from itertools import chain, groupby
from typing import TYPE_CHECKING, NamedTuple

from meetcost.ics.clock import UNITS, times_in_unit, times_of_day, units_of_day
from meetcost.ics.rule import Rule, RuleError
from meetcost.ics.year_days import DayFilter, chosen, day_filter, year_days
from meetcost.model.moment import DAY
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Span(NamedTuple):
    """What is asked of a rule: its instances in [lo, end), `lo` not before `start`, and bounds."""

    start: int
    lo: int
    end: int
    rule_count: int | None
    max_steps: int
    max_instances: int | None

    @property
    def first_day(self) -> int:
        """The first day to look at; a counted rule has to be followed from its start."""
        return (self.lo if self.rule_count is None else self.start) // DAY

    @property
    def last_day(self) -> int:
        """The last day that may hold an instance."""
        return (self.end - 1) // DAY

    def check_instances(self, number: int) -> None:
        """Raise RuleError if the window would hold more instances than allowed."""
        allowed = self.max_steps if self.max_instances is None else self.max_instances
        if number > allowed:
            raise RuleError(
                "rule-too-many-instances",
                Sentence.of(
                    "the rule has {number} instances in the window, at most {most} are read; "
                    "shorten the window or thin the rule out",
                    number=number,
                    most=allowed,
                ),
            )

    def check_steps(self, steps: int) -> None:
        """Raise RuleError if expansion takes more steps than allowed."""
        if steps > self.max_steps:
            raise RuleError(
                "rule-too-many-steps",
                Sentence.of(
                    "the rule takes more than {most} steps to expand in the window; "
                    "shorten the window or thin the rule out",
                    most=self.max_steps,
                ),
            )


def expand_by_period(rule: Rule, span: Span, *, date_only: bool) -> Sequence[int]:
    """The instances in the span, ascending.

    Raises RuleError with the code `rule-too-many-steps` or `rule-too-many-instances`.
    """
    wanted = day_filter(rule, span.start // DAY)
    if rule.freq not in UNITS:
        times = times_of_day(rule, span.start, date_only=date_only)
        if rule.by_set_pos and rule.freq != "DAILY":
            if len(times) > 1 or rule.freq == "WEEKLY":
                return pick_positions(rule, span, wanted, times)
            # One instance a day: BYSETPOS picks days, and the tables of days can hold its choice.
            wanted = wanted._replace(positions=rule.by_set_pos, position_in_month=rule.freq == "MONTHLY")
    elif DAY % (UNITS[rule.freq] * rule.interval):
        return _step_units(rule, span, wanted)
    else:
        times = _unit_times(rule, span.start)
    if not times:
        return ()
    days: list[int] = []
    enough = None if span.rule_count is None else span.rule_count // len(times) + 2
    for chunk in _days_by_year(rule, span, wanted, span.first_day, span.last_day):
        days += chunk
        if enough is not None and len(days) >= enough:
            break
    return _days_times_times(days, times, span)


def pick_positions(rule: Rule, span: Span, wanted: DayFilter, times: Sequence[int]) -> Sequence[int]:
    """The instances of a weekly, monthly or yearly rule with BYSETPOS."""
    period = _period_of(rule, span.start // DAY)
    first = _period_edge(rule, span.first_day, last=False)
    last = _period_edge(rule, span.last_day, last=True)
    size = len(times)
    indexes: dict[int, list[int]] = {}  # of BYSETPOS, by the size of the set
    before, steps, found = 0, 0, []
    days = chain.from_iterable(_days_by_year(rule, span, wanted, first, last))
    for _, members in groupby(days, period):
        group = list(members)
        number = len(group) * size
        if number not in indexes:
            indexes[number] = chosen(number, rule.by_set_pos)
        picked = [group[i // size] * DAY + times[i % size] for i in indexes[number]]
        steps += len(group) + len(picked)
        span.check_steps(steps)
        found += picked
        before += bisect_left(picked, span.start)
        if span.rule_count is not None and len(found) - before >= span.rule_count:
            break
    return _window(found, span)


def _step_units(rule: Rule, span: Span, wanted: DayFilter) -> Sequence[int]:
    """The instances of a sub-daily rule whose steps fall differently from day to day."""
    unit = UNITS[rule.freq]
    step = unit * rule.interval
    base = span.start - span.start % unit
    within = times_in_unit(rule, span.start)
    if not within:
        return ()
    allowed = units_of_day(rule)
    # Look at whichever is fewer: the units that the rule allows or those that the steps meet.
    met_a_day = DAY // step + 1
    by_steps = met_a_day < len(allowed)
    keep = allowed if isinstance(allowed, range) else frozenset(allowed)
    a_day = min(met_a_day, len(allowed)) * len(within) + 1
    days: Sequence[int] | Iterator[int] = chain.from_iterable(
        _days_by_year(rule, span, wanted, span.first_day, span.last_day)
    )
    if span.rule_count is None:
        days = list(days)
        span.check_steps(len(days) * a_day)
    found: list[int] = []
    steps = 0
    for day in days:
        steps += a_day
        span.check_steps(steps)
        midnight = day * DAY
        if by_steps:
            met = [u for u in range((base - midnight) % step, DAY, step) if u in keep]
        else:
            met = [u for u in allowed if (midnight + u - base) % step == 0]
        found += [midnight + u + second for u in met for second in within]
        if span.rule_count is not None and len(found) > span.rule_count + a_day:
            break
    return _window(found, span)


def _unit_times(rule: Rule, start: int) -> Sequence[int]:
    """The times of every day of a sub-daily rule whose steps fall alike on all days."""
    unit = UNITS[rule.freq]
    step = unit * rule.interval
    base = start - start % unit
    within = times_in_unit(rule, start)
    units = units_of_day(rule)
    if rule.interval > 1:
        units = [u for u in units if (u - base) % step == 0]
    if tuple(within) == (0,):
        return units
    return [u + second for u in units for second in within]


def _days_by_year(rule: Rule, span: Span, wanted: DayFilter, first: int, last: int) -> Iterator[list[int]]:
    """The passing days from `first` to `last` in periods that INTERVAL meets, a list a year."""
    interval = rule.interval
    start_day = span.start // DAY
    first_year, last_year = _year_of(first), _year_of(last)
    stride = 1
    if rule.freq == "YEARLY" and interval > 1:
        stride = interval
        first_year += (_year_of(start_day) - first_year) % interval
    period: Callable[[int], int] | None = None
    if interval > 1 and rule.freq in {"MONTHLY", "WEEKLY", "DAILY"}:
        period = _period_of(rule, start_day)
    table = year_days(wanted)
    steps = 0
    for year in range(first_year, last_year + 1, stride):
        days = table.of_year(year)
        steps += len(days) + 1
        span.check_steps(steps)
        if days and (days[0] < first or days[-1] > last):
            days = days[bisect_left(days, first) : bisect_right(days, last)]
        if period is not None:
            days = [day for day in days if period(day) % interval == 0]
        yield days


def _period_of(rule: Rule, start_day: int) -> Callable[[int], int]:
    """A function from a day to the number of its period; the one that holds DTSTART is 0."""
    if rule.freq == "DAILY":
        return lambda day: day - start_day
    if rule.freq == "WEEKLY":
        week = _week_of(rule, start_day)
        return lambda day: (day - week) // 7
    start = date.fromordinal(start_day)
    if rule.freq == "MONTHLY":
        return lambda day: _month_number(day) - start.year * 12 - start.month
    return lambda day: _year_of(day) - start.year


def _period_edge(rule: Rule, day: int, *, last: bool) -> int:
    """The first or last day of the week, month or year that holds `day`."""
    if rule.freq == "WEEKLY":
        week = _week_of(rule, day)
        return min(week + 6, date.max.toordinal()) if last else max(week, 1)
    inside = date.fromordinal(day)
    if rule.freq == "YEARLY":
        inside = inside.replace(month=12 if last else 1)
    if not last:
        return inside.replace(day=1).toordinal()
    # No month has more than 31 days, so the 28th is at most three days from the last.
    edge = inside.replace(day=28).toordinal()
    while edge < date.max.toordinal() and date.fromordinal(edge + 1).month == inside.month:
        edge += 1
    return edge


def _days_times_times(days: Sequence[int], times: Sequence[int], span: Span) -> list[int]:
    """The part of the product that the span and COUNT leave, found by rank before it is built."""
    size = len(times)

    def rank(instant: int) -> int:
        day, second = divmod(instant, DAY)
        index = bisect_left(days, day)
        if index < len(days) and days[index] == day:
            return index * size + bisect_left(times, second)
        return index * size

    low, high = rank(span.lo), rank(span.end)
    if span.rule_count is not None:
        high = min(high, rank(span.start) + span.rule_count)
    if high <= low:
        return []
    span.check_instances(high - low)
    if size == 1:
        second = times[0]
        return [day * DAY + second for day in days[low:high]]
    begin = low // size
    found = [day * DAY + second for day in days[begin : (high - 1) // size + 1] for second in times]
    return found[low - begin * size : high - begin * size]


def _window(found: list[int], span: Span) -> list[int]:
    """The part of ascending instances that the span and COUNT leave."""
    low, high = bisect_left(found, span.lo), bisect_left(found, span.end)
    if span.rule_count is not None:
        high = min(high, bisect_left(found, span.start) + span.rule_count)
    span.check_instances(high - low)
    return found[low:high]


def _week_of(rule: Rule, day: int) -> int:
    return day - (day + 6 - rule.wkst) % 7


def _month_number(day: int) -> int:
    moment = date.fromordinal(day)
    return moment.year * 12 + moment.month


def _year_of(day: int) -> int:
    return date.fromordinal(max(day, 1)).year
