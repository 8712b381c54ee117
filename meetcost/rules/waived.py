# SPDX-License-Identifier: Apache-2.0
"""Which waiver of the books covers an instance against a rule, and which one it has outgrown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.model.waiver import WaiverIndex

if TYPE_CHECKING:
    from meetcost.model.verdict import Tally
    from meetcost.model.waiver import Waiver
    from meetcost.rules.lookout import Hit, Lookout
    from meetcost.rules.requirement import Requirement
    from meetcost.rules.ruleset import Rule


class Waived:
    """The waivers of a tally, asked about instances. A group of unknown size is larger than any bound."""

    def __init__(self, tally: Tally, look: Lookout) -> None:
        self._look = look
        self._waivers = WaiverIndex(tally.waivers) if tally.waivers else None
        self._known = WaiverIndex(tally.waivers + tally.lapsed) if tally.waivers or tally.lapsed else None

    def by(self, hit: Hit, clause: Rule | Requirement) -> Waiver | None:
        """The waiver that covers the instance against one rule."""
        return self._covering(hit, clause, self._waivers) if self._waivers is not None else None

    def has_outgrown(self, hit: Hit, clause: Rule | Requirement) -> bool:
        """Whether it was stored under a waiver for fewer people than it has by now."""
        known = self._known
        if known is None or self._covering(hit, clause, known) is not None:
            return False
        return known.covering(clause.id, hit.occurrence, people=0) is not None

    def _covering(self, hit: Hit, clause: Rule | Requirement, waivers: WaiverIndex) -> Waiver | None:
        one = hit.occurrence
        return waivers.covering(clause.id, one, self._look.breaches.people(one.meeting).most)
