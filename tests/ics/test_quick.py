# SPDX-License-Identifier: Apache-2.0
"""The straight way against the careful one: what the first accepts, the second reads the same, without a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ics_making import ALL_FILES, block, blocks, calendar, path_id, zones

from meetcost.ics.component import Component
from meetcost.ics.limits import LIMITS
from meetcost.ics.quick import quick_meeting

if TYPE_CHECKING:
    from pathlib import Path

    from meetcost.ics.scan import Block

START = "DTSTART:20260113T090000Z"


def assert_both_ways_agree(found: Block) -> None:
    table = zones()
    quick = quick_meeting(found, table, LIMITS)
    if quick is None:
        return
    component = Component(found, table, LIMITS)
    careful = component.meeting()
    assert quick == careful
    assert careful is not None
    assert quick.place == careful.place
    assert component.problems == []


@pytest.mark.parametrize("path", ALL_FILES, ids=path_id)
def test_both_ways_agree_on_every_file(path: Path) -> None:
    for found in blocks(path.read_bytes()):
        if found.name == "VEVENT":
            assert_both_ways_agree(found)


def test_the_straight_way_is_taken_for_a_plain_meeting() -> None:
    # Without this the tests above would pass for a straight way that accepts nothing.
    plain = [START, "DTEND:20260113T100000Z", "SUMMARY:Plain", "ATTENDEE:mailto:ann@example.test", "CLASS:PUBLIC"]
    assert quick_meeting(block(*plain), zones(), LIMITS) is not None


@pytest.mark.parametrize(
    "line",
    [
        "RDATE:20260114T090000Z",
        "DTEND:20260113T080000Z",
        "DTEND;VALUE=DATE:20260114",
        "dtend:20260113T100000Z",
        "DTSTART:20260114T090000Z",
    ],
)
def test_what_wants_care_gets_it(line: str) -> None:
    assert quick_meeting(block(START, line), zones(), LIMITS) is None


HARD = {
    "a name without a colon": ["SUMM"],
    "another property of as many letters": ["STATED:CANCELLED"],
    "a name that is folded to another": ["SUMM\r\n A:other"],
    "a second start folded within its name": ["DTST\r\n ART:20260114T090000Z"],
    "a parameter without a value": ["SUMMARY;X:text"],
    "a parameter whose name is none": ["SUMMARY;X Y=1:text"],
    "an empty number": ["SEQUENCE:"],
    "a carriage return in a text": ["SUMMARY:one\rtwo"],
    "a carriage return before the line end": ["SUMMARY:one\r"],
    "a carriage return in the UID": ["LOCATION:a\rb"],
    "a line without a colon": ["COMMENT without"],
    "an X- line without a colon": ["X-COMMENT without"],
    "nobody in a line for people": ["ATTENDEE;CN=Nobody:"],
    "an organizer who is nobody": ["ORGANIZER:"],
    "an attendee folded within the name": ["ATTE\r\n NDEE:mailto:ann@example.test"],
    "another property that begins as attendees do": ["ATTENUATION:mailto:ann@example.test"],
    "blanks around a text with a parameter": ["SUMMARY;LANGUAGE=en: text "],
    "a rule and dates taken out": ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260114T090000Z,20260115T090000Z"],
    "a rule with an UNTIL of another kind": ["RRULE:FREQ=DAILY;UNTIL=20260120"],
    "an instance": ["RECURRENCE-ID:20260114T090000Z"],
    "a duration": ["DURATION:PT1H30M"],
    "empty parameters": ["SUMMARY;:text"],
    "a date of the organizer": ["ORGANIZER;X=20260113T090000Z:mailto:a@example.test"],
}


@pytest.mark.parametrize("lines", HARD.values(), ids=HARD.keys())
def test_both_ways_agree_on(lines: list[str]) -> None:
    assert_both_ways_agree(block(START, *lines))


@pytest.mark.parametrize(
    "start",
    [
        "DTSTART;TZID=Europe/\r\n Berlin:20260113T090000",
        "DTSTART;TZID=Z:20260113T090000",
        "DTSTART;TZID=:20260113T090000",
        "DTSTART;TZID=UTC:20260113T090000Z",
        "DTSTART;VALUE=DATE-TIME:20260113T090000",
        "DTSTART;VALUE=DATE:20260113",
        "DTSTART:20260113",
        "DTSTART:2026\r\n 0113T090000Z",
        "DTSTART:20260113T090000Z ",
        "DTSTART:20260113T090060Z",
        "DTSTART:20260113T090000\rZ",
    ],
)
def test_both_ways_agree_on_the_start(start: str) -> None:
    assert_both_ways_agree(block(start))


NAMES = "UID SUMMARY DESCRIPTION LOCATION STATUS TRANSP CLASS SEQUENCE URL CATEGORIES COMMENT X-A SUMMON".split()
PARAMETERS = st.sampled_from(
    ["", "", "", ";LANGUAGE=en", ";X=", ";X", ';X="a:b"', ";X=a;Y=b", ";x=^n", ";TZID=UTC", ";"]
)
TEXTS = st.text(alphabet="aZ09 ,;:\\n\"'é\u2028\x0c\t^=-", max_size=12)
PLAIN_LINES = st.builds("{}{}:{}".format, st.sampled_from(NAMES), PARAMETERS, TEXTS)
WHEN = st.sampled_from(
    ["20260113T090000Z", "20260113T090000", "20260113", "20260113T0900", "20260231T090000Z", "", "20260114t090000z"]
)
TIME_LINES = st.builds(
    "{}{}:{}".format,
    st.sampled_from(["DTSTART", "DTEND", "DTSTAMP", "RECURRENCE-ID", "dtend"]),
    st.sampled_from(["", "", ";VALUE=DATE", ";TZID=Europe/Berlin", ";TZID=Nowhere", ";VALUE=DATE-TIME", ";TZID="]),
    WHEN,
)
PEOPLE_LINES = st.builds(
    "{}{}:{}".format,
    st.sampled_from(["ATTENDEE", "ORGANIZER"]),
    st.sampled_from(["", ";CN=Ann", ';CN="Doe, Jane"', ";CUTYPE=ROOM;PARTSTAT=DECLINED", ";CN", ";ROLE=CHAIR"]),
    st.sampled_from(["mailto:ann@example.test", "MAILTO:Ann@Example.test", "ann", "", " ", "urn:uuid:1"]),
)
LINES = st.lists(st.one_of(PLAIN_LINES, TIME_LINES, PEOPLE_LINES), max_size=6)


@given(lines=LINES, folds=st.lists(st.integers(0, 200), max_size=3), cr=st.sampled_from(["", "", "\r"]))
def test_both_ways_agree_on_generated_events(lines: list[str], folds: list[int], cr: str) -> None:
    body = "\r\n".join([START, *lines])
    for at in sorted(folds, reverse=True):
        if 0 < at < len(body) and body[at - 1] not in "\r\n" and body[at] != "\n":
            body = f"{body[:at]}{cr}\r\n {body[at:]}"
    for found in blocks(calendar("BEGIN:VEVENT", "UID:one", *body.split("\r\n"), "END:VEVENT")):
        assert_both_ways_agree(found)


def test_an_event_of_very_many_lines_is_left_to_the_careful_way() -> None:
    # Taking one apart remembers each line for a while: a stranger must not fill the memory with them.
    assert quick_meeting(block(START, *["X-A:1"] * 900), zones(), LIMITS) is not None
    assert quick_meeting(block(START, *["X-A:1"] * 1001), zones(), LIMITS) is None
