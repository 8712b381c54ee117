# SPDX-License-Identifier: Apache-2.0
"""What a meeting costs, as a `Cost` with every step and assumption.

The integers come from `pricer`; this module groups them by the unit that bears them and says how they came about.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from meetcost.costing import notes
from meetcost.costing.attendance import own_seconds
from meetcost.costing.pricer import PERSONAL, Pricer, Seated, venue_minor
from meetcost.costing.rate_card import Method
from meetcost.errors import UsageError
from meetcost.model.cost import Cost, CostKind, CostLine, Nature, PaperworkHours, Step, merged
from meetcost.model.moment import DAY
from meetcost.model.phrase import Count, Lasting
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours
from meetcost.values.rate import Rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from meetcost.costing.attendance import Seat
    from meetcost.costing.choices import CostChoices, Journey
    from meetcost.costing.rate_card import RateCard
    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence


def price(
    meeting: Meeting,
    occurrences: Iterable[Occurrence] | int | None = None,
    *,
    rates: RateCard | None = None,
    directory: Directory | None = None,
    choices: CostChoices | None = None,
    paperwork: PaperworkHours | None = None,
    pricer: Pricer | None = None,
) -> Cost:
    """What `meeting` costs: all `occurrences` together, or one that lasts so many seconds, or one as it is written.

    Without `rates` the answer is person-hours. `paperwork` is the forecast for one occurrence. A `pricer` (with its own
    rates, directory and choices) may be given instead of the three, to be used again. Raises `UsageError` for arguments
    that contradict each other.
    """
    if pricer is None:
        pricer = Pricer(rates, directory, choices)
    elif (rates, directory, choices) != (None, None, None):
        raise UsageError("give `pricer`, or `rates`, `directory` and `choices`, not both")
    if occurrences is None or isinstance(occurrences, int):
        seconds = own_seconds(meeting) if occurrences is None else occurrences
        if seconds < 0:
            raise UsageError("a meeting of {seconds} seconds; give 0 or more", seconds=seconds)
        return price_one(meeting, seconds, meeting.dtstart.local // DAY, pricer=pricer, paperwork=paperwork)
    return _several(meeting, occurrences, pricer, paperwork)


def price_one(
    meeting: Meeting, seconds: int, day: int, *, pricer: Pricer, paperwork: PaperworkHours | None = None
) -> Cost:
    """What one occurrence costs that lasts `seconds` of real time and begins on the day with the ordinal `day`."""
    return _Sum(pricer, pricer.seat(meeting), seconds, day).cost(paperwork)


def _several(
    meeting: Meeting, occurrences: Iterable[Occurrence], pricer: Pricer, paperwork: PaperworkHours | None
) -> Cost:
    groups: dict[tuple[int, int, int], _Group] = {}
    for occurrence in occurrences:
        day = occurrence.local // DAY
        key = id(occurrence.meeting), occurrence.end - occurrence.start, pricer.period(day)
        group = groups.get(key)
        groups[key] = _Group(occurrence.meeting, day, 1) if group is None else group._replace(times=group.times + 1)
    costs = [
        price_one(group.meeting, max(0, seconds), group.day, pricer=pricer, paperwork=paperwork) * group.times
        for (_, seconds, _), group in groups.items()
    ]
    return (
        Cost.sum(costs)
        if costs
        else replace(price_one(meeting, 0, DAY, pricer=pricer), lines=(), notes=(), occurrences=0)
    )


class _Group(NamedTuple):
    meeting: Meeting
    day: int
    times: int


class _Sum:
    """One occurrence being worked out."""

    def __init__(self, pricer: Pricer, seated: Seated, seconds: int, day: int) -> None:
        self.pricer = pricer
        self.seated = seated
        self.length = pricer.counted(seated, seconds)
        self.seconds = seconds
        self.day = day
        self.by_unit: dict[str, list[int]] = {}
        for at, seat in enumerate(seated.attendance.seats):
            self.by_unit.setdefault(seat.unit, []).append(at)
        organizer = seated.meeting.organizer
        entry = pricer.directory.find(organizer) if organizer is not None else None
        self.called_by = entry.unit if entry is not None else ""

    def cost(self, paperwork: PaperworkHours | None) -> Cost:
        """All lines, with what was assumed."""
        rates = self.pricer.rates
        lines = [*self.attendance(), *self.preparation(), *self.travel(), *self.venues()]
        if paperwork is not None:
            lines.append(self.paperwork(paperwork))
        return Cost(
            lines=merged(lines),
            method=rates.method if rates is not None else Method.HOURS_ONLY,
            rate_card=rates.ref if rates is not None else None,
            currency=self.pricer.currency,
            called_by=self.called_by,
            notes=notes.of_cost(self.pricer, self.seated, self.seconds, self.day, paperwork),
            private=any(map(self.pricer.is_personal, self.seated.keys)),
        )

    def attendance(self) -> Iterator[CostLine]:
        """Everybody for the length of the meeting."""
        for unit, ats in self.by_unit.items():
            yield self.work(CostKind.ATTENDANCE, unit, ats, self.length)

    def preparation(self) -> Iterator[CostLine]:
        """Everybody for the preparation the organisation reckons with."""
        choice = self.pricer.choices.preparation
        seconds = choice.seconds(self.length) if choice is not None else 0
        for unit, ats in self.by_unit.items() if seconds else ():
            yield self.work(CostKind.PREPARATION, unit, ats, seconds)

    def travel(self) -> Iterator[CostLine]:
        """Time on the way, and what the way costs in cash, for those who travel."""
        for unit, ats in self.by_unit.items() if self.seated.journeys else ():
            ways: dict[Journey, list[int]] = {}
            for at in ats:
                journey = self.seated.journeys[at]
                if journey is not None:
                    ways.setdefault(journey, []).append(at)
            for journey, travellers in ways.items():
                if journey.minutes:
                    yield self.work(CostKind.TRAVEL, unit, travellers, journey.minutes * 60)
                if journey.cash is not None:
                    heads = sum(self.seat(at).people for at in travellers)
                    money = journey.cash.rounded()
                    step = Step.of(
                        "{people} × {each} = {money}", people=_people(heads), each=money, money=money * heads
                    )
                    yield CostLine(CostKind.TRAVEL, Nature.CASH, unit, None, money * heads, (step,))

    def venues(self) -> Iterator[CostLine]:
        """Rooms, paid by the unit that called the meeting."""
        for venue in self.seated.venues:
            money = Money.from_minor(venue_minor(venue, self.length), self.pricer.currency or "")
            steps = []
            if venue.hourly is not None:
                text = "{venue}: {length} at {rate} = {money}"
                hourly = venue.hourly.for_seconds(self.length)
                length = Lasting(self.length)
                steps.append(Step.of(text, venue=venue.name, length=length, rate=venue.hourly, money=hourly))
            if venue.each is not None:
                steps.append(Step.of("{venue}: {money} each time", venue=venue.name, money=venue.each.rounded()))
            yield CostLine(CostKind.VENUE, Nature.CASH, self.called_by, None, money, tuple(steps))

    def paperwork(self, forecast: PaperworkHours) -> CostLine:
        """The forecast, priced at the default band, apart from what is certain."""
        rates = self.pricer.rates
        money = None
        text = "forecast: {low} to {high}, likely {likely}"
        steps = [Step.of(text, low=forecast.low.hours, high=forecast.high, likely=forecast.likely)]
        assumptions = [notes.paperwork_basis(forecast)]
        if rates is not None:
            band = rates.band_of("")
            rate = rates.rate("", date.fromordinal(self.day)).rate
            money = rate.for_seconds(forecast.likely.seconds)
            steps.append(Step.of("{hours} at {rate} = {money}", hours=forecast.likely, rate=rate, money=money))
            assumptions += [notes.paperwork_band(band)] if band.label else []
        return CostLine(
            CostKind.PAPERWORK,
            Nature.TIME,
            forecast.unit or self.called_by,
            forecast.likely,
            money,
            tuple(steps),
            tuple(assumptions),
            (forecast.low, forecast.high),
        )

    def work(self, kind: CostKind, unit: str, ats: Sequence[int], seconds: int) -> CostLine:
        """Working time of some seats, `seconds` each."""
        heads = sum(self.seat(at).people for at in ats)
        hours = PersonHours(heads * seconds)
        if self.pricer.rates is None:
            text = "{people} × {length} = {hours}"
            step = Step.of(text, people=_people(heads), length=Lasting(seconds), hours=hours)
            return CostLine(kind, Nature.TIME, unit, hours, None, (step,))
        money, steps = Money(0, self.pricer.rates.currency), []
        for keys in self.by_rate(ats).values():
            part, part_steps = self.at_rate(keys, seconds)
            money += part
            steps += part_steps
        return CostLine(kind, Nature.TIME, unit, hours, money, tuple(steps))

    def by_rate(self, ats: Sequence[int]) -> Mapping[str, list[int]]:
        """The seats that have one rate, together; all personal rates together."""
        groups: dict[str, list[int]] = {}
        rates = self.pricer.rates
        for at in ats:
            key = self.seated.keys[at]
            name = PERSONAL if self.pricer.is_personal(key) else rates.band_of(key).name if rates is not None else ""
            groups.setdefault(name, []).append(at)
        return groups

    def at_rate(self, ats: Sequence[int], seconds: int) -> tuple[Money, list[Step]]:
        """What the seats of `by_rate` cost together, and how that is worked out."""
        rates = self.pricer.rates
        if rates is None:
            raise UsageError("no rate card")
        key = self.seated.keys[ats[0]]
        heads = sum(self.seat(at).people for at in ats)
        if self.pricer.is_personal(key):
            money = Money(0, rates.currency)
            for at in ats:
                money += self.each(self.seated.keys[at], seconds) * self.seat(at).people
            text = "{people} × {length} at personal rates = {money}"
            return money, [Step.of(text, people=_people(heads), length=Lasting(seconds), money=money)]
        band, on = rates.band_of(key), rates.rate(key, date.fromordinal(self.day))
        money, step = _of_band(band.label, str(on.rate.amount), on.rate.currency, heads, seconds)
        return money, [*on.steps, step]

    def each(self, key: str, seconds: int) -> Money:
        """What one person costs for `seconds`, rounded half to even to the minor unit."""
        rate: Rate | None = self.pricer.rate(key, self.day)
        return rate.for_seconds(seconds) if rate is not None else Money(0, self.pricer.currency or "")

    def seat(self, at: int) -> Seat:
        """The seat with that number."""
        return self.seated.attendance.seats[at]


@lru_cache(1024)
def _of_band(label: str, amount: str, currency: str, heads: int, seconds: int) -> tuple[Money, Step]:
    """What so many people of one band cost at one rate, and how that is worked out.

    Many meetings are alike in this. The amount is text, since 46 and 46.00 are equal and read differently.
    """
    rate, length = Rate(amount, currency), Lasting(seconds)
    each = rate.for_seconds(seconds)
    money = each * heads
    if label:
        step = Step.of(
            "{band}: {people} × {each} ({length} at {rate}) = {money}",
            band=label, people=_people(heads), each=each, length=length, rate=rate, money=money,
        )  # fmt: skip
    else:
        step = Step.of(
            "{people} × {each} ({length} at {rate}) = {money}",
            people=_people(heads), each=each, length=length, rate=rate, money=money,
        )  # fmt: skip
    return money, step


def _people(count: int) -> Count:
    return Count(count, "{count} person", "{count} people")
