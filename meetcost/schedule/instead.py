# SPDX-License-Identifier: Apache-2.0
"""What to say to somebody whose meeting was refused: the next permitted times, or why there is none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import CalendarError, UsageError
from meetcost.ics.wall import Clock
from meetcost.model.zone import ZoneReading
from meetcost.schedule.series import find_series_slots
from meetcost.schedule.slots import search, slots_text
from meetcost.values.span import Span, instant
from meetcost.words.say import say

if TYPE_CHECKING:
    from datetime import datetime

    from meetcost.model.meeting import Meeting
    from meetcost.model.zone import Zone
    from meetcost.policy.policy import Policy
    from meetcost.schedule.busy import BusyTimes
    from meetcost.schedule.series import SeriesSlot
    from meetcost.schedule.slot import NoSlots, Slot
    from meetcost.words.say import Language

AHEAD: Final = timedelta(days=28)
_FIRST_INSTANT: Final = -62_135_596_800  # of year 1


class Instead(NamedTuple):
    """Times for one meeting, a move of a whole series, or why there is neither."""

    slots: tuple[Slot, ...] = ()
    series: SeriesSlot | None = None
    none: NoSlots | None = None

    @property
    def first(self) -> datetime | None:
        """When it could begin, in the policy's zone."""
        if self.series is not None:
            return self.series.start
        return self.slots[0].start if self.slots else None

    def text(self, language: Language = "en") -> str:
        """One sentence; empty where there is nothing to propose."""
        if self.series is not None:
            return say("The series could move. {slot}", language, slot=self.series.text(language))
        return slots_text(self.slots, language) or (self.none.text(language) if self.none is not None else "")


def instead(
    meeting: Meeting,
    *,
    policy: Policy,
    now: datetime,
    busy: BusyTimes | None = None,
    calendar: str | None = None,
) -> Instead:
    """The next times within four weeks of the meeting's start, or of `now` (zoned) if that is later.

    `busy` is what is known of people's calendars, `calendar` the path or name of the calendar it is for. A series moves
    as a whole or not at all: one instance tells nothing of the others.
    """
    series = series_slots(meeting, policy, busy, limit=1, calendar=calendar, now=now)
    if series is not None:
        return Instead(series=series[0] if series else None)
    if meeting.recurring:
        return Instead()
    within = window_after(meeting, policy, now)
    found = search(meeting, policy=policy, busy=busy, within=within, calendar=calendar, now=now)
    return Instead(found.slots, none=found.none)


def series_slots(
    meeting: Meeting,
    policy: Policy | None,
    busy: BusyTimes | None,
    *,
    within: Span | None = None,
    limit: int = 3,
    calendar: str | None = None,
    now: datetime | None = None,
) -> list[SeriesSlot] | None:
    """Other weekdays and times for a series; None for what is none, or cannot be moved as one."""
    if meeting.recurrence is None:
        return None
    try:
        return find_series_slots(
            meeting, policy=policy, busy=busy, within=within, limit=limit, calendar=calendar, now=now
        )
    except (UsageError, CalendarError):
        return None


def window_after(meeting: Meeting, policy: Policy | None, now: datetime) -> Span:
    """Four weeks from the start of the meeting, or from `now` if that is later."""
    first = max(now, first_start(meeting, policy.zone if policy is not None else None))
    return Span(first, first + AHEAD)


def first_start(meeting: Meeting, zone: Zone | None) -> datetime:
    """The instant of DTSTART, read in `zone` where its own is not known."""
    clock = Clock.of(meeting, meeting.dtstart, zone, ZoneReading.NAME)
    return instant(max(clock.zone.to_epoch(meeting.dtstart.local), _FIRST_INSTANT))
