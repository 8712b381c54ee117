# SPDX-License-Identifier: Apache-2.0
"""Does an instance count as a meeting?

Two or more people have to be involved: distinct calendar addresses among ORGANIZER and ATTENDEE, a person known under
several addresses once, a group as two or more, a room as nobody. The directory outranks CUTYPE, since whoever writes
the invite can write that line; for the same reason nobody is a room because of an EMAIL parameter. People are counted
per component, so an override that adds somebody counts by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.model.attendee import Attendee, CuType, PartStat
from meetcost.model.directory import EntryKind

if TYPE_CHECKING:
    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting

_THINGS: Final = (EntryKind.ROOM, EntryKind.RESOURCE)
_GROUP: Final = 2
_MANY: Final = 1_000_000_000


class Counts(StrEnum):
    """Whether it is a meeting."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class MeetingDefinition:
    """What an organisation calls a meeting; the defaults are those of the reference policy."""

    people: int = 2
    transparent_timed_counts: bool = True
    transparent_all_day_counts: bool = False
    opaque_all_day_counts: bool = True
    cancelled_counts: bool = False
    declined_attendees_count: bool = True
    zero_length_counts: bool = True
    tasks_and_journals_count: bool = True


REFERENCE: Final = MeetingDefinition()
"""As the reference policy has it."""


class People(NamedTuple):
    """How many people are involved: at least and at most, and whether the object hints at more than it names.

    `who` are persons and groups, by the address that stands for all of theirs.
    """

    least: int
    most: int
    hint: bool = False
    who: frozenset[str] = frozenset()


def people(meeting: Meeting, directory: Directory, *, declined_count: bool = True) -> People:
    """How many people one component involves.

    A group counts as its size in the directory, never less than two, without one as two or more; its members may be
    among those named, so the least is not the sum. There is a hint of more where one person is all that is named and
    either no ORGANIZER says whose meeting it is, or the invitation was delegated to somebody who is not listed.
    """
    individuals: set[str] = set()
    groups: dict[str, tuple[int, int]] = {}
    for who in meeting.participants:
        if who.partstat is PartStat.DECLINED and not declined_count and who != meeting.organizer:
            continue
        kind, size = _kind(who, directory)
        key = directory.person(who.address)
        if kind is EntryKind.PERSON:
            individuals.add(key)
        elif kind is EntryKind.GROUP:
            groups[key] = (max(_GROUP, size or 0), max(_GROUP, size) if size else _MANY)
    least = max([len(individuals), *(least for least, _ in groups.values())])
    most = len(individuals) + sum(most for _, most in groups.values())
    delegated = any(who.delegated_to for who in meeting.participants)
    return People(
        least, most, least == 1 and (meeting.organizer is None or delegated), frozenset((*individuals, *groups))
    )


def organisers(meeting: Meeting, directory: Directory) -> frozenset[str]:
    """Who calls it and its instances that were changed: the address that stands for all of theirs; empty for nobody."""
    named = (part.organizer for part in (meeting, *meeting.overrides))
    return frozenset(directory.person(who.address) if who is not None else "" for who in named)


def _kind(who: Attendee, directory: Directory) -> tuple[EntryKind, int | None]:
    entry = directory.find(who)
    if entry is not None and not (entry.kind in _THINGS and directory.find(who.address) is None):
        return entry.kind, entry.size
    if who.cutype is CuType.GROUP:
        return EntryKind.GROUP, None
    return (EntryKind.ROOM if who.cutype.is_thing else EntryKind.PERSON), None


def counts(meeting: Meeting, directory: Directory, definition: MeetingDefinition) -> Counts:
    """Whether an instance that `meeting` (a master or an override) describes counts as a meeting."""
    if meeting.cancelled and not definition.cancelled_counts:
        return Counts.NO
    if meeting.component != "VEVENT" and not definition.tasks_and_journals_count:
        return Counts.NO
    if not _time_counts(meeting, definition):
        return Counts.NO
    found = people(meeting, directory, declined_count=definition.declined_attendees_count)
    if found.least >= definition.people:
        return Counts.YES
    if found.most >= definition.people or found.hint:
        return Counts.UNDECIDED
    return Counts.NO


def _time_counts(meeting: Meeting, definition: MeetingDefinition) -> bool:
    if meeting.all_day:
        return definition.transparent_all_day_counts if meeting.transparent else definition.opaque_all_day_counts
    return definition.transparent_timed_counts or not meeting.transparent
