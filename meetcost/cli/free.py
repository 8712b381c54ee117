# SPDX-License-Identifier: Apache-2.0
"""Permitted and free times, and whose calendars say so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from meetcost.cli.readings import calendars
from meetcost.cli.when import first_start
from meetcost.errors import CalendarError, UsageError
from meetcost.schedule.busy import busy_from
from meetcost.schedule.series import find_series_slots
from meetcost.schedule.slots import search, slots_text
from meetcost.values.span import Span
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from meetcost.cli.shell import Shell
    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy
    from meetcost.schedule.busy import Busy, BusyTimes
    from meetcost.schedule.series import SeriesSlot

AHEAD: Final = timedelta(days=28)


def instead(
    shell: Shell, meeting: Meeting, policy: Policy, now: datetime, *, given: Sequence[str], calendar: str | None
) -> str:
    """The next permitted times as a sentence, or why there is none; free ones where calendars are given."""
    within = window_after(meeting, policy, now)
    busy = busy_of(shell, given, within, policy)
    series = series_slots(meeting, policy, busy, limit=1, calendar=calendar)
    if series is not None:
        return (
            say("The series could move. {slot}", shell.language, slot=series[0].text(shell.language)) if series else ""
        )
    if meeting.recurring:
        return ""  # one instance tells nothing of the others
    found = search(meeting, policy=policy, busy=busy, within=within, calendar=calendar)
    return slots_text(found.slots, shell.language) or (found.none.text(shell.language) if found.none else "")


def series_slots(
    meeting: Meeting,
    policy: Policy | None,
    busy: BusyTimes | None,
    *,
    within: Span | None = None,
    limit: int = 3,
    calendar: str | None = None,
) -> list[SeriesSlot] | None:
    """Other weekdays and times for a series; None for what is none, or cannot be moved as one."""
    if meeting.recurrence is None:
        return None
    try:
        return find_series_slots(meeting, policy=policy, busy=busy, within=within, limit=limit, calendar=calendar)
    except (UsageError, CalendarError):
        return None


def window_after(meeting: Meeting, policy: Policy | None, now: datetime) -> Span:
    """Four weeks from the start of the meeting, or from `now` if that is later."""
    first = max(now, first_start(meeting, policy.zone if policy is not None else None))
    return Span(first, first + AHEAD)


def busy_of(shell: Shell, given: Sequence[str], within: Span, policy: Policy | None) -> Busy | None:
    """What `--busy` says: `ADDRESS=FILE` and `ADDRESS.ics` are the calendars of one person, other files of nobody's.

    Raises `UsageError` where some calendars have an owner and others none.
    """
    if not given:
        return None
    zone = policy.zone if policy is not None else None
    owned: dict[str, list[Meeting]] = {}
    loose: list[Meeting] = []
    for text in given:
        owner, equals, name = text.partition("=")
        if not equals or "@" not in owner:
            owner, name = "", text
        for calendar in calendars(shell, [name], zone):
            stem = Path(calendar.name).stem
            whose = owner or (stem if "@" in stem else "")
            (owned.setdefault(whose, []) if whose else loose).extend(calendar.meetings)
    if owned and loose:
        raise UsageError("--busy: some calendars have an owner and others none; write ADDRESS=FILE for each")
    directory = policy.directory if policy is not None else None
    return busy_from(owned or loose, within, zone, directory=directory)
