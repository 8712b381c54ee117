# SPDX-License-Identifier: Apache-2.0
"""Blackout dates and months: times of the year in which there are no meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.model.phrase import Phrase
from meetcost.rules.catalogue.form import Documentation
from meetcost.rules.days import first_of_next_month
from meetcost.rules.weeks import DateRanges
from meetcost.words.forms import short_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.rules.days import DayPattern
    from meetcost.words.say import Language

DOC: Final = Documentation(
    table="blackout",
    title="Blackout dates and months",
    what="Dates, stretches of days, parts of every year or whole months without meetings.",
    why="While everybody closes the books, fights a flood or takes leave, a meeting costs more than it is worth.",
    decided=(
        "Both ends of a stretch are in it. A yearly one may run over the end of the year (`12-24` to `01-02`).",
        "29 February belongs to a yearly stretch around it in leap years only.",
        "It bans days, as a no-meeting day does: a series may step over them where the policy says `skip`.",
    ),
    clause="""[[blackout]]
yearly = [{ from = "12-21", to = "01-03" }]

[[blackout]]
months = [8]
""",
    bad=("SUMMARY:Year in review", "DTSTART;TZID=Europe/Berlin:20261222T100000", "DURATION:PT1H"),
    mended=("SUMMARY:Year in review", "DTSTART;TZID=Europe/Berlin:20270104T100000", "DURATION:PT1H"),
    source="Usual in calendars of budget and audit offices; none of the published rules in the gallery has one.",
)

_MONTHS: Final = (
    Phrase("January"), Phrase("February"), Phrase("March"), Phrase("April"), Phrase("May"), Phrase("June"),
    Phrase("July"), Phrase("August"), Phrase("September"), Phrase("October"), Phrase("November"), Phrase("December"),
)  # fmt: skip


class MonthDay(NamedTuple):
    """A day of every year."""

    month: int
    day: int

    def text(self, language: Language = "en") -> str:
        """`24 Dec` or `12月24日`."""
        return short_day(date(2000, self.month, self.day), language)  # a year that has every day


@dataclass(frozen=True, slots=True)
class Blackout:
    """The days of another pattern, banned for this reason."""

    days: DayPattern

    def in_year(self, year: int) -> Iterator[int]:
        """Its days of one year."""
        return self.days.in_year(year)

    def reason(self, ordinal: int) -> Phrase:
        """Why it is banned."""
        if isinstance(self.days, DateRanges):
            first, last = self.days.around(ordinal)
            return Phrase.of("from {first} to {last} there are no meetings", first=first, last=last)
        return Phrase.of("{day} is a blackout date", day=date.fromordinal(ordinal))


@dataclass(frozen=True, slots=True)
class Months:
    """Whole months of every year, 1 to 12."""

    months: frozenset[int]

    def in_year(self, year: int) -> Iterator[int]:
        """Its days of one year."""
        for month in sorted(self.months):
            yield from range(date(year, month, 1).toordinal(), first_of_next_month(year, month))

    def reason(self, ordinal: int) -> Phrase:
        """Why it is banned."""
        return Phrase.of("there are no meetings in {month}", month=_MONTHS[date.fromordinal(ordinal).month - 1])


@dataclass(frozen=True, slots=True)
class YearlyRanges:
    """These stretches of every year, from (month, day) to (month, day), both included."""

    ranges: tuple[tuple[tuple[int, int], tuple[int, int]], ...]

    def in_year(self, year: int) -> Iterator[int]:
        """Its days of one year."""
        days = (
            date.fromordinal(day) for day in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
        )
        return (day.toordinal() for day in days if self._holding(day) is not None)

    def reason(self, ordinal: int) -> Phrase:
        """Why it is banned."""
        day = date.fromordinal(ordinal)
        first, last = self._holding(day) or ((day.month, day.day), (day.month, day.day))
        template = "from {first} to {last} there are no meetings"
        return Phrase.of(template, first=MonthDay(*first), last=MonthDay(*last))

    def _holding(self, day: date) -> tuple[tuple[int, int], tuple[int, int]] | None:
        at = day.month, day.day
        for first, last in self.ranges:
            inside = first <= at <= last if first <= last else at >= first or at <= last
            if inside:
                return first, last
        return None
