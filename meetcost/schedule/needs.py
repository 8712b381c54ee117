# SPDX-License-Identifier: Apache-2.0
"""Whose calendar matters for a meeting: the people who count as invited, and its rooms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.costing.attendance import attendance
from meetcost.costing.choices import CostChoices
from meetcost.model.attendee import Attendee, CuType
from meetcost.model.directory import EntryKind

if TYPE_CHECKING:
    from meetcost.costing.attendance import Seat
    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting

_INVITED: Final = CostChoices()
_THINGS: Final = {EntryKind.ROOM: CuType.ROOM, EntryKind.RESOURCE: CuType.RESOURCE}


class Need(NamedTuple):
    """One calendar to ask. `key` is the directory's own address of `who`; nobody can ask a group's."""

    key: str
    who: Attendee
    optional: bool = False
    group: bool = False


def needs_of(meeting: Meeting, directory: Directory) -> tuple[Need, ...]:
    """Everybody who is counted as invited, in the order of the invite, and then its rooms and resources.

    Who declined, delegated or is only informed is not asked again. A room always has to be free, whatever its ROLE
    (some programs write NON-PARTICIPANT) and its answer: it declined a time, not the meeting.
    """
    standing = meeting.replace(status="") if meeting.cancelled else meeting
    seats = attendance(standing, directory, _INVITED).seats
    needs = [Need(directory.person(seat.who.address), seat.who, seat.who.optional, _is_group(seat)) for seat in seats]
    needs += [Need(directory.person(who.address), who) for who in _things(meeting, directory)]
    return tuple({need.key: need for need in reversed(needs)}.values())[::-1]


def _is_group(seat: Seat) -> bool:
    return seat.entry.kind is EntryKind.GROUP if seat.entry is not None else seat.who.cutype is CuType.GROUP


def _things(meeting: Meeting, directory: Directory) -> list[Attendee]:
    found = []
    for who in meeting.attendees:
        entry = directory.find(who)
        cutype = who.cutype if entry is None else _THINGS.get(entry.kind, CuType.INDIVIDUAL)
        if cutype.is_thing:
            found.append(replace(who, cutype=cutype))
    return found
