# SPDX-License-Identifier: Apache-2.0
"""Rows onto the end of the chain, within a transaction that somebody else has begun."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import insert, select, update

from meetcost.ledger import counts, tables
from meetcost.ledger.chain import Head, Secret, sealed
from meetcost.ledger.faults import LedgerError, MovedError, OtherRowsError
from meetcost.ledger.rows import QuotaRow, payload_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from meetcost.ledger.chain import Sealed
    from meetcost.ledger.rows import Written
    from meetcost.ledger.versions import Versions

_SALT: Final = 32


class Receipt(NamedTuple):
    """Rows `first` to `last` are in the books. `repeated`: they had been before, under the same operation id."""

    first: int
    last: int
    hash: str
    repeated: bool = False


class Operation(NamedTuple):
    """Rows that enter the books together or not at all; `id` is a pseudonym, `recorded` UTC to the second."""

    id: str
    recorded: str
    versions: Versions


def found(connection: Connection, operation: str) -> Receipt | None:
    """What is recorded under an operation id."""
    table, rows = tables.operations.c, tables.entries.c
    query = select(table.first, table.last, rows.hash).join(tables.entries, rows.seq == table.last)
    row = connection.execute(query.where(table.operation == operation)).one_or_none()
    return Receipt(*row, repeated=True) if row is not None else None


def record(
    connection: Connection, head: Head, rows: Sequence[Written], operation: Operation, *, after: Head | None = None
) -> Receipt:
    """Append `rows`, or say that they were appended before.

    Raises `OtherRowsError` if others were under this id, `MovedError` if the books are no longer at `after`.
    """
    payloads = [payload_of(row) for row in rows]
    if not payloads:
        raise LedgerError("an operation without rows; give one or more")
    before = found(connection, operation.id)
    if before is not None:
        _same(connection, before, payloads)
        return before
    if after is not None and (after.length, after.hash) != (head.length, head.hash):
        raise MovedError(after.length, head.length)
    chain: list[Sealed] = []
    end, versions = head, operation.versions._asdict()
    for row, payload in zip(rows, payloads, strict=True):
        secret = Secret(secrets.token_hex(_SALT), payload)
        one = sealed(end, secret, kind=row.kind, operation=operation.id, recorded=operation.recorded, versions=versions)
        chain.append(one)
        end = Head(one.entry.seq, one.entry.hash)
    place(connection, chain, rows)
    connection.execute(
        insert(tables.operations), [{"operation": operation.id, "first": head.length + 1, "last": end.length}]
    )
    return Receipt(head.length + 1, end.length, end.hash)


def place(connection: Connection, chain: Sequence[Sealed], rows: Sequence[Written | None]) -> None:
    """Put rows that are sealed already behind the last one; of one that was erased, `rows` has None."""
    kept: list[dict[str, object]] = []
    drawn: list[dict[str, object]] = []
    for (entry, secret, _), row in zip(chain, rows, strict=True):
        if secret is None or row is None:
            continue
        kept.append({"seq": entry.seq, "uid": row.uid, "recurrence_id": row.recurrence_id, **secret._asdict()})
        if isinstance(row, QuotaRow):
            drawn += [{"seq": entry.seq, "place": at, **draw.in_table()} for at, draw in enumerate(row.draws)]
    connection.execute(insert(tables.entries), [one.entry._asdict() for one in chain])
    if kept:
        connection.execute(insert(tables.payloads), kept)
    if drawn:
        connection.execute(insert(tables.draws), drawn)
    counts.add(connection, rows)
    last = chain[-1].entry
    connection.execute(update(tables.head).values(length=last.seq, hash=last.hash))


def _same(connection: Connection, before: Receipt, payloads: Sequence[str]) -> None:
    """Raise `OtherRowsError` unless these are the payloads that were recorded; erased ones are not compared."""
    table = tables.payloads.c
    query = select(table.seq, table.payload).where(table.seq.between(before.first, before.last))
    stored = {seq: payload for seq, payload in connection.execute(query)}  # noqa: C416 - typed as rows
    same = before.last - before.first + 1 == len(payloads)
    if not same or any(payload != stored.get(at, payload) for at, payload in enumerate(payloads, before.first)):
        raise OtherRowsError(before.first, before.last)
