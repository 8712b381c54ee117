# SPDX-License-Identifier: Apache-2.0
"""Hours: meetings only within them, so none in the evening, at the weekend, over lunch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final

from meetcost.model.moment import DAY
from meetcost.model.phrase import Phrase
from meetcost.rules.catalogue.clock import outside, written
from meetcost.rules.catalogue.form import Documentation
from meetcost.rules.days import weekday_name
from meetcost.rules.requirement import Breach, Traits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.rules.holidays import WorkCalendar
    from meetcost.rules.requirement import Seen

_WHOLE: Final = ((0, DAY),)

DOC: Final = Documentation(
    table="hours",
    title="Hours: no evenings, no weekends, no lunch",
    what="Meetings lie within these hours of these days, and in none of the breaks.",
    why="A meeting in the evening or over lunch is paid for by people's own time, which no figure shows.",
    decided=(
        "The whole meeting has to lie inside, by the clock of the policy's zone. It may end when the hours end.",
        (
            "Without `days` every day will do; with `working_days` those on which people work: no holidays, but weekend"
            " days that are worked in exchange."
        ),
        (
            "With `on` it asks nothing of other weekdays: a table with `on` and `end` keeps Friday afternoons free, "
            "and leaves the rest of the week to other tables."
        ),
        (
            "An entry of whole days says no time: only its days are judged. A meeting with times that runs over "
            "midnight lies outside, unless the hours do not end."
        ),
        (
            "A series may step over the dates that break it where the policy says `skip`, such as the weekends of a "
            "daily one."
        ),
        "No time outside the hours is proposed.",
    ),
    clause="""[[hours]]
start = "09:00"
end = "18:00"
days = ["monday", "tuesday", "wednesday", "thursday", "friday"]
breaks = [{ start = "12:00", end = "13:00" }]
""",
    bad=("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261210T173000", "DURATION:PT1H"),
    mended=("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261210T170000", "DURATION:PT1H"),
    source="Usual in working-time agreements; none of the published rules in the gallery has one.",
)


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start` to `end` of the days allowed, both seconds of the day; `breaks` are stretches of it, ascending.

    Of weekdays that are not in `asked_on` it asks nothing; weekdays are numbers, Monday 0.
    """

    start: int = 0
    end: int = DAY
    weekdays: frozenset[int] | None = None
    working_days: bool = False
    breaks: tuple[tuple[int, int], ...] = ()
    asked_on: frozenset[int] | None = None
    kind: ClassVar = "hours"
    traits: ClassVar = Traits(moves=True, steps_over=True)

    def told(self) -> Phrase:
        """The rule in a sentence."""
        said: list[Phrase] = []
        if (self.start, self.end) != (0, DAY):
            said.append(self._within())
        if self.weekdays is not None:
            days = tuple(weekday_name(day) for day in sorted(self.weekdays))
            said.append(Phrase.of("meetings are held only on {days}", days=days))
        if self.working_days:
            said.append(Phrase("meetings are held only on days of work"))
        said += [_kept_free(begin, end) for begin, end in self.breaks]
        if self.asked_on is not None:
            only = tuple(weekday_name(day) for day in sorted(self.asked_on))
            return Phrase.of("on {days}: {several}", days=only, several=tuple(said))
        return Phrase.of("{several}", several=tuple(said))

    def breach(self, seen: Seen) -> Breach | None:
        """How much of it lies outside."""
        calendar = seen.around.calendar
        if seen.part.all_day:
            return self._by_day(seen, calendar)
        open_ = self._open()

        def open_on(day: int) -> Sequence[tuple[int, int]]:
            if not self._asks(day):
                return _WHOLE
            return open_ if self._is_open(day, calendar) else ()

        worse = outside(seen.local, seen.local_end, open_on)
        if not worse:
            return None
        if not self._is_open(seen.local // DAY, calendar):
            return _no_day(seen.local // DAY, worse)
        for begin, end in self.breaks if self._asks(seen.local // DAY) else ():
            if self.start <= seen.local % DAY and seen.local_end - seen.local // DAY * DAY <= self.end:
                begins, ends = seen.local % DAY, seen.local_end - seen.local // DAY * DAY
                if begins < end and begin < max(ends, begins + 1):
                    return Breach(_kept_free(begin, end), f"In the break {written(begin)}-{written(end)}", worse)
        if (self.start, self.end) == (0, DAY):
            return self._on_a_later_day(seen, calendar, worse)
        return Breach(self._within(), f"Outside {written(self.start)}-{written(self.end)}", worse)

    def _on_a_later_day(self, seen: Seen, calendar: WorkCalendar, worse: int) -> Breach:
        """What a meeting of several days meets after its first one, where all hours are allowed."""
        days = range(seen.local // DAY, (seen.local_end - 1) // DAY + 1)
        shut = next((day for day in days if not self._is_open(day, calendar)), None)
        if shut is not None:
            return _no_day(shut, worse)
        begin, end = self.breaks[0]
        return Breach(_kept_free(begin, end), f"In the break {written(begin)}-{written(end)}", worse)

    def _within(self) -> Phrase:
        if self.end == DAY:
            return Phrase.of("meetings begin at {start} at the earliest", start=written(self.start))
        if self.start == 0:
            return Phrase.of("meetings end at {end} at the latest", end=written(self.end))
        return Phrase.of("meetings are held from {start} to {end}", start=written(self.start), end=written(self.end))

    def _by_day(self, seen: Seen, calendar: WorkCalendar) -> Breach | None:
        last = max(seen.local_end - 1, seen.local) // DAY
        shut = [day for day in range(seen.local // DAY, last + 1) if not self._is_open(day, calendar)]
        return _no_day(shut[0], len(shut) * DAY) if shut else None

    def _asks(self, day: int) -> bool:
        return self.asked_on is None or (day - 1) % 7 in self.asked_on

    def _is_open(self, day: int, calendar: WorkCalendar) -> bool:
        if not self._asks(day):
            return True
        if self.weekdays is not None and (day - 1) % 7 not in self.weekdays:
            return self.working_days and calendar.is_adjusted_working_day(date.fromordinal(day))
        return not self.working_days or calendar.is_working_day(date.fromordinal(day))

    def _open(self) -> Sequence[tuple[int, int]]:
        open_, at = [], self.start
        for begin, end in self.breaks:
            if at < begin:
                open_.append((at, min(begin, self.end)))
            at = max(at, end)
        return [*open_, (at, self.end)] if at < self.end else open_


def _kept_free(begin: int, end: int) -> Phrase:
    return Phrase.of("{start} to {end} is kept free of meetings", start=written(begin), end=written(end))


def _no_day(day: int, worse: int) -> Breach:
    name = weekday_name((day - 1) % 7)
    reason = Phrase.of("there are no meetings on this {weekday}", weekday=name)
    return Breach(reason, f"Not on a {name.text()}", worse)
