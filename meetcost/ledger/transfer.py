# SPDX-License-Identifier: Apache-2.0
"""The books as a file, and back: CSV and JSON Lines, exactly.

A line for each row, in order, and a last one with the head, by which a cut file is known; `key` beside it tells which
key the pseudonyms are under, and does not give it away. What was erased has neither salt nor payload. An export holds
what the books hold and is as confidential as they are; `headers` alone, without payloads, may be shown to anybody.
"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from sqlalchemy import insert, select, update

from meetcost.ledger import tables
from meetcost.ledger.append import found, place
from meetcost.ledger.canonical import canonical
from meetcost.ledger.chain import EMPTY, HEAD_FORMAT, Entry, Head, Sealed, Secret, hash_of
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.ledger import BATCH, OTHER_KEY, head_of, keep_check, meta_value, sealed_rows
from meetcost.ledger.rows import row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TextIO

    from sqlalchemy import Connection

    from meetcost.ledger.ledger import Ledger

Format = Literal["jsonl", "csv"]
_COLUMNS: Final = (*Entry._fields, *Secret._fields)
_NO_LONGER: Final = 4_000_000
_HEAD_KIND: Final = "head"
"""What stands in the column `kind` of the last line of a CSV file."""


class _End(NamedTuple):
    """The last line of an export."""

    head: Head
    key: str


def export(
    ledger: Ledger,
    out: TextIO,
    form: Format,
    *,
    headers: bool = False,
    time: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Head:
    """Write one state of the books to `out` (opened with `newline=""`); the head it ends with, read at `time`."""
    write = _json_line(out) if form == "jsonl" else _csv_line(out)
    with ledger.store.reading() as connection:
        head = head_of(connection)._replace(time=time)
        check = meta_value(connection, tables.META_KEY) or ""
        for count, one in enumerate(sealed_rows(connection), 1):
            write(one._replace(secret=None) if headers else one)
            if progress is not None and count % BATCH == 0:
                progress(count, head.length)
    if form == "jsonl":
        out.write(canonical({**head.document(), "key": check}) + "\n")
    else:
        csv.writer(out, lineterminator="\n").writerow(
            [head.length, check, _HEAD_KIND, head.time, "", "", "", head.hash, "", ""]
        )
    return head


def imported(
    ledger: Ledger, lines: TextIO, form: Format, *, progress: Callable[[int], None] | None = None
) -> tuple[int, Head]:
    """Take an export into books that are empty, or hold its beginning: how many rows were new, and the head.

    An import that was interrupted goes on where it stopped. Every row is verified before it is written. Raises
    `LedgerError` with the line that is wrong; the lines before it are in the books by then.
    """
    new = 0
    end: _End | None = None
    batch: list[Sealed] = []
    last = EMPTY
    for number, one in _read(lines, form):
        if end is not None:
            raise LedgerError(
                "line {number:,}: something follows the head, which is the last line of an export", number=number
            )
        if isinstance(one, _End):
            end = one
            continue
        last = _follows(one, last, number)
        batch.append(one)
        if len(batch) >= BATCH:
            new += _store(ledger, batch)
            batch.clear()
            if progress is not None:
                progress(one.entry.seq)
    if batch:
        new += _store(ledger, batch)
    if end is None:
        raise LedgerError(
            "the export is cut: its last line, the head, is missing after row {length:,}", length=last.length
        )
    if end.head[:2] != last[:2]:
        raise LedgerError(
            "the head of the export has {length:,} rows, not the {before:,} before it",
            length=end.head.length,
            before=last.length,
        )
    if end.key and ledger.store.write(lambda connection, _: keep_check(connection, end.key)) != end.key:
        raise LedgerError(OTHER_KEY)
    return new, end.head


def _json_line(out: TextIO) -> Callable[[Sealed], None]:
    def write(one: Sealed) -> None:
        try:
            value: dict[str, Any] = {**one.entry._asdict(), "versions": json.loads(one.entry.versions)}
            if one.secret is not None:
                value |= {"salt": one.secret.salt, "payload": json.loads(one.secret.payload)}
        except (ValueError, RecursionError):
            raise LedgerError("row {seq:,} holds no JSON; verify the books", seq=one.entry.seq) from None
        out.write(canonical(value) + "\n")

    return write


def _csv_line(out: TextIO) -> Callable[[Sealed], None]:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    return lambda one: writer.writerow([*one.entry, *(one.secret or ("", ""))])


def _read(lines: TextIO, form: Format) -> Iterator[tuple[int, Sealed | _End]]:
    return _read_json(lines) if form == "jsonl" else _read_csv(lines)


def _read_json(lines: TextIO) -> Iterator[tuple[int, Sealed | _End]]:
    for number, line in enumerate(iter(lambda: lines.readline(_NO_LONGER), ""), 1):
        try:
            value = json.loads(line)
            if value.get("format") == HEAD_FORMAT:
                yield number, _End(Head.parse(line.encode()), str(value.get("key", "")))
                continue
            payload = value.pop("payload", None)
            salt = value.pop("salt", None)
            entry = Entry(**{**value, "versions": canonical(value["versions"])})
            secret = Secret(salt, canonical(payload)) if payload is not None else None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise LedgerError("line {number:,}: is no row of an export", number=number) from None
        yield number, Sealed(entry, secret)


def _read_csv(lines: TextIO) -> Iterator[tuple[int, Sealed | _End]]:
    reader = csv.reader(lines)
    limit = csv.field_size_limit(_NO_LONGER)  # of the process, hence put back
    try:
        if tuple(next(reader, ())) != _COLUMNS:
            raise LedgerError(
                "line 1: is not the head line of an export; it reads {columns}", columns=",".join(_COLUMNS)
            )
        for cells in reader:
            number = reader.line_num
            if len(cells) != len(_COLUMNS):
                raise LedgerError(
                    "line {number:,}: has {cells} cells, not {columns}",
                    number=number,
                    cells=len(cells),
                    columns=len(_COLUMNS),
                )
            seq, operation, kind, recorded, versions, commitment, previous, digest, salt, payload = cells
            if kind == _HEAD_KIND:
                document = Head(int(seq), digest, recorded).document()
                yield number, _End(Head.parse(canonical(document).encode()), operation)
                continue
            entry = Entry(int(seq), operation, kind, recorded, versions, commitment, previous, digest)
            yield number, Sealed(entry, Secret(salt, payload) if salt else None)
    except (csv.Error, ValueError):
        raise LedgerError("line {number:,}: is no row of an export", number=reader.line_num) from None
    finally:
        csv.field_size_limit(limit)


def _follows(one: Sealed, last: Head, number: int) -> Head:
    """The head after `one`; `LedgerError` unless it is whole and follows `last`."""
    entry, secret, _ = one
    texts = (entry.operation, entry.kind, entry.recorded, entry.versions, entry.commitment, entry.hash)
    if not isinstance(entry.seq, int) or not all(isinstance(text, str) for text in texts):
        raise LedgerError("line {number:,}: is no row of an export", number=number)
    if (entry.seq - 1, entry.previous) != last[:2]:
        raise LedgerError(
            "line {number:,}: row {seq:,} does not follow row {length:,}",
            number=number,
            seq=entry.seq,
            length=last.length,
        )
    if hash_of(entry) != entry.hash:
        raise LedgerError(
            "line {number:,}: row {seq:,} is not what its hash was taken of", number=number, seq=entry.seq
        )
    try:
        intact = secret is None or secret.commitment == entry.commitment
    except (ValueError, TypeError, AttributeError):
        intact = False
    if not intact:
        raise LedgerError(
            "line {number:,}: the payload of row {seq:,} is not the one that was recorded", number=number, seq=entry.seq
        )
    return Head(entry.seq, entry.hash)


def _store(ledger: Ledger, batch: Sequence[Sealed]) -> int:
    """Write the rows of a batch that are not there yet."""
    rows = [row_of(one.secret.payload) if one.secret is not None else None for one in batch]

    def work(connection: Connection, head: Head) -> int:
        first, last = batch[0].entry, batch[-1].entry
        table = tables.entries.c
        query = select(table.seq, table.hash).where(table.seq.between(first.seq, last.seq)).order_by(table.seq)
        there = connection.execute(query).all()
        fresh = batch[len(there) :]
        same = [tuple(row) for row in there] == [(one.entry.seq, one.entry.hash) for one in batch[: len(there)]]
        if not same or (fresh and (fresh[0].entry.seq - 1, fresh[0].entry.previous) != head[:2]):
            raise LedgerError("these books hold other rows already; import into new ones")
        if fresh:
            place(connection, fresh, rows[len(there) :])
            _operations(connection, fresh)
        return len(fresh)

    return ledger.store.write(work)


def _operations(connection: Connection, fresh: Sequence[Sealed]) -> None:
    """Which rows belong together; the first of them may have come with the batch before."""
    table = tables.operations
    spans: dict[str, tuple[int, int]] = {}
    for one in fresh:
        first, _ = spans.get(one.entry.operation, (one.entry.seq, 0))
        spans[one.entry.operation] = first, one.entry.seq
    opening = fresh[0].entry.operation
    if found(connection, opening) is not None:
        _, last = spans.pop(opening)
        connection.execute(update(table).where(table.c.operation == opening).values(last=last))
    if spans:
        new = [{"operation": name, "first": first, "last": last} for name, (first, last) in spans.items()]
        connection.execute(insert(table), new)
