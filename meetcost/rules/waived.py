# SPDX-License-Identifier: Apache-2.0
"""Which waiver of the books covers an instance against a rule, and which one it has outgrown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.model.verdict import Tally
    from meetcost.model.waiver import Waiver
    from meetcost.rules.lookout import Hit, Lookout
    from meetcost.rules.requirement import Requirement
    from meetcost.rules.ruleset import Rule


class Waived:
    """The waivers of a tally, asked about instances. A group of unknown size is larger than any bound."""

    def __init__(self, tally: Tally, look: Lookout) -> None:
        self._waivers, self._known, self._look = tally.waivers, tally.waivers + tally.lapsed, look

    def by(self, hit: Hit, clause: Rule | Requirement) -> Waiver | None:
        """The waiver that covers the instance against one rule."""
        return self._covering(hit, clause, self._waivers) if self._waivers else None

    def has_outgrown(self, hit: Hit, clause: Rule | Requirement) -> bool:
        """Whether it was stored under a waiver for fewer people than it has by now."""
        known = self._known
        if not known or self._covering(hit, clause, known) is not None:
            return False
        return self._covering(hit, clause, known, people=0) is not None

    def _covering(
        self, hit: Hit, clause: Rule | Requirement, waivers: Iterable[Waiver], people: int | None = None
    ) -> Waiver | None:
        one = hit.occurrence
        if people is None:
            people = self._look.breaches.people(one.meeting).most
        covering = (waiver for waiver in waivers if waiver.covers(clause.id, one.id, one.start, one.end, people))
        return next(covering, None)
