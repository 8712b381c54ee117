# SPDX-License-Identifier: Apache-2.0
"""The sum in integers: person-seconds and minor units, worked out once per meeting, length and rate period.

`Pricer.of` is the fast path for many occurrences; `price` (beside this module) puts the same integers into words. Each
person's amount is rounded half to even to the minor unit, kind by kind; totals are sums of rounded amounts.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from meetcost.costing.attendance import Attendance, attendance, counted_seconds, lasting
from meetcost.costing.choices import CostChoices, Journey, Venue
from meetcost.costing.places import journeys_of, venues_of
from meetcost.errors import UsageError
from meetcost.model.directory import Directory
from meetcost.model.moment import DAY
from meetcost.model.wrong_value import all_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from meetcost.costing.rate_card import RateCard
    from meetcost.model.attendee import PartStat, Role
    from meetcost.model.directory import Entry
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence, Occurrences
    from meetcost.values.rate import Rate

_REMEMBERED: Final = 4096
_NEVER: Final = 1 << 62
PERSONAL: Final = "\0"
"""What the key of a personal rate begins with; the others are names of bands."""


class Line(NamedTuple):
    """What one line of the invite costs: working time of `people` in seconds, and its worth in minor units."""

    address: str
    role: Role
    partstat: PartStat
    people: int
    seconds: int
    minor: int | None


_line: Final = cast("Callable[[tuple[object, ...]], Line]", partial(tuple.__new__, Line))  # half of Line()'s time


class Priced(NamedTuple):
    """What one occurrence costs. `minor` is working time, None without a rate card; `cash` is travel and venue."""

    seconds: int
    minor: int | None
    cash: int
    lines: tuple[Line, ...]


class Seated:
    """A meeting with everything about it that does not depend on its length or day."""

    __slots__ = ("all_day", "attendance", "journeys", "keys", "meeting", "prices", "venues")

    def __init__(
        self,
        meeting: Meeting,
        present: Attendance,
        keys: tuple[str, ...],
        journeys: tuple[Journey | None, ...],
        venues: tuple[Venue, ...],
    ) -> None:
        self.meeting = meeting
        self.all_day = meeting.dtstart.is_date
        self.attendance = present
        self.keys = keys
        self.journeys = journeys
        self.venues = venues
        self.prices: dict[tuple[int, int], Priced] = {}


class Pricer:
    """Prices meetings with one rate card, one directory and one set of choices, and remembers what it can use again.

    Raises `UsageError` if the rate card, the cash prices and the personal rates are not in one currency.
    """

    __slots__ = (
        "_day_seconds",
        "_days",
        "_personal",
        "_seated",
        "_tables",
        "choices",
        "currency",
        "directory",
        "rates",
    )

    def __init__(
        self,
        rates: RateCard | None = None,
        directory: Directory | None = None,
        choices: CostChoices | None = None,
    ) -> None:
        self.rates = rates
        self.directory = directory if directory is not None else Directory()
        self.choices = choices if choices is not None else CostChoices()
        self.currency = _one_currency(rates, self.choices)
        self._day_seconds = self.choices.day_seconds
        self._days = [day.toordinal() for day in rates.first_days] if rates is not None else []
        self._personal: dict[str, Rate] = {}
        if rates is not None and rates.personal:
            self._learn_personal(rates.currency)
        self._seated: dict[int, Seated] = {}  # by id: each holds its meeting, so no id is used twice
        self._tables: dict[tuple[int, int], dict[str, int]] = {}

    def of(self, occurrence: Occurrence) -> Priced:
        """What one occurrence costs; the rate is that of the day it begins on, in its own zone."""
        start, end, meeting, local, _, _ = occurrence
        seated = self._seated.get(id(meeting))
        if seated is not None:
            known = seated.prices.get((end - start, bisect_right(self._days, local // DAY)))
            if known is not None:
                return known
        return self.price(meeting, end - start, local // DAY)

    def stretches(self, occurrences: Occurrences) -> Iterator[tuple[int, int, Priced]]:
        """(From which number, up to which, what each costs) of all neighbours of one length and rate period."""
        meeting, locals_ = occurrences.meeting, occurrences.locals
        begun = length = first = last = 0
        for at, (start, end, local) in enumerate(zip(occurrences.starts, occurrences.ends, locals_, strict=True)):
            if not first <= local < last or end - start != length:
                if at:
                    yield begun, at, self.price(meeting, length, locals_[begun] // DAY)
                begun, length = at, end - start
                first, last = self._period_of(local)
        yield begun, len(locals_), self.price(meeting, length, locals_[begun] // DAY)

    def _period_of(self, local: int) -> tuple[int, int]:
        """The local seconds from which on, and up to which, no rate changes around `local`."""
        days = self._days
        at = bisect_right(days, local // DAY)
        return days[at - 1] * DAY if at else 0, days[at] * DAY if at < len(days) else _NEVER

    def price(self, meeting: Meeting, seconds: int, day: int) -> Priced:
        """What `meeting` costs if it lasts `seconds` of real time on the day with the ordinal `day`."""
        seated = self._seated.get(id(meeting)) or self.seat(meeting)
        period = bisect_right(self._days, day)
        key = (seconds, period)
        known = seated.prices.get(key)
        if known is None:
            known = seated.prices[key] = self._price(seated, seconds, period, day)
        return known

    def seat(self, meeting: Meeting) -> Seated:
        """Who attends, at which rate, from where, and in which rooms."""
        known = self._seated.get(id(meeting))
        if known is not None:
            return known
        if len(self._seated) >= _REMEMBERED:
            self._seated.clear()
        present = attendance(meeting, self.directory, self.choices)
        if self._personal:
            keys = tuple([self._key(seat.entry) for seat in present.seats])
        else:
            keys = tuple([entry.band if entry is not None else "" for _, entry, _, _ in present.seats])
        nothing = not present.seats or self.choices.online
        journeys = () if nothing else journeys_of(meeting, present, self.directory, self.choices)
        venues = () if nothing else venues_of(meeting, self.directory, self.choices)
        seated = Seated(meeting, present, keys, journeys, venues)
        self._seated[id(meeting)] = seated
        return seated

    def counted(self, seated: Seated, seconds: int) -> int:
        """Working time of one person in an occurrence of `seconds`."""
        if seconds <= 0:
            seconds = lasting(seated.meeting, seconds, self.choices)
        return counted_seconds(seconds, all_day=seated.all_day, day_seconds=self._day_seconds)

    def period(self, day: int) -> int:
        """The number of the rate period of the day with the ordinal `day`; within one, no rate changes."""
        return bisect_right(self._days, day)

    def rate(self, key: str, day: int) -> Rate | None:
        """The rate behind a key of `Seated.keys`: a band's, or a personal one; None without a rate card."""
        if self.rates is None:
            return None
        personal = self._personal.get(key)
        return personal if personal is not None else self.rates.rate(key, date.fromordinal(day)).rate

    def is_personal(self, key: str) -> bool:
        """Whether a key of `Seated.keys` stands for a personal rate."""
        return key in self._personal

    def _key(self, entry: Entry | None) -> str:
        if entry is None:
            return ""
        personal = f"{PERSONAL}{entry.address}"
        return personal if personal in self._personal else entry.band

    def _learn_personal(self, currency: str) -> None:
        for entry in self.directory:
            if entry.rate is None:
                continue
            if entry.rate.currency != currency:
                raise UsageError(
                    "a personal rate is in {one}, the rate card in {other}", one=entry.rate.currency, other=currency
                )
            self._personal[f"{PERSONAL}{entry.address}"] = entry.rate

    def _minor(self, key: str, seconds: int, period: int, day: int) -> int:
        """What `seconds` of one person's time cost, rounded half to even to the minor unit."""
        table = self._tables.get((seconds, period))
        if table is None:
            if len(self._tables) >= _REMEMBERED:
                self._tables.clear()
            table = self._tables[seconds, period] = {}
        minor = table.get(key)
        if minor is None:
            rate = self.rate(key, day)
            minor = table[key] = rate.for_seconds(seconds).minor if rate is not None else 0
        return minor

    def _price(self, seated: Seated, seconds: int, period: int, day: int) -> Priced:
        length = self.counted(seated, seconds)
        preparation = self.choices.preparation
        before = preparation.seconds(length) if preparation is not None else 0
        each = self._tables.get((length, period), {})
        priced, journeys = self.rates is not None, seated.journeys
        lines, all_seconds, all_minor, cash = [], 0, 0, 0
        for at, ((who, _, people, _), key) in enumerate(zip(seated.attendance.seats, seated.keys, strict=True)):
            work, minor = length + before, each.get(key, -1)
            if priced and minor < 0:
                minor = self._minor(key, length, period, day)
            if priced and before:
                minor += self._minor(key, before, period, day)
            if journeys and (journey := journeys[at]) is not None:
                way = journey.minutes * 60
                work += way
                minor += self._minor(key, way, period, day) if priced else 0
                cash += journey.cash.minor * people if journey.cash is not None else 0
            if people != 1:
                work *= people
                minor *= people
            all_seconds += work
            all_minor += minor
            lines.append(_line((who.address, who.role, who.partstat, people, work, minor if priced else None)))
        for venue in seated.venues:
            cash += venue_minor(venue, length)
        return Priced(all_seconds, all_minor if priced else None, cash, tuple(lines))


def venue_minor(venue: Venue, seconds: int) -> int:
    """What a room costs for `seconds`, in minor units."""
    hourly = venue.hourly.for_seconds(seconds).minor if venue.hourly is not None else 0
    return hourly + (venue.each.minor if venue.each is not None else 0)


def _one_currency(rates: RateCard | None, choices: CostChoices) -> str | None:
    currencies = sorted(choices.currencies | ({rates.currency} if rates is not None else frozenset()))
    if len(currencies) > 1:
        raise UsageError(
            "the rate card and the cash prices are in {currencies}; convert one first", currencies=all_of(currencies)
        )
    return currencies[0] if currencies else None
