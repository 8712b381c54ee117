# SPDX-License-Identifier: Apache-2.0
"""The figures of money an attack sets up its equations with: a sum, and over whose time it is one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from meetcost.privacy.outsider import Outsider
    from meetcost.privacy.release import Release, Row
    from meetcost.privacy.rosters import Seat


class Unknown(NamedTuple):
    """What an hour of one person costs in one period of the rate card."""

    person: str
    period: int


class Figure(NamedTuple):
    """A published sum in minor units. `hours` says whose seconds it pays for; None where the outsider does not know."""

    release: str
    place: str
    minor: int
    people: int
    hours: Mapping[Unknown, int] | None


def figures_of(row: Row, release: Release, outsider: Outsider) -> Iterator[Figure]:
    """The money of an occurrence, in all and by unit."""
    if row.minor is None:
        return
    seats = outsider.seats(row)
    yield Figure(release.name, row.place, row.minor, row.people, _hours(seats))
    by_unit: dict[str, list[Seat]] = defaultdict(list)
    for seat in seats or ():
        by_unit[seat.unit].append(seat)
    if len(row.shares) < 2 or by_unit.keys() != {share.unit for share in row.shares}:
        return
    money: dict[str, int] = defaultdict(int)
    for share in row.shares:
        money[share.unit] += share.minor or 0
    for unit, own in by_unit.items():
        people = sum(seat.people for seat in own)
        yield Figure(release.name, f"{row.place} {unit}", money[unit], people, _hours(tuple(own)))


def _hours(seats: tuple[Seat, ...] | None) -> Mapping[Unknown, int] | None:
    if seats is None:
        return None
    found: dict[Unknown, int] = defaultdict(int)
    for seat in seats:
        found[Unknown(seat.person, seat.period)] += seat.seconds
    return dict(found)
