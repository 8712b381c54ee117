# SPDX-License-Identifier: Apache-2.0
"""Every calendar of the corpus through read, expand and write; each check gives the differences it finds."""

from __future__ import annotations

import re
import resource
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from meetcost.errors import MeetcostError
from meetcost.ics.expand import expand_between
from meetcost.ics.markers import Markers
from meetcost.ics.quirks import QUIRKS
from meetcost.ics.read import Reading, read
from meetcost.ics.rule import RuleError, parse_rule
from meetcost.ics.write import Addition, attach, detach
from meetcost.model.moment import EPOCH_LOCAL, wall
from tests.corpus import peers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from meetcost.ics.rule import Rule
    from meetcost.model.meeting import Meeting, Place
    from tests.corpus.fetch import Calendar
    from tests.corpus.peers import Row, Window, Worker

_VTIMEZONE = re.compile(rb"(?ims)^BEGIN:VTIMEZONE\r?$.*?^END:VTIMEZONE\r?\n?")
_VEVENT = re.compile(rb"(?ms)^BEGIN:VEVENT\r?\n(?:(?!^BEGIN:V(?:EVENT|TODO|POLL)).)*?^END:VEVENT\r?\n")
_DTSTART = re.compile(rb"(?im)^DTSTART[^:\r\n]*:([0-9]{4})[0-9]{4}")
_FOLD = re.compile(rb"\r?\n[ \t]")
_MARKERS = (Markers("-- meeting cost --", "-- end of meeting cost --"),)
_ADDITION = Addition((("X-MEETCOST-COST", "CNY 1,620.00; 4 people"),), ("4 people, 1 hour", "CNY 1,620.00 元" * 9))
_FIRST_YEARS = 5
_DEFAULT_YEAR = 2020


class Difference(NamedTuple):
    """In one file, between meetcost and `check`: the name of a peer, or of a change that should make no difference."""

    check: str
    file: str
    detail: str


class Effort(NamedTuple):
    """What a call cost."""

    cpu_seconds: float
    peak_megabytes: float


def windows(octets: bytes) -> list[Window]:
    """The first year of a file and the four after it, and 2026."""
    years = [int(year) for year in _DTSTART.findall(_VTIMEZONE.sub(b"", octets))]
    first = min((year for year in years if 1900 < year < 9990), default=_DEFAULT_YEAR)
    return [(_new_year(first), _new_year(first + _FIRST_YEARS)), (_new_year(2026), _new_year(2027))]


