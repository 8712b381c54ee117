# SPDX-License-Identifier: Apache-2.0
"""Quotas: room is reserved before a write goes out, and confirmed or released once it is known how it ended.

    reserve  --write went through-->  confirm   (rows and draws enter the books together)
       |-----write failed---------->  release
       `-----crash----------------->  settle    (the caller asks the server how each ended)

What is used of a pool is what quota rows have drawn and what is reserved. A reservation takes all its draws or none, in
one transaction that holds the head of the chain: however many ask at once, no pool is overdrawn.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, insert, select, update

from meetcost.errors import UsageError
from meetcost.ledger import tables
from meetcost.ledger.append import Operation, Receipt, found, record
from meetcost.ledger.counting import Counted, change, counted_elsewhere, overdrawn
from meetcost.ledger.faults import LedgerError, QuotaError
from meetcost.ledger.making import made, stamp
from meetcost.ledger.rows import Draw, QuotaRow
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sqlalchemy import Connection

    from meetcost.ledger.chain import Head
    from meetcost.ledger.counting import Bound, Place
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
            rows = [{"operation": name, "place": at, **draw.in_table()} for at, draw in enumerate(draws)]
            connection.execute(insert(tables.reserved_draws), rows)

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
    ) -> tuple[bool, tuple[QuotaError, ...]]:
        """Hold room for what a meeting takes besides what is counted of it, all of it or nothing.

        `targets` is what it takes as it is being written, once a pool and instant. Whether anything is held, and the
        bounds that it breaks though they do not bind. Raises `QuotaError` for the first bound that has no room;
        `confirm` and `release` end it as any other.
        """
        name = self._ledger.pseudonyms.operation(operation)
        held = {"operation": name, "state": _HELD, "reserved": stamp(now), "ticket": ticket}
        rows = [{"operation": name, "place": at, **draw.model_dump()} for at, draw in enumerate(targets)]

        def work(connection: Connection, _: Head) -> tuple[bool, tuple[QuotaError, ...]]:
            if _state(connection, name) is not None:  # the connection was lost at COMMIT
                return True, ()
            new = change(connection, who, targets)
            broken = overdrawn(connection, new, bounds, stood or {})
            binding = {bound.name for bound in bounds if bound.binds}
            for error in broken:
                if error.name in binding:
                    raise error
            if not new.draws:
                return False, tuple(broken)
            taken = [draw for draw in new.draws if draw.amount > 0]
            connection.execute(insert(tables.reservations), [{**held, "uid": who.uid, "home": who.home}])
            if taken:
                drawn = [{"operation": name, "place": at, **draw.in_table()} for at, draw in enumerate(taken)]
                connection.execute(insert(tables.reserved_draws), drawn)
            if rows:
                connection.execute(insert(tables.reserved_targets), rows)
            return True, tuple(broken)

        return self._ledger.store.write(work)

    def move(
        self,
        operation: str,
        targets: Sequence[Draw],
        who: Counted,
        left: str,
        *,
        now: datetime,
        versions: Versions,
    ) -> None:
        """A meeting has been moved out of the calendar `left` (a pseudonym): from now on it is counted in `who.home`.

        `targets` is what it takes there. What has begun stays counted where it was. The same again changes nothing.
        """
        chosen = Operation(self._ledger.pseudonyms.operation(operation), stamp(now), versions)

        def work(connection: Connection, head: Head) -> None:
            if found(connection, chosen.id) is not None:  # the connection was lost at COMMIT
                return
            there = change(connection, who._replace(home=left), ())
            here = change(connection, who, targets, left=left)
            rows = [
                QuotaRow(uid=who.uid, home=home, draws=new.draws)
                for home, new in ((left, there), (who.home, here))
                if new.draws
            ]
            if rows:
                record(connection, head, rows, chosen)

        self._ledger.store.write(work)

    def elsewhere(self, who: Counted, meetings: Collection[str]) -> frozenset[int]:
        """The instants at which `meetings` (pseudonyms) of a UID are counted in other calendars than `who.home`."""
        with self._ledger.store.reading() as connection:
            return counted_elsewhere(connection, who, meetings)

    def by_unit(self, pool: str, start: int, end: int) -> dict[str, int]:
        """Who has used how much of a pool, confirmed or held, for meetings between two instants (epoch seconds)."""
        used: dict[str, int] = {}
        with self._ledger.store.reading() as connection:
            for table in (tables.draws.c, tables.reserved_draws.c):
                query = select(table.unit, func.sum(table.amount)).where(
                    table.pool == pool, table.at >= start, table.at < end
                )
                for unit, amount in connection.execute(query.group_by(table.unit)):
                    used[unit] = used.get(unit, 0) + int(amount)
        return {unit: amount for unit, amount in sorted(used.items(), key=lambda one: (-one[1], one[0])) if amount}

    def pools(self, name: str) -> tuple[str, ...]:
        """The pools whose label is `name`, or begins with it and a slash."""
        found: set[str] = set()
        with self._ledger.store.reading() as connection:
            for table in (tables.draws.c, tables.reserved_draws.c):
                found.update(label for (label,) in connection.execute(select(table.pool).distinct()))
        return tuple(sorted(one for one in found if one == name or one.startswith(f"{name}/")))

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

    def settle_counted(
        self,
        before: datetime,
        stands: Callable[[Reservation], Sequence[Draw] | None],
        *,
        now: datetime,
        versions: Versions,
    ) -> tuple[int, int]:
        """As `settle`, for meetings that are counted: `stands` says what the meeting takes as it is stored by now.

        None stands for a meeting that is not stored at all, or for a reservation that is none of the caller's.
        """
        confirmed = released = 0
        for held in self.open():
            if held.reserved > stamp(before):
                continue
            targets = stands(held)
            if targets is None:
                self._release(held.operation)
                released += 1
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
    ) -> Receipt:
        chosen = Operation(name, stamp(now), versions)

        def work(connection: Connection, head: Head) -> Receipt:
            before = found(connection, name)
            if before is not None:
                return before
            state = _state(connection, name)
            if state == _CONFIRMED:  # it drew nothing, so that nothing was written
                return Receipt(0, 0, head.hash, repeated=True)
            if state != _HELD:
                raise LedgerError("nothing is reserved under this operation id; reserve first")
            row = _drawn_by(connection, name, targets)
            written = [*rows, row] if row is not None else [*rows]
            receipt = record(connection, head, written, chosen) if written else Receipt(0, 0, head.hash)
            _let_go(connection, name, _CONFIRMED)
            return receipt

        return self._ledger.store.write(work)

    def _release(self, name: str) -> None:
        def work(connection: Connection, _: Head) -> None:
            if _state(connection, name) == _HELD:
                _let_go(connection, name, _RELEASED)

        self._ledger.store.write(work)


def _drawn_by(connection: Connection, name: str, targets: Sequence[Draw] | None) -> QuotaRow | None:
    """What an operation draws: as it was reserved; of a meeting that is counted, what is new of it by now."""
    held = tables.reservations.c
    uid, home, reserved = connection.execute(
        select(held.uid, held.home, held.reserved).where(held.operation == name)
    ).one()
    table = (tables.reserved_draws if uid is None else tables.reserved_targets).c
    columns = [table[column] for column in Draw.model_fields if column in table]
    query = select(*columns).where(table.operation == name).order_by(table.place)
    draws = tuple(Draw(**one) for one in connection.execute(query).mappings())
    if uid is None:
        return QuotaRow(draws=draws)
    who = Counted(uid, home, epoch(datetime.fromisoformat(reserved)))
    new = change(connection, who, draws if targets is None else targets)
    return QuotaRow(uid=uid, home=home, draws=new.draws) if new.draws else None


def _within(claim: Claim) -> bool:
    at = epoch(claim.at)
    return (claim.start is None or epoch(claim.start) <= at) and (claim.end is None or at < epoch(claim.end))


def _state(connection: Connection, name: str) -> str | None:
    table = tables.reservations.c
    state: str | None = connection.execute(select(table.state).where(table.operation == name)).scalar()
    return state


def _let_go(connection: Connection, name: str, state: str) -> None:
    """The reservation ends; that it was there is kept, so that it cannot be made again, and nothing else of it."""
    held = tables.reservations
    for table in (tables.reserved_draws, tables.reserved_targets):
        connection.execute(delete(table).where(table.c.operation == name))
    connection.execute(update(held).where(held.c.operation == name).values(state=state, ticket="", uid=None, home=None))


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
