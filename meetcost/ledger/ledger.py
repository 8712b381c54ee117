# SPDX-License-Identifier: Apache-2.0
"""The books: open them, append to them, read them.

    with Ledger.open("books.db", create=True) as ledger:
        make = RowMaker(ledger.pseudonyms)
        ledger.append([make.meeting(...)], operation="audit 2026-12 ...", now=now, versions=Versions.of(policy))

The clock is the caller's. Whatever is appended carries an operation id that the caller gives: appending the same
operation again, after a crash or a lost connection, changes nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from sqlalchemy import insert, or_, select

from meetcost.errors import said_by
from meetcost.ledger import tables
from meetcost.ledger.append import Operation, Receipt, found, record
from meetcost.ledger.chain import Entry, Head, Sealed, Secret
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.making import stamp
from meetcost.ledger.migrations import VERSIONS, migrate, version_of
from meetcost.ledger.pseudonym import Pseudonyms, key_at
from meetcost.ledger.rows import CorrectionRow, WaiverRow, Written, row_of
from meetcost.ledger.steps import tally_of
from meetcost.ledger.store import Store
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from meetcost.ledger.versions import Versions
    from meetcost.model.verdict import Tally

OTHER_KEY: Final = "these books were begun with another key; name the file that holds it"
BATCH: Final = 2_000
"""Rows that are read at a time."""


class Recorded(NamedTuple):
    """A row as it stands in the books; `row` is None once it has been erased, `replaced` tells a correction."""

    seq: int
    kind: str
    recorded: str
    versions: str
    row: Written | None
    replaced: bool = False


class Ledger:
    """Books on SQLite or PostgreSQL. Several threads may share one; each process opens its own."""

    def __init__(self, store: Store, pseudonyms: Pseudonyms | None = None) -> None:
        self.store = store
        self._pseudonyms = pseudonyms

    @classmethod
    def open(
        cls, location: Path | str, *, key: Path | str | None = None, create: bool = False, new_key: bool = True
    ) -> Self:
        """The books in a file (SQLite) or behind a URL (`postgresql://user@host/database`), brought up to date.

        `key` is the file with the key of the pseudonyms; for a SQLite file it is `FILE.key` beside it. Reading,
        verifying and exporting need no key. With `create` books and key are made where there are none (the key not
        without `new_key`, and none for a SQLite file that is there: it had one). Raises `LedgerError`.
        """
        store = Store(location)
        named = key
        if key is None and store.path is not None:
            key = store.path.with_name(f"{store.path.name}.key")
        if not create and not store.exists:
            raise LedgerError("{name}: there are no books", name=store.name)
        pseudonyms = None
        new_key = new_key and create and not (store.path is not None and store.exists)
        if key is not None and (new_key or Path(key).exists()):
            try:
                pseudonyms = key_at(key, create=new_key)
            except OSError as error:
                raise LedgerError("{where}: {why}", where=key, why=said_by(error)) from None
        ledger = cls(store, pseudonyms)
        try:
            ledger._prepare(create=create)
            if named is not None and create and pseudonyms is None:
                ledger._check_key("")
        except LedgerError:
            store.close()
            raise
        return ledger

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the database go."""
        self.store.close()

    @property
    def pseudonyms(self) -> Pseudonyms:
        """Under the key of these books; `LedgerError` without one."""
        if self._pseudonyms is None:
            raise LedgerError("{name}: the key is needed for this; name its file", name=self.store.name)
        return self._pseudonyms

    def head(self, now: datetime | None = None) -> Head:
        """Where the chain ends; with `now` as it is published. `LedgerError` if the head is damaged."""
        with self.store.reading() as connection:
            head = head_of(connection)
        if head.length < 0:
            raise LedgerError("{name}: the head of these books is damaged; verify them", name=self.store.name)
        return head._replace(time=stamp(now) if now is not None else "")

    def append(
        self,
        rows: Sequence[Written],
        *,
        operation: str,
        now: datetime,
        versions: Versions,
        after: Head | None = None,
    ) -> Receipt:
        """Append `rows` together or not at all; what it returns is on disk.

        The same `operation` again changes nothing (`Receipt.repeated`). `after` is the head that the rows were decided
        on. Raises `MovedError` if the books have moved since, `OtherRowsError` if the operation was recorded with other
        rows, `LedgerError` if the database gives up; then nothing was written.
        """
        chosen = Operation(self.pseudonyms.operation(operation), stamp(now), versions)
        return self.store.write(lambda connection, head: record(connection, head, rows, chosen, after=after))

    def append_all(
        self,
        operations: Sequence[tuple[str, Sequence[Written]]],
        *,
        now: datetime,
        versions: Versions,
        after: Head | None = None,
    ) -> list[Receipt]:
        """Append several operations, each an id with its rows, together or not at all: one wait for the disk."""
        chosen = [(Operation(self.pseudonyms.operation(one), stamp(now), versions), rows) for one, rows in operations]

        def work(connection: Connection, head: Head) -> list[Receipt]:
            receipts: list[Receipt] = []
            end = head
            for operation, rows in chosen:
                receipt = record(connection, end, rows, operation, after=after if end == head else None)
                if not receipt.repeated:
                    end = Head(receipt.last, receipt.hash)
                receipts.append(receipt)
            return receipts

        return self.store.write(work)

    def find(self, operation: str) -> Receipt | None:
        """What was recorded under an operation id; None if nothing was."""
        with self.store.reading() as connection:
            return found(connection, self.pseudonyms.operation(operation))

    def rows(self, *, kind: str | None = None, uid: str | None = None, first: int = 1) -> Iterator[Recorded]:
        """The rows in their order, with what corrections have put in their place; of one kind or one UID only.

        A row that was withdrawn is left out; so are corrections and erasures, unless their kind is asked for. Raises
        `LedgerError` for a row that cannot be read (`verify` tells more).
        """
        with self.store.reading() as connection:
            corrected = _corrections(connection)
            wanted = [self.pseudonyms.uid(uid)] if uid is not None else None
            of_it = [seq for seq, row in corrected.items() if row is not None and [row.uid] == wanted]
            for sealed in sealed_rows(connection, first=first, kind=kind, uids=wanted, also=of_it):
                entry, secret, _ = sealed
                if kind is None and entry.kind in ("correction", "erasure"):
                    continue
                row = row_of(secret.payload) if secret is not None else None
                replaced = entry.seq in corrected
                row = corrected.get(entry.seq, row)
                if row is not None or not replaced:
                    yield Recorded(entry.seq, entry.kind, entry.recorded, entry.versions, row, replaced)

    def tally(self, uid: str, now: datetime, callers: Collection[str] | None = None) -> tuple[Tally, Head]:
        """What the books hold that a decision on the meeting `uid` depends on, and the head at which they were read.

        Waivers are those that were granted, and neither revoked since nor expired; of `callers`, the addresses of all
        its organisers (empty for none), a waiver for somebody else's meeting is one that has lapsed. Approvals are the
        last waiver of each exemption in the form that is bound to the UID alone. Give the head to `append` as `after`:
        it refuses if the books have moved.
        """
        with self.store.reading() as connection:
            return self.tally_in(connection, uid, now, callers), head_of(connection)

    def tally_in(
        self, connection: Connection, uid: str, now: datetime, callers: Collection[str] | None = None
    ) -> Tally:
        """As `tally`, within a transaction that somebody else has begun."""
        of = self.pseudonyms.meeting
        meetings = frozenset(of(uid, caller) for caller in callers) if callers is not None else None
        return tally_of(waiver_rows(connection, self.pseudonyms.uid(uid)), uid, stamp(now), meetings)

    def _prepare(self, *, create: bool) -> None:
        """Make the tables or bring them up to date, if they are not; remember which key the pseudonyms are under."""
        if create:
            self.store.make()
            self.store.transact(migrate)
        else:
            with self.store.reading() as connection:
                outdated = version_of(connection) < len(VERSIONS)
            if outdated:
                self.store.transact(migrate)
        if self._pseudonyms is not None:
            self._check_key(self._pseudonyms.check)

    def _check_key(self, check: str) -> None:
        with self.store.reading() as connection:
            known = meta_value(connection, tables.META_KEY)
        if known is None and check:
            known = self.store.write(lambda connection, _: keep_check(connection, check))
        if (known or "") != check:
            raise LedgerError("{where}: {why}", where=self.store.name, why=Sentence.of(OTHER_KEY))


