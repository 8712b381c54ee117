# SPDX-License-Identifier: Apache-2.0
"""Quotas: room is reserved before a write goes out, and confirmed or released once it is known how it ended.

    reserve  --write went through-->  confirm   (rows and draws enter the books together)
       |-----write failed---------->  release
       `-----crash----------------->  settle    (the caller asks the server how each ended)

What is used of a pool is what quota rows have drawn and what is reserved. A reservation takes all its draws or none, in
one transaction that holds the head of the chain: however many ask at once, no pool is overdrawn. What lets a bound be
broken, as a waiver, is looked up in the same transaction. A deletion is begun and ended likewise (`remove`), so that
one that a crash cuts off is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from meetcost.errors import UsageError
from meetcost.ledger.append import Operation, Receipt, found, record
from meetcost.ledger.counting import change, copies_in, overdrawn
from meetcost.ledger.faults import LedgerError, QuotaError
from meetcost.ledger.making import made, stamp
from meetcost.ledger.reserving import (
    CONFIRMED,
    OPEN,
    RELEASED,
    Reservation,
    ended,
    hold,
    let_go,
    open_ones,
    removals_of,
    state_of,
    targets_of,
)
from meetcost.ledger.rows import Draw
from meetcost.ledger.usage import pools, used, used_by_instant, used_by_unit
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from meetcost.ledger.chain import Head
    from meetcost.ledger.counting import Bound, Counted, Place
    from meetcost.ledger.ledger import Ledger
    from meetcost.ledger.rows import Written
    from meetcost.ledger.usage import Usage
    from meetcost.ledger.versions import Versions


class Claim(NamedTuple):
    """`amount` out of `pool`, for a meeting at `at`, of which `limit` may be used between `start` and `end`.

    A pool is named by the caller (`meetings/unit:Roads`), and so is what its whole numbers count: meetings,
    person-seconds, minor units of money. Calendar periods and rolling ones are both spans of time; without bounds
    everything counts.
    """

    pool: str
    amount: int
    limit: int
    at: datetime
    start: datetime | None = None
    end: datetime | None = None


class Quotas:
    """The quotas of some books."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def reserve(self, operation: str, claims: Sequence[Claim], *, now: datetime, ticket: str = "") -> None:
        """Hold room for all `claims` or for none.

        The same operation again changes nothing while it is held or after it was confirmed. Raises `QuotaError` for
        the first pool that has no room, `LedgerError` for an operation that was released.
        """
        if not claims or any(claim.amount < 0 for claim in claims):
            raise UsageError("a reservation needs claims, none of them below 0")
        if any(not _within(claim) for claim in claims):
            raise UsageError("a claim is for a meeting within its own period")
        name = self._ledger.pseudonyms.operation(operation)
        draws = [made(Draw, pool=claim.pool, at=epoch(claim.at), amount=claim.amount) for claim in claims]

        def work(connection: Connection, _: Head) -> None:
            state = state_of(connection, name)
            if state == RELEASED:
                raise LedgerError("this operation was released; reserve under a new id")
            if state is not None:
                return
            wanted: dict[str, int] = {}
            for claim in claims:
                wanted[claim.pool] = wanted.get(claim.pool, 0) + claim.amount
                taken = sum(used(connection, claim.pool, claim.start, claim.end))
                if taken + wanted[claim.pool] > claim.limit:
                    raise QuotaError(claim.pool, used=taken, limit=claim.limit, wanted=wanted[claim.pool])
            hold(connection, Reservation(name, stamp(now), ticket), draws)

        self._ledger.store.write(work)

    def count(
        self,
        operation: str,
        targets: Sequence[Draw],
        bounds: Sequence[Bound],
        who: Counted,
        *,
        now: datetime,
        ticket: str = "",
        stood: Mapping[Place, int] | None = None,
        waives: Callable[[Connection, QuotaError], bool] | None = None,
    ) -> tuple[bool, tuple[QuotaError, ...]]:
        """Hold room for what a meeting takes besides what is counted of it, all of it or nothing.

        `targets` is what it takes as it is being written, once a pool and instant. `waives` says, within the
        transaction, whether the bounds of that name may be broken. Whether anything is held, and the bounds that it
        breaks though they do not bind. Raises `QuotaError` for the first bound that has no room; `confirm` and
        `release` end it as any other.
        """
        name = self._ledger.pseudonyms.operation(operation)

        def work(connection: Connection, _: Head) -> tuple[bool, tuple[QuotaError, ...]]:
            if state_of(connection, name) is not None:  # the connection was lost at COMMIT
                return True, ()
            new = change(connection, who, targets)
            broken = overdrawn(connection, new, bounds, stood or {})
            binding = {bound.name for bound in bounds if bound.binds}
            for error in broken:
                if error.name in binding:
                    if waives is None or not waives(connection, error):
                        raise error
                    binding.discard(error.name)
            same = not new.draws and list(new.copies) == list(copies_in(connection, who))
            if same and not removals_of(connection, who):
                return False, tuple(broken)
            taken = [draw for draw in new.draws if draw.amount > 0]
            hold(connection, Reservation(name, stamp(now), ticket), taken, targets=targets, who=who)
            return True, tuple(broken)

        return self._ledger.store.write(work)

    def remove(self, operation: str, who: Counted, *, now: datetime, ticket: str = "") -> bool:
        """A meeting is about to be deleted out of its calendar: whether anything is known of it there.

        Then `confirm` gives back what had not begun, or has it counted in another calendar where it stands still;
        `release` says that it was not deleted.
        """
        name = self._ledger.pseudonyms.operation(operation)

        def work(connection: Connection, _: Head) -> bool:
            if state_of(connection, name) is not None:  # the connection was lost at COMMIT
                return True
            if not change(connection, who, ()).draws and not copies_in(connection, who):
                return False
            hold(connection, Reservation(name, stamp(now), ticket, removes=True), (), who=who)
            return True

        return self._ledger.store.write(work)

    def by_unit(self, pool: str, start: int, end: int) -> dict[str, int]:
        """Who has used how much of a pool, confirmed or held, for meetings between two instants (epoch seconds)."""
        with self._ledger.store.reading() as connection:
            return used_by_unit(connection, pool, start, end)

    def by_instant(self, pool: str, start: int, end: int) -> dict[int, int]:
        """How much of a pool meetings at each instant use, confirmed or held, between two (all in epoch seconds)."""
        with self._ledger.store.reading() as connection:
            return used_by_instant(connection, pool, start, end)

    def pools(self, name: str) -> tuple[str, ...]:
        """The pools whose label is `name`, or begins with it and a slash."""
        with self._ledger.store.reading() as connection:
            return pools(connection, name)

    def usage(self, pool: str, *, start: datetime | None = None, end: datetime | None = None) -> Usage:
        """What is used of a pool for meetings from `start` up to, not including, `end`."""
        with self._ledger.store.reading() as connection:
            return used(connection, pool, start, end)

    def open(self) -> tuple[Reservation, ...]:
        """What is held, and the deletions that are under way; the oldest first."""
        with self._ledger.store.reading() as connection:
            return open_ones(connection)

    def confirm(self, operation: str, rows: Sequence[Written], *, now: datetime, versions: Versions) -> Receipt:
        """The write went through: `rows` and a row with what was drawn enter the books, and the room stays used.

        The same again changes nothing. Raises `LedgerError` if nothing is held under this id.
        """
        return self._confirm(self._ledger.pseudonyms.operation(operation), rows, now=now, versions=versions)

    def release(self, operation: str) -> None:
        """The write failed: the room is free again. Nothing changes if nothing is held."""
        self._release(self._ledger.pseudonyms.operation(operation))

    def confirm_open(self, held: Reservation, *, now: datetime, versions: Versions) -> Receipt:
        """`confirm` for one of `open`."""
        return self._confirm(held.operation, (), now=now, versions=versions)

    def wanted(self, held: Reservation) -> list[Draw]:
        """What the meeting that one of `open` is for takes altogether, as it was reserved."""
        with self._ledger.store.reading() as connection:
            return targets_of(connection, held.operation)

    def settle(
        self,
        before: datetime,
        ended: Callable[[Reservation], Sequence[Written] | None],
        *,
        now: datetime,
        versions: Versions,
    ) -> tuple[int, int]:
        """End what a crash has left open: how many were confirmed, how many released.

        `ended` is asked about each reservation made before that instant: the rows to record if the write went through,
        None if it did not. An error it raises leaves that reservation, and those after it, as they are. Deletions stay
        open.
        """
        confirmed = released = 0
        for held in self.open():
            if held.removes or held.reserved >= stamp(before):
                continue
            rows = ended(held)
            if rows is None:
                self._release(held.operation)
                released += 1
            else:
                self._confirm(held.operation, rows, now=now, versions=versions)
                confirmed += 1
        return confirmed, released

    def settle_counted(
        self,
        before: datetime,
        stands: Callable[[Reservation], Sequence[Draw] | None],
        *,
        now: datetime,
        versions: Versions,
    ) -> tuple[int, int]:
        """As `settle`, for meetings that are counted: `stands` says what the meeting takes as it is stored by now.

        None stands for a meeting that is not stored at all, which takes nothing any more, or for a reservation that is
        none of the caller's. Deletions are settled as well.
        """
        confirmed = released = 0
        for held in self.open():
            if held.reserved > stamp(before):
                continue
            targets = stands(held)
            if targets is None:
                self._confirm(held.operation, (), now=now, versions=versions, gone=True)
                released += 1
            else:
                if held.removes:
                    self._release(held.operation)
                else:
                    self._confirm(held.operation, (), now=now, versions=versions, targets=targets)
                confirmed += 1
        return confirmed, released

    def _confirm(
        self,
        name: str,
        rows: Sequence[Written],
        *,
        now: datetime,
        versions: Versions,
        targets: Sequence[Draw] | None = None,
        gone: bool = False,
    ) -> Receipt:
        chosen = Operation(name, stamp(now), versions)

        def work(connection: Connection, head: Head) -> Receipt:
            before = found(connection, name)
            if before is not None:
                return before
            state = state_of(connection, name)
            if state == CONFIRMED:  # it drew nothing, so that nothing was written
                return Receipt(0, 0, head.hash, repeated=True)
            if state not in OPEN:
                raise LedgerError("nothing is reserved under this operation id; reserve first")
            written = [*rows, *ended(connection, name, targets, gone=gone)]
            receipt = record(connection, head, written, chosen) if written else Receipt(0, 0, head.hash)
            let_go(connection, name, CONFIRMED if written or not gone else RELEASED)
            return receipt

        return self._ledger.store.write(work)

    def _release(self, name: str) -> None:
        def work(connection: Connection, _: Head) -> None:
            if state_of(connection, name) in OPEN:
                let_go(connection, name, RELEASED)

        self._ledger.store.write(work)


def _within(claim: Claim) -> bool:
    at = epoch(claim.at)
    return (claim.start is None or epoch(claim.start) <= at) and (claim.end is None or at < epoch(claim.end))
