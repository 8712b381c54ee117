# SPDX-License-Identifier: Apache-2.0
"""Whether the books are what they were: every row, the links between them, and heads that were published.

The chain alone finds what was edited, taken out or put in another place. Cut ends and older copies put in the place of
the books are whole chains of their own: only a head that was published, or kept elsewhere, finds them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from meetcost.ledger import tables
from meetcost.ledger.chain import BEGINNING, EMPTY, Head, hash_of
from meetcost.ledger.counts import key_of
from meetcost.ledger.discrepancy import Discrepancy
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.ledger import head_of, meta_value, sealed_rows
from meetcost.ledger.rows import ErasureRow, QuotaRow, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from meetcost.ledger.chain import Entry, Sealed
    from meetcost.ledger.counts import Key
    from meetcost.ledger.discrepancy import Code
    from meetcost.ledger.ledger import Ledger

_REPORT_EVERY: Final = 1_000


class Verification(NamedTuple):
    """What was looked at and what was found. `head` is where the books end, `erased` how many payloads are gone."""

    head: Head
    erased: int
    discrepancies: tuple[Discrepancy, ...]

    @property
    def sound(self) -> bool:
        """Whether everything is as it was."""
        return not self.discrepancies


def verify(
    ledger: Ledger, *, against: Iterable[Head] = (), progress: Callable[[int, int], None] | None = None
) -> Verification:
    """Recompute every row and compare with the heads `against`, over one state of the books.

    `progress` is told how many rows of how many are done. Raises `LedgerError` only if the books cannot be read.
    """
    heads = sorted({head[:2] for head in against})
    with ledger.store.reading() as connection:
        end = head_of(connection)
        chain = _Chain(heads)
        for count, one in enumerate(sealed_rows(connection), 1):
            chain.look_at(one)
            if progress is not None and count % _REPORT_EVERY == 0:
                progress(count, end.length)
        chain.close(end)
        chain.found += _beside(connection, chain)
        found = sorted(chain.found, key=lambda one: one.seq)
        return Verification(Head(chain.last, chain.hash), len(chain.missing), tuple(found))


class _Chain:
    """The rows as they come by; each is measured against what has to precede it."""

    def __init__(self, heads: Sequence[tuple[int, str]]) -> None:
        self.found: list[Discrepancy] = []
        self.last, self.hash = EMPTY[:2]
        self.missing: set[int] = set()
        self.operations: dict[str, tuple[int, int]] = {}
        self.draws: set[tuple[int, int, str, int, int, str]] = set()
        self.counts: dict[Key, tuple[int, int]] = {}
        self._declared: set[int] = set()
        self._heads = dict[int, set[str]]()
        for length, digest in heads:
            self._heads.setdefault(length, set()).add(digest)
        self._met(0, BEGINNING)

    def say(self, code: Code, seq: int, to: int | None = None) -> None:
        self.found.append(Discrepancy(code, seq, seq if to is None else to))

    def look_at(self, one: Sealed) -> None:
        """One row."""
        entry = one.entry
        if entry.seq != self.last + 1:
            self.say("row-missing", self.last + 1, entry.seq - 1)
        elif entry.previous != self.hash:
            self.say("link-broken", entry.seq)
        self._header(entry)
        if one.secret is None:
            self.missing.add(entry.seq)
        else:
            self._payload(one)
        first, _ = self.operations.get(entry.operation, (entry.seq, 0))
        self.operations[entry.operation] = first, entry.seq
        self.last, self.hash = entry.seq, entry.hash
        self._met(entry.seq, entry.hash)

    def close(self, end: Head) -> None:
        """What only the whole shows."""
        if self.last < end.length:
            self.say("rows-cut", self.last + 1, end.length)
        elif end[:2] != (self.last, self.hash):
            self.say("head-edited", self.last)
        for length in sorted(length for length in self._heads if length > self.last):
            self.say("rolled-back", self.last, length)
        for seq in sorted(self.missing - self._declared):
            self.say("payload-missing", seq)
        for seq in sorted(self._declared - self.missing):
            if seq <= self.last:
                self.say("payload-back", seq)

    def _met(self, length: int, digest: str) -> None:
        published = self._heads.pop(length, {digest})
        if published != {digest}:
            self.say("other-history", length)

    def _header(self, entry: Entry) -> None:
        try:
            intact = entry.hash == hash_of(entry)
        except LedgerError:
            intact = False
        if not intact:
            self.say("row-edited", entry.seq)

    def _payload(self, one: Sealed) -> None:
        entry, secret, key = one
        if secret is None:
            return
        try:
            intact = secret.commitment == entry.commitment
        except (ValueError, TypeError, AttributeError):  # a cell can hold anything: octets, numbers
            intact = False
        if not intact:
            self.say("payload-edited", entry.seq)
            return
        try:
            value = json.loads(secret.payload)
            fits = value["kind"] == entry.kind and (value["uid"], value["recurrence_id"]) == key
        except (ValueError, TypeError, KeyError, RecursionError):
            fits = False
        if not fits:
            self.say("payload-strange", entry.seq)
        elif entry.kind in ("erasure", "quota"):
            self._derived(entry.seq, secret.payload)

    def _derived(self, seq: int, payload: str) -> None:
        try:
            row = row_of(payload)
        except LedgerError:
            self.say("payload-strange", seq)
            return
        if isinstance(row, ErasureRow):
            for first, last in row.ranges:
                self._declared.update(range(first, min(last, self.last + 1) + 1))
        elif isinstance(row, QuotaRow):
            self.draws |= {(seq, place, one.pool, one.at, one.amount, one.unit) for place, one in enumerate(row.draws)}
            for one in row.draws if row.uid is not None else ():
                key = key_of(row, one)
                self.counts[key] = self.counts.get(key, (0, 0))[0] + one.amount, seq


def _beside(connection: Connection, chain: _Chain) -> Iterator[Discrepancy]:
    """What is kept beside the chain to find things by has to say the same."""
    table = tables.operations.c
    kept = {row[0]: (row[1], row[2]) for row in connection.execute(select(*table))}
    for operation in chain.operations.keys() | kept.keys():
        if kept.get(operation) != chain.operations.get(operation):
            first, last = map(_number, chain.operations.get(operation) or kept[operation])
            yield Discrepancy("operation-edited", first, last)
    drawn = {tuple(row) for row in connection.execute(select(*tables.draws.c))}
    for seq in sorted({_number(one[0]) for one in chain.draws ^ drawn}):
        yield Discrepancy("draws-edited", seq, seq)
    table = tables.counts.c
    query = select(table.uid, table.home, table.pool, table.at, table.meeting, table.amount)
    summed = {(*key,): amount for *key, amount in connection.execute(query)}
    wrong = [seq for key, (amount, seq) in chain.counts.items() if summed.pop(key, 0) != amount]
    if wrong or summed:
        yield Discrepancy("draws-edited", max(wrong, default=0), max(wrong, default=0))
    payload = tables.payloads.c
    known = select(payload.seq).where(payload.seq > func.coalesce(select(tables.head.c.length).scalar_subquery(), 0))
    for (seq,) in connection.execute(known):
        yield Discrepancy("payload-stray", seq, seq)
    if meta_value(connection, tables.META_WIPE) is not None:
        yield Discrepancy("wipe-due", 0, 0)


def _number(value: object) -> int:
    """A row number that somebody may have overwritten with something else."""
    return value if isinstance(value, int) else 0
