# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost expand`."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final

from meetcost.cli.readings import calendars
from meetcost.cli.shell import json_text
from meetcost.cli.stamps import recurrence_text, times_of
from meetcost.cli.when import when_of
from meetcost.errors import LimitError
from meetcost.ics.expand import expand_between
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.cli.shell import Shell
    from meetcost.model.occurrence import Occurrence
    from meetcost.model.zone import Zone
    from meetcost.values.span import Span

_LINES_AT_ONCE: Final = 4096
_start: Final = itemgetter(0)


def list_occurrences(shell: Shell, files: Sequence[str], window: Span, zone: Zone | None) -> None:
    """Every file's occurrences, by start; never those of more than one file at once."""
    lo, hi = window.seconds
    write = _json if shell.json else _words
    for calendar in calendars(shell, files, zone):
        problems = list(calendar.problems)
        found: list[Occurrence] = []
        for meeting in calendar.meetings:
            try:
                found += expand_between(meeting, lo, hi, zone)
            except LimitError as error:
                problems.append(error.problem)
        shell.problems(calendar.name, problems, calendar.octets)
        found.sort(key=_start)
        write(shell, calendar.name, found, zone)


def _json(shell: Shell, name: str, found: Sequence[Occurrence], zone: Zone | None) -> None:
    for at in range(0, len(found), _LINES_AT_ONCE):
        text = "".join(json_lines_of(name, found[at : at + _LINES_AT_ONCE], zone))
        shell.octets(text.encode("utf-8", "replace"))


def json_lines_of(name: str, found: Sequence[Occurrence], zone: Zone | None) -> list[str]:
    """A line of JSON for each: what differs between the occurrences of a meeting is put around what does not."""

    file = json_text(name)
    heads: dict[int, tuple[str, str, str]] = {}
    lines = []
    for occurrence in found:
        meeting = occurrence[2]
        head = heads.get(id(meeting))
        if head is None:
            flags = '"all_day":true,"floating":false' if meeting.dtstart.is_date else '"all_day":false,"floating":'
            if not meeting.dtstart.is_date:
                flags += "false" if occurrence.zoned else "true"
            head = heads[id(meeting)] = (
                f'{{"file":{file},"uid":{json_text(meeting.uid)},"recurrence_id":',
                flags,
                f'"summary":{json_text(meeting.title)}}}\n',
            )
        start, end, wall = times_of(occurrence, zone)
        original = recurrence_text(occurrence, zone)
        recurrence = f'"{original}"' if original is not None else "null"
        lines.append(
            f'{head[0]}{recurrence},"start":"{start}","end":"{end}",{head[1]},"local_start":"{wall}",{head[2]}'
        )
    return lines


def _words(shell: Shell, name: str, found: Sequence[Occurrence], zone: Zone | None) -> None:
    if found:
        shell.line(name, "bold")
    for occurrence in found:
        title = occurrence.meeting.title or say("(no title)", shell.language)
        shell.line(f"  {when_of(occurrence, zone, shell.language)}   {title}")
