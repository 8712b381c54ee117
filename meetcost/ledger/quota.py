# SPDX-License-Identifier: Apache-2.0
"""Quotas: room is reserved before a write goes out, and confirmed or released once it is known how it ended.

    reserve  --write went through-->  confirm   (rows and draws enter the books together)
       |-----write failed---------->  release
       `-----crash----------------->  settle    (the caller asks the server how each ended)

What is used of a pool is what quota rows have drawn and what is reserved. A reservation takes all its draws or none, in
one transaction that holds the head of the chain: however many ask at once, no pool is overdrawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, insert, select, update

from meetcost.errors import UsageError
from meetcost.ledger import tables
from meetcost.ledger.append import Operation, Receipt, found, record
from meetcost.ledger.faults import LedgerError, QuotaError
from meetcost.ledger.making import made, stamp
from meetcost.ledger.rows import Draw, QuotaRow
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from meetcost.ledger.chain import Head
    from meetcost.ledger.ledger import Ledger
    from meetcost.ledger.rows import Written
    from meetcost.ledger.versions import Versions

_HELD, _CONFIRMED, _RELEASED = "reserved", "confirmed", "released"


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


class Usage(NamedTuple):
    """What of a pool is used up for good, and what is held for writes under way."""

    confirmed: int
    reserved: int


class Reservation(NamedTuple):
    """What is held, since when; `ticket` is what the caller needs in order to ask how the write ended.

    `operation` is a pseudonym: the caller's own id belongs into the ticket if it is needed.
    """

    operation: str
    reserved: str
    ticket: str


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
        held = {"operation": name, "state": _HELD, "reserved": stamp(now), "ticket": ticket}

        def work(connection: Connection, _: Head) -> None:
            state = _state(connection, name)
            if state == _RELEASED:
                raise LedgerError("this operation was released; reserve under a new id")
            if state is not None:
                return
            wanted: dict[str, int] = {}
            for claim in claims:
                wanted[claim.pool] = wanted.get(claim.pool, 0) + claim.amount
                used = sum(_usage(connection, claim))
                if used + wanted[claim.pool] > claim.limit:
                    raise QuotaError(claim.pool, used=used, limit=claim.limit, wanted=wanted[claim.pool])
            connection.execute(insert(tables.reservations), [held])
            rows = [{"operation": name, "place": at, **draw.model_dump()} for at, draw in enumerate(draws)]
            connection.execute(insert(tables.reserved_draws), rows)

        self._ledger.store.write(work)

    def confirm(self, operation: str, rows: Sequence[Written], *, now: datetime, versions: Versions) -> Receipt:
        """The write went through: `rows` and a row with what was drawn enter the books, and the room stays used.

        The same again changes nothing. Raises `LedgerError` if nothing is held under this id.
        """
        return self._confirm(self._ledger.pseudonyms.operation(operation), rows, now=now, versions=versions)

    def release(self, operation: str) -> None:
        """The write failed: the room is free again. Nothing changes if nothing is held."""
        self._release(self._ledger.pseudonyms.operation(operation))

    def usage(self, pool: str, *, start: datetime | None = None, end: datetime | None = None) -> Usage:
        """What is used of a pool for meetings from `start` up to, not including, `end`."""
        with self._ledger.store.reading() as connection:
            return _used(connection, pool, start, end)

    def open(self) -> tuple[Reservation, ...]:
        """What is held, the oldest first."""
        table = tables.reservations.c
        query = select(table.operation, table.reserved, table.ticket).where(table.state == _HELD)
        with self._ledger.store.reading() as connection:
            held = connection.execute(query.order_by(table.reserved, table.operation))
            return tuple(Reservation(*row) for row in held)

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
        None if it did not. An error it raises leaves that reservation, and those after it, as they are.
        """
        confirmed = released = 0
        for held in self.open():
            if held.reserved >= stamp(before):
                continue
            rows = ended(held)
            if rows is None:
                self._release(held.operation)
                released += 1
            else:
                self._confirm(held.operation, rows, now=now, versions=versions)
                confirmed += 1
        return confirmed, released

    def _confirm(self, name: str, rows: Sequence[Written], *, now: datetime, versions: Versions) -> Receipt:
        chosen = Operation(name, stamp(now), versions)

        def work(connection: Connection, head: Head) -> Receipt:
            before = found(connection, name)
            if before is not None:
                return before
            if _state(connection, name) != _HELD:
                raise LedgerError("nothing is reserved under this operation id; reserve first")
            table = tables.reserved_draws.c
            query = select(table.pool, table.at, table.amount).where(table.operation == name).order_by(table.place)
            draws = tuple(Draw(pool=pool, at=at, amount=amount) for pool, at, amount in connection.execute(query))
            receipt = record(connection, head, [*rows, QuotaRow(draws=draws)], chosen)
            _let_go(connection, name, _CONFIRMED)
            return receipt

        return self._ledger.store.write(work)

    def _release(self, name: str) -> None:
        def work(connection: Connection, _: Head) -> None:
            if _state(connection, name) == _HELD:
                _let_go(connection, name, _RELEASED)

        self._ledger.store.write(work)


def _within(claim: Claim) -> bool:
    at = epoch(claim.at)
    return (claim.start is None or epoch(claim.start) <= at) and (claim.end is None or at < epoch(claim.end))


def _state(connection: Connection, name: str) -> str | None:
    table = tables.reservations.c
    state: str | None = connection.execute(select(table.state).where(table.operation == name)).scalar()
    return state


def _let_go(connection: Connection, name: str, state: str) -> None:
    """The reservation ends; that it was there is kept, so that it cannot be made again, and nothing else of it."""
    draws, held = tables.reserved_draws, tables.reservations
    connection.execute(delete(draws).where(draws.c.operation == name))
    connection.execute(update(held).where(held.c.operation == name).values(state=state, ticket=""))


def _usage(connection: Connection, claim: Claim) -> Usage:
    return _used(connection, claim.pool, claim.start, claim.end)


def _used(connection: Connection, pool: str, start: datetime | None, end: datetime | None) -> Usage:
    sums = []
    for table in (tables.draws.c, tables.reserved_draws.c):
        query = select(func.coalesce(func.sum(table.amount), 0)).where(table.pool == pool)
        if start is not None:
            query = query.where(table.at >= epoch(start))
        if end is not None:
            query = query.where(table.at < epoch(end))
        sums.append(int(connection.execute(query).scalar_one()))
    return Usage(*sums)
