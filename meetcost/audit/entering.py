# SPDX-License-Identifier: Apache-2.0
"""What is known now into the books: rows that are new, corrections of what has changed, and nothing twice."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from meetcost.ledger.faults import MovedError
from meetcost.ledger.making import made
from meetcost.ledger.rows import CorrectionRow, payload_of
from meetcost.ledger.sources import standing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from meetcost.ledger.ledger import Ledger
    from meetcost.ledger.rows import Written
    from meetcost.ledger.sources import Standing
    from meetcost.ledger.versions import Versions

T = TypeVar("T")

_AT_A_TIME: Final = 100
"""Meetings that enter the books in one transaction."""
_TRIES: Final = 20


class Entered(NamedTuple):
    """How many rows are new in the books, and how many corrections."""

    rows: int = 0
    corrections: int = 0

    def plus(self, other: Entered) -> Entered:
        """Both together."""
        return Entered(self.rows + other.rows, self.corrections + other.corrections)


def enter(
    ledger: Ledger,
    uids: Collection[str],
    difference: Callable[[str, Mapping[tuple[str, str], Standing]], list[Written]],
    *,
    operation: str,
    now: datetime,
    versions: Versions,
) -> dict[str, Entered]:
    """Append what `difference` says of each meeting, given what stands in the books, together or not at all.

    Returns what that came to, by UID, where it came to anything. `operation` names what does it. If somebody else
    writes in between, it is looked at again. Raises `LedgerError`.
    """
    for last in (False,) * (_TRIES - 1) + (True,):
        there, head = standing(ledger, uids)
        steps = [(uid, difference(uid, there[uid])) for uid in uids]
        changed = [(uid, rows) for uid, rows in steps if rows]
        if not changed:
            break
        operations = [(_step(operation, uid, there[uid], rows), rows) for uid, rows in changed]
        try:
            receipts = ledger.append_all(operations, now=now, versions=versions, after=head)
        except MovedError:
            if last:
                raise
            continue
        new = zip(changed, receipts, strict=True)
        return {uid: _counted(rows) for (uid, rows), receipt in new if not receipt.repeated}
    return {}


def batches(uids: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many at a time as are entered together."""
    for at in range(0, len(uids), _AT_A_TIME):
        yield uids[at : at + _AT_A_TIME]


def correction(before: Standing, row: Written | None, reason: str) -> CorrectionRow:
    """`row` in the place of what stands; None withdraws it."""
    said = row if row is not None else before.row
    key = {"uid": said.uid, "recurrence_id": said.recurrence_id} if said is not None else {}
    return made(CorrectionRow, replaces=before.seq, row=row, reason=reason, **key)


def _step(operation: str, uid: str, there: Mapping[tuple[str, str], Standing], rows: Sequence[Written]) -> str:
    """An id that names the step from what stands to what is to stand."""
    basis = max((one.latest for one in there.values()), default=0)
    digest = hashlib.sha256("\n".join(map(payload_of, rows)).encode()).hexdigest()
    return f"{operation} {uid} after {basis}: {digest}"


def _counted(rows: Sequence[Written]) -> Entered:
    corrections = sum(row.kind == "correction" for row in rows)
    return Entered(len(rows) - corrections, corrections)
