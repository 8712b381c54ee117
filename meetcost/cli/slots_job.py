# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost slots`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from meetcost.cli.cost_json import hours, iso, money
from meetcost.cli.free import busy_of
from meetcost.cli.readings import calendars
from meetcost.cli.times import instant_of, window_of
from meetcost.cli.when import when
from meetcost.schedule.instead import AHEAD, series_slots, window_after
from meetcost.schedule.slots import search, slots_text
from meetcost.values.span import Span
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from meetcost.cli.shell import Shell
    from meetcost.costing.rate_card import RateCard
    from meetcost.model.attendee import Attendee
    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy
    from meetcost.schedule.series import SeriesSlot
    from meetcost.schedule.slots import Found, Slot


@dataclass
class SlotsJob:
    """One call, with all that was chosen."""

    shell: Shell
    policy: Policy | None
    rates: RateCard | None
    now: datetime
    first: str | None
    last: str | None
    busy: Sequence[str]
    limit: int
    _assumed: dict[str, None] = field(default_factory=dict)

    def run(self, files: Sequence[str]) -> None:
        """All meetings of all files."""
        shell = self.shell
        for calendar in calendars(shell, files, self.policy.zone if self.policy is not None else None):
            shell.problems(calendar.name, calendar.problems, calendar.octets)
            for meeting in calendar.meetings:
                within = self._window(meeting)
                known = busy_of(shell, self.busy, within, self.policy)
                span = within if self.first is not None else None
                series = series_slots(meeting, self.policy, known, within=span, limit=self.limit, now=self.now)
                if series is not None:
                    _series(shell, calendar.name, meeting, series)
                    continue
                found = search(
                    meeting,
                    policy=self.policy,
                    busy=known,
                    within=within,
                    limit=self.limit,
                    rates=self.rates,
                    now=self.now,
                )
                if shell.json:
                    for slot in found.slots:
                        shell.object(_object(calendar.name, meeting, slot))
                else:
                    self._words(meeting, found)
        for text in self._assumed:  # once, however many meetings there were
            shell.line(f"  {text}", "dim")

    def _words(self, meeting: Meeting, found: Found) -> None:
        shell, language = self.shell, self.shell.language
        shell.line(meeting.title or say("(no title)", language), "bold")
        for slot in found.slots:
            if slot.all_day:
                shell.line(f"  {when(slot.start.date(), slot.end.date(), language)}")
            else:
                shell.line(f"  {when(slot.start, slot.end, language)}")
        if found.slots:
            shell.line(f"  {slots_text(found.slots, language)}")
            self._assumed |= dict.fromkeys(one.text(language) for one in found.slots[0].assumptions)
        elif found.none is not None:
            shell.line(f"  {found.none.text(language)}")

    def _window(self, meeting: Meeting) -> Span:
        zone = self.policy.zone if self.policy is not None else None
        if self.first is None:
            return window_after(meeting, self.policy, self.now)
        if self.last is not None:
            return window_of(self.first, self.last, zone)
        start = instant_of(self.first, "--from", zone)
        return Span(start, start + AHEAD)


def _object(name: str, meeting: Meeting, slot: Slot) -> dict[str, Any]:
    return {
        "file": name,
        "uid": meeting.uid,
        "start": iso(slot.start),
        "end": iso(slot.end),
        "all_day": slot.all_day,
        "local_start": slot.start.replace(tzinfo=None).isoformat(),
        "conflicts": _addresses(slot.conflicts),
        "free": _addresses(slot.free),
        "unknown": _addresses(slot.unknown),
        **hours(slot.cost.hours),
        "cost": money(slot.cost.total),
    }


def _series(shell: Shell, name: str, meeting: Meeting, found: Sequence[SeriesSlot]) -> None:
    if not shell.json:
        shell.line(meeting.title or say("(no title)", shell.language), "bold")
        for slot in found:
            shell.line(f"  {slot.text(shell.language)}")
        if not found:
            text = say("No weekday and time is permitted to any of its instances still to come.", shell.language)
            shell.line(f"  {text}")
        return
    for slot in found:
        about = {"file": name, "uid": meeting.uid, "start": iso(slot.start), "rrule": slot.rrule}
        counts = {"instances": slot.instances, "blocked": slot.blocked, "conflicts": slot.conflicts}
        lost = {"banned": _isos(slot.banned), "off": _isos(slot.off)}
        shell.object({**about, **counts, **lost, "unknown": _addresses(slot.unknown)})


def _isos(days: Sequence[date]) -> list[str]:
    return [day.isoformat() for day in days]


def _addresses(people: Sequence[Attendee]) -> list[str]:
    return [who.address for who in people]
