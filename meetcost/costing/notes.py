# SPDX-License-Identifier: Apache-2.0
"""What a cost says about itself: what was assumed, what is not counted, on whose word."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from meetcost.costing.attendance import group_assumptions, lasting, rule_assumption
from meetcost.costing.pricer import PERSONAL
from meetcost.costing.rate_card import Method
from meetcost.model.cost import Assumption
from meetcost.model.moment import DAY
from meetcost.model.phrase import Count, Lasting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.costing.choices import CostChoices
    from meetcost.costing.pricer import Pricer, Seated
    from meetcost.costing.rate_card import Band, RateCard
    from meetcost.model.cost import PaperworkHours


def of_cost(
    pricer: Pricer, seated: Seated, seconds: int, day: int, paperwork: PaperworkHours | None
) -> tuple[Assumption, ...]:
    """Everything, in the order a reader asks: who, how long, at which rate, what else, what not."""
    return (
        *_of_people(pricer, seated),
        *_of_length(pricer.choices, seated, seconds),
        *(_of_rates(pricer, pricer.rates, seated, day) if pricer.rates is not None else ()),
        *_of_choices(pricer.choices, seated, paperwork),
    )


def paperwork_basis(forecast: PaperworkHours) -> Assumption:
    """What the forecast rests on."""
    text = "forecast of the paperwork, an interval that should hold in {level} % of cases: {basis}"
    return Assumption.named("paperwork", text, level=round(forecast.level * 100), basis=forecast.basis)


def paperwork_band(band: Band) -> Assumption:
    """At whose rate."""
    return Assumption.named("paperwork-band", "assumption: paperwork is priced as {band}", band=band.label)


def _of_people(pricer: Pricer, seated: Seated) -> Iterator[Assumption]:
    present = seated.attendance
    if seated.meeting.cancelled:
        yield Assumption.named("cancelled", "the meeting is cancelled: it costs nothing")
    elif not present.seats:
        yield Assumption.named("nobody", "nobody is counted: the invite names nobody who is expected to come")
    else:
        yield rule_assumption(present, pricer.choices)
        yield from group_assumptions(present)


def _of_length(choices: CostChoices, seated: Seated, seconds: int) -> Iterator[Assumption]:
    if seated.all_day:
        text = "assumption: a whole day counts as {hours} hours of work"
        yield Assumption.named("day-hours", text, hours=choices.day_hours)
    elif seconds > DAY:
        text = "assumption: in a meeting longer than a day, each 24 hours count as {hours} hours of work"
        yield Assumption.named("long-meeting", text, hours=choices.day_hours)
    elif seconds <= 0 and seated.attendance.seats and (supposed := lasting(seated.meeting, seconds, choices)) > 0:
        text = "assumption: the invite does not say how long it lasts; it counts as {length}"
        yield Assumption.named("no-end", text, length=Lasting(supposed))


def _of_rates(pricer: Pricer, rates: RateCard, seated: Seated, day: int) -> Iterator[Assumption]:
    yield from rates.assumptions()
    yield Assumption.named("rounding", "each person's share is rounded to the minor unit, half to even")
    by_band = [key for key in seated.keys if not pricer.is_personal(key)]
    if rates.method is not Method.FLAT_RATE:
        yield from _of_strangers(rates, seated)
    for band in dict.fromkeys(map(rates.band_of, by_band)):
        first = rates.early(band.name, date.fromordinal(day))
        if first is not None:
            text = "assumption: the rate of {band} begins on {day}; its first value is used before that too"
            yield Assumption.named("rate-before-card", text, band=band.label, day=first)
    if len(by_band) < len(seated.keys):
        yield Assumption.named("personal", "personal rates are used: this figure is private")


def _of_strangers(rates: RateCard, seated: Seated) -> Iterator[Assumption]:
    heads: Counter[str] = Counter()
    for seat, key in zip(seated.attendance.seats, seated.keys, strict=True):
        if key not in rates.bands and not key.startswith(PERSONAL):
            heads[key] += seat.people
    for name, count in heads.items():
        people = Count(count, "{count} person", "{count} people")
        band = rates.band_of(name).label
        if name:
            text = "assumption: {people} of {name}, which is not in the rate card, priced as {band}"
            yield Assumption.named("unknown-band", text, people=people, name=name, band=band)
        else:
            text = "assumption: {people} of unknown pay band, priced as {band}"
            yield Assumption.named("no-band", text, people=people, band=band)


def _of_choices(choices: CostChoices, seated: Seated, paperwork: PaperworkHours | None) -> Iterator[Assumption]:
    yield from _of_preparation(choices)
    if choices.online:
        yield Assumption.named("online", "online: nobody travels and no room is paid for")
    else:
        if not choices.travel:
            yield Assumption.named("travel-not-counted", "travel is not counted")
        elif seated.journeys:
            text = "travel times and fares there and back as the organisation assumes them"
            yield Assumption.named("travel", text)
        if not choices.venues:
            yield Assumption.named("venue-not-counted", "the room is not counted")
    if paperwork is None:
        yield Assumption.named("paperwork-not-counted", "follow-up paperwork is not counted")


def _of_preparation(choices: CostChoices) -> Iterator[Assumption]:
    preparation = choices.preparation
    if preparation is None:
        yield Assumption.named("preparation-not-counted", "preparation is not counted")
    elif preparation.minutes is not None:
        text = "assumption of the organisation: everybody prepares for {minutes} minutes"
        yield Assumption.named("preparation", text, preparation.citation, minutes=preparation.minutes)
    elif preparation.ratio is not None:
        text = "assumption of the organisation: everybody prepares for {ratio} times the length of the meeting"
        yield Assumption.named("preparation", text, preparation.citation, ratio=preparation.ratio)
