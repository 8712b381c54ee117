# SPDX-License-Identifier: Apache-2.0
"""One VEVENT, VTODO or VJOURNAL: its lines to a Meeting (RFC 5545 §3.6.1-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meetcost.errors import Problem
from meetcost.ics.content import decode, logical_lines, split_line, split_text_list, unescape, unfold
from meetcost.ics.quirks import departure
from meetcost.ics.recurrence import read_recurrence
from meetcost.ics.values import parse_attendee, parse_duration, parse_integer, parse_moment
from meetcost.model.meeting import Meeting, Place
from meetcost.model.moment import Moment
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from meetcost.ics.content import Head
    from meetcost.ics.limits import Limits
    from meetcost.ics.scan import Block
    from meetcost.model.attendee import Attendee
    from meetcost.model.moment import Length
    from meetcost.model.zone import ZoneTable

_ONCE: Final = (
    "DTSTART DTEND DUE DURATION UID SUMMARY DESCRIPTION LOCATION STATUS TRANSP CLASS SEQUENCE ORGANIZER "
    "RECURRENCE-ID URL"
).split()
_MANY: Final = ("ATTENDEE", "RRULE", "RDATE", "EXDATE", "EXRULE", "CATEGORIES")
_NAMES: Final = frozenset(_ONCE) | frozenset(_MANY)
_BY_PREFIX: Final = {name[:4]: name for name in _NAMES if len(name) >= 4} | {
    name + mark: name for name in _NAMES if len(name) < 4 for mark in ":;"
}
_FROM_START: Final = ("DURATION", "RECURRENCE-ID", "RRULE", "RDATE")
_STARTS: Final = {name: (name + ":", name + ";") for name in _NAMES}
_ATTENDEE: Final = _BY_PREFIX["ATTE"]
_LEARNT: Final = 4096
_COUNTED_DEFECTS: Final = 20


class _Prefixes(dict[str, str]):
    """First four characters of a line -> the property it may be, empty for those that are not read; learns."""

    def __missing__(self, prefix: str) -> str:
        name = _BY_PREFIX.get(prefix.upper(), "")
        if len(self) < _LEARNT:
            self[prefix] = name
        return name


_PROPERTY: Final = _Prefixes()


class Component:
    """The properties of one block, as they are needed to make a Meeting of it."""

    __slots__ = ("_limits", "_numbers", "_once", "_told", "block", "many", "problems", "uid", "zones")

    def __init__(self, block: Block, zones: ZoneTable, limits: Limits) -> None:
        self.block = block
        self.zones = zones
        self.problems: list[Problem] = []
        self.uid = ""
        self._limits = limits
        self._told: dict[str, int] = {}
        self._numbers: dict[str, int] | None = None  # of each line, once one has to be told
        self._once: dict[str, str] = {}  # name -> its line
        self.many: dict[str, list[str]] = {}
        self._collect(decode(unfold(block.own_octets)).split("\n"))

    def _collect(self, lines: list[str]) -> None:
        candidate, once, many = _PROPERTY, self._once, self.many
        attendees = many["ATTENDEE"] = []
        for line in lines:
            name = candidate[line[:4]]
            if name is _ATTENDEE:
                attendees.append(line)
            elif not name:
                if ":" not in line and line.strip():
                    self.tell("broken-line", "no `NAME:VALUE` line", line=line)
            elif not line.startswith(_STARTS[name]) and line[: len(name) + 1].upper() not in _STARTS[name]:
                continue
            elif name in _MANY:
                many.setdefault(name, []).append(line)
            elif name in once:
                self.tell("duplicate-property", "stands twice", name, line)
            else:
                once[name] = line

    def tell(self, code: str, message: str, name: str = "", line: str = "") -> None:
        """Note a problem; `line` is the unfolded line it is in, by which its place is found."""
        told = self._told[code] = self._told.get(code, 0) + 1
        if told <= _COUNTED_DEFECTS:  # of each kind, lest many harmless ones hide one that refuses an object
            number = self._line_of(line) if line else self.block.line
            self.problems.append(Problem(code, message, number, name, self.uid))

    def _line_of(self, line: str) -> int:
        if self._numbers is None:  # one walk for all defects, which may all stand at the end
            self._numbers = {}
            for number, text in logical_lines(self.block.octets):
                self._numbers.setdefault(text, number)
        return self.block.line + self._numbers.get(line, 0)

    def value(self, name: str) -> tuple[str, dict[str, str], str] | None:
        """(value, parameters, line) of a property that stands once."""
        line = self._once.get(name)
        if line is None:
            return None
        parts = self._parts(name, line)
        return (parts[1].strip(), parts[0].parameters, line) if parts is not None else None

    def _parts(self, name: str, line: str) -> tuple[Head, str] | None:
        parts = split_line(line)
        if parts is None:
            self.tell("broken-line", "no `NAME;PARAMETERS:VALUE` line", name, line)
        return parts

    def text(self, name: str) -> str:
        """A TEXT property, unescaped; empty without it."""
        line = self._once.get(name)
        if line is None:
            return ""
        if line[len(name)] == ":":
            value = line[len(name) + 1 :]
            return unescape(value) if "\\" in value else value
        parts = self._parts(name, line)
        return unescape(parts[1]) if parts is not None else ""

    def moment(self, name: str, code: str) -> Moment | None:
        """A DATE or DATE-TIME property; a bad one is told by `code`."""
        found = self.value(name)
        if found is None:
            return None
        value, parameters, line = found
        quirks: list[str] = []
        moment = parse_moment(value, parameters, quirks)
        if moment is None:
            self.tell(code, Sentence.of("`{value}` is no date or time", value=value[:60]), name, line)
        parts = self._parts(name, line)
        if parts is not None and parts[0].twice:
            quirks.append("parameter-twice")
        for quirk in quirks:
            self.tell(quirk, departure(quirk, line[:80]), name, line)
        return moment

    def attendees(self) -> tuple[Attendee, ...]:
        """Every ATTENDEE; broken lines are told and left out."""
        lines = self.many["ATTENDEE"]
        read = tuple(filter(None, map(parse_attendee, lines)))
        if len(read) < len(lines):
            for line in lines:
                if parse_attendee(line) is None:
                    self.tell("bad-value", Sentence.of("`{line}` names nobody", line=line[:80]), "ATTENDEE", line)
        return read

    def _organizer(self) -> Attendee | None:
        line = self._once.get("ORGANIZER")
        organizer = parse_attendee(line) if line is not None else None
        if line is not None and organizer is None:
            self.tell("bad-value", Sentence.of("`{line}` names nobody", line=line[:80]), "ORGANIZER", line)
        return organizer

    def meeting(self) -> Meeting | None:
        """The Meeting, None (and a problem) where it has no usable start or breaks a limit."""
        self.uid = self.text("UID").strip()
        if not self.uid:
            self.tell("no-uid", "no UID", "UID")
        start = self._start()
        if start is None or not self._within_limits():
            return None
        recurrence_id, this_and_future = None, False
        if "RECURRENCE-ID" in self._once:
            recurrence_id = self.moment("RECURRENCE-ID", "bad-recurrence-id")
            if recurrence_id is None:
                return None
            this_and_future = "THISANDFUTURE" in self._once["RECURRENCE-ID"].partition(":")[0].upper()
        end, duration = self._end(start)
        return Meeting._make(
            (
                self.uid,
                self.text("SUMMARY"),
                start,
                end,
                duration,
                self._organizer(),
                self.attendees(),
                read_recurrence(self, start, self._limits) if len(self.many) > 1 else None,
                recurrence_id,
                this_and_future,
                (),
                self.block.name,
                self.text("STATUS").strip().upper(),
                self.text("TRANSP").strip().upper() == "TRANSPARENT",
                self.text("CLASS").strip().upper(),
                self._sequence(),
                self.text("LOCATION"),
                self._categories(),
                self.text("URL").strip(),
                self.text("DESCRIPTION"),
                self.zones,
                Place(self.block.start, self.block.end, self.block.line),
                tuple(self.problems),
            )
        )

    def _start(self) -> Moment | None:
        name = "DTSTART"
        if name not in self._once and self.block.name == "VTODO":
            name = "DUE"  # a to-do without a start is a matter of the moment it is due
        if name not in self._once:
            code = "no-start" if self.block.name == "VEVENT" or self._needs_start() else "no-time"
            self.tell(code, Sentence.of("a {name} without DTSTART", name=self.block.name), "DTSTART")
            return None
        return self.moment(name, "bad-start")

    def _needs_start(self) -> bool:
        """Whether anything in it counts from a start, as a to-do or a journal entry need not have one."""
        return any(name in self._once or self.many.get(name) for name in _FROM_START)

    def _end(self, start: Moment) -> tuple[Moment | None, Length | None]:
        name = "DUE" if self.block.name == "VTODO" else "DTEND"
        if name in self._once and "DTSTART" in self._once:
            end = self.moment(name, "bad-value")
            if "DURATION" in self._once:
                message = Sentence.of("both {name} and DURATION", name=name)
                self.tell("end-and-duration", message, "DURATION", self._once["DURATION"])
            return (self._fitting(start, end, name) if end is not None else None), None
        found = self.value("DURATION")
        if found is None:
            return None, None
        duration = parse_duration(found[0])
        if duration is None:
            self.tell("bad-value", Sentence.of("`{value}` is no duration", value=found[0][:60]), "DURATION", found[2])
        elif duration.nominal_seconds < 0:
            self.tell("negative-duration", Sentence.of("`{value}` is below zero", value=found[0]), "DURATION", found[2])
            return start, None
        return None, duration

    def _fitting(self, start: Moment, end: Moment, name: str) -> Moment:
        """DTEND as it can be used with DTSTART (RFC 5545 §3.8.2.2: of the same kind, and later)."""
        line = self._once[name]
        if end.is_date != start.is_date or (not end.zone) != (not start.zone):
            first = self._once["DTSTART"][:60]
            self.tell(
                "mixed-end", Sentence.of("`{end}` does not fit `{start}`", end=line[:60], start=first), name, line
            )
            end = Moment(end.local, start.zone, start.is_date and end.is_date)
        if end.zone == start.zone and end.local < start.local:
            message = Sentence.of("ends at {end}, before it starts at {start}", end=end, start=start)
            self.tell("end-before-start", message, name, line)
            return start
        return end

    def _sequence(self) -> int:
        found = self.value("SEQUENCE")
        if found is None:
            return 0
        number = parse_integer(found[0])
        if number is None:
            self.tell(
                "bad-value", Sentence.of("`{value}` is no sequence number", value=found[0][:40]), "SEQUENCE", found[2]
            )
        return number or 0

    def _categories(self) -> tuple[str, ...]:
        lines = self.many.get("CATEGORIES")
        if not lines:
            return ()
        values = (parts[1] for line in lines if (parts := split_line(line)) is not None)
        return tuple(item for value in values for item in split_text_list(value))

    def _within_limits(self) -> bool:
        for name, most in (("ATTENDEE", self._limits.attendees), ("RRULE", self._limits.rules)):
            count = len(self.many.get(name, ()))
            if count > most:
                template = "{count:,} {name} lines, more than {most:,}"
                self.tell("limit", Sentence.of(template, count=count, name=name, most=most), name)
                return False
        return True
