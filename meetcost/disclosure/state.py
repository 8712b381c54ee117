# SPDX-License-Identifier: Apache-2.0
"""What may be said of one meeting's cost to one audience.

Nobody's pay can be worked out from it: money is said only where it was worked out with a published rate card, and never
to people outside. A cost that rests on personal rates is not said at all: it raises `PrivateCostError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.costing.attendance import own_seconds
from meetcost.values.person_hours import PersonHours

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from meetcost.model.cost import Assumption, CardRef, Cost, PaperworkHours
    from meetcost.model.meeting import Meeting
    from meetcost.model.phrase import Phrase
    from meetcost.paperwork.measured import MeasuredPaperwork
    from meetcost.values.money import Money


class Audience(StrEnum):
    """Who reads it: the organisation's own people, an invite that goes to others as well, or everybody."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    PUBLIC = "public"


class Share(NamedTuple):
    """What one unit bears; the empty name is people of no known unit. `money` is None where only hours are said."""

    unit: str
    hours: PersonHours
    money: Money | None


class Yearly(NamedTuple):
    """A series over the year from `Disclosure.as_of`."""

    occurrences: int
    hours: PersonHours
    money: Money | None


class Skipped(NamedTuple):
    """A date that a series steps over, and why."""

    day: date
    reason: Phrase


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The cost of one occurrence, as it may be said.

    `hours` is working time without the paperwork; `people` and `seconds` are what it is mostly the product of, `exact`
    says whether it is just that (no preparation, no travel). `time` and `cash` are None where only hours are said;
    `borne_by` is in descending order of hours. `paperwork` is a forecast with its 80 % interval, in hours; `measured`
    is what was written after the meeting, and stands beside it.
    """

    audience: Audience
    as_of: datetime
    people: int
    seconds: int
    hours: PersonHours
    time: Money | None
    cash: Money | None
    method: str
    rate_card: CardRef | None
    called_by: str
    borne_by: tuple[Share, ...]
    paperwork: PaperworkHours | None = None
    measured: MeasuredPaperwork | None = None
    a_year: Yearly | None = None
    skipped: tuple[Skipped, ...] = ()
    link: str = ""
    assumptions: tuple[Assumption, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether `hours` is people times length and nothing else."""
        return self.hours == PersonHours(self.people * self.seconds)


def state(
    meeting: Meeting,
    cost: Cost,
    *,
    audience: Audience,
    as_of: datetime,
    people: int,
    paperwork: PaperworkHours | None = None,
    measured: MeasuredPaperwork | None = None,
    a_year: Cost | None = None,
    skipped: Iterable[Skipped] = (),
    link: str = "",
    seconds: int | None = None,
) -> Disclosure:
    """What may be said to `audience` of `meeting`, of which one occurrence costs `cost`.

    `as_of` (zoned) is when it was worked out, `people` how many are counted as present, `seconds` how long it lasts if
    not as it is written, `measured` the paperwork that there was, `a_year` the cost of a series over the year from
    then, `link` where the figures are explained. Raises `PrivateCostError` for a cost that rests on personal rates.
    """
    cost.publishable()
    priced = audience is not Audience.OUTSIDE and cost.rate_card is not None and cost.rate_card.published
    if a_year is not None:
        a_year.publishable()
    return Disclosure(
        audience=audience,
        as_of=as_of,
        people=people,
        seconds=own_seconds(meeting) if seconds is None else seconds,
        hours=cost.hours,
        time=cost.time if priced else None,
        cash=cost.cash if priced else None,
        method=cost.method if priced else _HOURS_ONLY,
        rate_card=cost.rate_card if priced else None,
        called_by="" if audience is Audience.OUTSIDE else cost.called_by,
        borne_by=() if audience is Audience.OUTSIDE else _shares(cost, priced=priced),
        paperwork=paperwork,
        measured=measured,
        a_year=Yearly(a_year.occurrences, a_year.hours, a_year.total if priced else None) if a_year else None,
        skipped=tuple(skipped),
        link=link,
        assumptions=_assumptions(cost, audience, priced=priced),
    )


_HOURS_ONLY: Final = "hours-only"

OF_HOURS: Final = frozenset(
    """attendance-accepted attendance-invited cancelled day-hours group-overlap intervals-added long-meeting no-end
    nobody online paperwork paperwork-not-counted preparation preparation-not-counted travel travel-not-counted
    venue-not-counted""".split()
)
"""Codes of the assumptions behind hours; they name nobody and no band."""
OF_MONEY: Final = frozenset(
    "flat-rate loading paperwork-band people-daily-1999 rate-before-card rate-card rounding small-bands".split()
)
"""Codes of the assumptions behind money that name a band of the published card at most."""
OF_PEOPLE: Final = frozenset("group-size no-band unknown-band".split())
"""Codes of the assumptions that name a group or say how many people are of which band: for inside only."""


def _shares(cost: Cost, *, priced: bool) -> tuple[Share, ...]:
    shares = [Share(unit, hours, money if priced else None) for unit, (hours, money) in cost.borne_by.items()]
    return tuple(sorted(shares, key=lambda share: (-share.hours.seconds, share.unit)))


def _assumptions(cost: Cost, audience: Audience, *, priced: bool) -> tuple[Assumption, ...]:
    """Those behind what is said. A code that is not listed above is not said: whoever adds one has to decide."""
    said = (
        OF_HOURS | (OF_MONEY if priced else frozenset()) | (OF_PEOPLE if audience is Audience.INSIDE else frozenset())
    )
    return tuple(assumption for assumption in cost.assumptions if assumption.code in said)
