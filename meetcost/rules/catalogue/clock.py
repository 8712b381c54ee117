# SPDX-License-Identifier: Apache-2.0
"""How much of a meeting lies outside the times of day that a rule allows; all in wall-clock seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meetcost.model.moment import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MOST_DAYS: Final = 400
"""Of a meeting longer than that the rest is not looked at: it lies outside all the same."""


def outside(local: int, local_end: int, open_on: Callable[[int], Sequence[tuple[int, int]]]) -> int:
    """Seconds of [local, local_end) that lie in no stretch of their day; 1 for an instant outside.

    `open_on` gives the stretches of the day with an ordinal, in seconds from midnight, ascending and apart.
    An instant at the end of a stretch is inside.

    >>> outside(12 * 3600, 14 * 3600, lambda day: [(9 * 3600, 13 * 3600)])
    3600
    """
    if local == local_end:
        at = local % DAY
        return 0 if any(begin <= at <= end for begin, end in open_on(local // DAY)) else 1
    total = 0
    first, last = local // DAY, (local_end - 1) // DAY
    for day in range(first, min(last, first + _MOST_DAYS) + 1):
        begin, end = max(local - day * DAY, 0), min(local_end - day * DAY, DAY)
        inside = sum(max(0, min(end, until) - max(begin, since)) for since, until in open_on(day))
        total += end - begin - inside
    return total


def written(seconds: int) -> str:
    """`09:00`; `24:00` for the end of the day."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
