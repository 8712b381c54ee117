# SPDX-License-Identifier: Apache-2.0
"""Octets to meetings, tolerantly."""

from __future__ import annotations

import gc
import re
from typing import TYPE_CHECKING

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ics_making import ALL_FILES, CALENDARS, between, calendar, event, file, path_id

from meetcost.errors import CalendarError, Problem, UsageError
from meetcost.ics.limits import Limits
from meetcost.ics.read import Reader, Reading, read, read_one, read_stream
from meetcost.model.meeting import Meeting

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

EVENT = ("BEGIN:VEVENT", "UID:a", "DTSTART:20260113T090000Z", "END:VEVENT")
OF_THE_WHOLE = {"two-masters", "override-twice", "unknown-zone", "not-a-calendar"}  # a stream tells them not


def in_pieces(chunks: Iterable[bytes]) -> tuple[list[Meeting], list[Problem]]:
    reader = Reader()
    found = [meeting for chunk in chunks for _, meeting in reader.feed(chunk)]
    found += [meeting for _, meeting in reader.close()]
    return found, sorted([*reader.problems, *(problem for one in found for problem in one.problems)], key=repr)


def components(reading: Reading) -> list[tuple[object, ...]]:
    """What was read, overrides apart, in the order of the file."""
    every = [one for meeting in reading.meetings for one in (meeting.replace(overrides=()), *meeting.overrides)]
    return sorted([(one.place, one.uid, one.title, one.dtstart, one.attendees) for one in every], key=repr)


def said(octets: bytes) -> list[tuple[object, ...]]:
    """All that its meetings say, and when they take place, whatever the order."""
    meetings = read(octets).meetings
    when = [(one.start, one.end, str(one.id), one.meeting.title) for one in between(octets)]
    return sorted([*((one.uid, hash(one), one.description) for one in meetings), *when], key=repr)


@given(st.binary(max_size=500))
def test_any_octets_give_a_reading(octets: bytes) -> None:
    assert isinstance(read(octets), Reading)


@given(st.binary(max_size=60), st.sampled_from(CALENDARS), st.integers(0, 3000))
def test_octets_within_a_calendar_give_a_reading(octets: bytes, path: Path, place: int) -> None:
    whole = path.read_bytes()
    at = place % (len(whole) + 1)
    assert isinstance(read(whole[:at] + octets + whole[at:]), Reading)


@given(st.text(max_size=300))
def test_any_text_gives_a_reading(text: str) -> None:
    assert isinstance(read(text), Reading)


@pytest.mark.parametrize("path", ALL_FILES, ids=path_id)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_pieces_of_a_document_read_as_the_whole(path: Path, size: int) -> None:
    octets = path.read_bytes()
    if b"\n" not in octets:
        return  # line ends of the classic Macintosh are told by the whole
    found, problems = in_pieces(octets[at : at + size] for at in range(0, len(octets), size))
    assert (found, problems) == in_pieces([octets])
    whole = read(octets)
    assert {one.place for one in found} >= {row[0] for row in components(whole)}
    kept = [problem for problem in whole.problems if problem.code not in OF_THE_WHOLE]
    assert sorted(kept, key=repr) == [problem for problem in problems if problem.code not in OF_THE_WHOLE]


def test_a_stream_tells_what_the_pieces_tell() -> None:
    for path in CALENDARS:
        octets = path.read_bytes()
        items = list(read_stream([octets[:10], octets[10:]]))
        found, problems = in_pieces([octets])
        assert [item for item in items if isinstance(item, Meeting)] == found
        told = [item for item in items if isinstance(item, Problem) and item.code != "not-a-calendar"]
        assert sorted(told, key=repr) == problems


def test_a_stream_of_several_chunks_tells_every_problem_once() -> None:
    zone = ("BEGIN:VTIMEZONE", "TZID:X", "END:VTIMEZONE")  # told by the reader
    padding = [f"X-PADDING:{'x' * 70}"] * 15_000  # more than one chunk
    octets = calendar(*zone, *padding, "END:STRAY", *padding)  # told by the scanner
    told = [item.code for item in read_stream([octets]) if isinstance(item, Problem)]
    assert told == [problem.code for problem in read(octets).problems]
    lines = octets.splitlines(keepends=True)
    told = [item.code for item in read_stream(lines) if isinstance(item, Problem)]
    assert sorted(told) == ["bad-zone", "stray-end"]


def test_nothing_to_read() -> None:
    for octets in (b"", b"\n", b"hello", b"\xff\xfe\x00"):
        assert [problem.code for problem in read(octets).problems] == ["not-a-calendar"]
        assert [item.code for item in read_stream([octets]) if isinstance(item, Problem)] == ["not-a-calendar"]
    assert read(calendar()) == ((), ())


