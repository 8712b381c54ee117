# SPDX-License-Identifier: Apache-2.0
"""What a meeting takes out of quotas, and whether there is room; counted once, so that an update counts no more.

A meeting, which is a UID in the hands of one organiser, is counted in one calendar, its home. What another copy of it
takes at the same time is counted already; what it takes besides is its own, as is what another organiser calls under
the same UID. Only what has not begun is ever given back.

Copies are remembered (`tables.copies`): where the meeting is deleted out of its home, what still stands in another
calendar is counted there.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, func, insert, or_, select

from meetcost.ledger import tables
from meetcost.ledger.counts import counted
from meetcost.ledger.faults import QuotaError
from meetcost.ledger.rows import Draw, QuotaRow

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
    """What a write changes, the amounts below 0 given back, and what was counted before.

    `copies` is what stands here by then and is counted in other calendars.
    """

    draws: tuple[Draw, ...]
    before: Mapping[Place, int]
    copies: tuple[Draw, ...] = ()

    def by_pool(self) -> dict[str, dict[int, int]]:
        """Pool -> instant -> amount."""
        found: dict[str, dict[int, int]] = {}
        for one in self.draws:
            amounts = found.setdefault(one.pool, {})
            amounts[one.at] = amounts.get(one.at, 0) + one.amount
        return found


class _Counts:
    """What is in the books of a UID: in one calendar, and in all others."""

    def __init__(self, connection: Connection, who: Counted) -> None:
        self.here: dict[_Key, Draw] = {}
        self.elsewhere: dict[_Key, dict[str | None, int]] = {}
        for home, one in counted(connection, who.uid):
            key = one.pool, one.at, one.meeting
            if home == who.home:
                self.here[key] = one
            else:
                self.elsewhere.setdefault(key, {})[home] = one.amount

    def before(self) -> dict[Place, int]:
        """What is counted here."""
        found: dict[Place, int] = {}
        for (pool, at, _), one in self.here.items():
            found[pool, at] = found.get((pool, at), 0) + one.amount
        return found

    def others(self, keys: Iterable[_Key]) -> int:
        """What is counted in all other calendars together."""
        return sum(sum(self.elsewhere.get(key, {}).values()) for key in keys)

    def there(self, home: str, keys: Iterable[_Key]) -> int:
        """What is counted in another calendar."""
        return sum(self.elsewhere.get(key, {}).get(home, 0) for key in keys)

    def goes_on(self, since: int) -> bool:
        """Whether any of it that has not begun is counted in another calendar."""
        return any(amount > 0 for (_, at, _), of in self.elsewhere.items() if at >= since for amount in of.values())


def change(connection: Connection, who: Counted, targets: Iterable[Draw]) -> Change:
    """From what is in the books of the meeting to `targets`.

    What the books hold of a UID without saying whose meeting it is may be anybody's. What has begun is counted for
    good, so that whoever takes it over draws it no second time.
    """
    counts = _Counts(connection, who)
    here, before = counts.here, counts.before()
    changed: list[Draw] = []
    copies: list[Draw] = []
    for target in targets:
        keys = _keys(target)
        own = [here.pop(key) for key in keys if key in here]
        wanted = max(0, target.amount - counts.others(keys))
        begun = target.at < who.since
        amount = wanted - (before.get((target.pool, target.at), 0) if begun else sum(one.amount for one in own))
        if amount > 0 or (amount and not begun):
            meeting = own[-1].meeting if own else target.meeting
            changed.append(target.model_copy(update={"amount": amount, "meeting": meeting}))
        if wanted < target.amount and not begun:
            copies.append(target.model_copy(update={"amount": target.amount - wanted}))
    gone = [one for one in here.values() if one.amount and one.at >= who.since]
    changed += [one.model_copy(update={"amount": -one.amount}) for one in gone]
    return Change(tuple(changed), before, tuple(copies))


def copies_in(connection: Connection, who: Counted) -> tuple[Draw, ...]:
    """What is remembered to stand in a calendar and to be counted in another one."""
    table = tables.copies.c
    query = select(*_drawn_columns()).where(table.uid == who.uid, table.home == who.home).order_by(table.place)
    return tuple(Draw(**one) for one in connection.execute(query).mappings())


def remember_copies(connection: Connection, who: Counted, copies: Sequence[Draw]) -> None:
    """From now on these stand in the calendar, and no others."""
    table = tables.copies
    connection.execute(
        delete(table).where(table.c.uid == who.uid, or_(table.c.home == who.home, table.c.at < who.since))
    )
    if copies:
        key = {"uid": who.uid, "home": who.home}
        connection.execute(insert(table), [{**key, "place": at, **one.model_dump()} for at, one in enumerate(copies)])


def handed_on(connection: Connection, who: Counted, given_back: Iterable[Draw]) -> list[QuotaRow]:
    """What of a deleted meeting is counted in other calendars from now on, because it stands there still.

    It is counted as much as the largest of them has of it. An older copy, from before an edit in its home, counts when
    no calendar has anything newer.
    """
    table, counts = tables.copies, _Counts(connection, who)
    given, only_older = {(one.pool, one.at) for one in given_back}, not counts.goes_on(who.since)
    query = select(table.c.home, *_drawn_columns()).where(table.c.uid == who.uid, table.c.home != who.home)
    largest: dict[_Key, tuple[int, str, Draw]] = {}
    for home, *values in connection.execute(query.order_by(table.c.home, table.c.place)):
        one = Draw(**dict(zip(Draw.model_fields, values, strict=True)))
        if one.at >= who.since and (only_older or (one.pool, one.at) in given):
            stands = one.amount + counts.there(home, _keys(one))
            known = largest.get((one.pool, one.at, one.meeting))
            if known is None or stands > known[0]:
                largest[one.pool, one.at, one.meeting] = stands, home, one
    taken: dict[str, dict[_Key, Draw]] = {}
    for key, (stands, home, one) in largest.items():
        wanted = stands - counts.others(_keys(one))
        if wanted > 0:
            taken.setdefault(home, {})[key] = one.model_copy(update={"amount": wanted})
    rows = []
    for home, draws in taken.items():
        there = who._replace(home=home)
        left = []
        for one in copies_in(connection, there):
            drawn = draws.get((one.pool, one.at, one.meeting))
            rest = one.amount - (drawn.amount if drawn is not None else 0)
            if rest > 0:
                left.append(one.model_copy(update={"amount": rest}))
        remember_copies(connection, there, left)
        rows.append(QuotaRow(uid=who.uid, home=home, draws=tuple(draws.values())))
    return rows


def counted_elsewhere(connection: Connection, who: Counted, meetings: Collection[str]) -> frozenset[int]:
    """The instants at which `meetings` of the UID are counted in other calendars, or being written there."""
    counts = _Counts(connection, who)
    held, target = tables.reservations.c, tables.reserved_targets.c
    under_way = select(target.at).join_from(
        tables.reservations, tables.reserved_targets, held.operation == target.operation
    )
    under_way = under_way.where(held.uid == who.uid, held.home != who.home, target.meeting.in_(meetings))
    found = {key[1] for key in counts.elsewhere if key[2] in meetings and counts.others([key]) > 0}
    return frozenset(found.union(connection.execute(under_way).scalars()))


def _keys(one: Draw) -> tuple[_Key, ...]:
    """Under what it may be counted: what the books hold without saying whose meeting it is may be this one."""
    return tuple(dict.fromkeys(((one.pool, one.at, one.meeting), (one.pool, one.at, None))))


def _drawn_columns() -> list[Any]:
    return [tables.copies.c[name] for name in Draw.model_fields]


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