def _new_year(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def occurrences(octets: bytes, spans: list[Window]) -> list[list[Row]]:
    """What meetcost finds; a meeting that is beyond a limit is left out."""
    return _rows(read(octets), spans)


def _rows(reading: Reading, spans: list[Window]) -> list[list[Row]]:
    found: list[list[Row]] = []
    for lo, hi in spans:
        rows: list[Row] = []
        for meeting in reading.meetings:
            try:
                expanded = expand_between(meeting, lo, hi)
            except MeetcostError:
                continue
            rows += [(one.start, one.end, "d" if one.all_day else "fz"[one.zoned]) for one in expanded]
        found.append(sorted(rows))
    return found


def effort(octets: bytes, spans: list[Window]) -> Effort:
    """What reading, expanding and writing one file takes; meant for a process of its own."""
    begun = time.process_time()
    reading = read(octets)
    _rows(reading, spans)
    detach(attach(octets, _additions(reading), _MARKERS), _MARKERS)
    return Effort(time.process_time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def unread(calendar: Calendar) -> Iterator[Difference]:
    """A file of which nothing is read and nothing told, or a problem without a place."""
    reading = read(calendar.octets)
    lines = calendar.octets.count(b"\n") + calendar.octets.count(b"\r") + 1
    if not reading.meetings and not reading.problems and b"BEGIN:VEVENT" in calendar.octets.upper():
        yield Difference("read", calendar.name, "nothing read, nothing told")
    for problem in reading.problems:
        if problem.code not in QUIRKS or not problem.line or problem.line > lines:
            yield Difference("read", calendar.name, f"a problem without code or place: {problem}")


def against_recurring_ical_events(calendar: Calendar, worker: Worker) -> Iterator[Difference]:
    """Occurrences that one of the two has and the other has not; nothing where the peer cannot read the file."""
    spans = windows(calendar.octets)
    theirs, _ = worker.ask(peers.recurring_ical_events, calendar.octets, spans)
    if theirs is None:
        return
    check = "recurring-ical-events"
    for span, mine, other in zip(spans, occurrences(calendar.octets, spans), theirs, strict=True):
        if mine != other:
            yield Difference(check, calendar.name, f"{_year(span)}: {_told(mine, other)}")


def against_dateutil(calendar: Calendar, worker: Worker) -> Iterator[Difference]:
    """The same for single rules, by the wall clock: no exceptions, UNTIL of DTSTART's kind."""
    spans = windows(calendar.octets)
    for meeting in read(calendar.octets).meetings:
        text = _plain_rule(meeting)
        if text is None:
            continue
        whole = meeting.replace(overrides=(), dtend=None, duration=None)
        bounds = [tuple(wall(instant + EPOCH_LOCAL) for instant in span) for span in spans]
        theirs, _ = worker.ask(peers.dateutil_rule, text, wall(meeting.dtstart.local), bounds)
        if theirs is None:
            continue
        for (lo, hi), other in zip(spans, theirs, strict=True):
            expanded = expand_between(whole, lo - 172_800, hi + 172_800)
            local = (wall(one.local) for one in expanded)
            mine = [moment for moment in local if wall(lo + EPOCH_LOCAL) <= moment < wall(hi + EPOCH_LOCAL)]
            if mine != other:
                detail = f"{_year((lo, hi))}: `{text}`: {len(mine)} starts, {len(other)} by dateutil"
                yield Difference("python-dateutil", calendar.name, detail)


def _plain_rule(meeting: Meeting) -> str | None:
    """The rule for dateutil, None where there is more to the series than a rule."""
    recurrence = meeting.recurrence
    if meeting.recurrence_id is not None or recurrence is None or len(recurrence.rules) != 1:
        return None
    if recurrence.rdates or recurrence.exdates:
        return None
    text = recurrence.rules[0]
    try:
        rule = parse_rule(text)
    except RuleError:
        return None
    return _naive(rule, text, meeting) if rule.until is not None else text


def _naive(rule: Rule, text: str, meeting: Meeting) -> str | None:
    kind = rule.until.kind if rule.until is not None else ""
    if meeting.dtstart.is_date:
        return text if kind == "date" else None
    if meeting.dtstart.zone == "Z" and kind == "utc":
        return re.sub(r"(?i)(UNTIL=[0-9]{8}T[0-9]{6})Z", r"\1", text)
    return text if not meeting.dtstart.zone and kind == "local" else None


def round_trip(calendar: Calendar) -> Iterator[Difference]:
    """Our lines in and out again, octet for octet, and nothing of the meetings changed meanwhile."""
    attached, problem = _round_trip(calendar.octets)
    if problem:
        yield Difference("write", calendar.name, problem)
    spans = windows(calendar.octets)
    if occurrences(attached, spans) != occurrences(calendar.octets, spans):
        yield Difference("write", calendar.name, "other occurrences with our lines in the file")


def _round_trip(octets: bytes) -> tuple[bytes, str]:
    attached = attach(octets, _additions(read(octets)), _MARKERS)
    again = attach(attached, _additions(read(attached)), _MARKERS)
    if detach(attached, _MARKERS) != octets:
        return attached, "taken out again, the file is another"
    return attached, "" if again == attached else "attached twice, the file is another"


def _additions(reading: Reading) -> dict[Place, Addition]:
    components = (one for meeting in reading.meetings for one in (meeting, *meeting.overrides))
    return {one.place: _ADDITION for one in components if one.place is not None}


def variants(calendar: Calendar) -> Iterator[Difference]:
    """Line ends, folds and the order of components say nothing."""
    octets, spans = calendar.octets, windows(calendar.octets)
    expected = occurrences(octets, spans)
    for check, change in _CHANGES.items():
        changed = change(octets)
        if changed == octets:
            continue
        found = occurrences(changed, spans)
        for span, mine, other in zip(spans, expected, found, strict=True):
            if mine != other:
                yield Difference(check, calendar.name, f"{_year(span)}: {_told(mine, other)}")


def _line_feeds(octets: bytes) -> bytes:
    return octets.replace(b"\r\n", b"\n")


def _refolded(octets: bytes) -> bytes:
    """Folded anew behind every twentieth octet, in the middle of characters too."""
    lines = _FOLD.sub(b"", octets).split(b"\n")
    return b"\n".join(b"\n ".join(line[at : at + 20] for at in range(0, len(line) or 1, 20)) for line in lines)


def _reversed(octets: bytes) -> bytes:
    """The VEVENTs of a file in the opposite order, each where another was."""
    found = list(_VEVENT.finditer(octets))
    pieces, at = [], 0
    for place, event in zip(found, reversed(found), strict=True):
        pieces += [octets[at : place.start()], event[0]]
        at = place.end()
    return b"".join([*pieces, octets[at:]])


_CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "line feeds": _line_feeds,
    "folds": _refolded,
    "order": _reversed,
}


def alone(calendar: Calendar) -> Iterator[Difference]:
    """A component read without its neighbours says what it says among them; none is lost because of another."""
    reading = read(calendar.octets)
    among = {one.replace(overrides=()) for meeting in reading.meetings for one in (meeting, *meeting.overrides)}
    replaced = {problem.uid for problem in reading.problems if problem.code in ("two-masters", "override-twice")}
    zones = b"".join(_VTIMEZONE.findall(calendar.octets))
    for event in _VEVENT.findall(calendar.octets):
        for meeting in read(b"BEGIN:VCALENDAR\r\n" + zones + event + b"END:VCALENDAR\r\n").meetings:
            if meeting not in among and meeting.uid not in replaced:
                yield Difference("neighbours", calendar.name, f"{meeting!r} is read only where it stands alone")


def _told(mine: list[Row], theirs: list[Row]) -> str:
    ours, others = Counter(mine) - Counter(theirs), Counter(theirs) - Counter(mine)
    shown = " ".join([f"+{_row(row)}" for row in sorted(ours)[:2]] + [f"-{_row(row)}" for row in sorted(others)[:2]])
    return f"{ours.total()} only here, {others.total()} only there: {shown}"


def _row(row: Row) -> str:
    begin, end = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=instant) for instant in row[:2])
    return f"{begin:%Y%m%dT%H%M%S}/{end:%Y%m%dT%H%M%S}{row[2]}"


def _year(span: Window) -> int:
    return datetime.fromtimestamp(span[0], UTC).year
