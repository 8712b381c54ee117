# SPDX-License-Identifier: Apache-2.0
"""Where readers of iCalendar differ on real files: one test for each cause and the ruling in causes.json.

`other` is the causes' remainder and has no ruling. Expected spans are worked out by hand; all are of January 2026, in
which Europe/Berlin is UTC+1 and the 13th is a Tuesday, unless a test says otherwise.
"""

from __future__ import annotations

import json
from datetime import date

import pytest
from ics_making import DATA, between, calendar, codes, event, file, spans

from meetcost.ics.read import read
from meetcost.ics.strict import read_strict
from meetcost.model.zone import ZoneReading

RULED = {
    "DTEND of another kind or zone than DTSTART": "test_dtend_of_another_kind_or_zone",
    "malformed: only libical reads it": "test_malformed_lines_are_skipped",
    "TZID with VTIMEZONE, name unknown to tzdata": "test_tzid_with_vtimezone_unknown_to_tzdata",
    "date without VALUE=DATE": "test_date_without_value",
    "recurring with override duration": "test_override_with_a_duration_of_its_own",
    "no UID / empty UID": "test_no_uid_or_an_empty_one",
    "X-WR-TIMEZONE": "test_x_wr_timezone",
    "TZID that is no IANA name and has no VTIMEZONE": "test_tzid_that_nobody_knows",
    "end before start": "test_end_before_start",
    "RDATE with VALUE=PERIOD": "test_rdate_with_period",
    "two masters with one UID": "test_two_masters_with_one_uid",
    "event inside another component (VPOLL)": "test_event_inside_vpoll",
    "VALUE=DATE with TZID": "test_date_with_tzid",
    "EXDATE kind differs from DTSTART": "test_exdate_of_another_kind",
    "UNTIL kind differs from DTSTART": "test_until_of_another_kind",
    "RANGE=THISANDFUTURE": "test_this_and_future",
    "RDATE and RRULE together": "test_rdate_and_rrule_together",
    "override that matches no instance": "test_override_that_matches_no_instance",
    "UTC value with TZID": "test_utc_value_with_tzid",
    "EXRULE": "test_exrule",
    "several VCALENDARs": "test_several_vcalendars",
}


def test_every_ruling_has_its_test() -> None:
    causes = json.loads((DATA / "recurrence" / "causes.json").read_text("utf-8"))
    assert {cause["cause"] for cause in causes if cause["ruling"]} == set(RULED)
    assert set(RULED.values()) <= set(globals())


def test_dtend_of_another_kind_or_zone() -> None:
    # The end is read in DTSTART's zone; a DATE against a time is its midnight.
    assert spans(file("end_of_another_kind")) == ["0113T0800-2300"]
    assert spans(file("end_of_another_zone_kind")) == ["0113T0800-0900"]
    assert codes(file("end_of_another_kind")) == codes(file("end_of_another_zone_kind")) == ["mixed-end"]


def test_dtend_in_another_known_zone_is_no_mistake() -> None:
    # 09:00 in Berlin to 12:00 in New York: 08:00Z to 17:00Z.
    assert spans(file("two_zones")) == ["0113T0800-1700"]
    assert codes(file("two_zones")) == []


def test_malformed_lines_are_skipped() -> None:
    reading = read(file("broken_lines"))
    assert [meeting.title for meeting in reading.meetings] == ["Broken", "Whole"]
    assert spans(file("broken_lines")) == ["0113T0900-1000", "0114T0900-1000"]
    assert read_strict(file("broken_lines")).refusals


def test_tzid_with_vtimezone_unknown_to_tzdata() -> None:
    # Office is UTC+1, and UTC+2 from the last Sunday of March to the last of October.
    assert spans(file("own_zone_name")) == [
        *("0113T0800-0900", "0213T0800-0900", "0313T0800-0900", "0413T0700-0800"),
        *("0513T0700-0800", "0613T0700-0800", "0713T0700-0800", "0813T0700-0800"),
    ]
    assert spans(file("zone_behind")) == ["0713T0700-0800"]


def test_a_name_that_tzdata_knows_has_two_readings() -> None:
    # The file calls UTC+14 Europe/Berlin.
    assert spans(file("zone_disagrees")) == ["0113T0800-0900"]
    assert spans(file("zone_disagrees"), reading=ZoneReading.FILE) == ["0112T1900-2000"]


def test_date_without_value() -> None:
    (meeting,) = read(file("date_without_value")).meetings
    assert (meeting.start, meeting.end) == (date(2026, 1, 13), date(2026, 1, 14))
    assert codes(file("date_without_value")) == ["date-without-value", "date-without-value"]


def test_override_with_a_duration_of_its_own() -> None:
    assert spans(file("override_moved")) == [
        *("0106T0800-0900", "0114T1300-1500", "0120T0800-0900", "0127T0800-0900"),
    ]


def test_no_uid_or_an_empty_one() -> None:
    # RFC 5545 demands one; without it each is a meeting of its own, not one with three revisions.
    assert [meeting.title for meeting in read(file("no_uid")).meetings] == ["One", "Two", "Three"]
    assert codes(file("no_uid")) == ["no-uid", "no-uid", "no-uid"]


def test_x_wr_timezone() -> None:
    # UTC stays UTC, floating stays floating: read in the zone one assumes, not in the calendar's.
    assert spans(file("x_wr_timezone"), zone="Asia/Tokyo") == ["0113T0000-0100", "0113T0900-1000"]


