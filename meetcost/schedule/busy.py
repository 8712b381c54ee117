# SPDX-License-Identifier: Apache-2.0
"""When people are busy, and whose calendars were looked at: two things, for nobody is free whom nobody asked.

A meeting takes up the time of whoever it is opaque for: cancelled and transparent ones (RFC 5545 §3.8.2.7) take up
nobody's, and whoever declined or delegated is not taken up by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from meetcost.errors import CalendarError
from meetcost.ics.expand import expand_between
from meetcost.model.attendee import PartStat, Role, calendar_address
from meetcost.model.directory import Directory
from meetcost.model.meeting import Meeting
from meetcost.model.occurrence import Occurrence
from meetcost.values.span import Span

if TYPE_CHECKING:
    from meetcost.model.attendee import Attendee
    from meetcost.model.zone import Zone

BusyItem: TypeAlias = Span | Occurrence | Meeting
Interval: TypeAlias = tuple[int, int]

_ABSENT: Final = frozenset((PartStat.DECLINED, PartStat.DELEGATED))
_STRANGERS: Final = Directory()


@dataclass(frozen=True, slots=True)
class Busy:
    """Made by `busy_from`: what takes up each person (canonical address), and who of them was looked at `within`.

    `periods` are times of which nobody says by what they are taken up (`freebusy.busy_told`).
    """

    by_person: Mapping[str, tuple[Occurrence, ...]]
    looked_at: frozenset[str]
    within: Span
    periods: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)


BusyTimes: TypeAlias = Mapping[str, Iterable[BusyItem]] | Busy


def busy_from(
    calendars: Mapping[str, Iterable[Meeting | Occurrence]] | Iterable[Meeting | Occurrence],
    within: Span,
    zone: Zone | None = None,
    *,
    looked_at: Iterable[str] = (),
    directory: Directory | None = None,
) -> Busy:
    """What calendars say of their owners, and of the others who are asked to the meetings in them.

    With a mapping from address to calendar, everything opaque takes up the owner, who is looked at. Meetings without
    owners take up their organisers and attendees; nobody is looked at by that, unless `looked_at` names who has all of
    their meetings among them. What is said of an owner in another's calendar is left aside. `zone` is where dates and
    floating times are read (UTC without one). Whoever has a series that is too much to expand is not looked at.
    """
    book = _Book(within, zone, directory if directory is not None else _STRANGERS)
    if isinstance(calendars, Mapping):
        owned = {book.key(address): list(items) for address, items in calendars.items()}
        for key, items in owned.items():
            book.add(items, owner=key, owners=owned.keys())
        looked = set(owned)
    else:
        book.add(list(calendars))
        looked = set()
    looked.update(book.key(address) for address in looked_at)
    return Busy(
        {key: tuple(found.values()) for key, found in book.found.items()}, frozenset(looked - book.doubtful), within
    )


class _Book:
    """Occurrences entered for each person they take up."""

    def __init__(self, within: Span, zone: Zone | None, directory: Directory) -> None:
        self.lo, self.hi = within.seconds
        self.zone, self.directory = zone, directory
        self.found: dict[str, dict[tuple[str, int, int], Occurrence]] = {}
        self.doubtful: set[str] = set()

    def key(self, address: str) -> str:
        return self.directory.person(calendar_address(address))

    def add(self, items: Iterable[Meeting | Occurrence], owner: str | None = None, owners: Iterable[str] = ()) -> None:
        others = frozenset(owners)
        taken: dict[int, list[str]] = {}
        for item in items:
            try:
                occurrences = occurrences_of(item, self.lo, self.hi, self.zone)
            except CalendarError:
                self.doubtful.update([owner] if owner is not None else self._named(item))
                continue
            for one in occurrences:
                component = one.meeting  # held by `items`, so its id stays its own
                keys = taken.get(id(component))
                if keys is None:
                    keys = taken[id(component)] = self._taken_up(component, owner, others)
                for key in keys:
                    self.found.setdefault(key, {})[component.uid, one.start, one.end] = one

    def _named(self, item: Meeting | Occurrence) -> set[str]:
        meeting = item.meeting if isinstance(item, Occurrence) else item
        people = (who for part in (meeting, *meeting.overrides) for who in part.participants)
        return {self.directory.person(who.address) for who in people}

    def _taken_up(self, component: Meeting, owner: str | None, owners: frozenset[str]) -> list[str]:
        if not is_opaque(component):
            return []
        own = [owner] if owner is not None and not is_absent(component, owner, self.directory) else []
        return own + [
            key
            for who in component.participants
            if (key := self.directory.person(who.address)) not in owners and _comes(who)
        ]


def is_opaque(component: Meeting) -> bool:
    """Whether it takes up anybody's time."""
    return component.component == "VEVENT" and not component.transparent and not component.cancelled


