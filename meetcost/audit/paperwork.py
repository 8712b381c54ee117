# SPDX-License-Identifier: Apache-2.0
"""Measured paperwork into the books, beside the meetings that caused it: once each, corrected where it has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.audit.entering import Entered, batches, correction, enter
from meetcost.ledger.sources import kept_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from meetcost.ledger.ledger import Ledger
    from meetcost.ledger.rows import PaperworkRow, Written
    from meetcost.ledger.sources import Standing
    from meetcost.ledger.versions import Versions


def record_paperwork(
    measured: Mapping[str, Sequence[PaperworkRow]], ledger: Ledger, *, now: datetime, versions: Versions
) -> Entered:
    """Record the rows of each meeting, by its UID; a meeting that was erased is left out.

    A row that stands as it is is not recorded again; another one for the same occurrence is corrected. Raises
    `LedgerError` if the books give up.
    """

    def difference(uid: str, there: Mapping[tuple[str, str], Standing]) -> list[Written]:
        rows: list[Written] = []
        for row in measured[uid]:
            before = there.get((row.kind, row.recurrence_id))
            if before is None:
                rows.append(row)
            elif before.row != row:
                rows.append(correction(before, row, "changed"))
        return rows

    done = Entered()
    for some in batches(list(measured)):
        erased = kept_out(ledger, some)
        wanted = [uid for uid in some if uid not in erased]
        for new in enter(ledger, wanted, difference, operation="paperwork", now=now, versions=versions).values():
            done = done.plus(new)
    return done
