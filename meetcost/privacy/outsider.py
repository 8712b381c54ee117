# SPDX-License-Identifier: Apache-2.0
"""What is taken to be known about the people: who attended, what the rate cards say, how many are in each band."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal
    from fractions import Fraction

    from meetcost.privacy.release import BandRate, Release, Row
    from meetcost.privacy.rosters import Cash, Seat


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody with all calendars, all rate cards, and time.

    `rosters` say who attended, with what each costs by the card in force; None where no calendars were given. `cards`
    are the published rates by the name of the card. `heads` are the people of each band, None where no directory was
    given. `cash` is what the tariffs for travel and rooms make of who attended, None where no policy was given. `pay`
    is what he wants to know, and the checker may: what an hour of a person truly costs, in minor units. `policy` is the
    SHA-256 of the policy that has these tariffs.
    """

    rosters: Mapping[tuple[str, int | str], Sequence[tuple[Seat, ...]]] | None = None
    cards: Mapping[str, tuple[BandRate, ...]] = field(default_factory=dict)
    heads: Mapping[str, int] | None = None
    pay: Mapping[str, Fraction] = field(default_factory=dict)
    cash: Mapping[tuple[str, int | str], Sequence[Cash]] | None = None
    policy: str = ""

    def seats(self, row: Row) -> tuple[Seat, ...] | None:
        """Who attended an occurrence; None if that is not known, or not of it as it was published."""
        known = self.rosters.get(row.key, ()) if self.rosters is not None else ()
        fitting = [seats for seats in known if sum(seat.people for seat in seats) == row.people]
        if len(fitting) < 2:
            return fitting[0] if fitting else None
        return max(fitting, key=lambda seats: _likeness(seats, row))

    def card(self, release: Release) -> Card | None:
        """The rates a release was published with; None if nobody has them."""
        bands = release.bands or self.cards.get(release.card)
        return Card.of(bands) if bands else None


def _likeness(seats: Sequence[Seat], row: Row) -> tuple[bool, bool]:
    """How well they fit, of those that begin at the same time."""
    worth = sum(seat.minor or 0 for seat in seats)
    return sum(seat.seconds for seat in seats) == row.seconds, worth == row.minor


class Card(NamedTuple):
    """Published rates by the name of the band."""

    rates: Mapping[str, tuple[BandRate, ...]]

    @classmethod
    def of(cls, bands: Iterable[BandRate]) -> Card:
        """From the lines of a card."""
        found: dict[str, list[BandRate]] = {}
        for one in bands:
            found.setdefault(one.band, []).append(one)
        return cls({band: tuple(lines) for band, lines in found.items()})

    def allows(self, band: str, rate: Decimal, day: date) -> bool:
        """Whether an hour of `band` cost `rate` on `day`, or the day before or after it: zones differ."""
        lines = self.rates.get(band, ())
        near = {day.toordinal() + shift for shift in (-1, 0, 1)}
        for line in lines:
            if line.rate != rate:
                continue
            first = line.first.toordinal() if line.first is not None else 0
            later = [one.first.toordinal() for one in lines if one.first is not None and one.first.toordinal() > first]
            earliest = not any((one.first.toordinal() if one.first is not None else 0) < first for one in lines)
            until = min(later, default=1 << 40)
            if any((first <= at or earliest) and at < until for at in near):
                return True
        return False
