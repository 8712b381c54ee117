# SPDX-License-Identifier: Apache-2.0
"""What an audit has to remember beside the rows: what it has read to its end, and what stands in the books already.

None of it is part of the chain: without it an audit reads everything once more and finds nothing new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, insert, select

from meetcost.ledger import tables
from meetcost.ledger.ledger import head_of, sealed_rows
from meetcost.ledger.rows import CorrectionRow, row_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from meetcost.ledger.chain import Head
    from meetcost.ledger.ledger import Ledger
    from meetcost.ledger.rows import Written


class Seen(NamedTuple):
    """The state (`etag`) in which an object was read, how it was priced, and for which seconds since the epoch."""

    etag: str
    settings: str
    first: int
    last: int

    def covers(self, other: Seen) -> bool:
        """Whether reading the object again, as in `other`, would find nothing new."""
        same = (self.etag, self.settings) == (other.etag, other.settings)
        return same and self.first <= other.first and other.last <= self.last


class Standing(NamedTuple):
    """A row and what holds in its place: `latest` is the row that says so, `row` None if it was withdrawn."""

    seq: int
    latest: int
    recorded: str
    row: Written | None


def seen(ledger: Ledger, hrefs: Sequence[str]) -> dict[str, Seen]:
    """How objects were read last; one that never was to its end is left out."""
    table = tables.sources.c
    query = select(table.href, table.etag, table.settings, table.first, table.last)
    names = {ledger.pseudonyms.source(href): href for href in hrefs}
    with ledger.store.reading() as connection:
        found = connection.execute(query.where(table.href.in_([*names]))).all()
    return {names[name]: Seen(*state) for name, *state in found}


def remember(ledger: Ledger, states: Mapping[str, Seen]) -> None:
    """Objects, by their hrefs, were read to their ends."""
    table = tables.sources
    rows = [{"href": ledger.pseudonyms.source(href), **state._asdict()} for href, state in states.items()]
    if not rows:
        return

    def work(connection: Connection, _: Head) -> None:
        connection.execute(delete(table).where(table.c.href.in_([row["href"] for row in rows])))
        connection.execute(insert(table), rows)

    ledger.store.write(work)


def owned(ledger: Ledger, named: Iterable[tuple[str, Collection[str]]]) -> list[set[str]]:
    """Of each object (its href) and the UIDs in it, those on which it has the word.

    It was the first to name them, and they were not erased. Of several in one call the earlier one is the first.
    """
    objects = [(ledger.pseudonyms.source(href), uids) for href, uids in named]
    names = {uid: ledger.pseudonyms.uid(uid) for _, uids in objects for uid in uids}
    marks = {uid: ledger.pseudonyms.erased(uid) for uid in names}
    if not names:
        return [set() for _ in objects]
    table = tables.owners

    def work(connection: Connection, _: Head) -> list[set[str]]:
        query = select(table.c.uid, table.c.href).where(table.c.uid.in_([*names.values(), *marks.values()]))
        taken = {row[0]: row[1] for row in connection.execute(query)}
        gone = {uid for uid, mark in marks.items() if mark in taken}
        new: list[dict[str, str]] = []
        mine: list[set[str]] = []
        for href, uids in objects:
            of_it = {uid for uid in uids if uid not in gone and taken.get(names[uid], href) == href}
            new += [{"uid": names[uid], "href": href} for uid in of_it if names[uid] not in taken]
            taken |= {names[uid]: href for uid in of_it}
            mine.append(of_it)
        if new:
            connection.execute(insert(table), new)
        return mine

    return ledger.store.write(work)


def kept_out(ledger: Ledger, uids: Iterable[str]) -> set[str]:
    """Those of `uids` whose meeting was erased: nothing of it is recorded again."""
    marks = {ledger.pseudonyms.erased(uid): uid for uid in uids}
    table = tables.owners.c
    with ledger.store.reading() as connection:
        return {marks[row[0]] for row in connection.execute(select(table.uid).where(table.uid.in_([*marks])))}


def standing(ledger: Ledger, uids: Iterable[str]) -> tuple[Mapping[str, Mapping[tuple[str, str], Standing]], Head]:
    """What the books say of each meeting, by kind and RECURRENCE-ID, and the head at which they said it."""
    names = {ledger.pseudonyms.uid(uid): uid for uid in uids}
    found: dict[str, dict[tuple[str, str], Standing]] = {uid: {} for uid in names.values()}
    with ledger.store.reading() as connection:
        for entry, secret, (name, recurrence_id) in sealed_rows(connection, uids=list(names)):
            if secret is None or name is None:
                continue
            row, of_it = row_of(secret.payload), found[names[name]]
            if not isinstance(row, CorrectionRow):
                of_it[entry.kind, recurrence_id] = Standing(entry.seq, entry.seq, entry.recorded, row)
                continue
            key = next((key for key, before in of_it.items() if before.seq == row.replaces), None)
            if key is None and row.row is not None:  # what it replaces was erased
                key = row.row.kind, recurrence_id
            if key is not None:
                of_it[key] = Standing(row.replaces, entry.seq, entry.recorded, row.row)
        return found, head_of(connection)
