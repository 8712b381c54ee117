# SPDX-License-Identifier: Apache-2.0
"""Who is counted, and for how long.

Not counted: rooms and resources, NON-PARTICIPANTs, who declined, who delegated (the delegate is, listed or not). One
person under two addresses counts once: an answer outranks no answer, the first line outranks the others. The organiser
counts, once, listed or not. What the directory says of an address outranks CUTYPE.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from meetcost.costing.choices import AttendanceRule
from meetcost.model.attendee import Attendee, CuType, PartStat, Role
from meetcost.model.cost import Assumption
from meetcost.model.directory import EntryKind
from meetcost.model.moment import DAY
from meetcost.model.phrase import Count

if TYPE_CHECKING:
    from collections.abc import Callable

    from meetcost.costing.choices import CostChoices
    from meetcost.model.directory import Directory, Entry
    from meetcost.model.meeting import Meeting

_DECLINED: Final = PartStat.DECLINED
_DELEGATED: Final = PartStat.DELEGATED
_INDIVIDUAL: Final = CuType.INDIVIDUAL
_PERSON: Final = EntryKind.PERSON
_SAID_YES: Final = frozenset((PartStat.ACCEPTED, PartStat.COMPLETED, PartStat.IN_PROCESS))
_THINGS: Final = frozenset((EntryKind.ROOM, EntryKind.RESOURCE))


class Seat(NamedTuple):
    """One line that is counted: a person, or a group of `people`; `entry` is the directory's, None for a stranger."""

    who: Attendee
    entry: Entry | None
    people: int
    guessed: bool = False

    @property
    def unit(self) -> str:
        """The unit that pays for this time; empty if unknown."""
        return self.entry.unit if self.entry is not None else ""

    @property
    def band(self) -> str:
        """The pay band; empty if unknown."""
        return self.entry.band if self.entry is not None else ""


_person_seat: Final = cast("Callable[[tuple[object, ...]], Seat]", partial(tuple.__new__, Seat))  # in half the time


class Attendance(NamedTuple):
    """Everybody who is counted."""

    seats: tuple[Seat, ...]

    @property
    def people(self) -> int:
        """Heads."""
        return sum(seat.people for seat in self.seats)

    @property
    def optional(self) -> tuple[Seat, ...]:
        """Those who were asked to come and are free not to."""
        return tuple(seat for seat in self.seats if seat.who.role is Role.OPT_PARTICIPANT)

    @property
    def unanswered(self) -> int:
        """Heads of those who have not answered."""
        return sum(seat.people for seat in self.seats if seat.who.partstat is PartStat.NEEDS_ACTION)


def attendance(meeting: Meeting, directory: Directory, choices: CostChoices) -> Attendance:
    """Who is counted, in the order of the invite; nobody for a cancelled meeting."""
    if meeting.status == "CANCELLED":
        return Attendance(())
    accepted = choices.attendance is AttendanceRule.ACCEPTED
    organizer = directory.person(meeting.organizer.address) if meeting.organizer is not None else None
    entries, seats = directory.by_address, []
    for key, who in _lines(meeting, directory).items():
        partstat = who.partstat
        if partstat is _DECLINED or partstat is _DELEGATED or who.role is Role.NON_PARTICIPANT:
            continue
        if accepted and partstat not in _SAID_YES and key != organizer:
            continue
        entry = entries.get(who.address)
        if entry is None and who.email:
            entry = entries.get(who.email)
        if who.cutype is _INDIVIDUAL if entry is None else entry.kind is _PERSON:
            seats.append(_person_seat((who, entry, 1, False)))
            continue
        seat = _seat(who, entry, choices)
        if seat is not None:
            seats.append(seat)
    return Attendance(tuple(seats))


