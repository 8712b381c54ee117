# SPDX-License-Identifier: Apache-2.0
"""Which waiver lets pass what a quota has no room for: pure.

A waiver was granted for so many instances at certain times. One that names a long time is no permission for many short
meetings within it, here or in another calendar.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

from meetcost.model.waiver import WaiverIndex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from meetcost.model.waiver import Span, Waiver
    from meetcost.quotas.taken import Taken


def covering(taken: Iterable[Taken], waivers: Iterable[Waiver], elsewhere: Collection[int] = ()) -> Waiver | None:
    """The waiver that covers all that one quota counts of a meeting, each instance by an approved time of its own.

    `elsewhere` are the instants at which the same meeting is counted in other calendars: it has used those times up.
    """
    wanted = tuple(taken)
    times = [(one.at.start, one.at.end) for one in wanted]
    others = [(at, at) for at in set(elsewhere) - {start for start, _ in times}]
    for waiver in waivers:
        used = [one for one in others if any(span.start <= one[0] < span.end for span in waiver.spans)]
        index = WaiverIndex([waiver])
        within = (index.covering(one.quota.id, one.at, one.people) is not None for one in wanted)
        if all(within) and _each_has_its_own([*times, *used], waiver.spans):
            return waiver
    return None


def _each_has_its_own(times: Iterable[tuple[int, int]], spans: Iterable[Span]) -> bool:
    """Whether each of `times` can be given one of `spans` that it lies in, and none is given twice.

    By start; of the spans that have begun the one that ends first and late enough, which leaves the most to the others.
    """
    begun, later, at = list[int](), sorted(spans), 0
    for start, end in sorted(times):
        while at < len(later) and later[at].start <= start:
            insort(begun, later[at].end)
            at += 1
        place = bisect_left(begun, end)
        if place == len(begun):
            return False
        begun.pop(place)
    return True
