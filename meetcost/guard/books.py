# SPDX-License-Identifier: Apache-2.0
"""What a guard needs of the books. `ledger_books` has it on a ledger; a guard without books knows no approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from meetcost.guard.decide import Context, Decision
    from meetcost.model.meeting import Meeting
    from meetcost.model.verdict import Tally
    from meetcost.quotas.taken import Held, Taken


class Books(Protocol):
    """The books behind a guard. Each of these raises a `MeetcostError` where they cannot be read or written."""

    def tally(self, uid: str, callers: Collection[str], now: datetime) -> Tally:
        """What they hold of the meeting `uid`, called by `callers` (addresses), that a decision depends on."""
        ...

    def record(self, decision: Decision, context: Context) -> None:
        """Write down a decision by which a rule was met: of each meeting the same one once."""
        ...

    def reserve(
        self, taken: Sequence[Taken], stood: Sequence[Taken], uid: str, context: Context, *, enforce: bool
    ) -> Held:
        """Hold room in quotas for a meeting, or nothing where an enforced one has none; `stood` is what is stored."""
        ...

    def confirm(self, operation: str, context: Context) -> None:
        """What room was held for is stored."""
        ...

    def release(self, operation: str) -> None:
        """What room was held for is not stored."""
        ...

    def remove(self, uid: str, context: Context, path: str) -> str:
        """A meeting is about to leave the calendar of `context`: what to confirm or release; empty if nothing is known.

        What it took there is given back when that is confirmed, unless it stands in another calendar: then it is
        counted there. `path` is for `gone`.
        """
        ...

    def gone(self, path: str, context: Context) -> None:
        """Nothing stands at `path` by now: a deletion of what stood there, of which nobody told the end, is done."""
        ...

    def settle(
        self, stored: Callable[[str, str], Sequence[Meeting] | None] | None, context: Context
    ) -> tuple[int, int]:
        """End what a crash left open: how many were stored, how many not.

        `stored` gives what stands in a calendar (its path) under a UID; None if nothing does. Nobody may be writing.
        Without it all counts as stored.
        """
        ...
