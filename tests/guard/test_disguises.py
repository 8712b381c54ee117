# SPDX-License-Identifier: Apache-2.0
"""Meetings on a banned Wednesday in disguises of address, place, zone and rule; and what only looks like one."""

from __future__ import annotations

import pytest
from guard_making import ANN, MONDAY, TUESDAY, WEDNESDAY, calendar, decided, one, part

from meetcost.guard.decide import Refuse

CARL = "mailto:carl@example.test"


@pytest.mark.parametrize(
    ("organizer", "attendee"),
    [
        ("ORGANIZER:mailto:straße@example.test", "ATTENDEE:mailto:strasse@example.test"),
        ("ORGANIZER:mailto:ann@straße.example", "ATTENDEE:mailto:ann@strasse.example"),
        (f"ORGANIZER:{ANN}", f"ATTENDEE;EMAIL=ann@example.test:{CARL}"),
        (f"ORGANIZER;EMAIL=carl@example.test:{ANN}", f"ATTENDEE:{CARL}"),
        (f"ORGANIZER:{ANN}", f"ATTENDEE:{ANN},{CARL}"),
        (f"ORGANIZER:{ANN}", f"ATTENDEE:{ANN}?cc=carl@example.test"),
        (f"ORGANIZER:{ANN}", "ATTENDEE:mailto:?to=carl@example.test"),
        (f"ORGANIZER:{ANN}", f"ATTENDEE;CUTYPE=X-ROOM:{CARL}"),
        (f"ORGANIZER:{ANN}", f"ATTENDEE;CUTYPE=ROOM,INDIVIDUAL:{CARL}"),
        (f"ORGANIZER:{ANN}", f"ATTENDEE;ROLE=NON-PARTICIPANT:{CARL}"),
        (f"ORGANIZER:{ANN}", f"ATTENDEE;SCHEDULE-AGENT=NONE:{CARL}"),
        (f"ORGANIZER:{ANN}", "ATTENDEE:tel:+4930123456"),
        (f"ORGANIZER:{ANN}", "ATTENDEE:/principals/users/carl/"),
        (f"ORGANIZER;CUTYPE=ROOM:{ANN}", f"ATTENDEE:{CARL}"),
    ],
)
def test_two_people_are_two_however_they_are_addressed(organizer: str, attendee: str) -> None:
    assert isinstance(decided(one(*WEDNESDAY, organizer, attendee, people=())), Refuse)
    assert not isinstance(decided(one(*TUESDAY, organizer, attendee, people=())), Refuse)


@pytest.mark.parametrize(
    ("organizer", "attendee"),
    [
        (ANN, "mailto:%61nn@example.test"),
        (ANN, "MAILTO:Ann@Example.Test"),
        ("mailto:ÄNNE@example.test", "mailto:änne@example.test"),
    ],
)
def test_one_person_is_one_however_written(organizer: str, attendee: str) -> None:
    assert not isinstance(decided(one(*WEDNESDAY, people=(organizer, attendee))), Refuse)


@pytest.mark.parametrize(
    "around",
    [
        "X-FOO", "VLOCATION", "VRESOURCE", "VFREEBUSY", "VAVAILABILITY", "VALARM", "PARTICIPANT", "VTIMEZONE",
        "STANDARD", "VCALENDAR",
    ],
)  # fmt: skip
@pytest.mark.parametrize("beside", ["", part(*TUESDAY)])
def test_a_meeting_inside_another_component_is_not_hidden_by_it(around: str, beside: str) -> None:
    inside = f"BEGIN:{around}\r\n{part(*WEDNESDAY, uid='inside')}END:{around}\r\n"
    assert isinstance(decided(calendar(beside, inside)), Refuse)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART;TZID=Etc/GMT+11:20260106T200000", "DURATION:PT1H"),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/America/Los_Angeles:20260106T200000", "DURATION:PT1H"),
        ("DTSTART;TZID=(UTC-08:00) Pacific Time:20260106T200000", "DURATION:PT1H"),
        ("DTSTART;TZID=Europe/Berlin;TZID=Etc/GMT+11:20260106T200000", "DURATION:PT1H"),
        ("DTSTART;TZID=Europe/Berlin:20260106T180000", "DTEND;TZID=America/Los_Angeles:20260106T160000"),
        ("DTSTART:20260106T225960Z", "DTEND:20260106T233000Z"),
        ("DTSTART;TZID=Europe/Berlin:20260106T090000", "DURATION:+PT26H"),
        ("DTSTART;TZID=Europe/Berlin:20260106T090000", "DURATION:PT26.5H"),
        ("DTSTART;TZID=Europe/Berlin:20260108T090000", "DTEND;TZID=Europe/Berlin:20260106T090000"),
        ("DTSTART;TZID=Europe/Berlin:20400104T090000", "DURATION:PT1H"),
        ("DTSTART:20260106T200000-0800", "DURATION:PT1H"),
        ("DTEND;TZID=Europe/Berlin:20260107T100000",),
        (*TUESDAY, "RRULE:FREQ=WEEKLY;BYDAY=TU;BYDAY=WE;COUNT=3"),
        (*TUESDAY, "RRULE:FREQ=WEEKLY; BYDAY=WE;COUNT=3"),
        (*TUESDAY, "RRULE;VALUE=TEXT:FREQ=DAILY;COUNT=3"),
        (*TUESDAY, "RDATE;VALUE=DATE:20260107"),
        (*TUESDAY, "RDATE:20260113T090000Z, 20260107T090000Z"),
        (*TUESDAY, "RDATE;TZID=America/Los_Angeles:20260106T200000"),
        (*WEDNESDAY, "RRULE:FREQ=WEEKLY;COUNT=1", "EXDATE;VALUE=DATE:20260107"),
        (*WEDNESDAY, "RRULE:FREQ=WEEKLY;COUNT=1", "EXDATE;VALUE=PERIOD:20260107T080000Z/PT1H"),
        (*WEDNESDAY, "STATUS:CANCELED"),
        (*WEDNESDAY, "STATUS:\u017fANCELLED"),
    ],
)
def test_a_time_in_disguise_is_the_time_that_some_program_shows(lines: tuple[str, ...]) -> None:
    assert isinstance(decided(one(*lines)), Refuse)


