# SPDX-License-Identifier: Apache-2.0
"""What a meeting takes out of quotas, and whether there is room; counted once, so that an update counts no more.

A meeting, which is a UID in the hands of one organiser, is counted in one calendar, its home. What another copy of it
takes at the same time is counted already; what it takes besides is its own, as is what another organiser calls under
the same UID. Only what has not begun is ever given back.
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
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

Place = tuple[str, int]
"""A pool, and the instant of the meeting."""
_Key = tuple[str, int, str | None]
"""And which meeting it is."""


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
    """Who is counted: pseudonyms of the UID and of the calendar. Of what lies before `since` nothing is given back."""

    uid: str
    home: str
    since: int


class Change(NamedTuple):
    """What a write changes, the amounts below 0 given back, and what was counted before."""

    draws: tuple[Draw, ...]
    before: Mapping[Place, int]

    def by_pool(self) -> dict[str, dict[int, int]]:
        """Pool -> instant -> amount."""
        found: dict[str, dict[int, int]] = {}
        for one in self.draws:
            amounts = found.setdefault(one.pool, {})
            amounts[one.at] = amounts.get(one.at, 0) + one.amount
        return found


class _Counts:
    """What is in the books of a UID: in one calendar, and in all others but the one it was moved out of."""

    def __init__(self, connection: Connection, who: Counted, left: str | None) -> None:
        self.here: dict[_Key, Draw] = {}
        self.elsewhere: dict[_Key, int] = {}
        for _, secret, _ in sealed_rows(connection, kind="quota", uids=[who.uid]):
            row = row_of(secret.payload) if secret is not None else None
            if not isinstance(row, QuotaRow):
                continue
            for one in row.draws:
                key = one.pool, one.at, one.meeting
                if row.home == who.home:
                    amount = one.amount + (self.here[key].amount if key in self.here else 0)
                    self.here[key] = one.model_copy(update={"amount": amount})
                elif one.at < who.since or left is None or row.home != left:
                    self.elsewhere[key] = self.elsewhere.get(key, 0) + one.amount

    def before(self) -> dict[Place, int]:
        """What is counted here."""
        found: dict[Place, int] = {}
        for (pool, at, _), one in self.here.items():
            found[pool, at] = found.get((pool, at), 0) + one.amount
        return found


def change(connection: Connection, who: Counted, targets: Iterable[Draw], *, left: str | None = None) -> Change:
    """From what is in the books of the meeting to `targets`; `left` is the calendar it is being moved out of.

    What the books hold of a UID without saying whose meeting it is may be anybody's. What has begun is counted for
    good, so that whoever takes it over draws it no second time.
    """
    counts = _Counts(connection, who, left)
    here, before = counts.here, counts.before()
    changed: list[Draw] = []
    for target in targets:
        keys = dict.fromkeys(((target.pool, target.at, target.meeting), (target.pool, target.at, None)))
        own = [here.pop(key) for key in keys if key in here]
        wanted = max(0, target.amount - sum(counts.elsewhere.get(key, 0) for key in keys))
        begun = target.at < who.since
        amount = wanted - (before.get((target.pool, target.at), 0) if begun else sum(one.amount for one in own))
        if amount > 0 or (amount and not begun):
            meeting = own[-1].meeting if own else target.meeting
            changed.append(target.model_copy(update={"amount": amount, "meeting": meeting}))
    gone = [one for one in here.values() if one.amount and one.at >= who.since]
    changed += [one.model_copy(update={"amount": -one.amount}) for one in gone]
    return Change(tuple(changed), before)


def counted_elsewhere(connection: Connection, who: Counted, meetings: Collection[str]) -> frozenset[int]:
    """The instants at which `meetings` of the UID are counted in other calendars."""
    counted = _Counts(connection, who, None).elsewhere.items()
    return frozenset(at for (_, at, meeting), amount in counted if amount > 0 and meeting in meetings)


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
        changes = by_pool.get(pool, {})
        grown = _Sums(changes.items())
        used = _Sums(_drawn(connection, pool, min(one.start for one in own), max(one.end for one in own)))
        stand = {at: max(0, stood.get((pool, at), 0) - new.before.get((pool, at), 0)) for at in changes}
        growth = _Sums((at, max(0, amount - stand[at])) for at, amount in changes.items())
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
