# SPDX-License-Identifier: Apache-2.0
"""RRULE, RDATE and EXDATE of one component."""

from __future__ import annotations

import pytest
from ics_making import codes, event, meeting

from meetcost.ics.limits import Limits
from meetcost.ics.read import read
from meetcost.ics.recurrence import rule_of, until_kind
from meetcost.ics.rule import RuleError
from meetcost.model.meeting import Period, Recurrence
from meetcost.model.moment import Length, Moment

START = "DTSTART:20260113T090000Z"


def moment(text: str) -> Moment:
    return meeting(f"DTSTART:{text}").dtstart


def test_what_recurs() -> None:
    lines = (START, "RRULE: FREQ=DAILY ", "RDATE:20260120T090000Z,20260121T090000Z", "EXDATE:20260114T090000Z")
    assert meeting(*lines).recurrence == Recurrence(
        ("FREQ=DAILY",),
        (moment("20260120T090000Z"), moment("20260121T090000Z")),
        (moment("20260114T090000Z"),),
    )
    assert meeting(START).recurrence is None


def test_periods() -> None:
    found = meeting(START, "RDATE;VALUE=PERIOD:20260120T090000Z/PT15M,20260121T090000Z/20260121T100000Z").recurrence
    assert found is not None
    assert found.rdates == (
        Period(moment("20260120T090000Z"), Length(0, 900)),
        Period(moment("20260121T090000Z"), moment("20260121T100000Z")),
    )


@pytest.mark.parametrize("value", ["20260120T090000Z/", "/PT15M", "20260120T090000Z/rubbish", "20260120T090000Z/P", ""])
def test_a_broken_date_is_told_and_left_out(value: str) -> None:
    octets = event(START, f"RDATE:{value},20260121T090000Z")
    (found,) = read(octets).meetings
    assert found.recurrence == Recurrence((), (moment("20260121T090000Z"),), ())
    assert codes(octets) == ["bad-value"]


@pytest.mark.parametrize("name", ["RDATE", "EXDATE"])
def test_more_dates_than_the_limit_are_left_out(name: str) -> None:
    octets = event(START, f"{name}:20260120T090000Z,20260121T090000Z", f"{name}:20260122T090000Z")
    reading = read(octets, limits=Limits(rdates=2))
    (found,) = reading.meetings
    assert found.recurrence is not None
    assert len(found.recurrence.rdates) + len(found.recurrence.exdates) == 2
    assert [problem.code for problem in reading.problems] == ["limit"]


@pytest.mark.parametrize(
    ("start", "until", "fits"),
    [
        (START, "20260120T090000Z", True),
        (START, "20260120T090000", False),
        (START, "20260120", False),
        ("DTSTART;VALUE=DATE:20260113", "20260120", True),
        ("DTSTART;VALUE=DATE:20260113", "20260120T000000Z", False),
        ("DTSTART:20260113T090000", "20260120T090000", True),
        ("DTSTART:20260113T090000", "20260120T090000Z", False),
        ("DTSTART;TZID=Europe/Berlin:20260113T090000", "20260120T080000Z", True),
        ("DTSTART;TZID=Europe/Berlin:20260113T090000", "20260120T090000", False),
    ],
)
def test_until_is_of_the_kind_that_dtstart_wants(start: str, until: str, fits: bool) -> None:
    assert codes(event(start, f"RRULE:FREQ=DAILY;UNTIL={until}")) == ([] if fits else ["until-kind"])
    assert (rule_of(f"FREQ=DAILY;UNTIL={until}").until.kind == until_kind(meeting(start).dtstart)) == fits  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "exdate", ["EXDATE:20260114T090000", "EXDATE;VALUE=DATE:20260114", "EXDATE;TZID=Europe/Berlin:20260114T090000"]
)
def test_exdate_of_another_kind(exdate: str) -> None:
    assert ("exdate-kind" in codes(event(START, "RRULE:FREQ=DAILY;COUNT=3", exdate))) == ("TZID" not in exdate)


def test_a_start_outside_its_rule_is_told() -> None:
    assert codes(event(START, "RRULE:FREQ=WEEKLY;BYDAY=WE")) == ["start-not-in-rule"]
    assert codes(event(START, "RRULE:FREQ=WEEKLY;BYDAY=TU")) == []


def test_long_rules_are_read_and_not_remembered() -> None:
    long = "FREQ=DAILY;BYHOUR=" + ",".join(["9"] * 900)
    assert rule_of(long).by_hour == (9,)
    assert rule_of("FREQ=DAILY") is rule_of("FREQ=DAILY")
    assert rule_of(long) is not rule_of(long)
    with pytest.raises(RuleError):
        rule_of("FREQ=NEVER")