def test_a_cancelled_master_does_not_cancel_what_its_override_holds() -> None:
    master = part(*TUESDAY, "RRULE:FREQ=DAILY;COUNT=2", "STATUS:CANCELLED")
    changed = part("RECURRENCE-ID;TZID=Europe/Berlin:20260107T090000", *WEDNESDAY)
    assert isinstance(decided(calendar(master, changed)), Refuse)


@pytest.mark.parametrize(
    "lines",
    [
        (*MONDAY, "BEGIN:X-COMP", "X-P:1", "END:X-COMP"),
        (*MONDAY, "X-DTSTART;TZID=Europe/Berlin:20260107T090000"),
        (
            *MONDAY, "BEGIN:VALARM", "ACTION:EMAIL", "TRIGGER;VALUE=DATE-TIME:20260107T090000Z",
            "ATTENDEE:mailto:carl@example.test", "SUMMARY:Soon", "DESCRIPTION:Soon", "END:VALARM",
        ),
        (*MONDAY, "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=America/New_York:20260107T030000"),
        ("DTSTART;TZID=Etc/GMT-14:20260107T090000", "DURATION:PT1H"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_banned_meeting_passes(lines: tuple[str, ...]) -> None:
    assert not isinstance(decided(one(*lines)), Refuse)


def whole_day(day: str, *lines: str) -> bytes:
    """A whole day that takes nobody's time, as birthdays and holidays stand in calendars, with `lines`."""
    head = ("BEGIN:VEVENT", "UID:u1", "DTSTAMP:20260101T000000Z", f"DTSTART;VALUE=DATE:{day}", "TRANSP:TRANSPARENT")
    people = (f"ORGANIZER:{ANN}", f"ATTENDEE:{ANN}", f"ATTENDEE:{CARL}")
    return calendar("\r\n".join((*head, *people, *lines, "END:VEVENT", "")))


@pytest.mark.parametrize(
    ("day", "line"),
    [
        ("20261208", "RDATE:20261209T100000Z"),
        ("20261208", "RDATE;VALUE=DATE-TIME:20261209T100000Z"),
        ("20261208", "RDATE;VALUE=PERIOD:20261209T100000Z/PT1H"),
        ("20261209", "DURATION:PT9H"),
        ("20261208", "DURATION:P1DT9H"),
    ],
)
def test_a_time_on_a_whole_day_which_some_programs_show_is_refused(day: str, line: str) -> None:
    assert isinstance(decided(whole_day(day, line)), Refuse)


@pytest.mark.parametrize("line", ["RDATE;VALUE=DATE:20261209", "DURATION:P2D", "DURATION:PT24H"])
def test_whole_days_of_which_all_programs_show_the_same_pass(line: str) -> None:
    assert not isinstance(decided(whole_day("20261208", line)), Refuse)


@pytest.mark.parametrize(
    "value",
    [" CANCELLED", "CANCELLED ", "CANCELLED\t", "\u00a0CANCELLED", "CANCELLED\u2028", "CANCEL\\LED", "CANCELLED\\n"],
)
def test_a_word_that_not_all_programs_take_for_cancelled_does_not_cancel(value: str) -> None:
    assert isinstance(decided(one(*WEDNESDAY, f"STATUS:{value}")), Refuse)
    assert isinstance(decided(one(*WEDNESDAY, f"STATUS;X-A=b:{value}")), Refuse)


@pytest.mark.parametrize("line", ["STATUS:CANCELLED", "STATUS:cancelled", "status;X-A=b:Cancelled"])
def test_a_cancelled_meeting_passes(line: str) -> None:
    assert not isinstance(decided(one(*WEDNESDAY, line)), Refuse)


@pytest.mark.parametrize("value", [" TRANSPARENT", "TRANSPARENT ", "TRANS\\PARENT"])
def test_a_word_that_not_all_programs_take_for_transparent_is_refused(value: str) -> None:
    assert isinstance(decided(one(*WEDNESDAY, f"TRANSP:{value}")), Refuse)


@pytest.mark.parametrize("line", ["STATUS:CONFIRMED ", "STATUS: TENTATIVE", "TRANSP:OPAQUE "])
def test_a_blank_behind_a_word_that_frees_nobody_is_forgiven(line: str) -> None:
    assert not isinstance(decided(one(*TUESDAY, line)), Refuse)
