# SPDX-License-Identifier: Apache-2.0
"""What each rule that an instance meets means for it: points 2 to 9 of the order in `rules.judge`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.model.moment import DAY
from meetcost.model.verdict import Action, Bearing
from meetcost.rules.counted import Counts
from meetcost.rules.ruleset import Series
from meetcost.rules.skipping import Met, denial, is_skippable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.rules.before import Before
    from meetcost.rules.lookout import Hit, Lookout, Standing
    from meetcost.rules.ruleset import RuleSet
    from meetcost.rules.skipping import Skipping
    from meetcost.rules.stood import Stood
    from meetcost.rules.waived import Waived


class Bearings:
    """Weighs hits; `now` is in epoch seconds."""

    def __init__(
        self, rules: RuleSet, now: int, look: Lookout, *, waived: Waived, before: Before, skipping: Skipping
    ) -> None:
        self._rules, self._now, self._clauses = rules, now, rules.clauses
        self._look, self._waived, self._before, self._skipping = look, waived, before, skipping

    def of(
        self, hits: Sequence[Hit], meeting: Meeting, standings: dict[int, Standing], old: Sequence[Meeting]
    ) -> list[Met]:
        """For each hit the rules it meets, by what they mean for it."""
        stood = self._before.stood(hits, old)
        return [self._of_one(hit, meeting, standings[id(hit.occurrence.meeting)], stood) for hit in hits]

    def _of_one(self, hit: Hit, meeting: Meeting, standing: Standing, stood: Stood) -> Met:
        met: Met = {}
        may_stand = bool(stood) and self._may_stand(hit.occurrence)
        skippable = self._rules.series is Series.SKIP and is_skippable(hit.occurrence, meeting)
        for index in self._look.rules_met(hit, standing.rules):
            clause = self._clauses[index]
            breach = hit.broken.get(index) if hit.broken else None
            if clause.action is Action.WARN:
                bearing = Bearing.WARNED
            elif standing.counts is Counts.UNDECIDED or (breach is not None and breach.doubt is not None):
                bearing = Bearing.UNDECIDED
            elif may_stand and stood.has(hit, index) and not self._waived.has_outgrown(hit, clause):
                bearing = Bearing.KEPT
            elif standing.exemption(clause) is not None:
                bearing = Bearing.EXEMPTED
            elif self._waived.by(hit, clause) is not None:
                bearing = Bearing.WAIVED
            elif skippable and clause.traits.steps_over:
                bearing = Bearing.SKIPPED
            else:
                bearing = denial(clause)
            met.setdefault(bearing, []).append(index)
        return self._skipping.gone(met) if Bearing.SKIPPED in met else met

    def _may_stand(self, one: Occurrence) -> bool:
        """Whether what stood before a change may stay: for ever, or for now, or because it lies before the date."""
        until = self._rules.keep_until
        if until is None:
            return True
        zone, last = self._rules.zone, until.toordinal()
        return zone.to_local(self._now) // DAY <= last or zone.to_local(one.start) // DAY <= last
