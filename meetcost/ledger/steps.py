# SPDX-License-Identifier: Apache-2.0
"""What the steps of a waiver come to: which stand, and what a decision may rest on. Nothing here reads or writes.

    requested  -->  granted  -->  revoked
         `------->  refused

A waiver is named by the number of the row with its request. What was granted holds until it expires or is revoked.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from meetcost.model.occurrence import OccurrenceId
from meetcost.model.verdict import Approval, Tally
from meetcost.model.waiver import Span, Waiver, WaiverClass
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from meetcost.ledger.rows import WaiverRow

GRANTED = "granted"
REQUESTED = "requested"
Step = tuple[int, str, "WaiverRow"]
"""Number of the row, when it was recorded, what it says."""


class Standing(NamedTuple):
    """A waiver as it stands: its number, its last row, when it was asked for, when that last row was recorded."""

    number: int
    row: WaiverRow
    requested: str
    recorded: str

    def state(self, present: str) -> str:
        """`requested`, `granted`, `refused`, `revoked`, or `expired` at `present` (UTC text)."""
        over = self.row.expires is not None and self.row.expires <= present
        return "expired" if over and self.row.state in (REQUESTED, GRANTED) else self.row.state

    def is_for(self, meetings: frozenset[str] | None) -> bool:
        """Whether it is for these; one that does not say whose meeting it is for is for anybody's."""
        return meetings is None or self.row.meeting is None or meetings <= {self.row.meeting}


def standings(steps: Iterable[Step]) -> dict[int, Standing]:
    """Number -> waiver, in the order in which they were asked for."""
    found: dict[int, Standing] = {}
    for number, recorded, row in steps:
        if row.state == REQUESTED:
            found[number] = Standing(number, row, recorded, recorded)
        elif row.of in found and row.uid == found[row.of].row.uid and row.state != "confirmed":
            found[row.of] = found[row.of]._replace(row=row, recorded=recorded)
    return found


def tally_of(steps: Sequence[Step], uid: str, present: str, meetings: frozenset[str] | None = None) -> Tally:
    """What holds for the meeting `uid` at `present`, of the steps recorded of it.

    `meetings` are pseudonyms of UID and organiser, for all who call it: a waiver has to be for each of them.
    """
    known = standings(steps)
    waivers = [one for one in known.values() if one.state(present) == GRANTED and one.is_for(meetings)]
    granted = {row.of for _, _, row in steps if row.state == GRANTED}
    lapsed = [one for number, one in known.items() if number in granted and one not in waivers]
    unbound: dict[str, WaiverRow] = {}
    for _, _, row in steps:
        if row.of is None and row.state != REQUESTED:
            unbound[row.exemption] = row
    approvals = (
        Approval(uid, row.exemption)
        for row in unbound.values()
        if row.state in (GRANTED, "confirmed") and (row.expires is None or present < row.expires)
    )
    return Tally(frozenset(approvals), *(tuple(_waiver(one, uid) for one in some) for some in (waivers, lapsed)))


def _waiver(one: Standing, uid: str) -> Waiver:
    row = one.row
    return Waiver(
        id=str(one.number),
        uid=uid,
        spans=tuple(Span(_seconds(start), _seconds(end)) for start, end in row.spans),
        people=row.attendees or 0,
        klass=WaiverClass(row.klass or WaiverClass.OTHER),
        rules=frozenset(row.rules),
        instances=frozenset(OccurrenceId.parse(f"{name or '-'}/{uid}") for name in row.instances),
        reason=row.reason,
        by=row.unit,
    )


def _seconds(written: str) -> int:
    return epoch(datetime.fromisoformat(written))
