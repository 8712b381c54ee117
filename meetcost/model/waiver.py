# SPDX-License-Identifier: Apache-2.0
"""What a level above has permitted: a waiver, bound so tightly that it cannot be used for another meeting."""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.model.occurrence import Occurrence, OccurrenceId


class WaiverClass(StrEnum):
    """Why a meeting may take place against a rule; the classes that published rules know."""

    ORDERED = "ordered"  # called by a level above
    STATUTORY = "statutory"
    EMERGENCY = "emergency"
    OTHER = "other"


GROUNDS: Final = {
    "ordered": "ordered from above",
    "statutory": "statutory",
    "emergency": "emergency",
    "other": "another ground",
}
"""What people read of a class, by its value."""


class Span(NamedTuple):
    """A time that was approved, in epoch seconds."""

    start: int
    end: int


class Waiver(NamedTuple):
    """The permission for `uid` to meet against `rules` (ids; all of them if empty).

    `instances` are the RECURRENCE-IDs it holds for (as `OccurrenceId`; the whole object if empty), `spans` the times
    that were approved: an instance has to lie within one of them. `people` is the largest attendance. `id` names the
    row of the books; `by` is the unit that approved; `organiser` is the address of who calls it, empty for nobody, None
    where that is not bound: the books, which know no addresses, look whether it fits.
    """

    id: str
    uid: str
    spans: tuple[Span, ...]
    people: int
    klass: WaiverClass
    rules: frozenset[str] = frozenset()
    instances: frozenset[OccurrenceId] = frozenset()
    reason: str = ""
    by: str = ""
    organiser: str | None = None

    def covers(self, rule: str, instance: OccurrenceId, start: int, end: int, people: int) -> bool:
        """Whether it permits this instance (epoch seconds) with so many people against this rule.

        Another UID, a time that was not approved or one more person is another meeting. Whether it has expired or was
        revoked is for the books to say: they give none that has.
        """
        if instance.uid != self.uid or people > self.people or (self.rules and rule not in self.rules):
            return False
        if self.instances and instance not in self.instances:
            return False
        return any(span.start <= start and end <= span.end for span in self.spans)


class WaiverIndex:
    """Waivers that are asked about thousands of instances: what `Waiver.covers` says, by bisection of their times."""

    def __init__(self, waivers: Iterable[Waiver]) -> None:
        self._all = tuple(_Times.of(one) for one in waivers)
        self._by_rule: dict[str, tuple[_Times, ...]] = {}

    def covering(self, rule: str, one: Occurrence, people: int) -> Waiver | None:
        """The first that permits this instance, with so many people, against this rule."""
        known = self._by_rule.get(rule)
        if known is None:
            fitting = (times for times in self._all if not times.waiver.rules or rule in times.waiver.rules)
            known = self._by_rule[rule] = tuple(fitting)
        instance: OccurrenceId | None = None
        for times in known:
            waiver = times.waiver
            if people > waiver.people or not times.hold(one.start, one.end):
                continue
            instance = one.id if instance is None else instance
            if waiver.uid == instance.uid and (not waiver.instances or instance in waiver.instances):
                return waiver
        return None


class _Times(NamedTuple):
    """The approved times of a waiver: their starts, ascending, and the latest end of all up to each of them."""

    waiver: Waiver
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, waiver: Waiver) -> _Times:
        spans = sorted(waiver.spans)
        ends = accumulate((span.end for span in spans), max)
        return cls(waiver, tuple(span.start for span in spans), tuple(ends))

    def hold(self, start: int, end: int) -> bool:
        at = bisect_right(self.starts, start)
        return at > 0 and end <= self.ends[at - 1]