def test_tzid_that_nobody_knows() -> None:
    assert [one.floating for one in between(file("unknown_zone"))] == [True]
    assert spans(file("unknown_zone"), zone="Asia/Tokyo") == ["0113T0000-0100"]
    assert codes(file("unknown_zone")) == ["unknown-zone"]
    # Names of Windows, and prefixed ones, are known; in July Berlin is UTC+2.
    assert spans(file("windows_zone")) == ["0713T0700-0800"]


def test_end_before_start() -> None:
    assert spans(file("end_before_start")) == ["0113T0900-0900"]
    assert codes(file("end_before_start")) == ["end-before-start"]


def test_rdate_with_period() -> None:
    assert spans(file("rdate_period")) == ["0106T0900-1000", "0108T0900-1200", "0109T0900-0915"]
    assert codes(file("rdate_period")) == []


def test_two_masters_with_one_uid() -> None:
    (meeting,) = read(file("two_masters")).meetings
    assert meeting.title == "New"
    assert codes(file("two_masters")) == ["two-masters"]
    assert "two-masters" in {problem.code for problem in read_strict(file("two_masters")).refusals}


def test_event_inside_vpoll() -> None:
    assert [meeting.title for meeting in read(file("vpoll")).meetings] == ["Real"]
    assert codes(file("vpoll")) == ["nested"]


def test_date_with_tzid() -> None:
    # A DATE is a day everywhere, not the evening before it in New York.
    (one,) = between(file("date_with_tzid"))
    assert (one.day, one.all_day, one.seconds) == (date(2026, 1, 13), True, 86400)
    assert codes(file("date_with_tzid")) == ["date-with-tzid", "date-with-tzid"]


def test_exdate_of_another_kind() -> None:
    # By RFC 5545 such an EXDATE matches nothing; most readers match by day, and so do we, but for a guard.
    assert spans(file("exdate_day")) == ["0106T0900-1000", "0120T0900-1000"]
    assert spans(file("exdate_day"), strict=True) == ["0106T0900-1000", "0113T0900-1000", "0120T0900-1000"]
    assert codes(file("exdate_day")) == ["exdate-kind"]


def test_until_of_another_kind() -> None:
    # UNTIL=20260108, a DATE, against times: compared as the instant at which that day begins, as four readers do. A
    # guard looks at the whole day.
    assert spans(file("until_date")) == ["0106T0900-1000", "0107T0900-1000"]
    assert len(between(file("until_date"), strict=True)) == 3
    assert codes(file("until_date")) == ["until-kind"]
    floating = "DTSTART;TZID=Europe/Berlin:20260106T090000", "RRULE:FREQ=DAILY;UNTIL=20260107T090000"
    assert spans(event(*floating)) == ["0106T0800-0800", "0107T0800-0800"]


def test_until_in_utc_is_compared_with_zoned_starts_as_an_instant() -> None:
    # 09:00 in Berlin is 08:00Z: the 7th is in by UNTIL=...T080000Z, out by a second less.
    start = "DTSTART;TZID=Europe/Berlin:20260106T090000"
    assert len(between(event(start, "RRULE:FREQ=DAILY;UNTIL=20260107T080000Z"))) == 2
    assert len(between(event(start, "RRULE:FREQ=DAILY;UNTIL=20260107T075959Z"))) == 1


def test_this_and_future() -> None:
    assert spans(file("this_and_future")) == [
        *("0106T0900-1000", "0113T0900-1000"),
        *("0120T1000-1030", "0127T1000-1030", "0203T1000-1030", "0210T1000-1030"),
    ]


def test_rdate_and_rrule_together() -> None:
    assert spans(file("rdate_with_rule")) == ["0106T0900-1000", "0110T0900-1000", "0113T0900-1000"]


def test_override_that_matches_no_instance() -> None:
    assert spans(file("override_orphan")) == ["0106T0900-1000", "0113T0900-1000", "0302T0900-1000"]


def test_utc_value_with_tzid() -> None:
    assert spans(file("utc_with_tzid")) == ["0113T0900-1000"]
    assert codes(file("utc_with_tzid")) == ["utc-with-tzid", "utc-with-tzid"]


def test_exrule() -> None:
    # Ignored with a note: the Wednesday stays.
    assert len(between(file("exrule"))) == 5
    assert codes(file("exrule")) == ["exrule"]


def test_several_vcalendars() -> None:
    # Each is read by itself: one UID is two meetings, one TZID is two zones (UTC+1 and UTC-11).
    assert spans(file("several_calendars")) == ["0113T0800-0900", "0113T2000-2100"]
    assert "several-vcalendars" in {problem.code for problem in read_strict(file("several_calendars")).refusals}


def test_our_reading_an_instance_keeps_its_length_by_the_wall_clock() -> None:
    # Berlin's clocks go forward on 29 March 2026, and back on 25 October: the nights before them have 7 and 9 hours.
    lengths = {f"{one.local_start:%m%d}": one.seconds // 3600 for one in between(file("overnight"))}
    assert lengths["0321"] == 8
    assert lengths["0328"] == 7
    assert lengths["1024"] == 9


def test_our_reading_a_date_that_ends_on_its_own_day_is_kept_as_written() -> None:
    (one,) = between(file("date_same_end"))
    assert one.seconds == 0


@pytest.mark.parametrize("name", ["FREQ=SOMETIMES", "RSCALE=CHINESE;FREQ=YEARLY", "FREQ=DAILY;INTERVAL=0"])
def test_a_rule_that_cannot_be_used_leaves_the_first_instance(name: str) -> None:
    octets = calendar("BEGIN:VEVENT", "UID:a", "DTSTART:20260113T090000Z", f"RRULE:{name}", "END:VEVENT")
    assert spans(octets) == ["0113T0900-0900"]
    assert read_strict(octets).refusals