def is_absent(component: Meeting, key: str, directory: Directory) -> bool:
    """Whether the person declined or delegated it."""
    lines = [who for who in component.attendees if directory.person(who.address) == key]
    return bool(lines) and all(who.partstat in _ABSENT for who in lines)


def _comes(who: Attendee) -> bool:
    return who.partstat not in _ABSENT and (who.role is not Role.NON_PARTICIPANT or who.cutype.is_thing)


def occurrences_of(item: Meeting | Occurrence, lo: int, hi: int, zone: Zone | None) -> Sequence[Occurrence]:
    """Those of `item` between two instants; raises `LimitError` for too many."""
    if isinstance(item, Occurrence):
        return [item] if item.start < hi and item.end > lo else []
    return expand_between(item, lo, hi, zone)


class Gathered(NamedTuple):
    """Busy intervals (epoch seconds) by person; who was looked at, between `since` and `until`; whose was too much."""

    intervals: dict[str, list[Interval]]
    looked_at: frozenset[str]
    since: int
    until: int
    doubtful: tuple[str, ...] = ()


class Question(NamedTuple):
    """Whose time is asked for (their `keys`), between which instants, by which meeting."""

    keys: frozenset[str]
    uid: str
    lo: int
    hi: int
    zone: Zone
    directory: Directory

    def is_own(self, component: Meeting) -> bool:
        """Whether it is the very meeting that asks."""
        return bool(self.uid) and component.uid == self.uid


def gather(busy: BusyTimes | None, question: Question) -> Gathered:
    """What takes up the people asked for, the meeting that asks aside."""
    if busy is None:
        return Gathered({}, frozenset(), question.lo, question.hi)
    return _of_book(busy, question) if isinstance(busy, Busy) else _of_calendars(busy, question)


def _of_book(busy: Busy, question: Question) -> Gathered:
    intervals: dict[str, list[Interval]] = {}
    for address, occurrences in busy.by_person.items():
        key = question.directory.person(address)
        if key in question.keys:
            found = [(one[0], one[1]) for one in occurrences if not question.is_own(one[2])]
            intervals.setdefault(key, []).extend(found)
    for address, periods in busy.periods.items():
        key = question.directory.person(address)
        if key in question.keys:
            intervals.setdefault(key, []).extend(periods)
    looked = frozenset(map(question.directory.person, busy.looked_at))
    return Gathered(intervals, looked, *busy.within.seconds)


def _of_calendars(calendars: Mapping[str, Iterable[BusyItem]], question: Question) -> Gathered:
    intervals: dict[str, list[Interval]] = {}
    doubtful: dict[str, None] = {}
    for address, items in calendars.items():
        key = question.directory.person(calendar_address(address))
        if key in question.keys:
            found, whole = _of_one(list(items), key, question)
            intervals.setdefault(key, []).extend(found)
            if not whole:
                doubtful[key] = None
    looked = frozenset(intervals.keys() - doubtful.keys())
    return Gathered(intervals, looked, question.lo, question.hi, tuple(doubtful))


def _of_one(items: list[BusyItem], key: str, question: Question) -> tuple[list[Interval], bool]:
    """The busy intervals of one person, and whether their calendar could be read in full."""
    found: list[Interval] = []
    occurrences: list[Occurrence] = []
    whole = True
    for item in items:
        if isinstance(item, Span):
            found.append(item.seconds)
        elif isinstance(item, Occurrence):
            occurrences.append(item)
        else:
            try:
                occurrences += expand_between(item, question.lo, question.hi, question.zone)
            except CalendarError:
                whole = False
    blocks: dict[int, bool] = {}  # by id: `occurrences` holds every component
    for one in occurrences:
        start, end, component, _, _, _ = one
        takes = blocks.get(id(component))
        if takes is None:
            takes = is_opaque(component) and not is_absent(component, key, question.directory)
            takes = blocks[id(component)] = takes and not question.is_own(component)
        if takes:
            found.append((start, end))
    return found, whole
