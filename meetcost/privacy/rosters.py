# SPDX-License-Identifier: Apache-2.0
"""What the outsider is taken to know: who attended what, and for how long. It is in everybody's calendar."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from meetcost.disclosure.public_id import public_id
from meetcost.model.directory import Directory
from meetcost.model.moment import DAY
from meetcost.rows import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from meetcost.costing.pricer import Line
    from meetcost.costing.rate_card import RateCard
    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy
    from meetcost.values.span import Span


class Seat(NamedTuple):
    """A line of an invite: `people` (one, but for groups), all their working time, its worth by the card given."""

    person: str
    unit: str
    people: int
    seconds: int
    minor: int | None
    period: int


class Cash(NamedTuple):
    """What tariffs make of an occurrence that so many people attend, in minor units."""

    people: int
    minor: int


Rosters = dict[tuple[str, "int | str"], tuple[tuple[Seat, ...], ...]]
"""By meeting and start, as `release.Row.key` has them: of each, for two instances of a series may begin at one time."""


def rosters(
    meetings: Iterable[Meeting],
    window: Span,
    *,
    policy: Policy | None = None,
    rates: RateCard | None = None,
    clean: Callable[[str], str] = str,
    cash: dict[tuple[str, int | str], list[Cash]] | None = None,
) -> Rosters:
    """Who attended each occurrence in `window`; `clean` makes of a unit's name the one that is published.

    What the tariffs of the policy make of it in travel and rooms is put into `cash`.
    """
    directory = policy.directory if policy is not None else Directory()
    units = {address: clean(entry.unit) for address, entry in directory.by_address.items()}
    found: Rosters = {}
    last: tuple[object, tuple[Seat, ...]] = None, ()
    once: dict[Any, Any] = {}  # the same people sit for as long again and again
    for row in rows(meetings, window, policy=policy, rates=rates, problems=[]):
        occurrence, priced = row.occurrence, row.priced
        day = occurrence.local // DAY
        start = date.fromordinal(day).isoformat() if occurrence.all_day else occurrence.start
        if last[0] is not priced:
            period = rates.period(date.fromordinal(day)) if rates is not None else 0
            made = _seats(priced.lines, directory, units, period)
            last = priced, tuple(once.setdefault(seat, seat) for seat in made)
        key = public_id(occurrence.meeting.uid), start
        seats = last[1]
        found[key] = (*found.get(key, ()), seats)
        if cash is not None:
            said = Cash(sum(seat.people for seat in seats), priced.cash)
            cash.setdefault(key, []).append(once.setdefault(said, said))
    return found


def _seats(lines: Iterable[Line], directory: Directory, units: Mapping[str, str], period: int) -> Iterable[Seat]:
    for address, _, _, people, seconds, minor in lines:
        yield Seat(directory.person(address), units.get(address, ""), people, seconds, minor, period)
