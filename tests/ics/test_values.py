# SPDX-License-Identifier: Apache-2.0
"""Property values (RFC 5545 §3.3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.ics.values import (
    clock_seconds,
    midnight,
    parse_attendee,
    parse_duration,
    parse_integer,
    parse_moment,
)
from meetcost.model.attendee import Attendee, CuType, PartStat, Role
from meetcost.model.moment import Length, Moment, local_seconds

NINE = local_seconds(datetime(2026, 1, 13, 9))
DAY_13 = local_seconds(date(2026, 1, 13))


@given(st.dates())
def test_every_day_is_read(day: date) -> None:
    assert midnight(day.isoformat().replace("-", "")) == day.toordinal() * 86400


@pytest.mark.parametrize(
    "text", ["20260231", "00000101", "2026011", "202601130", "２０２６０１１３", "2026-1-1", "+2026011", ""]
)
def test_no_day(text: str) -> None:
    assert midnight(text) is None


@given(st.times())
def test_every_time_is_read(time: object) -> None:
    text = time.strftime("%H%M%S")  # type: ignore[attr-defined] # a time
    assert clock_seconds(text) == int(text[:2]) * 3600 + int(text[2:4]) * 60 + int(text[4:])


@pytest.mark.parametrize("text", ["240000", "236000", "235961", "12345", "１２３４５６", "-12345"])
def test_no_time(text: str) -> None:
    assert clock_seconds(text) is None


def test_a_leap_second_counts_as_the_one_before() -> None:
    assert clock_seconds("235960") == clock_seconds("235959") == 86399


@pytest.mark.parametrize(
    ("value", "parameters", "moment", "quirks"),
    [
        ("20260113T090000Z", {}, Moment(NINE, "Z"), []),
        ("20260113T090000", {}, Moment(NINE), []),
        ("20260113T090000", {"TZID": "Europe/Berlin"}, Moment(NINE, "Europe/Berlin"), []),
        ("20260113T090000Z", {"TZID": "UTC"}, Moment(NINE, "Z"), []),
        ("20260113T090000Z", {"TZID": "Europe/Berlin"}, Moment(NINE, "Z"), ["utc-with-tzid"]),
        ("20260113", {"VALUE": "DATE"}, Moment(DAY_13, "", True), []),
        ("20260113", {"VALUE": "date"}, Moment(DAY_13, "", True), []),
        ("20260113", {}, Moment(DAY_13, "", True), ["date-without-value"]),
        ("20260113", {"VALUE": "DATE", "TZID": "Asia/Tokyo"}, Moment(DAY_13, "", True), ["date-with-tzid"]),
        ("20260113T090000", {"VALUE": "DATE"}, Moment(DAY_13, "", True), ["date-with-time"]),
        ("20260113t090000z", {}, Moment(NINE, "Z"), []),
        # `Z` is how a Moment in UTC says so: as somebody's name for a zone it is refused.
        ("20260113T090000", {"TZID": "Z"}, Moment(NINE, "Z"), ["unknown-zone"]),
    ],
)
def test_moments(value: str, parameters: dict[str, str], moment: Moment, quirks: list[str]) -> None:
    noted: list[str] = []
    assert parse_moment(value, parameters, noted) == moment
    assert noted == quirks


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2026",
        "20260113T",
        "20260113T0900",
        "20260113 090000",
        "20260113T090000X",
        "20260113T090000ZZ",
        "20260113T240001Z",
    ],
)
def test_no_moment(value: str) -> None:
    assert parse_moment(value, {}, []) is None


@given(st.text(max_size=20))
def test_any_text_is_a_moment_or_none(value: str) -> None:
    moment = parse_moment(value, {}, [])
    assert moment is None or str(moment).startswith(value[:8])


@pytest.mark.parametrize(
    ("value", "length"),
    [
        ("PT1H30M", Length(0, 5400)),
        ("P1D", Length(1, 0)),
        ("P2W", Length(14, 0)),
        ("P1DT12H", Length(1, 43200)),
        ("-PT15M", Length(0, -900)),
        ("+PT0S", Length(0, 0)),
        ("pt1h", Length(0, 3600)),
        ("P3660000D", Length(3660000, 0)),
    ],
)
def test_durations(value: str, length: Length) -> None:
    assert parse_duration(value) == length


@pytest.mark.parametrize(
    "value", ["", "P", "PT", "1H", "P1H", "PT1D", "P1Y", "P999999999W", "P3660001D", "PT１H", "P1DT", "PT1H "]
)
def test_no_duration(value: str) -> None:
    # `P1DT` names no time behind its T, yet nobody could read it in two ways.
    assert parse_duration(value) == (Length(1, 0) if value == "P1DT" else None)


@given(st.timedeltas(min_value=timedelta(days=-9999), max_value=timedelta(days=9999)))
def test_a_written_duration_reads_as_it_was(length: timedelta) -> None:
    length = length // timedelta(seconds=1) * timedelta(seconds=1)
    seconds = abs(length) // timedelta(seconds=1)
    days, rest = divmod(seconds, 86400)
    text = f"{'-' if length < timedelta() else ''}P{days}DT{rest}S"
    read = parse_duration(text)
    assert read is not None
    assert timedelta(days=read.days, seconds=read.seconds) == length


def test_attendees() -> None:
    line = 'ATTENDEE;CN="Doe, Jane";CUTYPE=room;ROLE=chair;PARTSTAT=declined:MAILTO:Jane@Example.test '
    assert parse_attendee(line) == Attendee(
        "mailto:jane@example.test", "Doe, Jane", CuType.ROOM, Role.CHAIR, PartStat.DECLINED
    )
    assert parse_attendee("ATTENDEE;CUTYPE=X-ROBOT;ROLE=X;PARTSTAT=X:urn:uuid:1") == Attendee(
        "urn:uuid:1", "", CuType.UNKNOWN, Role.REQ_PARTICIPANT, PartStat.NEEDS_ACTION
    )
    delegated = parse_attendee('ATTENDEE;DELEGATED-TO="mailto:Dan@example.test","mailto:eve@example.test":mailto:c@d')
    assert delegated is not None
    assert delegated.delegated_to == ("mailto:dan@example.test", "mailto:eve@example.test")


@pytest.mark.parametrize(
    "line", ["ATTENDEE:", "ATTENDEE: ", "ATTENDEE", "ATTENDANCE:mailto:a@b", "ATTENDEE;CN:mailto:a@b"]
)
def test_nobody(line: str) -> None:
    assert parse_attendee(line) is None


def test_a_long_line_is_read_as_a_short_one() -> None:
    # Long ones are kept out of the cache.
    read = parse_attendee(f"ATTENDEE;CN={'n' * 1000}:mailto:a@b")
    assert read == Attendee("mailto:a@b", "n" * 1000)


@pytest.mark.parametrize(
    ("value", "number"), [("0", 0), (" 12 ", 12), ("-3", -3), ("+4", 4), ("9999999999", 9999999999)]
)
def test_integers(value: str, number: int) -> None:
    assert parse_integer(value) == number


@pytest.mark.parametrize("value", ["", "-", "1.5", "１", "12345678901", "1_0", "--1"])
def test_no_integer(value: str) -> None:
    assert parse_integer(value) is None
