# SPDX-License-Identifier: Apache-2.0
"""A calendar object on its way to a server (RFC 4791 §4.1), read so that no two programs can read it differently.

Reading is the same as for files; what a file is forgiven is a reason to refuse here (`quirks.QUIRKS`), and so is
whatever this module finds that a tolerant reader does not even look for.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import Problem
from meetcost.ics.content import logical_lines, split_line, split_unquoted, unescape, unfold
from meetcost.ics.limits import LIMITS, Limits
from meetcost.ics.quirks import refuses
from meetcost.ics.recent import MOST_LARGE, MOST_OBJECTS, SMALL, read_object
from meetcost.model.meeting import Period
from meetcost.model.moment import DAY, FLOATING, UTC_ZONE
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.model.meeting import Meeting

_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|\xc2[\x80-\x9f]|(?<!\A)\xef\xbb\xbf")
_LINE: Final = re.compile(
    r'[A-Za-z0-9-]+(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*:.*', re.DOTALL
)
_WORDS: Final = {"STATUS": "CANCELLED", "TRANSP": "TRANSPARENT"}
"""What makes a meeting nobody's time."""
_BEGIN: Final = re.compile(rb"(?:\A|\n)BEGIN:", re.IGNORECASE)
_OBSERVANCE: Final = re.compile(rb"\nBEGIN:(?:STANDARD|DAYLIGHT)", re.IGNORECASE)


class StrictReading(NamedTuple):
    """`meetings`: what can be read all the same; `refusals`: why the object must not be stored; `notes`: the rest."""

    meetings: tuple[Meeting, ...]
    refusals: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def read_strict(octets: bytes, *, limits: Limits = LIMITS) -> StrictReading:
    """One calendar object, VEVENT, VTODO and VJOURNAL alike, with every reason to refuse it.

    Sizes are looked at first: nothing is decoded of an object beyond them. The last objects are remembered, since each
    is looked at several times.
    """
    if len(octets) <= SMALL:
        return _recent(octets, limits)
    return _recent_large(octets, limits) if len(octets) <= limits.octets else _read_strict(octets, limits)


def _read_strict(octets: bytes, limits: Limits) -> StrictReading:
    refused = [*_sizes(octets, limits)]
    if refused:
        return StrictReading((), tuple(refused), ())
    refused += _octets(octets)
    refused += _lines(octets, limits)
    reading = read_object(octets, limits)
    notes: list[Problem] = []
    for problem in reading.problems:
        (refused if refuses(problem.code) else notes).append(problem)
    timeless = [problem for problem in reading.problems if problem.code == "no-time"]
    refused += _object(reading.meetings, timeless)
    refused += _zones(reading.meetings)
    refused += _kinds(reading.meetings)
    if not reading.meetings and not timeless and not refused:
        refused.append(Problem("not-a-calendar", "holds no VEVENT, VTODO or VJOURNAL", 1))
    return StrictReading(reading.meetings, tuple(refused), tuple(notes))


_recent: Final = lru_cache(MOST_OBJECTS)(_read_strict)
_recent_large: Final = lru_cache(MOST_LARGE)(_read_strict)


def _sizes(octets: bytes, limits: Limits) -> Iterator[Problem]:
    if len(octets) > limits.octets:
        yield Problem(
            "limit", Sentence.of("{count:,} octets, more than {most:,}", count=len(octets), most=limits.octets), 1
        )
        return
    lines = octets.count(b"\n") + 1
    if lines > limits.lines:
        yield Problem("limit", Sentence.of("{count:,} lines, more than {most:,}", count=lines, most=limits.lines), 1)
        return
    for pattern, most, template in (
        (_BEGIN, limits.components, "{count:,} components, more than {most:,}"),
        (_OBSERVANCE, limits.observances, "{count:,} time zone observances, more than {most:,}"),
    ):
        count = len(pattern.findall(octets))
        if count > most:
            yield Problem("limit", Sentence.of(template, count=count, most=most), 1)


def _octets(octets: bytes) -> Iterator[Problem]:
    try:
        unfold(octets).decode("utf-8")  # a fold may cut a character
    except UnicodeDecodeError:
        broken = next((number for number, line in logical_lines(octets) if "\ufffd" in line), 0)
        yield Problem("charset", "not UTF-8", broken + 1)
    found = _FORBIDDEN.search(octets)
    if found:
        line = octets.count(b"\n", 0, found.start()) + 1
        message = Sentence.of("the octets `{octets}` are no text", octets=found[0].hex(" "))
        yield Problem("control-character", message, line)


def _lines(octets: bytes, limits: Limits) -> Iterator[Problem]:
    """Content lines that are none, text outside the VCALENDAR, a second VCALENDAR, another VERSION."""
    structure, blank = _Structure(), False
    for number, line in logical_lines(octets.removeprefix(b"\xef\xbb\xbf")):
        if not line.strip():
            blank = True
            continue
        problem = structure.follow(line) if _LINE.fullmatch(line) else _broken(line)
        if blank and line[:1] in (" ", "\t"):
            problem = "broken-line", "a folded line behind an empty one"
        blank = False
        if len(line) * 4 > limits.line_octets or line.count(";") > limits.parameters:
            problem = _too_large(line, limits) or problem
        if problem is None and line[:6].upper() in _WORDS:
            problem = _odd_word(line)
        if problem is not None:
            yield Problem(*problem, number + 1)
            if problem[0] in ("limit", "text-outside"):
                return  # more of the same is to come


