# SPDX-License-Identifier: Apache-2.0
"""What the calendars of other packages showed. Expected times: icalendar with recurring-ical-events, and ical.js."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from meetcost.ics.expand import expand, expand_between
from meetcost.ics.markers import Markers
from meetcost.ics.quirks import QUIRKS
from meetcost.ics.read import read
from meetcost.ics.strict import read_strict
from meetcost.ics.write import Addition, attach, detach
from meetcost.model.zone import ZoneReading
from meetcost.rules.instances import readings
from meetcost.values.span import Span

MARKERS = (Markers("-- cost --", "-- end --"),)


def calendar(*lines: str, zone: tuple[str, ...] = ()) -> bytes:
    event = ["BEGIN:VEVENT", "UID:1", "DTSTAMP:20200101T000000Z", *lines, "END:VEVENT"]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-", *zone, *event, "END:VCALENDAR", ""]).encode()


def vtimezone(tzid: str, *observances: str) -> tuple[str, ...]:
    return ("BEGIN:VTIMEZONE", f"TZID:{tzid}", *observances, "END:VTIMEZONE")


def observance(kind: str, start: str, before: str, after: str) -> tuple[str, ...]:
    return (f"BEGIN:{kind}", f"DTSTART:{start}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}", f"END:{kind}")


def starts(octets: bytes, reading: ZoneReading = ZoneReading.NAME) -> list[datetime]:
    span = Span(datetime(1990, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))
    return [one.starts for meeting in read(octets).meetings for one in expand(meeting, span, reading=reading)]


@pytest.mark.parametrize("tzid", ["W. Europe Standard Time", "europe/Berlin"])
def test_a_vtimezone_under_another_spelling_of_a_known_zone_counts(tzid: str) -> None:
    zone = vtimezone(tzid, *observance("STANDARD", "19700101T000000", "+0500", "+0500"))
    octets = calendar(f"DTSTART;TZID={tzid}:20250710T100000", zone=zone)
    assert starts(octets) == [datetime(2025, 7, 10, 5, tzinfo=UTC)]
    assert starts(octets, ZoneReading.ALIAS) == [datetime(2025, 7, 10, 8, tzinfo=UTC)]
    assert readings(read(octets).meetings[0]) == (ZoneReading.ALIAS, ZoneReading.FILE)


def test_a_vtimezone_under_the_exact_name_of_a_known_zone_does_not() -> None:
    zone = vtimezone("Europe/Berlin", *observance("STANDARD", "19700101T000000", "+0500", "+0500"))
    octets = calendar("DTSTART;TZID=Europe/Berlin:20250710T100000", zone=zone)
    assert starts(octets) == [datetime(2025, 7, 10, 8, tzinfo=UTC)]
    assert readings(read(octets).meetings[0]) == (ZoneReading.NAME, ZoneReading.FILE)


def test_before_its_first_onset_a_zone_has_its_standard_offset() -> None:
    # ics, tests/fixtures/groupscheduled.ics: a meeting in March, the first change listed is one in October
    zone = vtimezone(
        "US-Eastern",
        *observance("STANDARD", "19981025T020000", "-0400", "-0500"),
        *observance("DAYLIGHT", "19990404T020000", "-0500", "-0400"),
    )
    octets = calendar("DTSTART;TZID=US-Eastern:19980312T083000", zone=zone)
    assert starts(octets) == [datetime(1998, 3, 12, 13, 30, tzinfo=UTC)]


def test_an_offset_with_a_digit_too_many_is_read_and_told() -> None:
    zone = vtimezone("Own", *observance("STANDARD", "19700101T000000", "-05000", "-05000"))
    octets = calendar("DTSTART;TZID=Own:20250710T100000", zone=zone)
    assert starts(octets) == [datetime(2025, 7, 10, 15, tzinfo=UTC)]
    assert {problem.code for problem in read(octets).problems} == {"bad-zone"}


def test_24_o_clock_is_midnight_of_the_next_day() -> None:
    octets = calendar("DTSTART:20250310T240000Z", "DTEND:20250311T010000Z")
    assert starts(octets) == [datetime(2025, 3, 11, tzinfo=UTC)]
    assert [problem.code for problem in read_strict(octets).refusals] == ["hour-24"]


@pytest.mark.parametrize(
    "head", ["DTSTART;;TZID=Europe/Berlin", "DTSTART; TZID=Europe/Berlin", "DTSTART;TZID=Europe/Berlin;"]
)
def test_an_empty_parameter_or_a_blank_before_one_costs_nothing(head: str) -> None:
    octets = calendar(f"{head}:20250710T100000")
    assert starts(octets) == [datetime(2025, 7, 10, 8, tzinfo=UTC)]
    assert [problem.code for problem in read_strict(octets).refusals] == ["broken-line"]


def test_of_a_part_that_stands_twice_in_a_rule_the_last_counts() -> None:
    octets = calendar("DTSTART:20250310T090000Z", "RRULE:FREQ=WEEKLY;COUNT=3;FREQ=DAILY")
    assert starts(octets) == [datetime(2025, 3, day, 9, tzinfo=UTC) for day in (10, 11, 12)]
    assert [problem.code for problem in read_strict(octets).refusals] == ["rule-part-twice"]


def test_every_tolerance_of_a_rule_is_told() -> None:
    reading = read(calendar("DTSTART:20250310T090000Z", "RRULE:FREQ=WEEKLY; COUNT=3;"))
    assert [problem.code for problem in reading.problems] == ["rule-tolerated", "rule-tolerated"]
    assert "rule-tolerated" in QUIRKS


def test_a_last_line_without_a_line_end_stays_without_one() -> None:
    octets = b"BEGIN:VEVENT\nUID:1\nDTSTART:20250310T090000Z\nDESCRIPTION:about\nEND:VEVENT"
    [meeting] = read(octets).meetings
    assert meeting.place is not None
    attached = attach(octets, {meeting.place: Addition((("X-MEETCOST-COST", "1"),), ("a line",))}, MARKERS)
    assert attached != octets
    assert detach(attached, MARKERS) == octets


def test_a_text_is_the_same_with_a_parameter_and_without() -> None:
    # recurring-ical-events, Germany.ics: titles that end with a blank, beside a LANGUAGE
    heads = ("SUMMARY", "SUMMARY;LANGUAGE=en", 'SUMMARY;X-NOTE="a:b"')
    read_titles = [
        read(calendar("DTSTART:20250310T090000Z", f"{head}: day ", *more)).meetings[0].title
        for head in heads
        for more in ((), ("EXRULE:FREQ=DAILY",))  # which wants the careful way
    ]
    assert read_titles == [" day "] * 6


def test_an_end_of_another_name_ends_what_is_open() -> None:
    lines = "BEGIN:VCALENDAR", "BEGIN:VTODO", "UID:t", "END:VTOOD", "BEGIN:VEVENT", "UID:a", "DTSTART:20250310T090000Z"
    octets = "\r\n".join([*lines, "END:VTODO", "BEGIN:VEVENT", "UID:b", "DTSTART:20250311T090000Z", "END:VEVENT", ""])
    assert [meeting.uid for meeting in read(octets).meetings] == ["a", "b"]


def test_an_alarm_that_ends_twice_ends_nothing_else() -> None:
    octets = calendar("DTSTART:20250310T090000Z", "END:VALARM", "SUMMARY:Still here")
    assert [meeting.title for meeting in read(octets).meetings] == ["Still here"]


def test_an_attendee_whose_name_is_folded_is_not_lost() -> None:
    octets = calendar("DTSTART:20250310T090000Z", "ATTE\r\n NDEE:mailto:ann@example.test")
    assert [who.address for who in read(octets).meetings[0].attendees] == ["mailto:ann@example.test"]


SERIES = "DTSTART;TZID=Europe/Berlin:20250310T100000", "DTEND;TZID=Europe/Berlin:20250310T110000"


def test_an_override_for_a_date_replaces_no_time() -> None:
    lines = "\r\n".join([*SERIES, "RRULE:FREQ=WEEKLY;COUNT=2"])
    override = "BEGIN:VEVENT", "UID:one", "RECURRENCE-ID;VALUE=DATE:20250317", "DTSTART:20250318T090000Z", "END:VEVENT"
    octets = calendar(lines).replace(b"END:VCALENDAR", "\r\n".join([*override, "END:VCALENDAR"]).encode())
    assert starts(octets) == [
        datetime(2025, 3, 10, 9, tzinfo=UTC),
        datetime(2025, 3, 17, 9, tzinfo=UTC),
        datetime(2025, 3, 18, 9, tzinfo=UTC),
    ]


def test_a_time_takes_a_day_out_of_a_series_of_days_only_at_its_midnight() -> None:
    series = "DTSTART;VALUE=DATE:20250310", "RRULE:FREQ=DAILY;COUNT=3"
    assert len(starts(calendar(*series, "EXDATE;TZID=Europe/Berlin:20250311T100000"))) == 3
    assert len(starts(calendar(*series, "EXDATE;TZID=Europe/Berlin:20250311T000000"))) == 2


def test_a_duration_keeps_the_wall_clock_in_a_single_meeting_too() -> None:
    octets = calendar("DTSTART;TZID=Europe/Berlin:20250329T100000", "DURATION:PT24H")
    (found,) = expand_between(read(octets).meetings[0], 0, 1 << 33)
    assert found.ends == datetime(2025, 3, 30, 8, tzinfo=UTC)


def test_hours_that_a_rule_steps_over_are_read_differently_by_programs() -> None:
    """From 22:30 every third hour never is at 23; ical.js sees one there."""
    rule = "RRULE:FREQ=HOURLY;INTERVAL=3;BYHOUR=23;UNTIL=20260109T000000Z"
    octets = calendar("DTSTART:20260102T223000Z", rule)
    assert starts(octets) == []
    assert [problem.code for problem in read_strict(octets).refusals] == ["rule-hours"]
    assert not read_strict(octets.replace(b"BYHOUR=23;", b"")).refusals
