# SPDX-License-Identifier: Apache-2.0
"""What an organisation chooses to count, and how. Every choice ends up as a named assumption in the cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from meetcost.errors import UsageError
from meetcost.values.money import exact_decimal

if TYPE_CHECKING:
    from meetcost.values.citation import Citation
    from meetcost.values.money import Money
    from meetcost.values.rate import Rate


_DAY_MINUTES: Final = 24 * 60


class AttendanceRule(StrEnum):
    """Who is counted as present before the meeting."""

    INVITED = "invited"
    """Everybody invited who has not declined; who has not answered comes."""
    ACCEPTED = "accepted"
    """Only those who said yes; and the organiser."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """Working time before the meeting, per attendee: `minutes`, or `ratio` of the meeting's length."""

    minutes: int | None = None
    ratio: Decimal | None = None
    citation: Citation | None = None

    def __post_init__(self) -> None:
        if (self.minutes is None) == (self.ratio is None):
            raise UsageError("preparation is `minutes` or a `ratio` of the meeting's length, one of them")
        if self.minutes is not None and self.minutes < 0:
            raise UsageError("preparation of {minutes} minutes; give 0 or more", minutes=self.minutes)
        if self.ratio is not None and not 0 <= exact_decimal(self.ratio) <= 100:
            raise UsageError("preparation of {ratio} times the meeting; give 0 to 100", ratio=self.ratio)

    def seconds(self, meeting: int) -> int:
        """For a meeting of `meeting` seconds; a ratio rounds half to even to the second."""
        if self.minutes is not None:
            return self.minutes * 60
        return round(meeting * Fraction(self.ratio or 0))


@dataclass(frozen=True, slots=True)
class Journey:
    """There and back, per attendee: `minutes` of working time and `cash`.

    `site` is the directory's site of the traveller; empty means everyone whose site has no journey of its own. `venue`
    is a room's address or site, or the text of LOCATION; empty means every place. Whoever is at the venue's own site
    does not travel.
    """

    site: str = ""
    venue: str = ""
    minutes: int = 0
    cash: Money | None = None

    def __post_init__(self) -> None:
        if self.minutes < 0 or (self.cash is not None and self.cash.amount < 0):
            raise UsageError("the journey from `{site}` costs less than nothing", site=self.site)


@dataclass(frozen=True, slots=True)
class Venue:
    """What a room costs in cash: `hourly`, and `each` time. `name` is its address, or the text of LOCATION."""

    name: str
    hourly: Rate | None = None
    each: Money | None = None

    def __post_init__(self) -> None:
        if self.hourly is None and self.each is None:
            raise UsageError("the venue `{name}` has no price; give `hourly`, `each` or both", name=self.name)
        if self.each is not None and self.each.amount < 0:
            raise UsageError("the venue `{name}` costs less than nothing", name=self.name)
        if self.hourly is not None and self.each is not None and self.hourly.currency != self.each.currency:
            raise UsageError(
                "the venue `{name}` has prices in {one} and {other}",
                name=self.name,
                one=self.hourly.currency,
                other=self.each.currency,
            )


@dataclass(frozen=True, slots=True)
class CostChoices:
    """The defaults count attendance alone, and the cost says what is not counted.

    `day_hours` is the working time of a whole day, `group_size` how many people a group of unknown size is counted as,
    `minutes_without_end` how long an event lasts that does not say so; all are assumptions. `online` means nobody
    travels and no room is paid for.
    """

    attendance: AttendanceRule = AttendanceRule.INVITED
    day_hours: Decimal = field(default_factory=lambda: Decimal(8))
    group_size: int = 2
    minutes_without_end: int = 60
    preparation: Preparation | None = None
    travel: tuple[Journey, ...] = ()
    venues: tuple[Venue, ...] = ()
    online: bool = False

    def __post_init__(self) -> None:
        if not 0 < exact_decimal(self.day_hours) <= 24:
            raise UsageError("a working day of {hours} hours; give more than 0, at most 24", hours=self.day_hours)
        if self.group_size < 1:
            raise UsageError("a group of {people} people; give 1 or more", people=self.group_size)
        if not 0 <= self.minutes_without_end <= _DAY_MINUTES:
            raise UsageError(
                "{minutes} minutes for what gives no end; give 0 to {most}",
                minutes=self.minutes_without_end,
                most=_DAY_MINUTES,
            )

    @property
    def day_seconds(self) -> int:
        """`day_hours` in whole seconds."""
        return round(3600 * Fraction(self.day_hours))

    @property
    def currencies(self) -> frozenset[str]:
        """Those of all cash prices."""
        journeys = (journey.cash.currency for journey in self.travel if journey.cash is not None)
        hourly = (venue.hourly.currency for venue in self.venues if venue.hourly is not None)
        each = (venue.each.currency for venue in self.venues if venue.each is not None)
        return frozenset((*journeys, *hourly, *each))
