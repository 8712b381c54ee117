# SPDX-License-Identifier: Apache-2.0
"""VFREEBUSY as servers write it, into who is busy when; 10 December 2026 is a Thursday."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.model.directory import Directory, Entry
from meetcost.model.meeting import Meeting
from meetcost.policy.policy import Policy
from meetcost.schedule.freebusy import busy_told, free_busy_request, read_free_busy
from meetcost.schedule.slots import find_slots, slots_text
from meetcost.values.span import Span, epoch

ANN, BOB = "mailto:ann@town.example", "mailto:bob@town.example"
DAY = datetime(2026, 12, 10, tzinfo=UTC)
WITHIN = Span(DAY, DAY + timedelta(days=2))


def answer(*lines: str, bounds=("DTSTART:20261210T000000Z", "DTEND:20261212T000000Z")) -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VFREEBUSY", *bounds]
    return "".join(f"{one}\r\n" for one in (*head, *lines, "END:VFREEBUSY", "END:VCALENDAR")).encode()


def hours(octets: bytes) -> list[tuple[float, float]] | None:
    found = read_free_busy(octets, WITHIN)
    first = epoch(DAY)
    return None if found is None else [((start - first) / 3600, (end - first) / 3600) for start, end in found]


@pytest.mark.parametrize(
    ("line", "periods"),
    [
        ("FREEBUSY:20261210T090000Z/20261210T100000Z", [(9, 10)]),
        ("FREEBUSY:20261210T090000Z/PT90M", [(9, 10.5)]),
        ("FREEBUSY;FBTYPE=BUSY:20261210T090000Z/PT1H,20261211T090000Z/P1D", [(9, 10), (33, 48)]),
        ("FREEBUSY;FBTYPE=busy-tentative:20261210T090000Z/PT1H", [(9, 10)]),
        ("FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261210T090000Z/PT1H", [(9, 10)]),
        ("FREEBUSY;FBTYPE=X-AWAY:20261210T090000Z/PT1H", [(9, 10)]),
        ("FREEBUSY;FBTYPE=FREE:20261210T090000Z/PT1H", []),
        ('FREEBUSY;X-TO="a:b":20261210T090000Z/PT1H', [(9, 10)]),
        ("FREEBUSY:20261210T0900\r\n 00Z/PT1H", [(9, 10)]),
        ("FREEBUSY:20261209T090000Z/20261210T010000Z", [(0, 1)]),
        ("FREEBUSY:20261209T090000Z/PT1H", []),
        ("FREEBUSY:20261210T090000Z/PT0S", []),
        ("FREEBUSY:", []),
        ("COMMENT:nothing at all", []),
        ("FREEBUSY:20261210T090000/PT1H", None),
        ("FREEBUSY:20261210T090000Z", None),
        ("FREEBUSY:20261210T090000Z/20261210T080000Z", None),
        ("FREEBUSY:20261210T090000Z/-PT1H", None),
        ("FREEBUSY:20261210/P1D", None),
        ("END:VEVENT", None),
    ],
)
def test_the_periods_of_a_vfreebusy(line, periods):
    assert hours(answer(line)) == periods


def test_who_does_not_tell_of_all_that_was_asked_for_tells_nothing():
    assert hours(answer(bounds=("DTSTART:20261210T000000Z", "DTEND:20261211T235959Z"))) is None
    assert hours(answer(bounds=("DTSTART:20261210T000001Z",))) is None
    assert hours(answer(bounds=("DTSTART:20261209T000000Z", "DTEND:20270101T000000Z"))) == []
    assert hours(answer(bounds=())) == []  # an answer to a question for these days
    assert hours(answer(bounds=("DTSTART:20261210T000000", "DTEND:20261212T000000Z"))) is None


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"<html>",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        answer()[:-20],
        b"FREEBUSY:20261210T090000Z/PT1H\r\n",
        answer().replace(b"VFREEBUSY", b"VEVENT"),
    ],
)
def test_what_is_no_answer_tells_nothing(octets):
    assert read_free_busy(octets, WITHIN) is None


def test_too_many_periods_tell_nothing():
    line = "FREEBUSY:" + ",".join(["20261210T090000Z/PT1H"] * 10_001)
    assert hours(answer(line)) is None


def test_radicale_3_5_writes_a_component_for_each_period():
    octets = b"".join(
        f"BEGIN:VFREEBUSY\r\nDTSTART:20261210T{hour}0000Z\r\nDTEND:20261210T{hour}3000Z\r\nFBTYPE:{kind}\r\n"
        "END:VFREEBUSY\r\n".encode()
        for hour, kind in (("09", "BUSY"), ("11", "FREE"), ("13", "BUSY-TENTATIVE"))
    )
    assert hours(b"BEGIN:VCALENDAR\r\n" + octets + b"END:VCALENDAR\r\n") == [(9, 9.5), (13, 13.5)]


@given(st.lists(st.tuples(st.integers(0, 47 * 60), st.integers(1, 600), st.booleans()), max_size=20))
def test_whatever_periods_are_written_are_read(periods):
    first = epoch(DAY)
    lines, wanted = [], set()
    for start, minutes, lasting in periods:
        begin = DAY + timedelta(minutes=start)
        end = begin + timedelta(minutes=minutes)
        rest = f"PT{minutes}M" if lasting else f"{end:%Y%m%dT%H%M%SZ}"
        lines.append(f"FREEBUSY:{begin:%Y%m%dT%H%M%SZ}/{rest}")
        wanted.add((first + start * 60, min(first + (start + minutes) * 60, WITHIN.seconds[1])))
    assert set(read_free_busy(answer(*lines), WITHIN)) == wanted


@given(st.binary(max_size=300))
def test_no_octets_break_it(octets):
    for whole in (
        octets,
        answer().replace(b"METHOD:REPLY", octets),
        answer("FREEBUSY:").replace(b"Y:\r", b"Y:" + octets),
    ):
        found = read_free_busy(whole, WITHIN)
        lo, hi = WITHIN.seconds
        assert found is None or all(lo <= start < end <= hi for start, end in found)


def test_only_those_who_were_asked_are_free():
    meeting = Meeting(
        title="Round", uid="u", start=DAY - timedelta(hours=15), minutes=60, attendees=(BOB,), organizer=ANN
    )
    policy = Policy.parse(b'zone = "UTC"')
    until_ten = read_free_busy(answer("FREEBUSY:20261210T000000Z/PT10H"), WITHIN)

    def said(told, **more) -> str:
        return slots_text(
            find_slots(meeting, policy=policy, busy=busy_told(told, WITHIN, **more), within=WITHIN, limit=1)
        )

    assert said({ANN: until_ten, BOB: ()}) == "Free for all 2: Thu 10 Dec 10:00."
    assert said({ANN: until_ten}) == "Permitted: Thu 10 Dec 10:00 (calendars of 1 of 2 looked at)."
    assert said({ANN: until_ten}, looked_at=()) == "Permitted: Thu 10 Dec 10:00 (no calendar was looked at)."
    assert said({ANN: (), "MAILTO:Bob@Town.example": until_ten}) == "Free for all 2: Thu 10 Dec 10:00."


def test_whoever_has_two_addresses_is_one_person():
    directory = Directory([Entry(ANN, aliases=("mailto:a@town.example",))])
    busy = busy_told({"a@town.example": ((1, 2),), ANN: ((3, 4),)}, WITHIN, directory=directory)
    assert (busy.looked_at, dict(busy.periods)) == ({ANN}, {ANN: ((1, 2), (3, 4))})


def test_a_request_is_one_that_others_read():
    icalendar = pytest.importorskip("icalendar")
    people = (ANN, "mailto:" + "ä" * 60 + "@town.example")
    octets = free_busy_request(ANN, people, WITHIN, uid="u", now=DAY)
    assert all(len(line) <= 75 for line in octets.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(octets)
    (request,) = calendar.subcomponents
    assert (calendar["METHOD"], request.name, request["UID"]) == ("REQUEST", "VFREEBUSY", "u")
    assert (request["DTSTART"].dt, request["DTEND"].dt, request["DTSTAMP"].dt) == (WITHIN.start, WITHIN.end, DAY)
    assert (str(request["ORGANIZER"]), tuple(map(str, request["ATTENDEE"]))) == (ANN, people)
