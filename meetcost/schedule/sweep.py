# SPDX-License-Identifier: Apache-2.0
"""How many people are busy at each of many possible times: every busy interval is looked at once.

Possible times are numbered in ascending order; an interval covers a range of numbers, found by two bisections.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from meetcost.schedule.hours import Times

Ranges = list[tuple[int, int]]


def covered(times: Times, intervals: Iterable[tuple[int, int]]) -> Ranges:
    """Which times share any moment with busy `intervals` [begin, end): disjoint half-open ranges, ascending.

    An interval without length takes up nothing.
    """
    starts, ends = times
    count = len(starts)
    found = []
    for begin, end in intervals:
        first = bisect_right(ends, begin)
        if first < count and starts[first] < end and begin < end:
            found.append((first, bisect_left(starts, end, first)))
    found.sort()
    merged: Ranges = []
    reach = -1
    for first, last in found:
        if first > reach:
            merged.append((first, last))
            reach = last
        elif last > reach:
            merged[-1] = merged[-1][0], last
            reach = last
    return merged


def totals(count: int, people: Iterable[Ranges]) -> list[int]:
    """At each of `count` times, how many of the `people` are busy."""
    steps = [0] * (count + 1)
    for ranges in people:
        for first, last in ranges:
            steps[first] += 1
            steps[last] -= 1
    return list(accumulate(steps[:count]))


def is_in(number: int, ranges: Ranges) -> bool:
    """Whether one of the ranges holds `number`."""
    at = bisect_right(ranges, (number, 1 << 62)) - 1
    return at >= 0 and ranges[at][0] <= number < ranges[at][1]


def apart(order: Iterable[int], times: Times, most: int) -> list[int]:
    """The first `most` of the numbers in `order` whose times do not overlap an earlier one of them."""
    chosen: list[int] = []
    taken: list[tuple[int, int]] = []
    for number in order:
        if len(chosen) >= most:
            break
        time = times.starts[number], times.ends[number]
        at = bisect_left(taken, time)
        if (at == 0 or taken[at - 1][1] <= time[0]) and (at == len(taken) or time[1] <= taken[at][0]):
            taken.insert(at, time)
            chosen.append(number)
    return chosen


def alone(required: Sequence[int], ranges: Ranges) -> int:
    """At how many times the one with these `ranges` is the only one busy of the `required`."""
    return sum(required[first:last].count(1) for first, last in ranges)
