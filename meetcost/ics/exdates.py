# SPDX-License-Identifier: Apache-2.0
"""What a program shows that walks through a series and its EXDATEs side by side, both in the order of time.

At each start it looks at one EXDATE only, and goes on to the next one when that has passed (ical.js 2.2, which
Thunderbird uses). An EXDATE that matches no start lets the one behind it come too late, so that a start that is taken
out (RFC 5545 §3.8.5.1) is shown all the same; so is one that a rule and an RDATE both give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from meetcost.model.moment import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Exdate(NamedTuple):
    """An EXDATE as local seconds in DTSTART's zone; a whole day where it is a date and the starts are not."""

    local: int
    whole_day: bool = False


def shown_all_the_same(starts: Iterable[int], exdates: Sequence[Exdate]) -> list[int]:
    """Which of `starts` (local seconds from the first one on, one given twice standing twice) are taken out and shown.

    >>> shown_all_the_same([10, 20, 30, 40], [Exdate(15), Exdate(20), Exdate(40)])
    [20]
    """
    waiting = sorted(exdates)
    out = {one.local for one in waiting if not one.whole_day}
    days = {one.local // DAY for one in waiting if one.whole_day}
    shown, at = list[int](), 0
    for start in sorted(starts):
        if at == len(waiting):
            if start in out:
                shown.append(start)
            continue
        one = waiting[at]
        reached = start // DAY * DAY if one.whole_day else start
        at += reached >= one.local
        if reached != one.local and (start in out or start // DAY in days):
            shown.append(start)
    return shown
