# SPDX-License-Identifier: Apache-2.0
"""The times at which a meeting may begin: working hours of permitted days, on a grid of the wall clock."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.ics.wall import Clock
from meetcost.model.directory import Directory
from meetcost.model.moment import DAY, UTC_ZONE
from meetcost.model.phrase import Phrase
from meetcost.model.zone import ZoneReading
from meetcost.policy.policy import USUAL_HOURS, WorkingHours
from meetcost.rules.counted import Counts, counts, people
from meetcost.rules.requirement import Around, Seen
from meetcost.rules.ruleset import RuleSet
from meetcost.values.span import epoch, instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from meetcost.model.meeting import Meeting
    from meetcost.model.zone import Zone
    from meetcost.policy.policy import Policy
    from meetcost.rules.requirement import Requirement

MOST_DAYS: Final = 3660
"""How long a span may be searched."""

_HALF_AN_HOUR: Final = 1800
_QUARTER: Final = 900
_NO_RULES: Final = RuleSet()
_HOURS_ASSUMED: Final = Phrase("no working hours are given: Monday to Friday, 09:00 to 17:00 is assumed")


class Setting(NamedTuple):
    """What a policy, or the lack of one, says of the days and hours of one meeting."""

    zone: Zone
    hours: WorkingHours
    policy: Policy | None
    rules: RuleSet
    binding: tuple[int, ...]
    directory: Directory
    assumptions: tuple[Phrase, ...]
    requirements: tuple[Requirement, ...] = ()
    now: datetime | None = None

    @classmethod
    def of(cls, meeting: Meeting, policy: Policy | None, calendar: str | None, now: datetime | None = None) -> Setting:
        """Without a policy the zone is the meeting's own and the hours are an assumption.

        `now` (zoned) is when the meeting would be written; without it no period of notice is asked for.
        """
        zone = policy.zone if policy is not None else None
        clock = Clock.of(meeting, meeting.dtstart, zone, ZoneReading.NAME)
        known = bool(meeting.dtstart.zone) and meeting.zones.resolve(meeting.dtstart.zone) is not None
        template = "times without a known zone are read in {zone}"
        name = (zone or clock.zone).name
        floating = (Phrase.of(template, zone="UTC" if name == UTC_ZONE else name),)
        if policy is None:
            assumed = (_HOURS_ASSUMED, *(() if known else floating))
            return cls(clock.zone, USUAL_HOURS, None, _NO_RULES, (), Directory(), assumed)
        counted = counts(meeting, policy.directory, policy.rules.definition)
        binding = policy.rules.binding(meeting, policy.directory, calendar) if counted is not Counts.NO else ()
        assumed = (*policy.assumptions, *(() if known or meeting.all_day else floating))
        asked = policy.rules.requiring(meeting, policy.directory, calendar) if counted is not Counts.NO else ()
        moving = tuple(one for at in asked if (one := policy.rules.requirements[at]).traits.moves)
        hours, rules, directory = policy.working_hours, policy.rules, policy.directory
        return cls(policy.zone, hours, policy, rules, binding, directory, assumed, moving, now)

    def allowing(self, meeting: Meeting) -> Callable[[int, int], bool]:
        """Whether no rule on times other than days is broken from one instant to another."""
        if not self.requirements:
            return lambda _start, _end: True
        now = epoch(self.now) if self.now is not None else 0
        calendar, most = self.rules.calendar, self.rules.max_instances
        around = Around(self.zone, calendar, self.directory, now, self.now is not None, None, most, {})
        involved = people(meeting, self.directory)

        def is_allowed(start: int, end: int) -> bool:
            seen = Seen.of(meeting, start, end, involved, around)
            return not any(one.binds(seen) and one.condition.breach(seen) for one in self.requirements)

        return is_allowed

    def works_on(self, day: int) -> bool:
        """Whether people work on the day with this ordinal."""
        if self.policy is not None:
            return self.policy.works_on(date.fromordinal(day))
        return (day - 1) % 7 in self.hours.weekdays

    def is_banned(self, day: int) -> bool:
        """Whether a rule that binds the meeting bans the day."""
        return bool(self.binding) and bool(self.rules.rules_on(day, self.binding))

    def unsettled(self, days: range) -> tuple[Phrase, ...]:
        """What is assumed of years whose public holidays nobody can know yet."""
        years = range(date.fromordinal(days[0]).year, date.fromordinal(days[-1]).year + 1) if days else ()
        template = "the public holidays of {year} are not settled yet: which days are worked may change"
        calendar = self.rules.calendar
        return tuple(Phrase.of(template, year=str(year)) for year in years if not calendar.knows(date(year, 1, 1)))


class Days(NamedTuple):
    """The days of a search, as ordinals: all, those worked, and those of them that no rule bans."""

    all: range
    worked: list[int]
    permitted: list[int]

    @classmethod
    def between(cls, lo: int, hi: int, setting: Setting) -> Days:
        """The days of the setting's zone that the instants from `lo` up to `hi` touch."""
        to_local = setting.zone.to_local
        days = range(to_local(lo) // DAY, to_local(hi - 1) // DAY + 1) if lo < hi else range(0)
        worked = [day for day in days if setting.works_on(day)]
        return cls(days, worked, [day for day in worked if not setting.is_banned(day)])


class Times(NamedTuple):
    """Where a meeting may lie: ascending starts and ends in epoch seconds; one without length takes up a second."""

    starts: list[int]
    ends: list[int]


def stretches(days: list[int], setting: Setting) -> list[tuple[int, int]]:
    """Working hours of `days` in epoch seconds; those that touch (a day of 24 hours and the next) are one."""
    begin, end = setting.hours.seconds
    to_epoch = setting.zone.to_epoch
    found: list[tuple[int, int]] = []
    for day in days:
        first, last = to_epoch(day * DAY + begin), to_epoch(day * DAY + end)
        if found and found[-1][1] == first:
            found[-1] = found[-1][0], last
        elif first < last:
            found.append((first, last))
    return found


def step_of(seconds: int) -> int:
    """The grid of a meeting of that length: half hours, quarters for those under half an hour."""
    return _QUARTER if seconds < _HALF_AN_HOUR else _HALF_AN_HOUR


def times_by_clock(open_: list[tuple[int, int]], seconds: int, lo: int, hi: int, zone: Zone) -> Times:
    """All starts on the grid from which `seconds` lie inside one stretch of `open_`, and between `lo` and `hi`.

    The grid is that of the wall clock: an hour the clocks skip has no starts, one they repeat has them the first time.
    """
    starts: list[int] = []
    taken = max(seconds, 1)
    for first, last in open_:
        begin, end = max(first, lo), min(last, hi)
        if begin + taken <= end:
            starts += [at for at in _grid(begin, end, step_of(seconds), zone) if begin <= at <= end - taken]
    return Times(starts, [at + taken for at in starts])


def _grid(begin: int, end: int, step: int, zone: Zone) -> Iterator[int]:
    """The grid of all days that the instants from `begin` to `end` touch, day by day: they differ in length."""
    first = zone.to_local(begin)
    last = max(zone.to_local(end), first + end - begin)  # the clocks may be set back before `end`
    for day in range(first // DAY, last // DAY + 1):
        locals_ = range(day * DAY, (day + 1) * DAY, step)
        epochs = zone.to_epochs(locals_)
        if epochs[-1] - epochs[0] == locals_[-1] - locals_[0]:
            yield from epochs
        else:
            yield from (at for at, local in zip(epochs, locals_, strict=True) if zone.to_local(at) == local)


def times_by_day(days: list[int], count: int, lo: int, hi: int, zone: Zone) -> Times:
    """All runs of `count` days in a row, from midnight to midnight, between `lo` and `hi`."""
    free = set(days)
    runs = [day for day in days if all(day + more in free for more in range(1, count))]
    pairs = [(zone.to_epoch(day * DAY), zone.to_epoch((day + count) * DAY)) for day in runs]
    inside = [(start, end) for start, end in pairs if lo <= start and end <= hi]
    return Times([start for start, _ in inside], [end for _, end in inside])


def day_of(epoch: int, zone: Zone) -> date:
    """The day of `zone` on which an instant lies."""
    return instant(epoch).astimezone(zone.tzinfo).date()
