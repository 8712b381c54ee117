# SPDX-License-Identifier: Apache-2.0
"""A meeting to its occurrences; test_rulings.py has what readers differ about. Spans are UTC; 13 January 2026 is a
Tuesday, and Berlin's clocks change on 29 March and 25 October."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ics_making import ALL_FILES, between, calendar, event, file, meeting, spans

from meetcost.errors import LimitError
from meetcost.ics.expand import FAR, earliest, expand, expand_between, is_endless
from meetcost.ics.read import read
from meetcost.model.meeting import Meeting
from meetcost.model.moment import Moment
from meetcost.model.occurrence import OccurrenceId
from meetcost.values.span import Span

if TYPE_CHECKING:
    from pathlib import Path

START, END = "DTSTART:20260106T090000Z", "DTEND:20260106T100000Z"
HOUR = 3600


def keys(found: object) -> list[tuple[int, int, str, str]]:
    return sorted((one.start, one.end, str(one.id), one.meeting.title) for one in found)  # type: ignore[attr-defined]


# What overlaps a window


@pytest.mark.parametrize(
    ("lo", "hi", "inside"),
    [
        ("20260106T080000", "20260106T090000", False),
        ("20260106T080000", "20260106T090001", True),
        ("20260106T095959", "20260106T110000", True),
        ("20260106T100000", "20260106T110000", False),
        ("20260106T091500", "20260106T091600", True),
    ],
)
def test_a_window_is_half_open(lo: str, hi: str, inside: bool) -> None:
    for lines in ((START, END), (START, END, "RRULE:FREQ=YEARLY"), (START, END, "RDATE:20270101T000000Z")):
        assert bool(spans(event(*lines), lo, hi)) == inside


@pytest.mark.parametrize(
    ("lo", "hi", "inside"),
    [
        ("20260106T080000", "20260106T090000", False),
        ("20260106T090000", "20260106T090001", True),
        ("20260106T090001", "20260106T100000", False),
    ],
)
def test_a_meeting_without_length_is_inside_from_its_start_on(lo: str, hi: str, inside: bool) -> None:
    for lines in ((START,), (START, "RRULE:FREQ=YEARLY"), (START, "RDATE:20270101T000000Z")):
        assert bool(spans(event(*lines), lo, hi)) == inside


def test_long_instances_reach_into_a_window_from_far_before_it() -> None:
    octets = event(START, "DURATION:P30D", "RRULE:FREQ=DAILY;COUNT=3")
    assert spans(octets, "20260206T000000", "20260207T000000") == ["0107T0900-0206T0900", "0108T0900-0207T0900"]
    octets = event(START, END, "RDATE;VALUE=PERIOD:20260108T090000Z/P30D")
    assert spans(octets, "20260206T000000", "20260207T000000") == ["0108T0900-0207T0900"]


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.stem)
def test_a_window_cut_in_two_gives_the_same(path: Path) -> None:
    octets = path.read_bytes()
    lo, hi = 1_767_225_600, 1_798_761_600
    for one in read(octets).meetings:
        try:
            whole = expand_between(one, lo, hi)
        except LimitError:
            continue
        for cut in (lo, lo + 1, 1_768_294_800, 1_768_294_801, 1_774_746_000, hi):
            first = expand_between(one, lo, cut)
            second = [found for found in expand_between(one, cut, hi) if found.start >= cut]
            assert keys([*first, *second]) == keys(whole)


@given(
    rule=st.sampled_from(["DAILY", "WEEKLY;BYDAY=MO,SU", "MONTHLY;BYDAY=-1FR", "HOURLY;INTERVAL=5", "DAILY;COUNT=50"]),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"]),
    start=st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)),
    minutes=st.sampled_from([0, 30, 60, 600, 3000]),
    cuts=st.lists(st.integers(0, 40_000_000), min_size=3, max_size=3),
)  # fmt: skip
def test_any_window_cut_in_two_gives_the_same(
    rule: str, zone: str, start: datetime, minutes: int, cuts: list[int]
) -> None:
    found = meeting(f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}", f"DURATION:PT{minutes}M", f"RRULE:FREQ={rule}")
    lo, cut, hi = sorted(1_767_225_600 + seconds for seconds in cuts)
    whole = expand_between(found, lo, hi)
    second = [one for one in expand_between(found, cut, hi) if one.start >= cut]
    assert keys([*expand_between(found, lo, cut), *second]) == keys(whole)
    assert [one.start for one in whole] == sorted(one.start for one in whole)


# Zones


@given(
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tokyo"]
    ),
    start=st.datetimes(datetime(1990, 1, 1), datetime(2035, 12, 31)).map(lambda moment: moment.replace(microsecond=0)),
    days=st.integers(0, 400),
)
def test_instances_keep_the_wall_clock_as_zoneinfo_has_it(zone: str, start: datetime, days: int) -> None:
    found = meeting(f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}", f"RRULE:FREQ=DAILY;COUNT={days + 1}")
    expected = [
        int((start + timedelta(days=day)).replace(tzinfo=ZoneInfo(zone)).timestamp()) for day in range(days + 1)
    ]
    assert [one.start for one in expand_between(found, 0, FAR)] == expected


def test_weekly_over_both_changes_of_the_clocks() -> None:
    hours = {one.starts.hour for one in between(file("zoned_weekly"), "20260301T000000", "20260401T000000")}
    assert hours == {7, 8}
    assert {one.local_start.hour for one in between(file("zoned_weekly"))} == {9}


def test_until_on_the_last_day_there_is() -> None:
    # 09:00 in Tokyo is 00:00Z; UNTIL=99991231T235959Z is beyond the calendar there.
    assert len(between(file("until_far"))) == 12


def test_times_at_both_edges_of_the_calendar() -> None:
    first, last, long = read(file("edges_of_time")).meetings
    # Week starts on Sunday: Monday 1 January 0001, then Sunday the 7th and Monday the 8th.
    found = expand_between(first, -62_135_596_800 - 86400, -62_100_000_000)
    assert [f"{one.local_start:%m%d}" for one in found] == ["0101", "0107", "0108"]
    assert [one.starts.day for one in found] == [1, 6, 7]  # the first begins a day before the calendar does
    (only,) = expand_between(last, FAR - 86400, FAR + 2 * 86400)
    assert only.ends == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert only.zoned_start().year == 9999
    (only,) = between(long)
    assert only.seconds == 3_650_000 * 86400
    for one in (*found, only):
        assert str(OccurrenceId.parse(str(one.id))) == str(one.id)


def test_dates_and_floating_times_are_read_in_the_assumed_zone() -> None:
    assert spans(file("all_day"), zone="Asia/Tokyo") == ["0112T1500-0113T1500"]
    assert spans(file("floating"), zone="Asia/Tokyo") == ["0113T0000-0100"]
    assert spans(file("floating")) == ["0113T0900-1000"]
    (day,), (floating,) = between(file("all_day")), between(file("floating"))
    assert (day.all_day, day.floating, day.zoned) == (True, False, False)
    assert (floating.all_day, floating.floating) == (False, True)


def test_dates_last_by_the_calendar() -> None:
    # On 29 March a day in Berlin has 23 hours.
    octets = event("DTSTART;VALUE=DATE:20260328", "RRULE:FREQ=DAILY;COUNT=3")
    assert [one.seconds // HOUR for one in between(octets, zone="Europe/Berlin")] == [24, 23, 24]


def test_two_starts_at_one_instant_are_one_instance() -> None:
    # Half-hourly from 01:00: 02:00 and 02:30 are skipped on 29 March and mean 03:00 and 03:30, which come next.
    (spring, _) = read(file("clock_changes")).meetings
    assert spans(spring) == ["0329T0000-0010", "0329T0030-0040", "0329T0100-0110", "0329T0130-0140"]


def test_instances_ascend_in_the_hour_that_is_skipped() -> None:
    found = meeting("DTSTART;TZID=Europe/Berlin:20260329T023000", "RRULE:FREQ=MINUTELY;INTERVAL=30;COUNT=3")
    starts = [one.start for one in expand_between(found, 1_767_225_600, 1_798_761_600)]
    assert starts == sorted(starts)


# Overrides


def test_an_override_in_another_zone_is_the_same_instance() -> None:
    octets = calendar(
        *(
            "BEGIN:VEVENT",
            "UID:a",
            "DTSTART;TZID=Europe/Berlin:20260106T090000",
            "RRULE:FREQ=WEEKLY;COUNT=2",
            "END:VEVENT",
        ),
        *("BEGIN:VEVENT", "UID:a", "RECURRENCE-ID:20260113T080000Z", "DTSTART:20260114T080000Z", "END:VEVENT"),
    )
    assert spans(octets) == ["0106T0800-0800", "0114T0800-0800"]
    assert [str(one.id) for one in between(octets)] == ["20260106T080000Z/a", "20260113T080000Z/a"]


def test_an_override_that_only_names_the_day_of_a_time() -> None:
    octets = calendar(
        *("BEGIN:VEVENT", "UID:a", START, "RRULE:FREQ=WEEKLY;COUNT=2", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:a", "RECURRENCE-ID;VALUE=DATE:20260113", "DTSTART:20260114T080000Z", "END:VEVENT"),
    )
    assert spans(octets) == ["0106T0900-0900", "0113T0900-0900", "0114T0800-0800"]  # it matches no instance


def test_an_override_moved_out_of_or_into_a_window() -> None:
    assert spans(file("override_moved"), "20260113T000000", "20260114T000000") == []
    assert spans(file("override_moved"), "20260114T000000", "20260115T000000") == ["0114T1300-1500"]


def test_overrides_alone_and_of_dates() -> None:
    assert spans(file("override_alone")) == ["0113T1000-1100", "0120T1000-1100"]
    assert spans(file("override_date")) == ["0105T0000-0106T0000", "0113T0000-0114T0000", "0119T0000-0120T0000"]
    assert [str(one.id) for one in between(file("override_date"))] == [
        "20260105/days",
        "20260112/days",
        "20260119/days",
    ]


def test_an_override_names_its_instance_though_it_was_moved_onto_another() -> None:
    octets = calendar(
        *("BEGIN:VEVENT", "UID:a", START, "RRULE:FREQ=WEEKLY;COUNT=2", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:a", "RECURRENCE-ID:20260113T090000Z", START, "END:VEVENT"),
    )
    assert sorted(str(one.id) for one in between(octets)) == ["20260106T090000Z/a", "20260113T090000Z/a"]


def test_a_tail_reaches_into_a_window_from_instances_outside_it() -> None:
    # Moved by three weeks: those of 20 January and 3 February take place on 10 and 24 February.
    octets = calendar(
        *("BEGIN:VEVENT", "UID:a", START, END, "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:a", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260120T090000Z"),
        *("DTSTART:20260210T090000Z", "DTEND:20260210T093000Z", "END:VEVENT"),
    )
    assert spans(octets) == ["0106T0900-1000", "0210T0900-0930", "0224T0900-0930"]
    assert spans(octets, "20260224T000000", "20260225T000000") == ["0224T0900-0930"]
    names = [str(one.id) for one in between(octets)]
    assert names == ["20260106T090000Z/a", "20260120T090000Z/a", "20260203T090000Z/a"]


def test_a_rule_inside_an_override_counts_for_a_guard_alone() -> None:
    octets = calendar(
        *("BEGIN:VEVENT", "UID:a", START, "RRULE:FREQ=WEEKLY;COUNT=2", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:a", "RECURRENCE-ID:20260113T090000Z", "DTSTART:20260114T090000Z"),
        *("RRULE:FREQ=DAILY;COUNT=2", "END:VEVENT"),
    )
    assert spans(octets) == ["0106T0900-0900", "0114T0900-0900"]
    assert "0115T0900-0900" in spans(octets, strict=True)


BERLIN = "TZID=Europe/Berlin"
ONE_DAY = {
    "an end": (f"DTEND;{BERLIN}:20260301T235900",),
    "a duration": ("DURATION:P1D",),
}


@pytest.mark.parametrize("lines", ONE_DAY.values(), ids=ONE_DAY)
def test_where_the_clocks_change_a_guard_sees_an_instance_as_long_as_any_program_does(lines: tuple[str, ...]) -> None:
    """ical.js keeps the exact length that DTEND gives the first one, others the one by the wall clock."""
    octets = event(f"DTSTART;{BERLIN}:20260228T235900", *lines, "RRULE:FREQ=WEEKLY;COUNT=6")
    assert spans(octets)[4:] == ["0328T2259-0329T2159", "0404T2159-0405T2159"]
    assert spans(octets, strict=True)[4:] == ["0328T2259-0329T2259", "0404T2159-0405T2159"]


def test_the_first_one_in_the_longest_night_makes_all_longer_for_a_guard() -> None:
    octets = event(f"DTSTART;{BERLIN}:20251025T235900", f"DTEND;{BERLIN}:20251026T235900", "RRULE:FREQ=MONTHLY;COUNT=4")
    assert spans(octets) == ["0125T2259-0126T2259"]
    assert spans(octets, strict=True) == ["0125T2259-0126T2359"]


def test_an_exact_length_may_be_taken_for_one_by_the_wall_clock() -> None:
    """ical.js does; the first one is as long as the day of 25 hours, and so is the one on that day a year later."""
    octets = event(f"DTSTART;{BERLIN}:20251026T000000", f"DTEND;{BERLIN}:20251027T000000", "RRULE:FREQ=WEEKLY")
    october = ("20261025T120000", "20261025T130000")
    assert spans(octets, *october) == ["1024T2200-1025T2300"]
    assert spans(octets, *october, strict=True) == ["1024T2200-1026T0000"]


def test_so_is_what_was_changed_and_all_from_it_on_and_what_happens_once() -> None:
    octets = calendar(
        *("BEGIN:VEVENT", "UID:a", f"DTSTART;{BERLIN}:20260307T235900", "RRULE:FREQ=WEEKLY;COUNT=4", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:a", f"RECURRENCE-ID;RANGE=THISANDFUTURE;{BERLIN}:20260314T235900"),
        *(f"DTSTART;{BERLIN}:20260314T235900", f"DTEND;{BERLIN}:20260315T235900", "END:VEVENT"),
    )
    assert spans(octets)[-1] == "0328T2259-0329T2159"
    assert spans(octets, strict=True)[-1] == "0328T2259-0329T2259"
    once = event(f"DTSTART;{BERLIN}:20260328T235900", "DURATION:P1D")
    assert spans(once) == ["0328T2259-0329T2159"]
    assert spans(once, strict=True) == ["0328T2259-0329T2259"]


def test_so_is_what_has_no_zone_where_those_who_come_have_one() -> None:
    octets = event("DTSTART:20260228T235900", "DTEND:20260301T235900", "RRULE:FREQ=WEEKLY;COUNT=6")
    there = "Europe/Berlin"
    assert spans(octets, zone=there)[4] == "0328T2259-0329T2159"
    assert spans(octets, zone=there, strict=True)[4] == "0328T2259-0329T2259"


def test_periods_days_and_zones_without_a_change_keep_their_length_for_a_guard_too() -> None:
    for octets in (
        event(f"DTSTART;{BERLIN}:20260301T090000", "DURATION:P1D", f"RDATE;VALUE=PERIOD;{BERLIN}:20260328T220000/PT3H"),
        event("DTSTART;VALUE=DATE:20260322", "DURATION:P1D", "RRULE:FREQ=WEEKLY;COUNT=2"),
        event("DTSTART:20260321T235900Z", "DURATION:P1D", "RRULE:FREQ=WEEKLY;COUNT=2"),
        event("DTSTART:20260321T235900", "DURATION:P1D", "RRULE:FREQ=WEEKLY;COUNT=2"),
    ):
        assert spans(octets, strict=True) == spans(octets)


def test_an_id_survives_a_change_of_the_day_it_takes_place() -> None:
    names = [str(one.id) for one in between(file("override_moved"))]
    assert names[1] == "20260113T080000Z/moved"


# Parts of a set


def test_rdates_of_other_kinds() -> None:
    assert spans(event(START, END, "RDATE;VALUE=DATE:20260108")) == ["0106T0900-1000", "0108T0900-1000"]
    zoned = event(START, END, "RDATE;TZID=America/New_York:20260108T040000")
    assert spans(zoned) == ["0106T0900-1000", "0108T0900-1000"]
    day = event("DTSTART;VALUE=DATE:20260106", "RDATE:20260108T090000Z")
    assert spans(day) == ["0106T0000-0107T0000", "0108T0000-0109T0000"]


def test_an_rdate_that_the_rule_gives_too_is_one_instance() -> None:
    octets = event(START, END, "RRULE:FREQ=WEEKLY;COUNT=2", "RDATE:20260113T090000Z")
    assert spans(octets) == ["0106T0900-1000", "0113T0900-1000"]


def test_an_exdate_takes_an_rdate_out_as_well() -> None:
    octets = event(START, END, "RDATE:20260108T090000Z", "EXDATE:20260108T090000Z")
    assert spans(octets) == ["0106T0900-1000"]


def test_everything_may_be_taken_out() -> None:
    assert spans(event(START, "EXDATE:20260106T090000Z")) == []


# Limits and what the functions promise


def test_more_instances_than_allowed() -> None:
    found = meeting(START, "RRULE:FREQ=DAILY")
    # Of 1 to 14 January those from the 6th on.
    assert len(expand_between(found, 1_767_225_600, 1_768_435_200, max_instances=9)) == 9
    with pytest.raises(LimitError) as caught:
        expand_between(found, 1_767_225_600, 1_798_761_600, max_instances=8)
    assert (caught.value.problem.code, caught.value.problem.line, caught.value.problem.uid) == ("limit", 4, "one")


def test_a_date_does_not_recur_by_the_hour() -> None:
    octets = event("DTSTART;VALUE=DATE:20260106", "RRULE:FREQ=HOURLY")
    assert spans(octets) == ["0106T0000-0107T0000"]
    assert [problem.code for problem in read(octets).problems] == ["bad-rule"]


def test_a_span_and_two_instants_are_the_same() -> None:
    found = meeting(START, "RRULE:FREQ=DAILY")
    span = Span(datetime(2026, 1, 8, tzinfo=UTC), datetime(2026, 1, 10, tzinfo=UTC))
    assert list(expand(found, span)) == list(expand_between(found, *span.seconds))
    assert [one.day for one in expand(found, span)] == [date(2026, 1, 8), date(2026, 1, 9)]


@pytest.mark.parametrize(
    ("rule", "endless"),
    [("FREQ=DAILY", True), ("FREQ=DAILY;COUNT=2", False), ("FREQ=DAILY;UNTIL=20270101T000000Z", False)],
)
def test_is_endless(rule: str, endless: bool) -> None:
    assert is_endless(meeting(START, f"RRULE:{rule}")) is endless
    assert not is_endless(meeting(START))


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.stem)
def test_nothing_starts_before_the_earliest(path: Path) -> None:
    for found in read(path.read_bytes()).meetings:
        try:
            starts = [one.start for one in expand_between(found, -62_135_596_800, 1_798_761_600)]
        except LimitError:
            continue
        assert not starts or earliest(found) <= max(*starts[:1], -62_135_596_800)


def test_meetings_by_hand_expand_as_those_from_files() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    by_hand = Meeting(
        title="",
        start=datetime(2026, 1, 6, 9, tzinfo=berlin),
        minutes=60,
        uid="one",
        rrule="FREQ=WEEKLY;COUNT=3",
        exdates=[datetime(2026, 1, 13, 9, tzinfo=berlin)],
    )
    written = meeting(
        *("DTSTART;TZID=Europe/Berlin:20260106T090000", "DURATION:PT1H"),
        *("RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;TZID=Europe/Berlin:20260113T090000"),
    )
    assert by_hand == written
    assert spans(by_hand) == spans(written) == ["0106T0800-0900", "0120T0800-0900"]
    assert by_hand.dtstart == Moment(written.dtstart.local, "Europe/Berlin")
