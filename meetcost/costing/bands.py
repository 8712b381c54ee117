# SPDX-License-Identifier: Apache-2.0
"""Attendance by published pay band: what a reader needs to work a figure out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from meetcost.model.cost import PrivateCostError
from meetcost.values.person_hours import PersonHours

if TYPE_CHECKING:
    from meetcost.costing.pricer import Pricer
    from meetcost.model.meeting import Meeting
    from meetcost.values.money import Money
    from meetcost.values.rate import Rate


class BandShare(NamedTuple):
    """The people of one band, their working time, the rate of an hour, and what it comes to."""

    band: str
    people: int
    hours: PersonHours
    rate: Rate
    money: Money


def by_band(meeting: Meeting, seconds: int, day: int, *, pricer: Pricer) -> tuple[BandShare, ...]:
    """Attendance at one occurrence of `seconds`, on the day with that ordinal, in the order of the bands' names.

    Nothing without a rate card. People in no band are in the card's default band. Each person's amount is rounded half
    to even to the minor unit, as in the cost. Raises `PrivateCostError` if anybody has a personal rate.
    """
    if pricer.rates is None:
        return ()
    seated = pricer.seat(meeting)
    length = pricer.counted(seated, seconds)
    people: dict[str, int] = {}
    for seat, key in zip(seated.attendance.seats, seated.keys, strict=True):
        if pricer.is_personal(key):
            raise PrivateCostError(pricer.rates.ref)
        name = pricer.rates.band_of(key).name
        people[name] = people.get(name, 0) + seat.people
    shares = []
    for name in sorted(people):
        rate = pricer.rate(name, day)
        if rate is not None:
            each, heads = rate.for_seconds(length), people[name]
            shares.append(BandShare(name, heads, PersonHours(heads * length), rate, each * heads))
    return tuple(shares)
