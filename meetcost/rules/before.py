# SPDX-License-Identifier: Apache-2.0
"""The stored object, looked through for what the new one breaks as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.errors import CalendarError
from meetcost.model.moment import DAY
from meetcost.rules.counted import Counts
from meetcost.rules.stood import Stood

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.model.meeting import Meeting
    from meetcost.rules.lookout import Hit, Lookout, Standing
    from meetcost.rules.ruleset import RuleSet
    from meetcost.rules.waived import Waived


class Before:
    """Finds what stood before a change; instants are epoch seconds.

    `looked_at_until` is how far the stored object was judged when it was stored: what it has beyond gives no right to
    stay.
    """

    def __init__(self, rules: RuleSet, now: int, looked_at_until: int, look: Lookout, waived: Waived) -> None:
        self._rules, self._now, self._until = rules, now, looked_at_until
        self._look, self._waived, self._clauses = look, waived, rules.clauses

    def stood(self, hits: Sequence[Hit], old: Sequence[Meeting]) -> Stood:
        """The counted instances of `old` that broke a rule, where the new object has some."""
        stood = Stood(len(self._rules.rules), self._rules.requirements)
        if not hits or not old:
            return stood
        lo, hi = self._span(hits)
        for stored in old:
            standings = self._look.standings(stored)
            for reading in {hit.reading for hit in hits}:
                try:
                    instances = self._look.instances(stored, lo, hi, reading)
                    found = self._look.hits(instances, standings, reading, known=True)
                except CalendarError:
                    continue  # what cannot be read gives no right to stay
                for hit in found:
                    standing = standings[id(hit.occurrence.meeting)]
                    if standing.counts is Counts.YES:
                        stood.add(hit, self._unexcused(hit, standing))
        return stood

    def _span(self, hits: Sequence[Hit]) -> tuple[int, int]:
        """Where to look: around the hits, and at all of a series where it broke a rule as a whole."""
        lo = min(hit.occurrence.start for hit in hits)
        hi = max(hit.occurrence.end for hit in hits) + 1
        if any(self._clauses[index].traits.of_series for hit in hits for index in hit.broken):
            lo, hi = min(lo, self._now), max(hi, self._now + self._rules.horizon_days * DAY)
        return lo, (hi if self._rules.requirements else min(hi, self._until))

    def _unexcused(self, hit: Hit, standing: Standing) -> list[int]:
        """The rules that it met, and no exemption and no waiver let it."""
        met = ((index, self._clauses[index]) for index in self._look.rules_met(hit, standing.rules))
        return [
            at
            for at, one in met
            if standing.exemption(one) is None and self._waived.by(hit, one) is None and self._was_looked_at(hit, at)
        ]

    def _was_looked_at(self, hit: Hit, index: int) -> bool:
        """Whether the stored object was judged that far; for what no series steps over it makes no difference."""
        return hit.occurrence.start < self._until or not self._clauses[index].traits.steps_over
