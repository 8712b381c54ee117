# SPDX-License-Identifier: Apache-2.0
"""The sums of the draws of each meeting (`tables.counts`), kept beside the chain as its quota rows come in.

So a decision reads what is counted, and not all that ever was: whoever changes a long series again and again makes no
change slower.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from meetcost.ledger import tables
from meetcost.ledger.rows import Draw, QuotaRow, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from meetcost.ledger.rows import Written

Key = tuple[str, str, str, int, str]
"""Pseudonyms of the UID and of the calendar, pool, instant, pseudonym of the meeting; empty for what is not said."""
_INSERT: Final = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def key_of(row: QuotaRow, one: Draw) -> Key:
    """Under what a draw is summed."""
    return row.uid or "", row.home or "", one.pool, one.at, one.meeting or ""


def add(connection: Connection, rows: Iterable[Written | None]) -> None:
    """Take the draws of new rows in; what sums up to nothing is left out."""
    sums: dict[Key, tuple[int, str]] = {}
    for row in rows:
        if isinstance(row, QuotaRow) and row.uid is not None:
            for one in row.draws:
                key = key_of(row, one)
                sums[key] = sums.get(key, (0, ""))[0] + one.amount, one.unit
    if not sums:
        return
    table, names = tables.counts, ("uid", "home", "pool", "at", "meeting")
    query: Any = _INSERT[connection.dialect.name](table)  # each has the same words for it
    changed = {"amount": table.c.amount + query.excluded.amount, "unit": query.excluded.unit}
    query = query.on_conflict_do_update(index_elements=list(names), set_=changed)
    values = [dict(zip((*names, "amount", "unit"), (*key, *summed), strict=True)) for key, summed in sums.items()]
    connection.execute(query, values)
    for uid in {key[0] for key in sums}:
        connection.execute(delete(table).where(table.c.uid == uid, table.c.amount == 0))


def counted(connection: Connection, uid: str) -> Iterator[tuple[str | None, Draw]]:
    """(calendar, draw) of all that is counted of a UID."""
    table = tables.counts.c
    query = select(table.home, table.pool, table.at, table.amount, table.unit, table.meeting).where(table.uid == uid)
    for home, pool, at, amount, unit, meeting in connection.execute(query):
        yield home or None, Draw(pool=pool, at=at, amount=amount, unit=unit, meeting=meeting or None)


def recount(connection: Connection, uids: Iterable[str]) -> None:
    """Sum the rows of these meetings anew, as some are not there any more."""
    table, kept = tables.counts, tables.payloads.c
    for uid in uids:
        connection.execute(delete(table).where(table.c.uid == uid))
        query = select(kept.payload).join(tables.entries, tables.entries.c.seq == kept.seq)
        query = query.where(kept.uid == uid, tables.entries.c.kind == "quota").order_by(kept.seq)
        add(connection, [row_of(payload) for payload in connection.execute(query).scalars()])
