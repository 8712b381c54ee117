# SPDX-License-Identifier: Apache-2.0
"""The reservations in some books, within a transaction that somebody else has begun.

One is for a write (`RESERVED`) or for a deletion (`REMOVING`) that is under way. It ends confirmed or released; that it
was there is kept, so that it cannot be made again, and nothing else of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import delete, insert, select, update

from meetcost.ledger import tables
from meetcost.ledger.counting import Counted, change, handed_on, remember_copies
from meetcost.ledger.rows import Draw, QuotaRow
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

RESERVED: Final = "reserved"
REMOVING: Final = "removing"
CONFIRMED: Final = "confirmed"
RELEASED: Final = "released"
OPEN: Final = (RESERVED, REMOVING)


class Reservation(NamedTuple):
    """What is held, since when; `ticket` is what the caller needs in order to ask how the write ended.

    `operation` is a pseudonym: the caller's own id belongs into the ticket if it is needed. `removes`: it is for a
    deletion, and holds nothing.
    """

    operation: str
    reserved: str
    ticket: str
    removes: bool = False


def state_of(connection: Connection, name: str) -> str | None:
    """How an operation stands; None where there was none."""
    table = tables.reservations.c
    state: str | None = connection.execute(select(table.state).where(table.operation == name)).scalar()
    return state


def hold(
    connection: Connection,
    held: Reservation,
    draws: Sequence[Draw],
    *,
    targets: Sequence[Draw] = (),
    who: Counted | None = None,
) -> None:
    """Begin one: `draws` are held; `targets` is what the meeting of `who` takes altogether."""
    name = held.operation
    row = {
        "operation": name,
        "state": REMOVING if held.removes else RESERVED,
        "reserved": held.reserved,
        "ticket": held.ticket,
        "uid": who.uid if who is not None else None,
        "home": who.home if who is not None else None,
    }
    connection.execute(insert(tables.reservations), [row])
    if draws:
        drawn = [{"operation": name, "place": at, **draw.in_table()} for at, draw in enumerate(draws)]
        connection.execute(insert(tables.reserved_draws), drawn)
    if targets:
        wanted = [{"operation": name, "place": at, **draw.model_dump()} for at, draw in enumerate(targets)]
        connection.execute(insert(tables.reserved_targets), wanted)


def let_go(connection: Connection, name: str, state: str) -> None:
    """End one."""
    held = tables.reservations
    for table in (tables.reserved_draws, tables.reserved_targets):
        connection.execute(delete(table).where(table.c.operation == name))
    connection.execute(update(held).where(held.c.operation == name).values(state=state, ticket="", uid=None, home=None))


def open_ones(connection: Connection) -> tuple[Reservation, ...]:
    """What is held, the oldest first."""
    table = tables.reservations.c
    query = select(table.operation, table.reserved, table.ticket, table.state).where(table.state.in_(OPEN))
    found = connection.execute(query.order_by(table.reserved, table.operation))
    return tuple(Reservation(name, since, ticket, state == REMOVING) for name, since, ticket, state in found)


def removals_of(connection: Connection, who: Counted) -> list[str]:
    """The deletions of a meeting out of a calendar that are open."""
    held = tables.reservations.c
    query = select(held.operation).where(held.uid == who.uid, held.home == who.home, held.state == REMOVING)
    return list(connection.execute(query).scalars())


def targets_of(connection: Connection, name: str) -> list[Draw]:
    """What the meeting of an operation takes altogether, as it was reserved."""
    return _draws(connection, tables.reserved_targets, name)


def ended(
    connection: Connection, name: str, targets: Sequence[Draw] | None = None, *, gone: bool = False
) -> list[QuotaRow]:
    """What an operation that has ended draws: as it was reserved, or `targets`.

    Of a meeting that is counted, what is new of it by now. `gone`: it does not stand in its calendar by now; what of it
    stands in others is counted there.
    """
    held = tables.reservations.c
    query = select(held.uid, held.home, held.reserved, held.state).where(held.operation == name)
    uid, home, reserved, state = connection.execute(query).one()
    if uid is None:
        return [] if gone else [QuotaRow(draws=tuple(_draws(connection, tables.reserved_draws, name)))]
    who = Counted(uid, home, epoch(datetime.fromisoformat(reserved)))
    gone = gone or state == REMOVING
    if targets is None:
        targets = targets_of(connection, name)
    new = change(connection, who, () if gone else targets)
    remember_copies(connection, who, new.copies)
    rows = [QuotaRow(uid=uid, home=home, draws=new.draws)] if new.draws else []
    if gone:
        rows += handed_on(connection, who, [draw for draw in new.draws if draw.amount < 0])
    for one in removals_of(connection, who):  # left open: it is known by now whether it stands
        if one != name:
            let_go(connection, one, RELEASED)
    return rows


def _draws(connection: Connection, table: Any, name: str) -> list[Draw]:
    columns = [table.c[column] for column in Draw.model_fields if column in table.c]
    query = select(*columns).where(table.c.operation == name).order_by(table.c.place)
    return [Draw(**one) for one in connection.execute(query).mappings()]
