# SPDX-License-Identifier: Apache-2.0
"""Octets to components: where each begins and ends, in whatever pieces they come."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ics_making import ALL_FILES, blocks, calendar, event, file, path_id

from meetcost.ics.limits import LIMITS, Limits
from meetcost.ics.scan import Scanner

if TYPE_CHECKING:
    from pathlib import Path

    from meetcost.errors import Problem

EVENT = ("BEGIN:VEVENT", "UID:a", "DTSTART:20260113T090000Z", "END:VEVENT")
Found = tuple[str, int, int, int, int, bytes, bytes]


def scanned(chunks: list[bytes], limits: Limits = LIMITS) -> tuple[list[Found], list[Problem]]:
    scanner, found = Scanner(limits), list[Found]()
    for chunk in [*chunks, None]:
        for block in scanner.feed(chunk) if chunk is not None else scanner.close():
            row = (block.name, block.start, block.end, block.line, block.calendar, block.octets, block.own_octets)
            found.append(row)
    return found, scanner.problems


def told(octets: bytes, limits: Limits = LIMITS) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.line) for problem in scanned([octets], limits)[1]]


def cut(octets: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(octets) + 1) for place in places), len(octets)]
    return [octets[one:other] for one, other in pairwise(edges)]


@pytest.mark.parametrize("path", ALL_FILES, ids=path_id)
def test_octet_by_octet_gives_the_same(path: Path) -> None:
    octets = path.read_bytes()
    assert scanned([octets[at : at + 1] for at in range(len(octets))]) == scanned([octets])


@given(path=st.sampled_from(ALL_FILES), places=st.lists(st.integers(0, 100_000), max_size=8))
def test_any_chunks_give_the_same(path: Path, places: list[int]) -> None:
    octets = path.read_bytes()
    assert scanned(cut(octets, places)) == scanned([octets])


STRUCTURE = [
    *b"BEGIN:VEVENT END:VEVENT BEGIN:VCALENDAR END:VCALENDAR BEGIN:X END:X begin:vevent UID:1 BEGIN:VTIMEZONE".split(),
    b"\r\n",
    b"\n",
    b" ",
    b"\r",
    b"\t",
    b"\xef\xbb\xbf",
]


@given(
    octets=st.lists(st.sampled_from(STRUCTURE), max_size=30).map(b"".join),
    places=st.lists(st.integers(0, 400), max_size=5),
)
def test_any_structure_in_any_chunks_gives_the_same(octets: bytes, places: list[int]) -> None:
    assert scanned(cut(octets, places)) == scanned([octets])


@given(st.binary(max_size=200))
def test_blocks_are_their_octets_and_do_not_overlap(rubbish: bytes) -> None:
    octets = rubbish + b"\n" + calendar(*EVENT, *EVENT) + rubbish + b"\n" + calendar(*EVENT)
    found, _ = scanned([octets])
    assert len(found) == 3
    for _, start, end, line, _, whole, own in found:
        assert octets[start:end] == whole == own
        assert line == octets.count(b"\n", 0, start) + 1
    assert all(one[2] <= other[1] for one, other in pairwise(sorted(found, key=lambda row: row[1])))


def test_contained_components_are_not_a_blocks_own() -> None:
    (block,) = blocks(file("nested_alarm"))
    assert b"VALARM" in block.octets
    assert b"VALARM" not in block.own_octets
    assert b"TRIGGER" not in block.own_octets
    assert b"DTEND" in block.own_octets


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        (("END:VEVENT",), [("stray-end", 4)]),
        (("BEGIN:VEVENT", "UID:a"), [("unclosed", 4)]),
        (("BEGIN:VEVENT", *EVENT, "END:VEVENT"), [("nested", 5)]),
        (("BEGIN:VPOLL", *EVENT, "END:VPOLL"), [("nested", 5)]),
        (("BEGIN:VEVENT", "BEGIN:VALARM", "END:VEVENT"), [("unclosed", 5)]),
    ],
)
def test_broken_structure_is_told(lines: tuple[str, ...], problems: list[tuple[str, int]]) -> None:
    assert told(calendar(*lines)) == problems


def test_components_without_a_calendar_are_told() -> None:
    octets = "".join(f"{line}\r\n" for line in EVENT).encode()
    assert told(octets) == [("no-vcalendar", 1)]


def test_an_event_inside_an_event_that_stands_in_no_calendar_is_nested() -> None:
    octets = "".join(f"{line}\r\n" for line in ("BEGIN:VEVENT", *EVENT, "END:VEVENT")).encode()
    assert told(octets) == [("no-vcalendar", 1), ("nested", 2)]
    assert [block.own_octets for block in blocks(octets)] == [b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"]


@pytest.mark.parametrize("line", ["BEGINNING:VEVENT", "BEGIN;X=1:VEVENT", "BEGIX:VEVENT"])
def test_a_line_that_only_begins_as_begin_does_ends_nothing(line: str) -> None:
    octets = calendar("BEGIN:VEVENT", "UID:a", line, "DTSTART:20260113T090000Z", "END:VEVENT")
    assert told(octets) == []
    assert [block.octets.count(b"\r\n") for block in blocks(octets)] == [5]


def test_the_neighbours_of_a_broken_component_are_found() -> None:
    octets = calendar(*EVENT, "BEGIN:VEVENT", "UID:b", *EVENT, "END:X", *EVENT)
    assert len(blocks(octets)) == 3


def test_components_beyond_the_depth_are_told_once_and_left_out() -> None:
    octets = calendar(*["BEGIN:X"] * 5, *["END:X"] * 5, *EVENT)
    assert told(octets, Limits(depth=4)) == [("too-deep", 7)]
    assert len(scanned([octets], Limits(depth=4))[0]) == 1


def test_a_component_beyond_the_size_is_left_out_in_one_piece_or_many() -> None:
    long = event(*["ATTENDEE:mailto:somebody@example.test"] * 40)
    octets = long + calendar(*EVENT)
    for chunks in ([octets], [octets[at : at + 100] for at in range(0, len(octets), 100)]):
        found, problems = scanned(chunks, Limits(octets=1000))
        assert len(found) == 1
        assert [problem.code for problem in problems] == ["limit"]


def test_a_thousand_problems_are_told_and_no_more() -> None:
    assert len(told(calendar(*["END:X"] * 3000))) == 1000


def test_no_last_line_end() -> None:
    octets = calendar(*EVENT).rstrip()
    assert len(blocks(octets)) == 1
    assert len(blocks(octets.removesuffix(b"\r\nEND:VCALENDAR"))) == 1


def test_many_parts_of_a_component_cost_no_more_than_their_number() -> None:
    # 40,000 alarms in a component: a list that is copied at each would take minutes.
    octets = event("DTSTART:20260113T090000Z", *["BEGIN:A", "END:A"] * 40_000, *["EXDATE:20260113"] * 4000)
    (block,) = blocks(octets)
    assert len(block.inner) == 40_000
