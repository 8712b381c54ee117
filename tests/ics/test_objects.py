# SPDX-License-Identifier: Apache-2.0
"""Meetings to `icalendar` objects and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ics_making import CALENDARS, between, event, file, meeting, path_id

from meetcost.errors import LimitError, MeetcostError
from meetcost.ics.objects import to_calendar, to_event
from meetcost.ics.read import read
from meetcost.model.attendee import Attendee, CuType, PartStat, Role
from meetcost.model.meeting import Meeting
from meetcost.model.zone import ZoneReading

if TYPE_CHECKING:
    from pathlib import Path

STAMP = datetime(2026, 1, 1, tzinfo=UTC)
UNLIKE = {
    # A Meeting says these as it understood them, not as they were written.
    "unknown_zone": "a time in a zone that nobody knows is written as a floating one",
    "windows_zone": "the zone is written by its IANA name",
    "prefixed_zone": "the same",
    "lower_case": "the same",
    "no_uid": "a UID is written, even if it is empty",
    "empty_values": "the same",
    "end_of_another_kind": "the end is written in the start's zone",
    "people": "DELEGATED-TO is not written, and an unknown CUTYPE is written UNKNOWN",
}


def there_and_back(one: Meeting) -> Meeting:
    (found,) = read(to_calendar(one, stamp=STAMP)).meetings
    return found


def said(one: Meeting) -> Meeting:
    """The same with its rules in the order of their parts: icalendar has an order of its own."""
    overrides = tuple(sorted(map(said, one.overrides), key=repr))
    if one.recurrence is None:
        return one.replace(overrides=overrides)
    rules = tuple(";".join(sorted(rule.strip(";").split(";"))) for rule in one.recurrence.rules)
    return one.replace(overrides=overrides, recurrence=replace(one.recurrence, rules=rules))


@pytest.mark.parametrize("path", [path for path in CALENDARS if path.stem not in UNLIKE], ids=path_id)
def test_every_meeting_there_and_back(path: Path) -> None:
    for one in read(path.read_bytes()).meetings:
        if any(problem.code in ("limit", "mixed-end", "date-with-time") for problem in one.problems):
            continue
        found = there_and_back(one)
        assert said(found) == said(one)
        try:
            when = [(at.start, at.end, at.id) for at in between(one)]
            assert [(at.start, at.end, at.id) for at in between(found)] == when
        except LimitError:
            continue


@pytest.mark.parametrize("name", sorted(set(UNLIKE) - {"no_uid", "empty_values"}))
def test_what_is_written_otherwise_takes_place_at_the_same_time(name: str) -> None:
    for one in read(file(name)).meetings:
        found = there_and_back(one)
        assert [(at.start, at.end) for at in between(found)] == [(at.start, at.end) for at in between(one)]


def test_zones_of_the_file_are_written() -> None:
    (one,) = read(file("own_zone_name")).meetings
    found = there_and_back(one)
    assert [at.start for at in between(found)] == [at.start for at in between(one)]
    (one,) = read(file("zone_disagrees")).meetings
    found = there_and_back(one)
    for reading in ZoneReading:
        assert [at.start for at in between(found, reading=reading)] == [
            at.start for at in between(one, reading=reading)
        ]


def test_zones_of_the_database_are_written_for_others() -> None:
    octets = to_calendar(meeting("DTSTART;TZID=Europe/Berlin:20260713T090000"), stamp=STAMP).to_ical()
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin" in octets


def test_one_component() -> None:
    one = meeting("DTSTART:20260113T090000Z", "DURATION:PT1H", "SUMMARY:a\\, b", "TRANSP:TRANSPARENT", "CLASS:PRIVATE")
    written = to_event(one, stamp=STAMP)
    assert isinstance(written, icalendar.Event)
    assert (written["summary"], written["transp"], written["class"]) == ("a, b", "TRANSPARENT", "PRIVATE")
    assert written.DTSTAMP == STAMP
    assert "description" not in written
    assert "organizer" not in written


def test_an_override_is_written_with_its_range() -> None:
    (one,) = read(file("this_and_future")).meetings
    written = to_event(one.overrides[0], stamp=STAMP)
    assert written["recurrence-id"].params["RANGE"] == "THISANDFUTURE"


def test_attendees_are_written_with_what_is_not_the_default() -> None:
    one = Meeting(
        title="People",
        start=datetime(2026, 1, 13, 9, tzinfo=UTC),
        minutes=30,
        uid="people",
        organizer=Attendee("mailto:ann@example.test", "Ann"),
        attendees=[
            Attendee("mailto:bob@example.test", 'B "Bob" ob', CuType.INDIVIDUAL, Role.CHAIR, PartStat.DECLINED),
            Attendee("mailto:room@example.test", "", CuType.ROOM),
            "eve@example.test",
        ],
    )
    found = there_and_back(one)
    assert found.attendees[1:] == one.attendees[1:]
    assert found.organizer == one.organizer
    first = found.attendees[0]
    assert (first.address, first.role, first.partstat) == ("mailto:bob@example.test", Role.CHAIR, PartStat.DECLINED)


TITLES = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff"), max_size=40)


@given(
    title=TITLES,
    start=st.datetimes(datetime(1971, 1, 1), datetime(2037, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai", "UTC", None, "date"]),
    minutes=st.integers(0, 10_000),
    rrule=st.sampled_from([None, "FREQ=DAILY;COUNT=3", "FREQ=WEEKLY;BYDAY=MO", "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2"]),
)  # fmt: skip
def test_meetings_by_hand_there_and_back(
    title: str, start: datetime, zone: str | None, minutes: int, rrule: str | None
) -> None:
    when: datetime | date = start
    if zone == "date":
        when = start.date()
    elif zone is not None:
        when = start.replace(tzinfo=ZoneInfo(zone))
    length = {} if zone == "date" else {"minutes": minutes}
    one = Meeting(title=title, start=when, rrule=rrule, uid="a", exdates=[when] if rrule else [], **length)  # type: ignore[arg-type]
    found = there_and_back(one)
    assert found.start == one.start
    assert found.end == one.end
    assert said(found.replace(duration=None, dtend=None)) == said(one.replace(duration=None, dtend=None))


@pytest.mark.parametrize("name", [path.stem for path in CALENDARS])
def test_nothing_but_our_own_errors(name: str) -> None:
    for one in read(file(name)).meetings:
        try:
            octets = to_calendar(one, stamp=STAMP).to_ical()
        except MeetcostError:
            continue
        assert octets.startswith(b"BEGIN:VCALENDAR\r\n")
        assert octets.endswith(b"END:VCALENDAR\r\n")


def test_a_part_that_icalendar_does_not_know_is_no_reason_to_fail() -> None:
    one = meeting("DTSTART:20260113T090000Z", "RRULE:FREQ=DAILY;X-PART=1;COUNT=3;")
    found = there_and_back(one)
    assert [at.start for at in between(found)] == [at.start for at in between(one)]
    octets = event("DTSTART:20260113T090000Z", "RRULE:FREQ=DAILY;BYHOUR=9 ,10;COUNT=3")
    (one,) = read(octets).meetings
    assert [at.start for at in between(there_and_back(one))] == [at.start for at in between(one)]
