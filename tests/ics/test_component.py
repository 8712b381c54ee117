# SPDX-License-Identifier: Apache-2.0
"""The careful way: one component, line by line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from ics_making import block, codes, event, file, meeting, zones

from meetcost.ics.component import Component
from meetcost.ics.limits import LIMITS, Limits
from meetcost.ics.read import read
from meetcost.model.attendee import CuType, PartStat, Role
from meetcost.model.moment import Length

if TYPE_CHECKING:
    from meetcost.model.meeting import Meeting

START = "DTSTART:20260113T090000Z"


def carefully(*lines: str, limits: Limits = LIMITS) -> tuple[Meeting | None, list[str]]:
    component = Component(block(*lines), zones(), limits)
    found = component.meeting()
    return found, [problem.code for problem in component.problems]


def test_texts() -> None:
    (found,) = read(file("texts")).meetings
    assert found.title == "Texts, all of them"
    assert found.location == "Room 1; left"
    assert found.status == "CONFIRMED"
    assert found.transparent
    assert found.classification == "PRIVATE"
    assert found.sequence == 7
    assert found.categories == ("A,B", "C\\", "D", "E")
    assert found.url == "https://example.test/a?b=c:d"


def test_people() -> None:
    (found,) = read(file("people")).meetings
    assert found.organizer is not None
    assert found.organizer.name == "Doe, Jane"
    assert [(one.name, one.cutype, one.role, one.partstat) for one in found.attendees] == [
        ("Doe, Jane", CuType.INDIVIDUAL, Role.REQ_PARTICIPANT, PartStat.ACCEPTED),
        ("Big room", CuType.ROOM, Role.REQ_PARTICIPANT, PartStat.NEEDS_ACTION),
        ("", CuType.RESOURCE, Role.REQ_PARTICIPANT, PartStat.NEEDS_ACTION),
        ("", CuType.INDIVIDUAL, Role.REQ_PARTICIPANT, PartStat.DELEGATED),
        ('A"B"', CuType.INDIVIDUAL, Role.NON_PARTICIPANT, PartStat.NEEDS_ACTION),
        ("", CuType.UNKNOWN, Role.REQ_PARTICIPANT, PartStat.NEEDS_ACTION),
    ]
    assert [one.address for one in found.participants].count("mailto:jane@example.test") == 1


def test_the_alarms_lines_are_not_the_meetings() -> None:
    (found,) = read(file("nested_alarm")).meetings
    assert (found.description, found.duration) == ("", None)
    assert found.end == datetime(2026, 1, 13, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        ((START,), datetime(2026, 1, 13, 9, tzinfo=UTC)),
        (("DTSTART;VALUE=DATE:20260113",), date(2026, 1, 14)),
        ((START, "DTEND:20260113T093000Z"), datetime(2026, 1, 13, 9, 30, tzinfo=UTC)),
        ((START, "DURATION:P1DT30M"), datetime(2026, 1, 14, 9, 30, tzinfo=UTC)),
        (("DTSTART;VALUE=DATE:20260113", "DURATION:P2D"), date(2026, 1, 15)),
        ((START, "DTEND:rubbish"), datetime(2026, 1, 13, 9, tzinfo=UTC)),
        ((START, "DURATION:rubbish"), datetime(2026, 1, 13, 9, tzinfo=UTC)),
    ],
)
def test_ends(lines: tuple[str, ...], end: datetime | date) -> None:
    assert meeting(*lines).end == end


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((START, "DTEND:20260113T080000Z"), ["end-before-start"]),
        ((START, "DTEND:20260113T100000"), ["mixed-end"]),
        ((START, "DTEND;VALUE=DATE:20260114"), ["mixed-end"]),
        ((START, "DTEND;VALUE=DATE:20260113"), ["mixed-end", "end-before-start"]),
        ((START, "DTEND:rubbish"), ["bad-value"]),
        ((START, "DTEND:20260113T100000Z", "DURATION:PT1H"), ["end-and-duration"]),
        ((START, "DURATION:-PT1H"), ["negative-duration"]),
        ((START, "DURATION:P"), ["bad-value"]),
        ((START, "SEQUENCE:many"), ["bad-value"]),
        ((START, "ATTENDEE:"), ["bad-value"]),
        ((START, "ORGANIZER:"), ["bad-value"]),
        ((START, "ORGANIZER;CN:mailto:a@example.test"), ["bad-value"]),
        ((START, "SUMMARY:a", "summary:b"), ["duplicate-property"]),
        ((START, "no line"), ["broken-line"]),
        ((START, "SUMMARY;X:a"), ["broken-line"]),
        ((START, "RECURRENCE-ID:rubbish"), ["bad-recurrence-id"]),
        (("DTSTART:rubbish",), ["bad-start"]),
        ((), ["no-start"]),
        ((START, "RDATE:rubbish"), ["bad-value"]),
        ((START, "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"), ["several-rules"]),
        ((START, "RRULE:RSCALE=CHINESE;FREQ=DAILY"), ["rscale"]),
        ((START, "DTSTAMP:rubbish", "X-ANY;:thing", "COMMENT:a", "COMMENT:b"), []),
    ],
)
def test_every_mistake_is_told(lines: tuple[str, ...], told: list[str]) -> None:
    assert carefully(*lines)[1] == told


def test_a_mistake_says_where_it_is() -> None:
    (problem,) = read(event(START, "DESCRIPTION:two\r\n  lines", "DURATION:rubbish")).problems
    assert (problem.line, problem.property, problem.uid) == (9, "DURATION", "one")


def test_a_to_do_is_a_matter_of_the_moment_it_is_due() -> None:
    to_do, due, journal = read(file("todo_and_journal"), components=("VTODO", "VJOURNAL")).meetings
    assert (to_do.start, to_do.end) == (datetime(2026, 1, 13, 9, tzinfo=UTC), datetime(2026, 1, 13, 10, tzinfo=UTC))
    assert due.start == due.end == datetime(2026, 1, 13, 10, tzinfo=UTC)
    assert journal.start == date(2026, 1, 13)
    assert read(file("todo_and_journal")).meetings == ()


def test_this_and_future_is_known_by_its_parameter() -> None:
    assert meeting(START, "RECURRENCE-ID;RANGE=THISANDFUTURE:20260113T090000Z").this_and_future
    assert not meeting(START, "RECURRENCE-ID:20260113T090000Z").this_and_future


def test_more_attendees_than_the_limit_cost_the_meeting() -> None:
    lines = [f"ATTENDEE:mailto:p{number}@example.test" for number in range(3)]
    assert carefully(START, *lines, limits=Limits(attendees=3))[0] is not None
    assert carefully(START, *lines, limits=Limits(attendees=2)) == (None, ["limit"])


def test_more_rules_than_the_limit_cost_the_meeting() -> None:
    lines = ["RRULE:FREQ=DAILY"] * 3
    assert carefully(START, *lines, limits=Limits(rules=2)) == (None, ["limit"])


def test_many_harmless_mistakes_do_not_hide_one_that_refuses() -> None:
    # Twenty of a kind are told; a twenty-first of another kind is told all the same.
    lines = ["RDATE:20260114"] * 30
    told = carefully(START, *lines, "SEQUENCE:many")[1]
    assert told.count("date-without-value") == 20
    assert "bad-value" in told


def test_blanks_around_a_text_are_kept_with_or_without_a_parameter() -> None:
    assert meeting(START, "SUMMARY: a ").title == meeting(START, "SUMMARY;LANGUAGE=en: a ").title == " a "


def test_a_duration_keeps_the_wall_clock_in_days_and_in_hours() -> None:
    # Over the night of 29 March 2026 Berlin loses an hour: by RFC 5545 3.3.6 24 hours end at 10:00, here at 09:00.
    days = meeting("DTSTART;TZID=Europe/Berlin:20260328T090000", "DURATION:P1D")
    hours = meeting("DTSTART;TZID=Europe/Berlin:20260328T090000", "DURATION:PT24H")
    assert (days.duration, hours.duration) == (Length(1, 0), Length(0, 86400))
    assert f"{days.end:%d %H:%M}" == f"{hours.end:%d %H:%M}" == "29 09:00"


def test_an_end_beyond_the_calendar_is_its_last_moment() -> None:
    found = meeting("DTSTART:99991231T090000Z", "DURATION:P9999D")
    assert found.end == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert meeting("DTSTART;VALUE=DATE:99991231").end == date(9999, 12, 31)


def test_empty_values() -> None:
    assert codes(file("empty_values")) == ["bad-rule", *["bad-value"] * 6]
