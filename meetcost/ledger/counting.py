# SPDX-License-Identifier: Apache-2.0
"""What a meeting takes out of quotas, and whether there is room; counted by UID, so that an update counts no more.

A meeting is counted in one calendar, its home. What another copy under the same UID takes at the same time is counted
already; what it takes besides is its own. Only what has not begun is ever given back.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from meetcost.ledger import tables
from meetcost.ledger.faults import QuotaError
from meetcost.ledger.ledger import sealed_rows
from meetcost.ledger.rows import Draw, QuotaRow, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

Place = tuple[str, int]
"""A pool, and the instant of the meeting."""


class Bound(NamedTuple):
    """At most `limit` out of `pool` for meetings from `start` up to `end` (epoch seconds); `name` is the caller's.

    One that does not bind is looked at and never refuses.
    """

    name: str
    pool: str
    limit: int
    start: int
    end: int
    binds: bool = True


class Counted(NamedTuple):
    """Who is counted: pseudonyms of the UID and of the calendar. What lies before `since` is left as it is."""

    uid: str
    home: str
    since: int


class Change(NamedTuple):
    """What a write changes, the amounts below 0 given back, and what was counted before."""

    draws: tuple[Draw, ...]
    before: Mapping[Place, int]

    def by_pool(self) -> dict[str, list[tuple[int, int]]]:
        """(at, amount) of each pool."""
        found: dict[str, list[tuple[int, int]]] = {}
        for one in self.draws:
            found.setdefault(one.pool, []).append((one.at, one.amount))
        return found


def change(connection: Connection, who: Counted, targets: Iterable[Draw]) -> Change:
    """From what is in the books of the meeting to `targets`."""
    here: dict[Place, Draw] = {}
    elsewhere: dict[Place, int] = {}
    for _, secret, _ in sealed_rows(connection, kind="quota", uids=[who.uid]):
        row = row_of(secret.payload) if secret is not None else None
        if not isinstance(row, QuotaRow):
            continue
        for one in row.draws:
            if one.at < who.since:
                continue
            place = one.pool, one.at
            if row.home == who.home:
                amount = one.amount + (here[place].amount if place in here else 0)
                here[place] = one.model_copy(update={"amount": amount})
            else:
                elsewhere[place] = elsewhere.get(place, 0) + one.amount
    counted = {place: one.amount for place, one in here.items()}
    changed: list[Draw] = []
    for target in targets:
        place = target.pool, target.at
        before = here.pop(place, None)
        wanted = max(0, target.amount - elsewhere.get(place, 0)) if target.at >= who.since else 0
        amount = wanted - (before.amount if before is not None else 0)
        if amount:
            changed.append(target.model_copy(update={"amount": amount}))
    changed += [one.model_copy(update={"amount": -one.amount}) for one in here.values() if one.amount]
    return Change(tuple(changed), counted)


def overdrawn(
    connection: Connection, new: Change, bounds: Sequence[Bound], stood: Mapping[Place, int]
) -> list[QuotaError]:
    """The bounds that `new` breaks and that were not broken as much before, each as the error that tells it.

    `stood` is what the stored object took, counted or not: it gives a right to as much.
    """
    found: list[QuotaError] = []
    by_pool = new.by_pool()
    for pool in dict.fromkeys(bound.pool for bound in bounds):
        own = [bound for bound in bounds if bound.pool == pool]
        grown = _Sums(by_pool.get(pool, ()))
        used = _Sums(_drawn(connection, pool, min(one.start for one in own), max(one.end for one in own)))
        stand = {
            at: max(0, stood.get((pool, at), 0) - new.before.get((pool, at), 0)) for at, _ in by_pool.get(pool, ())
        }
        growth = _Sums((at, max(0, amount - stand[at])) for at, amount in by_pool.get(pool, ()))
        for bound in own:
            wanted = grown.between(bound.start, bound.end)
            taken = used.between(bound.start, bound.end)
            if wanted > 0 and growth.between(bound.start, bound.end) > 0 and taken + wanted > bound.limit:
                told: dict[str, Any] = {"name": bound.name, "start": bound.start, "end": bound.end}
                found.append(QuotaError(pool, used=taken, limit=bound.limit, wanted=wanted, **told))
    return found


def _drawn(connection: Connection, pool: str, start: int, end: int) -> list[tuple[int, int]]:
    """(at, amount) of what is confirmed and what is held."""
    found: list[tuple[int, int]] = []
    for table in (tables.draws.c, tables.reserved_draws.c):
        query = select(table.at, func.sum(table.amount)).where(table.pool == pool, table.at >= start, table.at < end)
        found += [(int(at), int(amount)) for at, amount in connection.execute(query.group_by(table.at))]
    return found


class _Sums:
    """Amounts at instants, to be summed over any span."""

    def __init__(self, amounts: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(amounts)
        self._at = [at for at, _ in ordered]
        self._until = [0, *accumulate(amount for _, amount in ordered)]

    def between(self, start: int, end: int) -> int:
        return self._until[bisect_left(self._at, end)] - self._until[bisect_left(self._at, start)]
