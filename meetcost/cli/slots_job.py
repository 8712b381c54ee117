# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost slots`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from meetcost.cli.cost_json import iso
from meetcost.cli.free import AHEAD, busy_of, window_after
from meetcost.cli.readings import calendars
from meetcost.cli.times import instant_of, window_of
from meetcost.cli.when import when
from meetcost.schedule.slots import find_slots
from meetcost.values.span import Span
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from meetcost.cli.shell import Shell
    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy
    from meetcost.schedule.slots import Slot


@dataclass
class SlotsJob:
    """One call, with all that was chosen."""

    shell: Shell
    policy: Policy | None
    now: datetime
    first: str | None
    last: str | None
    busy: Sequence[str]
    limit: int

    def run(self, files: Sequence[str]) -> None:
        """All meetings of all files."""
        shell = self.shell
        for calendar in calendars(shell, files, self.policy.zone if self.policy is not None else None):
            shell.problems(calendar.name, calendar.problems, calendar.octets)
            for meeting in calendar.meetings:
                within = self._window(meeting)
                known = busy_of(shell, self.busy, within, self.policy)
                found = find_slots(meeting, policy=self.policy, busy=known, within=within, limit=self.limit)
                if not shell.json:
                    _words(shell, meeting, found)
                    continue
                for slot in found:
                    shell.object(_object(calendar.name, meeting, slot))

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
        "local_start": slot.start.replace(tzinfo=None).isoformat(),
        "conflicts": [str(one) for one in slot.conflicts],
        "checked": slot.checked,
    }


def _words(shell: Shell, meeting: Meeting, found: list[Slot]) -> None:
    language = shell.language
    shell.line(meeting.title or say("(no title)", language), "bold")
    for slot in found:
        conflicts = ", ".join(str(one) for one in slot.conflicts)
        shell.line(f"  {when(slot.start, slot.end, language)}{f'   {conflicts}' if conflicts else ''}")
    if not found:
        shell.line(f"  {say('no permitted time found; look further with --from and --to', language)}")
