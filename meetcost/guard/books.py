# SPDX-License-Identifier: Apache-2.0
"""What a guard needs of the books. `ledger_books` has it on a ledger; a guard without books knows no approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from meetcost.guard.decide import Context, Decision
    from meetcost.model.verdict import Tally


class Books(Protocol):
    """The books behind a guard. Each of these raises a `MeetcostError` where they cannot be read or written."""

    def tally(self, uid: str, now: datetime) -> Tally:
        """What they hold of the meeting `uid` that a decision depends on."""
        ...

    def record(self, decision: Decision, context: Context) -> None:
        """Write down a decision by which a rule was met: of each meeting the same one once."""
        ...
