# SPDX-License-Identifier: Apache-2.0
"""Taking payloads out of the books, so that nothing of them is left and the chain still verifies.

What is erased is salt, payload, and the pseudonym the row could be looked up by. What stays is the header: place, kind,
time, versions, the pseudonym of the operation (so that the same thing is not recorded again) and the commitment, which
says nothing once the salt is gone. That something was erased, and on what ground, is a row of the books itself: a
payload that is gone without such a row was taken away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, get_args

from sqlalchemy import delete, insert, select

from meetcost.errors import UsageError
from meetcost.ledger import tables
from meetcost.ledger.append import Operation, Receipt, found, record
from meetcost.ledger.counts import recount
from meetcost.ledger.ledger import meta_value
from meetcost.ledger.making import stamp
from meetcost.ledger.rows import (
    CorrectionRow,
    ErasureRow,
    Ground,
    MeetingRow,
    WaiverRow,
    row_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from meetcost.ledger.chain import Head
    from meetcost.ledger.ledger import Ledger
    from meetcost.ledger.pseudonym import Pseudonyms
    from meetcost.ledger.rows import Written
    from meetcost.ledger.versions import Versions

GROUNDS: Final[tuple[Ground, ...]] = get_args(Ground)
_AT_A_TIME: Final = 500


class Selection(NamedTuple):
    """Which rows: of one meeting, in which one person's pseudonym stands, recorded before an instant, or by number."""

    uid: str | None = None
    person: str | None = None
    before: datetime | None = None
    rows: tuple[int, ...] = ()


class Erasure(NamedTuple):
    """How many payloads are gone; `receipt` is that of the row that says so (None if there was nothing to erase).

    `wiped` is whether nothing of them is left in the files of the database; if not, `finish` has to be called again.
    """

    rows: tuple[int, ...]
    receipt: Receipt | None
    wiped: bool


def selected(ledger: Ledger, chosen: Selection) -> tuple[int, ...]:
    """The rows that `erase` would take; erasures are never among them."""
    with ledger.store.reading() as connection:
        return tuple(connection.execute(_query(ledger, chosen)).scalars())


def erase(
    ledger: Ledger,
    chosen: Selection,
    *,
    ground: Ground,
    operation: str,
    now: datetime,
    versions: Versions,
) -> Erasure:
    """Erase the payloads of all rows that are chosen, and record that this was done.

    Of a person, what is not theirs stays: the same rows without them are put in the place of the old ones, as
    corrections, so that hours and costs do not change. Raises `LedgerError`; then nothing was erased.
    """
    query = _query(ledger, chosen)
    pseudonym = ledger.pseudonyms.operation(operation)
    done = Operation(pseudonym, stamp(now), versions)

    def work(connection: Connection, head: Head) -> tuple[tuple[int, ...], Receipt | None]:
        before = found(connection, pseudonym)
        if before is not None:
            return (), before
        seqs = tuple(connection.execute(query).scalars())
        if not seqs:
            return (), None
        rows: list[Written] = [ErasureRow(ground=ground, ranges=tuple(ranges(seqs)))]
        if chosen.person is not None:
            rows += _without(connection, seqs, ledger.pseudonyms.person(chosen.person))
        _take_out(connection, seqs)
        if chosen.uid is not None:
            _keep_out(connection, ledger.pseudonyms, chosen.uid)
        return seqs, record(connection, head, rows, done)

    seqs, receipt = ledger.store.write(work)
    return Erasure(seqs, receipt, finish(ledger))


def finish(ledger: Ledger) -> bool:
    """Leave nothing of what was erased in the files; True if nothing is. To be called again after a crash."""
    with ledger.store.reading() as connection:
        due = meta_value(connection, tables.META_WIPE) is not None
    if not due:
        return True
    if not ledger.store.wipe():
        return False
    ledger.store.write(
        lambda connection, _: connection.execute(delete(tables.meta).where(tables.meta.c.name == tables.META_WIPE))
    )
    return True


def ranges(seqs: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending numbers as first and last of each run.

    >>> list(ranges([1, 2, 3, 7]))
    [(1, 3), (7, 7)]
    """
    first = last = None
    for seq in seqs:
        if first is None or last is None:
            first = last = seq
        elif seq == last + 1:
            last = seq
        else:
            yield first, last
            first = last = seq
    if first is not None and last is not None:
        yield first, last


def _query(ledger: Ledger, chosen: Selection) -> Select[int]:
    if sum(part not in (None, ()) for part in chosen) != 1:
        raise UsageError("say in one way which rows are to be erased: by UID, person, time or number")
    entry, kept = tables.entries.c, tables.payloads.c
    query = select(entry.seq).join_from(tables.entries, tables.payloads, entry.seq == kept.seq)
    query = query.where(entry.kind != "erasure").order_by(entry.seq)
    if chosen.uid is not None:
        return query.where(kept.uid == ledger.pseudonyms.uid(chosen.uid))
    if chosen.person is not None:
        return query.where(kept.payload.contains(ledger.pseudonyms.person(chosen.person)))
    if chosen.before is not None:
        return query.where(entry.recorded < stamp(chosen.before))
    return query.where(entry.seq.in_(chosen.rows))


def _take_out(connection: Connection, seqs: Sequence[int]) -> None:
    kept, copies = tables.payloads, tables.copies
    uids: set[str] = set()
    for at in range(0, len(seqs), _AT_A_TIME):
        some = seqs[at : at + _AT_A_TIME]
        of_them = select(kept.c.uid).where(kept.c.seq.in_(some), kept.c.uid.is_not(None))
        uids.update(connection.execute(of_them.distinct()).scalars())
        connection.execute(delete(copies).where(copies.c.uid.in_(of_them)))
        connection.execute(delete(tables.payloads).where(tables.payloads.c.seq.in_(some)))
        connection.execute(delete(tables.draws).where(tables.draws.c.seq.in_(some)))
    recount(connection, uids)
    if meta_value(connection, tables.META_WIPE) is None:
        connection.execute(insert(tables.meta).values(name=tables.META_WIPE, value="1"))


def _keep_out(connection: Connection, names: Pseudonyms, uid: str) -> None:
    """No audit records the meeting again; the mark for it is not the pseudonym that its rows had."""
    owners = tables.owners
    gone = names.uid(uid), names.erased(uid)
    connection.execute(delete(owners).where(owners.c.uid.in_(gone)))
    connection.execute(insert(owners).values(uid=names.erased(uid), href=""))


def _without(connection: Connection, seqs: Sequence[int], person: str) -> Iterator[Written]:
    """Corrections that put the same rows without `person` in the place of those that are erased."""
    for at in range(0, len(seqs), _AT_A_TIME):
        kept = tables.payloads.c
        query = select(kept.seq, kept.payload).where(kept.seq.in_(seqs[at : at + _AT_A_TIME])).order_by(kept.seq)
        for seq, payload in connection.execute(query):
            row = row_of(payload)
            replaces = seq
            if isinstance(row, CorrectionRow):
                if row.row is None:
                    continue
                replaces, row = row.replaces, row.row
            if isinstance(row, MeetingRow):
                changed: Written = row.model_copy(update={"organiser": None, "title": None, "withheld": "erasure"})
            elif isinstance(row, WaiverRow) and row.approver == person:
                changed = row.model_copy(update={"approver": None, "reason": ""})
            else:
                continue
            yield CorrectionRow(
                uid=row.uid, recurrence_id=row.recurrence_id, replaces=replaces, reason="erasure", row=changed
            )
