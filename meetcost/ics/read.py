# SPDX-License-Identifier: Apache-2.0
"""Octets to meetings (RFC 5545), with every mistake told beside them, never instead of them."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from meetcost.errors import CalendarError, Problem, UsageError
from meetcost.ics.component import Component
from meetcost.ics.file_zone import FileZone
from meetcost.ics.limits import LIMITS, Limits
from meetcost.ics.quick import quick_meeting
from meetcost.ics.scan import Scanner
from meetcost.ics.vtimezone import read_vtimezone
from meetcost.model.moment import UTC_ZONE
from meetcost.model.zone import ZoneTable
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icalendar import Component as ICalendarComponent

    from meetcost.ics.scan import Block
    from meetcost.model.meeting import Meeting
    from meetcost.model.moment import Moment

CHUNK: Final = 1 << 18
_PIECE: Final = 1 << 15
_EVENT: Final = b"\nBEGIN:VEVENT"
_MANY: Final = 1000  # meetings; fewer are soon walked over
_NO_CALENDAR: Final = Problem(
    "not-a-calendar", "no iCalendar data", 1, advice="a calendar begins with `BEGIN:VCALENDAR`"
)
_SECOND_OVERRIDE: Final = "override-twice", "a second override"
_SECOND_MASTER: Final = "two-masters", "a second master"


class Reading(NamedTuple):
    """What a document holds: `meetings` in the order of their first component, and what was wrong with it."""

    meetings: tuple[Meeting, ...]
    problems: tuple[Problem, ...]


class Reader:
    """Reads a document as it comes: `feed` chunks, then `close`; each gives the components completed by then.

    Components are not grouped: an override is a Meeting of its own, with its `recurrence_id`. Zones are those of the
    whole VCALENDAR, also where they stand behind the meeting: ask for times only when the document is read.
    """

    def __init__(self, limits: Limits = LIMITS, components: Iterable[str] = ("VEVENT",)) -> None:
        self.zones: dict[int, ZoneTable] = {}
        self._limits = limits
        self.components = frozenset(components)
        self._scanner = Scanner(limits)
        self._problems = self._scanner.problems  # one list, in the order in which they are met

    @property
    def problems(self) -> list[Problem]:
        """All problems so far that belong to no meeting that was read."""
        return self._problems.copy()

    @property
    def calendars(self) -> int:
        """How many VCALENDARs have begun."""
        return self._scanner.calendars

    def feed(self, chunk: bytes) -> Iterator[tuple[int, Meeting]]:
        """(number of the VCALENDAR, component) of each that `chunk` completes."""
        return self._read(self._scanner.feed(chunk))

    def close(self) -> Iterator[tuple[int, Meeting]]:
        """The last ones."""
        return self._read(self._scanner.close())

    def _read(self, blocks: Iterable[Block]) -> Iterator[tuple[int, Meeting]]:
        limits, components = self._limits, self.components
        calendar, zones = -1, ZoneTable()
        for block in blocks:
            if block.calendar != calendar:
                calendar = block.calendar
                zones = self.zones.setdefault(calendar, ZoneTable())
            name = block.name
            if name == "VTIMEZONE":
                self._read_zone(block, zones)
            elif name in components:
                meeting = quick_meeting(block, zones, limits) if name == "VEVENT" else None
                if meeting is None:
                    meeting = self._careful(block, zones)
                    if meeting is None:
                        continue
                yield calendar, meeting

    def _careful(self, block: Block, zones: ZoneTable) -> Meeting | None:
        component = Component(block, zones, self._limits)
        meeting = component.meeting()
        if meeting is None:
            self._problems += component.problems
        return meeting

    def _read_zone(self, block: Block, zones: ZoneTable) -> None:
        if len(zones.own) >= self._limits.zones:
            if len(zones.own) == self._limits.zones:
                message = Sentence.of("more than {most:,} VTIMEZONEs", most=self._limits.zones)
                self._problems.append(Problem("limit", message, block.line, "VTIMEZONE"))
            return
        name, zone, problems = read_vtimezone(block.octets, block.line, self._limits)
        self._problems += problems
        if zone is not None:
            known = zones.own.setdefault(name, zone)
            if isinstance(known, FileZone) and known.octets != zone.octets:
                message = Sentence.of("a second VTIMEZONE `{tzid}`, and not the same", tzid=name[:60])
                self._problems.append(Problem("bad-zone", message, block.line, "TZID"))


def read(
    source: bytes | str | ICalendarComponent, *, limits: Limits = LIMITS, components: Iterable[str] = ("VEVENT",)
) -> Reading:
    """Everything in an iCalendar document, read tolerantly: a mistake costs the line or component it stands in.

    `source` is octets, text, or an `icalendar` Calendar or component. Components of one UID within one VCALENDAR are
    one meeting with its overrides. Raises nothing for any octets; `UsageError` for another type of source.
    """
    reader = Reader(limits, components)
    octets = _octets(source)
    with _collector_paused():
        found = [one for piece in _pieces(octets) for one in reader.feed(piece)]
        found += reader.close()
        if not found and not reader.calendars:
            return Reading((), (*reader.problems, _NO_CALENDAR))
        problems = reader.problems
        plain = reader.calendars == 1 and reader.components == {"VEVENT"}
        meetings = _grouped(found, problems, by_uid=plain)
        unknown = _unknown_zones(reader, found)
        for calendar, meeting in found:
            if meeting.problems:
                problems += meeting.problems
            if unknown and (calendar, meeting.dtstart.zone) in unknown:
                problems.append(_unknown_zone(meeting))
        if len(found) >= _MANY:
            _spare_the_collector()
    return Reading(meetings, tuple(sorted(problems, key=lambda problem: problem.line or 0)))


def read_stream(chunks: Iterable[bytes], *, limits: Limits = LIMITS) -> Iterator[Meeting | Problem]:
    """The components of a document of any size, in memory that does not grow with it: ungrouped, problems between.

    `chunks` may be a file opened in binary mode; lines of it are gathered into larger chunks.
    """
    reader = Reader(limits)
    told = 0
    for chunk in chain(_gathered(chunks), (None,)):
        for _, meeting in reader.feed(chunk) if chunk is not None else reader.close():
            yield from meeting.problems
            yield meeting
        problems = reader.problems
        yield from problems[told:]
        told = len(problems)
    if not reader.calendars and not told:
        yield _NO_CALENDAR


def read_one(source: bytes | str | ICalendarComponent) -> Meeting:
    """The one meeting of an invite; `CalendarError` when there is none or more than one."""
    reading = read(source)
    if len(reading.meetings) == 1:
        return reading.meetings[0]
    if reading.meetings:
        count = len(reading.meetings)
        message = Sentence.of("{count} meetings where one is expected", count=count)
        raise CalendarError(Problem("several-uids", message, 1))
    raise CalendarError(reading.problems[0] if reading.problems else Problem("no-meeting", "holds no meeting", 1))


def _octets(source: Any) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        octets = bytes(source)
    elif isinstance(source, str):
        octets = source.encode("utf-8", "surrogatepass")
    elif hasattr(source, "to_ical"):
        octets = source.to_ical()
    else:
        raise UsageError("a calendar is bytes, text or an icalendar component, not {kind}", kind=type(source).__name__)
    if b"\n" not in octets and b"\r" in octets:  # line ends of the classic Macintosh
        octets = octets.replace(b"\r", b"\n")
    return octets


def _pieces(octets: bytes) -> Iterator[bytes]:
    """All of it in pieces that the processor's cache can hold, each up to the beginning of an event, if there is one.

    No event is cut in two, which would take three times as long to read.
    """
    at = 0
    while at < len(octets):
        end = at + _PIECE
        if end < len(octets) and (event := octets.rfind(_EVENT, at, end)) >= 0:
            end = event + 2  # with the B: so much says that no fold follows
        yield octets[at:end]
        at = end


def _gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= CHUNK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _grouped(found: list[tuple[int, Meeting]], problems: list[Problem], *, by_uid: bool) -> tuple[Meeting, ...]:
    """Masters with their overrides, in the order of first appearance."""
    alone: dict[object, Meeting] = {}
    groups: dict[object, list[Meeting]] = {}
    for number, (calendar, meeting) in enumerate(found):
        uid = meeting[0]
        key: object = (uid if by_uid else (calendar, meeting.component, uid)) if uid else number
        first = alone.setdefault(key, meeting)
        if first is not meeting:
            groups.setdefault(key, [first]).append(meeting)
    for key, group in groups.items():
        alone[key] = _one_meeting(group, problems)
    return tuple(alone.values())


def _one_meeting(group: list[Meeting], problems: list[Problem]) -> Meeting:
    """Of two revisions of a component the higher SEQUENCE counts, the later one of equals (RFC 5546 §2.1.4)."""
    latest: dict[object, Meeting] = {}
    # Within one zone, and most groups are, what is written alike is the same; in several, instants tell.
    written = {(moment.zone, moment.is_date) for meeting in group if (moment := meeting.recurrence_id) is not None}
    for meeting in group:
        original = meeting.recurrence_id
        key = meeting.at(original) if original is not None and len(written) > 1 else original, meeting.this_and_future
        other = latest.get(key)
        if other is not None:
            code, message = _SECOND_OVERRIDE if meeting.recurrence_id else _SECOND_MASTER
            line = meeting.place.line if meeting.place else None
            problems.append(Problem(code, message, line, "UID", meeting.uid))
        if other is None or meeting.sequence >= other.sequence:
            latest[key] = meeting
    masters = [meeting for meeting in latest.values() if meeting.recurrence_id is None]
    overrides = sorted((meeting for meeting in latest.values() if meeting.recurrence_id is not None), key=_original)
    first = masters[0] if masters else overrides.pop(0)
    return first.replace(overrides=tuple(overrides))


def _original(override: Meeting) -> tuple[Moment, bool]:
    """What overrides are ordered by, wherever they stand in the file."""
    return override.recurrence_id or override.dtstart, override.this_and_future


def _unknown_zones(reader: Reader, found: list[tuple[int, Meeting]]) -> set[tuple[int, str]]:
    """(number of the VCALENDAR, TZID) of the names that neither the calendar nor the zone database knows."""
    used = {(calendar, meeting[2][1]) for calendar, meeting in found}
    return {
        (calendar, tzid)
        for calendar, tzid in used
        if tzid not in ("", UTC_ZONE) and reader.zones[calendar].resolve(tzid) is None
    }


def _unknown_zone(meeting: Meeting) -> Problem:
    line = meeting.place.line if meeting.place else None
    message = Sentence.of("the TZID `{zone}` is unknown", zone=meeting.dtstart.zone[:80])
    return Problem("unknown-zone", message, line, "DTSTART", meeting.uid, "read as floating time; name a zone")


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without the cyclic collector, which would walk the growing list again and again: a fifth of all time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _spare_the_collector() -> None:
    """Move all objects there are to the oldest generation, as if the collector had walked over them and found no cycle.

    What was read has none; left to it, the collector would walk over all of it three times while the caller makes
    occurrences of it: a third of that time. Objects that somebody froze stay frozen.
    """
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()
