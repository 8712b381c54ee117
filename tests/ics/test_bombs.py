# SPDX-License-Identifier: Apache-2.0
"""Objects made to exhaust whoever reads them (tests/data/guard/gen): bounded, in calls made and in memory held.

Calls are counted, not seconds: a machine's speed says nothing about an algorithm.
"""

from __future__ import annotations

import sys
import tracemalloc
from functools import cache
from typing import TYPE_CHECKING

import pytest
from guard_cases import GUARD, chunks
from ics_making import calendar, event, path_id

from meetcost.errors import LimitError, MeetcostError
from meetcost.ics.expand import expand_between
from meetcost.ics.limits import LIMITS
from meetcost.ics.read import read, read_stream
from meetcost.ics.scan import MEETINGS
from meetcost.ics.strict import read_strict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from meetcost.model.meeting import Meeting

RECIPES = sorted((GUARD / "gen").glob("B*.json"))
YEAR = 1_767_225_600, 1_767_225_600 + 400 * 86400
ALL_TIME = -62_135_596_800, 253_402_300_799
LARGEST = 400_000  # octets of a bomb that is read here as a whole; of larger ones a beginning
A_CALL_MAY = 2_000_000


@cache
def bomb(path: Path) -> bytes:
    """The beginning of it, at least."""
    octets = b""
    for chunk in chunks(path):
        octets += chunk
        if len(octets) > LARGEST:
            break
    return octets[:LARGEST]


def calls(work: Callable[[], object]) -> int:
    """How many functions, of Python or C, `work` calls."""
    number = 0

    def count(frame: object, what: str, argument: object) -> None:
        nonlocal number
        number += what in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return number


def expanded(meeting: Meeting, window: tuple[int, int]) -> None:
    try:
        found = expand_between(meeting, *window)
    except MeetcostError:
        return
    assert len(found) <= LIMITS.instances


def everything(octets: bytes) -> None:
    read_strict(octets)
    list(read_stream(octets[at : at + 65536] for at in range(0, len(octets), 65536)))
    for meeting in read(octets, components=MEETINGS).meetings[:10]:
        expanded(meeting, YEAR)
        expanded(meeting, ALL_TIME)


@pytest.mark.parametrize("path", RECIPES, ids=path_id)
def test_a_bomb_takes_no_more_calls_than_it_has_octets_and_a_fixed_number(path: Path) -> None:
    octets = bomb(path)
    assert calls(lambda: everything(octets)) < A_CALL_MAY + len(octets)


# Tracing memory is slow: those that are long, or made of very many lines of a kind that is remembered.
LONG = [
    path for path in RECIPES if path.stem in {"B014", "B016", "B022", "B025", "B026", "B028", "B032", "B037", "B044"}
]


@pytest.mark.parametrize("path", LONG, ids=path_id)
def test_a_bomb_takes_no_more_memory_than_a_few_times_its_size(path: Path) -> None:
    octets = bomb(path)
    tracemalloc.start()
    try:
        read_strict(octets)
        read(octets)
        assert tracemalloc.get_traced_memory()[1] < 32 * 2**20 + 8 * len(octets)
    finally:
        tracemalloc.stop()


NUMBERS = ",".join(map(str, [*range(-53, 0), *range(1, 54)]))
DAYS = ",".join(map(str, [*range(-366, 0), *range(1, 367)]))
MINUTES = ",".join(map(str, range(60)))


@pytest.mark.parametrize(
    "rule",
    [
        f"FREQ=DAILY;BYWEEKNO={NUMBERS}",
        f"FREQ=DAILY;BYYEARDAY={DAYS}",
        f"FREQ=YEARLY;BYYEARDAY={DAYS};BYWEEKNO={NUMBERS};BYSETPOS={DAYS}",
        f"FREQ=HOURLY;BYMINUTE={MINUTES};BYSECOND={MINUTES}",
        "FREQ=HOURLY;INTERVAL=7;BYHOUR=0",
        "FREQ=SECONDLY;INTERVAL=7;BYSECOND=1",
        "FREQ=MINUTELY;INTERVAL=1441;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYMONTH=1,2,3;BYDAY=MO,TU,WE;BYHOUR=1,2,3,4,5,6;BYSETPOS=1,2,3,4",
        f"FREQ=YEARLY;BYHOUR=1,2,3;BYMINUTE={MINUTES};BYSECOND={MINUTES}",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_rules_counted_from_the_first_day_there_is(rule: str) -> None:
    lines = [f"RRULE:{rule};COUNT={10**9 - number}" for number in range(3)]
    octets = event("DTSTART:00010101T000000Z", *lines)
    assert calls(lambda: everything(octets)) < A_CALL_MAY


def test_instances_are_bounded_where_a_rule_is_not() -> None:
    (meeting,) = read(event("DTSTART:20260101T000000Z", "RRULE:FREQ=MINUTELY")).meetings
    with pytest.raises(LimitError, match="instances"):
        expand_between(meeting, *YEAR)
    found = expand_between(meeting, YEAR[0], YEAR[0] + 3600)
    assert len(found) == 60


def test_a_stranger_cannot_fill_the_memory_with_what_is_remembered() -> None:
    # A guard lives long: what it remembers of each object must be small, however large the object is.
    def object_of(number: int) -> bytes:
        long = f"{number}" + "x" * 60_000
        return calendar(
            *("BEGIN:VEVENT", f"UID:{number}", f"DTSTART;TZID={long}:20260113T090000", f"SUMMARY;X={long}:a"),
            *(f"ATTENDEE;CN={long}:mailto:a@b", f"ORGANIZER;CN={long}:mailto:a@b", f"LOCATION;X={long}:a"),
            *(f"STATUS:{long}", f"CLASS:{long}", f"CATEGORIES:{long}", f"RRULE:FREQ=DAILY;X-A={long}"),
            *(f"BEGIN:{long}", f"END:{long}", "END:VEVENT"),
        )

    tracemalloc.start()
    try:
        for number in range(20):
            read_strict(object_of(number))
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held < 2 * 2**20  # of 13 MB that went by


def test_a_line_that_does_not_end_is_not_held() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nX-A:"
        for _ in range(200):
            yield b"x" * 65536

    tracemalloc.start()
    try:
        list(read_stream(chunks()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5 * LIMITS.octets  # of 13 MB that went by


def test_many_lines_of_dates_taken_out_are_gathered_once() -> None:
    few, many = (event("DTSTART:20260113T090000Z", *["EXDATE:2026"] * count) for count in (1_000, 10_000))
    assert calls(lambda: read(many)) < 12 * calls(lambda: read(few))


def test_rules_inside_overrides_share_one_limit() -> None:
    lines = ["BEGIN:VEVENT", "UID:a", "DTSTART:20260101T000000Z", "RRULE:FREQ=YEARLY", "END:VEVENT"]
    for number in range(200):
        original = f"RECURRENCE-ID:{2027 + number}0101T000000Z"
        lines += ["BEGIN:VEVENT", "UID:a", original, "DTSTART:20260101T000000Z", "RRULE:FREQ=MINUTELY;INTERVAL=60"]
        lines += ["END:VEVENT"]
    (meeting,) = read(calendar(*lines)).meetings
    with pytest.raises(LimitError, match="instances"):
        expand_between(meeting, *YEAR, strict=True)