def waiver_rows(connection: Connection, uid: str | None = None) -> list[tuple[int, str, WaiverRow]]:
    """Number, time and content of the waiver rows, corrections in their place; of one meeting (a pseudonym) only."""
    wanted = [uid] if uid is not None else None
    corrected, found = _corrections(connection, wanted), []
    of_it = [seq for seq, row in corrected.items() if row is not None and row.uid == uid] if uid is not None else []
    for entry, secret, _ in sealed_rows(connection, kind="waiver", uids=wanted, also=of_it):
        row = corrected.get(entry.seq, row_of(secret.payload) if secret is not None else None)
        if isinstance(row, WaiverRow):
            found.append((entry.seq, entry.recorded, row))
    return found


def meta_value(connection: Connection, name: str) -> str | None:
    """A setting of the books."""
    value: str | None = connection.execute(select(tables.meta.c.value).where(tables.meta.c.name == name)).scalar()
    return value


def keep_check(connection: Connection, check: str) -> str:
    """The check of the key that is kept: `check` if there was none."""
    known = meta_value(connection, tables.META_KEY)
    if known is None:
        connection.execute(insert(tables.meta).values(name=tables.META_KEY, value=check))
    return known or check


def head_of(connection: Connection) -> Head:
    """Where the chain ends in this state of the books."""
    row = connection.execute(select(tables.head.c.length, tables.head.c.hash)).one_or_none()
    if row is None or not isinstance(row[0], int):
        return Head(-1, "")  # damaged, as `verify` will tell
    return Head(*row)


