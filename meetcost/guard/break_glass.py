# SPDX-License-Identifier: Apache-2.0
"""Break-glass: an administrator stores what a rule refuses, and it is put on record that it was so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from meetcost.guard.decide import Allow, Refuse
from meetcost.model.verdict import Outcome

if TYPE_CHECKING:
    from meetcost.guard.decide import Decision

_OF_A_RULE: Final = frozenset({Outcome.DENY, Outcome.ERROR})


def names_in(text: str) -> frozenset[str]:
    """The login names in a list with commas."""
    return frozenset(name.strip() for name in text.split(",")) - {""}


def broken(decision: Decision) -> Decision:
    """The decision for an administrator: what a rule refuses, or a guard that has failed, is stored as it came.

    What is beyond a limit or cannot be read is refused to them as well: it would harm the server and everybody's
    programs.
    """
    if not isinstance(decision, Refuse) or decision.verdict.would_be not in _OF_A_RULE:
        return decision
    return Allow(replace(decision.verdict, break_glass=True, planned_skips=()), decision.meetings)