def _broken(line: str) -> tuple[str, str]:
    return "broken-line", Sentence.of("`{line}` is no `NAME;PARAMETERS:VALUE` line", line=line[:60])


def _odd_word(line: str) -> tuple[str, str] | None:
    """A word that some programs take as it stands, and so for another, and others without its blanks."""
    parts = split_line(line)
    word = _WORDS.get(parts[0].name) if parts is not None else None
    if parts is None or word is None or parts[1].upper() == word or unescape(parts[1]).strip().upper() != word:
        return None
    return "odd-word", Sentence.of("`{line}` is {word} to some programs only", line=line[:60], word=word)


def _too_large(line: str, limits: Limits) -> tuple[str, str] | None:
    if len(line.encode()) > limits.line_octets:
        return "limit", Sentence.of("a line of more than {most:,} octets", most=limits.line_octets)
    head = line.partition(":")[0]
    if head.count(";") > limits.parameters and len(split_unquoted(head, ";")) > limits.parameters + 1:
        return "limit", Sentence.of("more than {most} parameters on a line", most=limits.parameters)
    return None


class _Structure:
    """Follows BEGIN and END; tells what stands outside the one VCALENDAR, and a VERSION that is not 2.0."""

    def __init__(self) -> None:
        self._depth = 0
        self._calendars = 0

    def follow(self, line: str) -> tuple[str, str] | None:
        name, _, value = line.partition(":")
        name, value = name.upper(), value.strip().upper()
        if name.startswith(("BEGIN;", "END;")):
            return "broken-line", "BEGIN and END take no parameters"
        if name == "BEGIN":
            self._depth += 1
            return self._outermost(value) if self._depth == 1 else None
        if name == "END":
            self._depth = max(self._depth - 1, 0)
        elif not self._depth:
            return "text-outside", Sentence.of("`{line}` stands outside the VCALENDAR", line=line[:60])
        elif self._depth == 1 and name == "VERSION" and value != "2.0":
            return "version", Sentence.of("VERSION is {version}, not 2.0", version=value[:20])
        return None

    def _outermost(self, component: str) -> tuple[str, str] | None:
        if component != "VCALENDAR":
            return "no-vcalendar", Sentence.of("`BEGIN:{name}` outside a VCALENDAR", name=component[:40])
        self._calendars += 1
        return ("several-vcalendars", "a second VCALENDAR") if self._calendars > 1 else None


def _zones(meetings: tuple[Meeting, ...]) -> Iterator[Problem]:
    """Unknown zones of all that is no DTSTART: what an EXDATE leaves out in one program another shows."""
    for meeting in chain.from_iterable((one, *one.overrides) for one in meetings):
        dates = [meeting.dtend, meeting.recurrence_id]
        if meeting.recurrence is not None:
            rdates = (one.start if isinstance(one, Period) else one for one in meeting.recurrence.rdates)
            dates += [*meeting.recurrence.exdates, *rdates]
        for zone in {one.zone for one in dates if one is not None} - {FLOATING, UTC_ZONE}:
            if meeting.zones.resolve(zone) is None:
                message = Sentence.of("the TZID `{zone}` is unknown", zone=zone[:80])
                yield Problem("unknown-zone", message, None, "", meeting.uid, "name a zone")


def _kinds(meetings: tuple[Meeting, ...]) -> Iterator[Problem]:
    """Times on whole days: some programs show them as they stand, others the day."""
    for meeting in chain.from_iterable((one, *one.overrides) for one in meetings):
        if not meeting.dtstart.is_date:
            continue
        if meeting.duration is not None and meeting.duration.seconds % DAY:
            yield Problem("date-duration", "a DURATION with hours on a whole day", None, "DURATION", meeting.uid)
        rdates = meeting.recurrence.rdates if meeting.recurrence is not None else ()
        if any(isinstance(one, Period) or not one.is_date for one in rdates):
            yield Problem("mixed-rdate", "an RDATE with a time on a whole day", None, "RDATE", meeting.uid)


def _object(meetings: tuple[Meeting, ...], timeless: list[Problem]) -> Iterator[Problem]:
    """One UID, one kind of component (RFC 4791 §4.1); what has no time is one of its own kind, and stands alone."""
    uids = {meeting.uid for meeting in meetings} | {problem.uid for problem in timeless}
    if len(uids) > 1:
        yield Problem("several-uids", Sentence.of("{count:,} UIDs in one calendar object", count=len(uids)), 1, "UID")
    if len({meeting.component for meeting in meetings}) + len(timeless) > 1:
        yield Problem("several-uids", "components of several kinds in one calendar object", 1)
