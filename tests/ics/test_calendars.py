# SPDX-License-Identifier: Apache-2.0
"""Every calendar in tests/data/calendars (and every guard object) goes all the way; whoever adds a file adds a test."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from ics_making import ALL_FILES, CALENDARS, between, path_id

from meetcost.errors import LimitError
from meetcost.ics.markers import Markers
from meetcost.ics.quirks import QUIRKS
from meetcost.ics.read import read, read_stream
from meetcost.ics.scan import MEETINGS
from meetcost.ics.strict import read_strict
from meetcost.ics.write import Addition, attach, detach
from meetcost.model.meeting import Meeting, Place
from meetcost.model.occurrence import OccurrenceId

if TYPE_CHECKING:
    from pathlib import Path

MARKERS = (Markers("--- meetcost ---", "--- end ---"), Markers("--- 会议成本 ---", "--- 完 ---"))
ADDITION = Addition(
    (("X-MEETCOST-COST", "1,620.00; CNY"), ("X-MEETCOST-NOTE", "kosten für drei Leute, " * 4)),
    ("This meeting costs CNY 1,620.00.", "", "Drei Personen für 1 h 30, " * 4),
)
OTHER = Addition((("X-MEETCOST-COST", "2"),), ("Another text.",))


def components(octets: bytes) -> list[Meeting]:
    return [item for item in read_stream([octets]) if isinstance(item, Meeting)]


def places(octets: bytes) -> list[Place]:
    return [one.place for one in components(octets) if one.place is not None]


def attached(octets: bytes, addition: Addition, markers: tuple[Markers, ...] = MARKERS) -> bytes:
    return attach(octets, dict.fromkeys(places(octets), addition), markers)


def unfolded_lines(octets: bytes) -> list[bytes]:
    return octets.replace(b"\r\n ", b"").replace(b"\n ", b"").split(b"\n")


@pytest.mark.parametrize("path", CALENDARS, ids=path_id)
def test_every_file_says_what_it_is_for(path: Path) -> None:
    octets = path.read_bytes()
    assert b"X-NOTE:" in octets or b"x-note:" in octets


@pytest.mark.parametrize("path", ALL_FILES, ids=path_id)
def test_read_and_expanded(path: Path) -> None:
    octets = path.read_bytes()
    reading = read(octets, components=MEETINGS)
    assert {problem.code for problem in reading.problems} <= set(QUIRKS)
    for meeting in reading.meetings:
        try:
            found = between(meeting)
        except LimitError as error:
            assert error.problem.code == "limit"  # noqa: PT017 - most files stay within the limits
            continue
        assert all(one.start <= one.end for one in found)
        names = [str(one.id) for one in found]
        assert len(set(names)) == len(names)
        assert [str(OccurrenceId.parse(name)) for name in names] == names


@pytest.mark.parametrize("path", ALL_FILES, ids=path_id)
def test_whatever_a_file_is_forgiven_and_a_guard_not_is_refused(path: Path) -> None:
    octets = path.read_bytes()
    told = {problem.code for problem in read(octets, components=MEETINGS).problems if QUIRKS[problem.code].strict}
    assert told <= {problem.code for problem in read_strict(octets).refusals}


@pytest.mark.parametrize("path", ALL_FILES, ids=path_id)
def test_places_are_exact(path: Path) -> None:
    octets = path.read_bytes()
    for place in places(octets):
        lines = octets[place.start : place.end].replace(b"\r", b"").replace(b"\n ", b"").replace(b"\n\t", b"").split()
        assert lines[0].upper() == b"BEGIN:VEVENT"
        assert lines[-1].upper() == b"END:VEVENT"
        assert octets[: place.start].count(b"\n") + 1 == place.line
        assert place.end == len(octets) or octets[place.end - 1 : place.end] == b"\n"


@pytest.mark.parametrize("path", ALL_FILES, ids=path_id)
def test_attached_and_detached_byte_for_byte(path: Path) -> None:
    octets = path.read_bytes()
    if b"X-MEETCOST-" in octets:  # G116 forges our properties
        octets = detach(octets, MARKERS)
    assert detach(octets, MARKERS) == octets
    once = attached(octets, ADDITION)
    assert (once != octets) == bool(places(octets))
    assert detach(once, MARKERS) == octets
    assert attached(once, ADDITION) == once
    assert attached(once, OTHER) == attached(octets, OTHER)
    assert detach(attached(once, OTHER, MARKERS[::-1]), MARKERS) == octets


@pytest.mark.parametrize("path", ALL_FILES, ids=path_id)
def test_lines_that_are_not_ours_stay(path: Path) -> None:
    octets = path.read_bytes()
    before, after = unfolded_lines(octets), unfolded_lines(attached(octets, ADDITION))
    kept = iter(after)
    for line in before:
        if line.upper().startswith((b"DESCRIPTION", b"X-ALT-DESC", b"STYLED-DESCRIPTION", b"X-MEETCOST-")):
            continue  # the copies of a description hold ours as well
        assert line in kept, line  # consumes `kept`: the order stays, too


@pytest.mark.parametrize("path", ALL_FILES, ids=path_id)
def test_what_was_attached_is_read_and_the_rest_reads_as_before(path: Path) -> None:
    octets = path.read_bytes()
    if b"X-MEETCOST-" in octets:
        return
    before, after = components(octets), components(attached(octets, ADDITION))
    assert [one.replace(description="") for one in after] == [one.replace(description="") for one in before]
    text = "\n".join((MARKERS[0].begin, *ADDITION.text, MARKERS[0].end))
    for was, has in zip(before, after, strict=True):
        written = was.description.rstrip("\ufffd\r")
        assert has.description.startswith(written)
        assert text in has.description


@pytest.mark.parametrize("path", ALL_FILES, ids=path_id)
def test_meetings_and_their_zones_survive_pickling(path: Path) -> None:
    for meeting in read(path.read_bytes()).meetings:
        again = pickle.loads(pickle.dumps(meeting))
        assert again == meeting
        assert again.problems == meeting.problems
        assert again.place == meeting.place
        assert again.start == meeting.start
        tzid = meeting.dtstart.zone
        zone, other = meeting.zones.resolve(tzid), again.zones.resolve(tzid)
        if zone is not None:
            assert other is not None
            assert other.to_epoch(meeting.dtstart.local) == zone.to_epoch(meeting.dtstart.local)