def _lines(meeting: Meeting, directory: Directory) -> dict[str, Attendee]:
    """Person -> the line that speaks for them."""
    person, persons = directory.person, directory.persons
    lines: dict[str, Attendee] = {}
    delegates: list[str] = []
    for who in meeting.attendees:
        key = persons.get(who.address, who.address)
        before = lines.setdefault(key, who)
        if before is not who and _outranks(who, before):
            lines[key] = who
        if who.delegated_to:
            delegates += who.delegated_to
    if meeting.organizer is not None:
        lines.setdefault(person(meeting.organizer.address), meeting.organizer)
    for address in delegates:
        delegate = Attendee.of(address)
        lines.setdefault(person(delegate.address), delegate)
    return lines


def _outranks(who: Attendee, before: Attendee) -> bool:
    return before.partstat is PartStat.NEEDS_ACTION and who.partstat is not PartStat.NEEDS_ACTION


def _seat(who: Attendee, entry: Entry | None, choices: CostChoices) -> Seat | None:
    """Of what is no single person, so far as is known."""
    if entry is None:
        if who.cutype.is_thing:
            return None
        return Seat(who, None, choices.group_size, True) if who.cutype is CuType.GROUP else Seat(who, None, 1)
    if entry.kind in _THINGS:
        return None
    return Seat(who, entry, entry.size or choices.group_size, entry.size is None)


def counted_seconds(seconds: int, *, all_day: bool, day_seconds: int) -> int:
    """Working time of one person in a meeting of `seconds`.

    A whole day counts `day_seconds`. So do the days of a meeting by the clock that lasts longer than a day: each 24
    hours from its start, and what is left over at most as much.
    """
    if seconds <= 0:
        return 0
    if all_day:
        return max(1, round(seconds / DAY)) * day_seconds
    if seconds <= DAY:
        return seconds
    days, rest = divmod(seconds, DAY)
    return days * day_seconds + min(rest, day_seconds)


def lasting(meeting: Meeting, seconds: int, choices: CostChoices) -> int:
    """`seconds`, or what is supposed of an event that is written without an end, or ends when it begins.

    RFC 5545 §3.6.1 gives it no length, which no meeting has. To-dos and journals may well have none.
    """
    if seconds > 0 or meeting.all_day or meeting.component != "VEVENT" or own_seconds(meeting):
        return seconds
    return choices.minutes_without_end * 60


def own_seconds(meeting: Meeting) -> int:
    """How long the meeting lasts as it is written, in real time; what ends before it begins lasts no time."""
    start, end = meeting.start, meeting.end
    if isinstance(start, datetime) and isinstance(end, datetime):
        if start.tzinfo is not None and end.tzinfo is not None:
            return max(0, (end.astimezone(UTC) - start.astimezone(UTC)) // timedelta(seconds=1))
        start, end = start.replace(tzinfo=None), end.replace(tzinfo=None)
        return max(0, (end - start) // timedelta(seconds=1))
    return max(0, (end.toordinal() - start.toordinal()) * DAY)


def rule_assumption(present: Attendance, choices: CostChoices) -> Assumption:
    """The stated rule for people who have not answered."""
    if choices.attendance is AttendanceRule.ACCEPTED:
        text = "assumption: only those who said yes, and the organiser, are counted as present"
        return Assumption.named("attendance-accepted", text)
    return Assumption.named(
        "attendance-invited",
        "assumption: everybody invited who has not declined is counted as present ({unanswered} not answered)",
        unanswered=Count(present.unanswered, "{count} person has", "{count} people have"),
    )


def group_assumptions(present: Attendance) -> tuple[Assumption, ...]:
    """What is supposed of the groups among them."""
    named = []
    for seat in present.seats:
        people = Count(seat.people, "{count} person", "{count} people")
        if seat.guessed:
            text = "assumption: {group} counts as {people}; the directory does not give its size"
            named.append(Assumption.named("group-size", text, group=str(seat.who), people=people))
    is_group = (
        seat.entry.kind is EntryKind.GROUP if seat.entry is not None else seat.guessed for seat in present.seats
    )
    if any(is_group) and len(present.seats) > 1:
        text = "assumption: nobody in a group is invited by name as well"
        named.append(Assumption.named("group-overlap", text))
    return tuple(named)
