# SPDX-License-Identifier: Apache-2.0
"""A calendar object on its way to a server: whatever two programs could read differently is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ics_making import CALENDARS, calendar, event, file

from meetcost.ics.limits import Limits
from meetcost.ics.quirks import QUIRKS, refuses
from meetcost.ics.strict import StrictReading, read_strict

START = "DTSTART:20260113T090000Z"
VALID = set(
    (
        "all_day all_day_span bom cancelled clock_changes date_same_end description description_altrep "
        "description_colon description_empty duration edges_of_time exdate floating folded_structure lf long_head "
        "lower_case method_request nested_alarm overnight override_alone override_date override_first override_moved "
        "override_orphan override_two own_lines_of_others own_zone_name people plain prefixed_zone rdate rdate_period "
        "rdate_with_rule shapes texts this_and_future two_rules two_zones until_far windows_zone x_wr_timezone "
        "zero_length zone_behind zone_disagrees zone_rdates zone_second_precision zoned_weekly "
    ).split()
)
FORGIVEN = set(
    (  # all programs read them alike, or take no harm
        "date_with_tzid date_without_value exdate_day exrule start_outside_rule until_date utc_with_tzid "
    ).split()
)


def refusals(octets: bytes, limits: Limits | None = None) -> set[str]:
    reading = read_strict(octets, limits=limits) if limits is not None else read_strict(octets)
    return {problem.code for problem in reading.refusals}


@pytest.mark.parametrize("name", sorted(path.stem for path in CALENDARS))
def test_every_file_is_refused_or_not(name: str) -> None:
    several = {"x_wr_timezone", "shapes", "edges_of_time", "clock_changes"}
    codes = refusals(file(name)) - ({"several-uids"} if name in several else set())
    assert (not codes) == (name in VALID | FORGIVEN), codes


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"", "not-a-calendar"),
        (b"hello:there", "text-outside"),
        (calendar(), "not-a-calendar"),
        (event(START) + b"X:1\r\n", "text-outside"),
        (b"X:1\r\n" + event(START), "text-outside"),
        (event(START) + event(START), "several-vcalendars"),
        (event(START).replace(b"VERSION:2.0", b"VERSION:1.0"), "version"),
        (calendar("BEGIN:VEVENT", START, "END:VEVENT"), "no-uid"),
        (b"BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260113T090000Z\r\nEND:VEVENT\r\n", "no-vcalendar"),
        (event(START, "SUMMARY:\x00"), "control-character"),
        (event(START, "SUMMARY:\x0c"), "control-character"),
        (event(START, "SUMMARY:\x7f"), "control-character"),
        (event(START, "SUMMARY:\x85"), "control-character"),
        (event(START, "SUMMARY:\ufeff"), "control-character"),
        (event(START, "SUMMARY:a\rDTSTART:20260114T090000Z"), "control-character"),
        (event(START).replace(b"UID:one", b"UID:\xe9"), "charset"),
        (event(START, "a.SUMMARY:x"), "broken-line"),
        (event(START, "SUMMARY :x"), "broken-line"),
        (event(START, 'SUMMARY;X="a:x'), "broken-line"),
        (event(START, "SUMMARY:a", "", " b"), "broken-line"),
        (event(START, "BEGIN;X=1:VEVENT"), "broken-line"),
        (event(START, "END;X=1:VEVENT"), "broken-line"),
        (event(START, START), "duplicate-property"),
        (event(START, "dtstart:20260114T090000Z"), "duplicate-property"),
        (event(START, "RRULE:FREQ=DAILY;INTERVAL=0"), "bad-rule"),
        (event("DTSTART;TZID=Nowhere:20260113T090000"), "unknown-zone"),
        (event("DTSTART;TZID=../../etc/passwd:20260113T090000"), "unknown-zone"),
        (event(START, "DTEND;TZID=Nowhere:20260113T100000"), "unknown-zone"),
        (event(START, "RRULE:FREQ=DAILY", "EXDATE;TZID=Nowhere:20260114T090000"), "unknown-zone"),
        (event(START, "RECURRENCE-ID;TZID=Nowhere:20260113T090000"), "unknown-zone"),
        (event(START, "RRULE:FREQ=DAILY", "EXDATE;VALUE=TEXT:20260114T090000Z"), "value-type"),
        (event(START, "RRULE:FREQ=DAILY", "EXDATE;VALUE=PERIOD:20260114T090000Z"), "value-type"),
        (event(START, "RECURRENCE-ID;VALUE=TEXT:20260113T090000Z"), "value-type"),
        (event("DTSTART;TZID=Asia/Tokyo;TZID=Europe/Berlin:20260113T090000"), "parameter-twice"),
        (event(START, "RDATE;TZID=Asia/Tokyo;TZID=Europe/Berlin:20260114T090000"), "parameter-twice"),
        (event(START, "DTEND:20260113T080000Z"), "end-before-start"),
        (event(START, "ORGANIZER:"), "bad-value"),
        (
            calendar("BEGIN:VEVENT", "UID:a", START, "END:VEVENT", "BEGIN:VTODO", "UID:b", START, "END:VTODO"),
            "several-uids",
        ),
        (event(kind="VEVENT"), "no-start"),
        (event("RRULE:FREQ=WEEKLY", kind="VTODO"), "no-start"),
        (event("RECURRENCE-ID:20260113T090000Z", kind="VTODO"), "no-start"),
        (event("DURATION:PT1H", kind="VTODO"), "no-start"),
        (calendar("BEGIN:VEVENT", "UID:a", START, "END:VEVENT", "BEGIN:VTODO", "UID:a", "END:VTODO"), "several-uids"),
        (calendar("BEGIN:VTODO", "UID:a", "END:VTODO", "BEGIN:VTODO", "UID:a", "END:VTODO"), "several-uids"),
        (calendar("BEGIN:VTODO", "UID:a", "END:VTODO", "BEGIN:VTODO", "UID:b", "END:VTODO"), "several-uids"),
    ],
)
def test_refused(octets: bytes, code: str) -> None:
    assert code in refusals(octets)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["DTST\r\n ART:20260114T090000Z"], id="a second start, folded within its name"),
        pytest.param(["SUMM"], id="no line at all"),
    ],
)
def test_refused_or_not_but_never_hidden(lines: list[str]) -> None:
    reading = read_strict(event(START, *lines))
    assert reading.refusals
    assert reading.meetings[0].dtstart.local % 86400 == 9 * 3600


def test_an_event_without_its_end_is_refused_whatever_stands_there() -> None:
    assert refusals(calendar("BEGIN:VEVENT", "UID:a", START, "BEGIX:VEVENT"))


@pytest.mark.parametrize(
    "octets",
    [
        event(START),
        event(START, "SUMMARY:a\u2028b"),
        event(START, "X-ANYTHING;X-P=\"a;b:c\";Q=1,2:value"),
        event(START, "SUMMARY:a\\, b"),
        event("DTSTART;TZID=Asia/Tokyo;TZID=Asia/Tokyo:20260113T090000"),
        event(START, "RDATE;VALUE=PERIOD:20260114T090000Z/PT1H"),
        event(START, ""),
        b"\xef\xbb\xbf" + event(START),
        event(START).replace(b"\r\n", b"\n"),
        event(START, "SUMMARY:\r\n \xc3".rstrip("\xc3") + "x"),
        event(START, kind="VTODO"),
        event("SUMMARY:some day", "ATTENDEE:mailto:a@example.test", kind="VTODO"),
        event("DESCRIPTION:a note", kind="VJOURNAL"),
    ],
)  # fmt: skip
def test_not_refused(octets: bytes) -> None:
    assert refusals(octets) == set()


def test_a_fold_may_cut_a_character() -> None:
    octets = event(START, "SUMMARY:é").replace("é".encode(), b"\xc3\r\n \xa9")
    reading = read_strict(octets)
    assert reading.refusals == ()
    assert reading.meetings[0].title == "é"


@pytest.mark.parametrize(
    ("octets", "limits"),
    [
        (event(START), Limits(octets=50)),
        (event(START, "SUMMARY:" + "x" * 200), Limits(line_octets=100)),
        (event(START, "SUMMARY:" + "é" * 60), Limits(line_octets=100)),
        (event(START, "SUMMARY;A=1;B=2;C=3:x"), Limits(parameters=2)),
        (event(START, "BEGIN:VALARM", "END:VALARM"), Limits(components=2)),
        (event(START, "ATTENDEE:a", "ATTENDEE:b"), Limits(attendees=1)),
        (file("zoned_weekly"), Limits(observances=1)),
        (file("rdate"), Limits(rdates=1)),
    ],
)
def test_limits(octets: bytes, limits: Limits) -> None:
    assert refusals(octets, limits) == {"limit"}
    assert "limit" not in refusals(octets)


def test_sizes_are_looked_at_before_anything_is_read() -> None:
    reading = read_strict(event(START, "SUMMARY:" + "x" * 2_000_000))
    assert reading.meetings == ()
    assert [problem.code for problem in reading.refusals] == ["limit"]


def test_a_refusal_says_where() -> None:
    (problem,) = read_strict(event(START, "SUMMARY:\x00")).refusals
    assert problem.line == 7
    (problem,) = read_strict(event(START, "a.SUMMARY:x")).refusals
    assert (problem.line, str(problem)) == (7, "line 7: `a.SUMMARY:x` is no `NAME;PARAMETERS:VALUE` line")


def test_what_is_forgiven_is_noted() -> None:
    reading = read_strict(file("exrule"))
    assert reading.refusals == ()
    assert [problem.code for problem in reading.notes] == ["exrule"]


def test_a_code_that_nobody_knows_refuses() -> None:
    assert refuses("something-new")
    assert refuses("no-uid") is QUIRKS["no-uid"].strict is True
    assert refuses("exrule") is QUIRKS["exrule"].strict is False


@given(st.binary(max_size=300))
def test_any_octets_are_judged(octets: bytes) -> None:
    reading = read_strict(octets)
    assert isinstance(reading, StrictReading)
    assert reading.refusals  # no three hundred octets at random are a calendar
