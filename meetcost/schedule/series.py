# SPDX-License-Identifier: Apache-2.0
"""When instead, for a whole series: the weekday and time at which the fewest instances meet a no-meeting day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.costing.attendance import own_seconds
from meetcost.errors import UsageError, said_by
from meetcost.ics.clock import UNITS
from meetcost.ics.expand import expand_between
from meetcost.ics.recurrence import rule_of
from meetcost.ics.rule import Rule, RuleError
from meetcost.ics.wall import Clock
from meetcost.model.meeting import Meeting
from meetcost.model.moment import DAY
from meetcost.model.zone import ZoneReading
from meetcost.schedule.busy import Question, gather
from meetcost.schedule.hours import MOST_DAYS, Setting, Times, step_of
from meetcost.schedule.needs import needs_of
from meetcost.schedule.sweep import covered, totals
from meetcost.values.span import Span, epoch, instant
from meetcost.words.forms import clock as clock_time
from meetcost.words.forms import day as day_name
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.model.attendee import Attendee
    from meetcost.policy.policy import Policy
    from meetcost.schedule.busy import BusyTimes
    from meetcost.words.say import Language

_HORIZON_DAYS: Final = 400
_BYDAY: Final = re.compile(r"(BYDAY=)([^;]*)", re.IGNORECASE)
_NAMES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class SeriesSlot:
    """One way to move a series: its first usable `start`, in the policy's zone, and its `rrule` as it would be written.

    Of its `instances` in the span, `banned` lie on no-meeting days, `off` on other days nobody works, those before
    `start` among them; of the rest `blocked` find somebody busy who has to be there, and `conflicts` counts optional
    people who are busy, instance by instance. `unknown` are those whose calendars were not looked at.
    """

    start: datetime
    rrule: str
    instances: int
    banned: tuple[date, ...]
    off: tuple[date, ...]
    blocked: int
    conflicts: int
    unknown: tuple[Attendee, ...] = ()

    def text(self, language: Language = "en") -> str:
        """`First Thu 10 Dec 10:00; of 57 instances 4 on no-meeting days, 1 with somebody known to be busy.`"""
        losses = (
            (len(self.banned), "{count} on no-meeting days"),
            (len(self.off), "{count} on days off"),
            (self.blocked, "{count} with somebody known to be busy"),
        )
        lost = [say(template, language, count=count) for count, template in losses if count]
        first = {"day": day_name(self.start.date(), language), "time": clock_time(self.start), "all": self.instances}
        if not lost:
            return say("First {day} {time}; none of {all} instances is lost.", language, **first)
        joined = {"en": ", ", "zh": "，"}[language].join(lost)
        return say("First {day} {time}; of {all} instances {lost}.", language, **first, lost=joined)


class _Shift(NamedTuple):
    """The rule moved to other weekdays, and the days it gives; those `lost` are banned, or nobody works on them."""

    rrule: str
    days: tuple[int, ...]
    banned: frozenset[int]
    lost: frozenset[int]


def find_series_slots(
    meeting: Meeting,
    *,
    policy: Policy | None = None,
    busy: BusyTimes | None = None,
    within: Span | None = None,
    limit: int = 3,
    calendar: str | None = None,
    now: datetime | None = None,
) -> list[SeriesSlot]:
    """At most `limit` weekdays and times of day for a series, the best first; no two overlap.

    Ranked by instances lost to no-meeting days and days off, by those that find somebody busy who has to be there, by
    optional people who are busy; then the soonest. A weekly series, or one on the nth weekday of a month, may move to
    another weekday; any other keeps its days and moves within them. Exceptions and changed instances are not carried
    over. `within` is from the day of the meeting's own start, or the one after `now` if that is later, as far as the
    policy looks (400 days without one); days count that lie inside as a whole. The other arguments are those of
    `find_slots`.

    Raises `UsageError` for a meeting that is no series of one rule with a time of day, or more than 3,660 days, and
    `LimitError` for more instances than can be counted.
    """
    if limit < 1:
        raise UsageError("at most {limit} slots; give a limit of 1 or more", limit=limit)
    return _Search(meeting, Setting.of(meeting, policy, calendar, now), within, busy).best(limit)


def _horizon(policy: Policy | None) -> int:
    return policy.rules.horizon_days if policy is not None else _HORIZON_DAYS


def _rule_of(meeting: Meeting) -> Rule:
    rules = meeting.recurrence.rules if meeting.recurrence is not None else ()
    if len(rules) != 1 or meeting.all_day:
        raise UsageError("the meeting is no series of one rule with a time of day")
    try:
        rule = rule_of(rules[0])
    except RuleError as error:
        raise UsageError("`{text}`: {why}", text=rules[0][:80], why=said_by(error)) from None
    if rule.freq in UNITS or rule.by_hour or rule.by_minute or rule.by_second:
        raise UsageError("`{rule}` says times of day itself; only days can be moved", rule=rules[0][:80])
    return rule


class _Search:
    """One question: every weekday and time of day is tried, every busy interval looked at once."""

    def __init__(self, meeting: Meeting, setting: Setting, within: Span | None, busy: BusyTimes | None) -> None:
        self.rule = _rule_of(meeting)
        self.meeting, self.setting = meeting, setting
        self.seconds = max(own_seconds(meeting), 1)
        there = Clock.of(meeting, meeting.dtstart, setting.zone, ZoneReading.NAME).zone
        self._first = setting.zone.to_local(there.to_epoch(meeting.dtstart.local)) // DAY
        if within is not None:
            self.lo, self.hi = within.seconds
        else:
            # What has begun cannot be moved: a series that runs already is asked for the days after `now`.
            written = epoch(setting.now) if setting.now is not None else self._epoch(self._first, 0)
            first = max(self._first, setting.zone.to_local(written) // DAY)
            self.lo = max(self._epoch(first, 0), written)
            self.hi = self._epoch(first + _horizon(setting.policy), 0)
        if self.hi - self.lo > MOST_DAYS * DAY:
            raise UsageError("slots are searched within at most {most:,} days; give a shorter span", most=MOST_DAYS)
        self.needs = needs_of(meeting, setting.directory)
        keys = frozenset(need.key for need in self.needs)
        question = Question(keys, meeting.uid, self.lo, self.hi, setting.zone, setting.directory)
        self.gathered = gather(busy, question)

    def best(self, limit: int) -> list[SeriesSlot]:
        shifts = self._shifts()
        clock_times = _clock_times(self.seconds, self.setting)
        required, optional = self._busy_at({day for shift in shifts for day in shift.days}, clock_times)
        allowed = self.setting.allowing(self.meeting)
        ranked = []
        for at, shift in enumerate(shifts):
            usable = [day for day in shift.days if day not in shift.lost]
            for time in clock_times:
                starts = [self._epoch(day, time) for day in usable]
                if self.setting.requirements and not all(allowed(start, start + self.seconds) for start in starts):
                    continue
                blocked = sum(required[start] > 0 for start in starts)
                conflicts = sum(optional[start] for start in starts)
                ranked.append((len(shift.lost), blocked, conflicts, starts[0], at, time))
        chosen: list[SeriesSlot] = []
        taken: list[tuple[int, int]] = []
        for _, blocked, conflicts, _, at, time in sorted(ranked):
            if len(chosen) >= limit:
                break
            if all(at != other or abs(time - begun) >= self.seconds for other, begun in taken):
                taken.append((at, time))
                chosen.append(self._slot(shifts[at], time, blocked, conflicts))
        return chosen

    def _epoch(self, day: int, time: int) -> int:
        return self.setting.zone.to_epoch(day * DAY + time)

    def _shifts(self) -> list[_Shift]:
        rule = self.rule
        movable = rule.freq == "WEEKLY" or (rule.freq != "DAILY" and rule.by_day and not rule.by_set_pos)
        found: dict[tuple[int, ...], _Shift] = {}
        for by in range(7 if movable else 1):
            shift = self._shift(by)
            if shift is not None:
                found.setdefault(shift.days, shift)
        return list(found.values())

    def _shift(self, by: int) -> _Shift | None:
        """The series `by` weekdays later; None if none of its days is worked and permitted."""
        text = self.meeting.recurrence.rules[0] if self.meeting.recurrence is not None else ""
        moved = _BYDAY.sub(lambda match: match[1] + _moved(match[2], by), text)
        days = self._days(self._first + (by if self.rule.freq == "WEEKLY" else 0), moved)
        banned = frozenset(day for day in days if self.setting.is_banned(day))
        lost = frozenset(day for day in days if day in banned or not self.setting.works_on(day))
        return _Shift(moved, days, banned, lost) if len(lost) < len(days) else None

    def _days(self, first: int, rrule: str) -> tuple[int, ...]:
        """The days of the series that lie in the span as a whole, as ordinals."""
        series = Meeting(title="", start=date.fromordinal(first), rrule=rrule)
        occurrences = expand_between(series, self.lo - 2 * DAY, self.hi + 2 * DAY)
        days = (one.local // DAY for one in occurrences)
        return tuple(day for day in days if self.lo <= self._epoch(day, 0) and self._epoch(day + 1, 0) <= self.hi)

    def _busy_at(self, days: set[int], clock_times: range) -> tuple[dict[int, int], dict[int, int]]:
        """How many who have to be there, and how many who are optional, are busy at each start."""
        starts = sorted({self._epoch(day, time) for day in days for time in clock_times})
        times = Times(starts, [start + self.seconds for start in starts])
        counted = []
        for kind in (False, True):
            needs = [need for need in self.needs if need.optional is kind]
            ranges = [covered(times, self.gathered.intervals.get(need.key, ())) for need in needs]
            counted.append(dict(zip(starts, totals(len(starts), ranges), strict=True)))
        return counted[0], counted[1]

    def _slot(self, shift: _Shift, time: int, blocked: int, conflicts: int) -> SeriesSlot:
        gathered = self.gathered
        first = next(day for day in shift.days if day not in shift.lost)
        whole = gathered.since <= self.lo and self.hi <= gathered.until
        return SeriesSlot(
            start=instant(self._epoch(first, time)).astimezone(self.setting.zone.tzinfo),
            rrule=shift.rrule,
            instances=len(shift.days),
            banned=_dates(shift.banned),
            off=_dates(shift.lost - shift.banned),
            blocked=blocked,
            conflicts=conflicts,
            unknown=tuple(
                need.who for need in self.needs if need.group or not whole or need.key not in gathered.looked_at
            ),
        )


def _moved(days: str, by: int) -> str:
    """`1MO,TU` by one weekday: `1TU,WE`."""
    parts = (part.strip().upper() for part in days.split(","))
    return ",".join(f"{part[:-2]}{_NAMES[(_NAMES.index(part[-2:]) + by) % 7]}" for part in parts)


def _clock_times(seconds: int, setting: Setting) -> range:
    """Starts on the grid from which the meeting ends within working hours."""
    step = step_of(seconds)
    begin, end = setting.hours.seconds
    return range(-(-begin // step) * step, end - seconds + 1, step)


def _dates(days: Iterable[int]) -> tuple[date, ...]:
    return tuple(date.fromordinal(day) for day in sorted(days))
