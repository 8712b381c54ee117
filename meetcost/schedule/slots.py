# SPDX-License-Identifier: Apache-2.0
"""When instead: the permitted times at which a meeting costs the fewest conflicts and the least money.

A time qualifies if it lies in working hours of days that no rule bans for this meeting, and nobody who has to be there
is known to be busy. Those that qualify are ranked by conflicts of optional people, then by what the cost model says,
then by start. A meeting of a series is looked at as one instance.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.costing.attendance import own_seconds
from meetcost.costing.price import price_one
from meetcost.costing.pricer import Pricer
from meetcost.errors import UsageError
from meetcost.ics.expand import FAR
from meetcost.ics.wall import Clock
from meetcost.model.moment import DAY
from meetcost.model.phrase import Lasting, Phrase
from meetcost.model.zone import ZoneReading
from meetcost.schedule.busy import Question, gather
from meetcost.schedule.hours import MOST_DAYS, Days, Setting, Times, day_of, stretches, times_by_clock, times_by_day
from meetcost.schedule.needs import needs_of
from meetcost.schedule.slot import Lack, NoSlots, Slot, slots_text
from meetcost.schedule.sweep import alone, apart, covered, is_in, totals
from meetcost.values.span import Span, instant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from meetcost.costing.rate_card import RateCard
    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy
    from meetcost.schedule.busy import BusyTimes, Gathered
    from meetcost.schedule.needs import Need
    from meetcost.schedule.sweep import Ranges

__all__ = ["Found", "NoSlots", "Slot", "find_slots", "search", "slots_text", "why_none"]

DEFAULT_SPAN: Final = timedelta(days=28)
_EARLIEST: Final = -62_000_000_000
_BLOCKERS: Final = 3


def find_slots(
    meeting: Meeting,
    *,
    policy: Policy | None = None,
    busy: BusyTimes | None = None,
    within: Span | None = None,
    limit: int = 3,
    rates: RateCard | None = None,
    calendar: str | None = None,
    now: datetime | None = None,
) -> list[Slot]:
    """At most `limit` times for `meeting`, the best first; no two overlap.

    `busy` maps addresses to what is in their calendars (spans, occurrences, meetings); whoever is a key was looked at.
    It may also be a `Busy`, made from calendars by `busy_from`. What it holds of the meeting itself (by UID) is left
    aside. `within` is 28 days from the meeting's own start unless given. `calendar` is the path or name of the calendar
    it is for; `now` (zoned) is when it would be written, so that a period of notice is kept. Starts lie on half hours
    of the wall clock, on quarters for a meeting of under half an hour; a meeting of whole days takes whole days, all of
    them permitted and worked.

    Raises `UsageError` for a limit below 1, a span of more than 3,660 days, or prices in two currencies.
    """
    options = _Options(policy, busy, within, limit, rates, calendar, now)
    return list(_Search(meeting, options).found().slots)


def why_none(
    meeting: Meeting,
    *,
    policy: Policy | None = None,
    busy: BusyTimes | None = None,
    within: Span | None = None,
    calendar: str | None = None,
    now: datetime | None = None,
) -> NoSlots | None:
    """Why `find_slots` finds nothing for the same arguments; None if it finds something."""
    return _Search(meeting, _Options(policy, busy, within, 1, None, calendar, now)).found().none


def search(
    meeting: Meeting,
    *,
    policy: Policy | None = None,
    busy: BusyTimes | None = None,
    within: Span | None = None,
    limit: int = 3,
    rates: RateCard | None = None,
    calendar: str | None = None,
    now: datetime | None = None,
) -> Found:
    """`find_slots` and `why_none` at once."""
    return _Search(meeting, _Options(policy, busy, within, limit, rates, calendar, now)).found()


class Found(NamedTuple):
    """The slots, or why there are none."""

    slots: tuple[Slot, ...]
    none: NoSlots | None = None


class _Options(NamedTuple):
    policy: Policy | None
    busy: BusyTimes | None
    within: Span | None
    limit: int
    rates: RateCard | None
    calendar: str | None
    now: datetime | None


class _Search:
    """One question. Times are numbered in their order; people go by their key."""

    def __init__(self, meeting: Meeting, options: _Options) -> None:
        if options.limit < 1:
            raise UsageError("at most {limit} slots; give a limit of 1 or more", limit=options.limit)
        self.meeting, self.options = meeting, options
        self.setting = Setting.of(meeting, options.policy, options.calendar, options.now)
        self.seconds = own_seconds(meeting)
        self.lo, self.hi = _window(meeting, options.within, self.setting)
        self.days = Days.between(self.lo, self.hi, self.setting)
        self.needs = needs_of(meeting, self.setting.directory)
        self.assumptions = (*self.setting.assumptions, *self.setting.unsettled(self.days.all))

    def found(self) -> Found:
        """The slots, or the reason."""
        times = self._times()
        if not times.starts:
            return Found((), self._no_time())
        gathered = self._gathered()
        busy = {need.key: covered(times, gathered.intervals.get(need.key, ())) for need in self.needs}
        count = len(times.starts)
        required = totals(count, [busy[need.key] for need in self.needs if not need.optional])
        possible = [number for number in range(count) if not required[number]]
        if not possible:
            return Found((), self._nobody_free(required, busy))
        optional = totals(count, [busy[need.key] for need in self.needs if need.optional])
        pricer = self._pricer()
        money = self._money(times, pricer)
        possible.sort(key=lambda number: (optional[number], money[number], number))
        chosen = apart(possible, times, self.options.limit)
        return Found(tuple(self._slot(number, times, busy, gathered, pricer) for number in chosen))

    def _times(self) -> Times:
        zone = self.setting.zone
        if self.meeting.all_day:
            times = times_by_day(self.days.permitted, max(1, self.seconds // DAY), self.lo, self.hi, zone)
        else:
            open_ = stretches(self.days.permitted, self.setting)
            times = times_by_clock(open_, self.seconds, self.lo, self.hi, zone)
        if not self.setting.requirements:
            return times
        allowed = self.setting.allowing(self.meeting)
        without_length = not self.seconds and not self.meeting.all_day
        kept = [
            (start, end)
            for start, end in zip(times.starts, times.ends, strict=True)
            if allowed(start, start if without_length else end)
        ]
        return Times([start for start, _ in kept], [end for _, end in kept])

    def _gathered(self) -> Gathered:
        keys = frozenset(need.key for need in self.needs)
        setting = self.setting
        question = Question(keys, self.meeting.uid, self.lo, self.hi, setting.zone, setting.directory)
        gathered = gather(self.options.busy, question)
        template = "the calendar of {who} holds a series that is too much to look at"
        names = {need.key: str(need.who) for need in self.needs}
        self.assumptions += tuple(Phrase.of(template, who=names[key]) for key in gathered.doubtful)
        return gathered

    # -- what it costs

    def _pricer(self) -> Pricer:
        policy, rates = self.options.policy, self.options.rates
        return Pricer(rates, self.setting.directory, policy.cost_choices if policy is not None else None)

    def _money(self, times: Times, pricer: Pricer) -> list[int]:
        """What the meeting costs at each time, in minor units: it changes where the rate card does."""
        rates, zone = self.options.rates, self.setting.zone
        if rates is None:
            return [0] * len(times.starts)
        changes = [zone.to_epoch(day.toordinal() * DAY) for day in rates.first_days]
        periods = [bisect_right(changes, start) for start in times.starts]
        costs: dict[int, int] = {}
        for period, start in zip(periods, times.starts, strict=True):
            if period not in costs:
                priced = pricer.price(self.meeting, self.seconds, day_of(start, zone).toordinal())
                costs[period] = (priced.minor or 0) + priced.cash
        return [costs[period] for period in periods]

    # -- what is told

    def _slot(self, number: int, times: Times, busy: dict[str, Ranges], gathered: Gathered, pricer: Pricer) -> Slot:
        start, end = times.starts[number], times.ends[number]
        if not self.seconds:
            end = start
        zone = self.setting.zone
        seen = gathered.since <= start and end <= gathered.until
        conflicts, free, unknown = [], [], []
        for need in self.needs:
            if is_in(number, busy[need.key]):
                conflicts.append(need.who)
            elif seen and _was_asked(need, gathered):
                free.append(need.who)
            else:
                unknown.append(need.who)
        day = day_of(start, zone).toordinal()
        return Slot(
            instant(start).astimezone(zone.tzinfo),
            instant(end).astimezone(zone.tzinfo),
            tuple(conflicts),
            tuple(free),
            tuple(unknown),
            price_one(self.meeting, self.seconds, day, pricer=pricer),
            self.meeting.all_day,
            self.assumptions,
        )

    def _no_time(self) -> NoSlots:
        if not self.days.worked:
            return self._none(Lack.WORKING_DAY, "from {first} to {last} there is no day of work")
        if not self.days.permitted:
            return self._none(Lack.PERMITTED_DAY, "every day of work from {first} to {last} is a no-meeting day")
        if self.setting.requirements:
            return self._none(Lack.PERMITTED_TIME, "from {first} to {last} there is no time that all rules permit")
        template = "{length} do not fit into the permitted working hours of any day from {first} to {last}"
        if self.meeting.all_day:
            template = "from {first} to {last} there are not enough permitted days of work in a row"
        return self._none(Lack.ROOM_FOR_IT, template)

    def _nobody_free(self, required: Sequence[int], busy: dict[str, Ranges]) -> NoSlots:
        freed = [(alone(required, busy[need.key]), at) for at, need in enumerate(self.needs) if not need.optional]
        best = sorted((-times, at) for times, at in freed if times)[:_BLOCKERS]
        template = "from {first} to {last} somebody who has to be there is busy at every permitted time"
        none = self._none(Lack.FREE_TIME, template)
        return NoSlots(none.lack, none.reason, tuple(self.needs[at].who for _, at in best), none.assumptions)

    def _none(self, lack: Lack, template: str) -> NoSlots:
        zone = self.setting.zone
        fields = {"first": day_of(self.lo, zone), "last": day_of(max(self.lo, self.hi - 1), zone)}
        if "{length}" in template:
            return NoSlots(lack, Phrase.of(template, length=Lasting(self.seconds), **fields), (), self.assumptions)
        return NoSlots(lack, Phrase.of(template, **fields), (), self.assumptions)


def _was_asked(need: Need, gathered: Gathered) -> bool:
    return not need.group and need.key in gathered.looked_at


def _window(meeting: Meeting, within: Span | None, setting: Setting) -> tuple[int, int]:
    if within is not None:
        lo, hi = within.seconds
    else:
        clock = Clock.of(meeting, meeting.dtstart, setting.zone, ZoneReading.NAME)
        lo = clock.zone.to_epoch(meeting.dtstart.local)
        hi = lo + DEFAULT_SPAN // timedelta(seconds=1)
    if hi - lo > MOST_DAYS * DAY:
        raise UsageError("slots are searched within at most {most:,} days; give a shorter span", most=MOST_DAYS)
    return max(lo, _EARLIEST), min(hi, FAR - 366 * DAY)