@pytest.mark.parametrize("path", CALENDARS, ids=path_id)
def test_the_order_of_components_says_nothing(path: Path) -> None:
    octets = path.read_bytes()
    if path.stem in (
        "two_masters",
        "override_twice",
        "several_calendars",
        "nested_event",
        "unclosed",
        "unclosed_alarm",
    ):
        return  # there it does, or there is no plain list of components
    pattern = re.compile(rb"BEGIN:(VEVENT|VTIMEZONE)\r?\n.*?END:\1\r?\n", re.DOTALL)
    parts = [match[0] for match in pattern.finditer(octets)]
    if len(parts) < 2 or b"VPOLL" in octets:
        return
    head, tail = octets[: octets.index(parts[0])], octets[octets.rindex(parts[-1]) + len(parts[-1]) :]
    assert head + b"".join(parts) + tail == octets
    assert said(head + b"".join(parts[::-1]) + tail) == said(octets)


@pytest.mark.parametrize("path", CALENDARS, ids=path_id)
def test_line_ends_and_folds_say_nothing(path: Path) -> None:
    octets = path.read_bytes()
    if path.stem in ("mixed_ends", "clock_changes"):
        return
    flat = re.sub(rb"\r?\n[ \t]", b"", octets)
    as_it_was = said(octets)
    assert said(flat) == as_it_was
    assert said(octets.replace(b"\r\n", b"\n")) == as_it_was
    assert said(b"\xef\xbb\xbf" + octets.removeprefix(b"\xef\xbb\xbf")) == as_it_was
    for width in (1, 20, 60):
        lines = [
            b"\r\n ".join(line[at : at + width] for at in range(0, len(line), width)) for line in flat.split(b"\r\n")
        ]
        if width > 8:
            assert said(b"\r\n".join(lines)) == as_it_was


@pytest.mark.parametrize("width", [4, 5])
def test_folds_within_names_say_nothing(width: int) -> None:
    flat = re.sub(rb"\r?\n[ \t]", b"", file("method_request"))
    lines = [b"\r\n ".join(line[at : at + width] for at in range(0, len(line), width)) for line in flat.split(b"\r\n")]
    assert said(b"\r\n".join(lines)) == said(flat)


def test_line_ends_of_the_classic_macintosh() -> None:
    assert said(calendar(*EVENT).replace(b"\r\n", b"\r")) == said(calendar(*EVENT))


def test_overrides_belong_to_their_master_wherever_they_stand() -> None:
    (meeting,) = read(file("override_first")).meetings
    assert (meeting.title, [one.title for one in meeting.overrides]) == ("Series", ["Changed"])
    (alone,) = read(file("override_alone")).meetings
    assert (alone.title, [one.title for one in alone.overrides]) == ("One", ["Two"])


def test_the_higher_sequence_counts() -> None:
    (meeting,) = read(file("override_twice")).meetings
    assert [one.title for one in meeting.overrides] == ["Newer"]


def test_one_uid_in_two_calendars_is_two_meetings() -> None:
    assert len(read(calendar(*EVENT) + calendar(*EVENT)).meetings) == 2


def test_problems_are_told_in_the_order_of_the_file() -> None:
    for path in ALL_FILES:
        lines = [problem.line or 0 for problem in read(path.read_bytes()).problems]
        assert lines == sorted(lines)


def test_more_zones_than_the_limit_are_left_out() -> None:
    zone = ("BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0100", "END:STANDARD")
    zones = [line for name in "ABC" for line in ("BEGIN:VTIMEZONE", f"TZID:{name}", *zone, "END:VTIMEZONE")]
    reading = read(calendar(*zones, *EVENT), limits=Limits(zones=2))
    assert sorted(reading.meetings[0].zones.own) == ["A", "B"]
    assert [problem.code for problem in reading.problems] == ["limit"]


def test_sources() -> None:
    octets = file("plain")
    expected = read(octets).meetings
    assert read(bytearray(octets)).meetings == read(memoryview(octets)).meetings == expected  # type: ignore[arg-type]
    assert read(octets.decode()).meetings == expected
    assert read(icalendar.Calendar.from_ical(octets)).meetings == expected
    with pytest.raises(UsageError, match="not int"):
        read(1)  # type: ignore[arg-type]


def test_read_one() -> None:
    assert read_one(file("plain")).title == "Plain"
    with pytest.raises(CalendarError, match="3 meetings where one is expected"):
        read_one(file("no_uid"))
    with pytest.raises(CalendarError, match="no iCalendar data"):
        read_one(b"hello")
    with pytest.raises(CalendarError, match="holds no meeting"):
        read_one(calendar())
    with pytest.raises(CalendarError, match="20260231T090000Z"):
        read_one(event("DTSTART:20260231T090000Z"))


def test_equal_whatever_stands_around_them() -> None:
    one, other = read(file("plain")).meetings, read(b"X:1\n\n" + file("plain")).meetings
    assert one == other
    assert hash(one) == hash(other)
    assert one[0].place != other[0].place


def test_a_large_reading_leaves_alone_what_somebody_froze() -> None:
    many = calendar(*(line for _ in range(1000) for line in EVENT))
    before = gc.get_freeze_count()
    read(many)
    assert gc.get_freeze_count() == before
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        read(many)
        assert gc.get_freeze_count() >= frozen - 100  # what is let go of leaves, the rest stays
        assert gc.isenabled()
    finally:
        gc.unfreeze()
