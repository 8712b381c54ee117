# SPDX-License-Identifier: Apache-2.0
"""What is used of a pool: what quota rows have drawn, and what is held for writes under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from meetcost.ledger import tables
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


class Usage(NamedTuple):
    """What of a pool is used up for good, and what is held for writes under way."""

    confirmed: int
    reserved: int


def used(connection: Connection, pool: str, start: datetime | None, end: datetime | None) -> Usage:
    """For meetings from `start` up to, not including, `end`."""
    sums = []
    for table in (tables.draws.c, tables.reserved_draws.c):
        query = select(func.coalesce(func.sum(table.amount), 0)).where(table.pool == pool)
        if start is not None:
            query = query.where(table.at >= epoch(start))
        if end is not None:
            query = query.where(table.at < epoch(end))
        sums.append(int(connection.execute(query).scalar_one()))
    return Usage(*sums)


def used_by_unit(connection: Connection, pool: str, start: int, end: int) -> dict[str, int]:
    """Who has used how much, confirmed or held, between two instants (epoch seconds); the largest first."""
    found: dict[str, int] = {}
    for table in (tables.draws.c, tables.reserved_draws.c):
        query = select(table.unit, func.sum(table.amount)).where(table.pool == pool, table.at >= start, table.at < end)
        for unit, amount in connection.execute(query.group_by(table.unit)):
            found[unit] = found.get(unit, 0) + int(amount)
    return {unit: amount for unit, amount in sorted(found.items(), key=lambda one: (-one[1], one[0])) if amount}


def used_by_instant(connection: Connection, pool: str, start: int, end: int) -> dict[int, int]:
    """How much meetings at each instant use, confirmed or held, between two (all in epoch seconds); the first first."""
    found: dict[int, int] = {}
    for table in (tables.draws.c, tables.reserved_draws.c):
        query = select(table.at, func.sum(table.amount)).where(table.pool == pool, table.at >= start, table.at < end)
        for at, amount in connection.execute(query.group_by(table.at)):
            found[at] = found.get(at, 0) + int(amount)
    return {at: amount for at, amount in sorted(found.items()) if amount}


def pools(connection: Connection, name: str) -> tuple[str, ...]:
    """The pools whose label is `name`, or begins with it and a slash."""
    found: set[str] = set()
    for table in (tables.draws.c, tables.reserved_draws.c):
        found.update(label for (label,) in connection.execute(select(table.pool).distinct()))
    return tuple(sorted(one for one in found if one == name or one.startswith(f"{name}/")))