def sealed_rows(
    connection: Connection,
    *,
    first: int = 1,
    kind: str | None = None,
    uids: Sequence[str] | None = None,
    also: Sequence[int] = (),
) -> Iterator[Sealed]:
    """The rows from `first` on with what is left of their payloads, a batch at a time.

    `uids` are pseudonyms; `also` are rows of these meetings whose payload, which said so, is gone.
    """
    entry, kept = tables.entries.c, tables.payloads.c
    columns: list[Any] = [*tables.entries.c, kept.salt, kept.payload, kept.uid, kept.recurrence_id]
    query = select(*columns).join_from(tables.entries, tables.payloads, entry.seq == kept.seq, isouter=True)
    if kind is not None:
        query = query.where(entry.kind == kind)
    if uids is not None:
        query = query.where(or_(kept.uid.in_(uids), entry.seq.in_(also)))
    query = query.order_by(entry.seq).limit(BATCH)
    while True:
        batch = connection.execute(query.where(entry.seq >= first)).all()
        for *header, salt, payload, named, recurrence_id in batch:
            secret = Secret(salt, payload) if payload is not None else None
            yield Sealed(Entry(*header), secret, (named, recurrence_id or ""))
        if len(batch) < BATCH:
            return
        first = batch[-1][0] + 1


def _corrections(connection: Connection, uids: Sequence[str] | None = None) -> dict[int, Written | None]:
    """Row -> what holds in its place; the last correction counts. `uids` are pseudonyms of the meetings wanted."""
    holds: dict[int, Written | None] = {}
    for _, secret, _ in sealed_rows(connection, kind="correction", uids=uids):
        row = row_of(secret.payload) if secret is not None else None
        if isinstance(row, CorrectionRow):
            holds[row.replaces] = row.row
    return holds
