# SPDX-License-Identifier: Apache-2.0
"""VTIMEZONE against the zone database, and against its own words."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ics_making import EUROPE_BERLIN, file

from meetcost.ics.limits import LIMITS, Limits
from meetcost.ics.read import read
from meetcost.ics.vtimezone import read_vtimezone
from meetcost.model.moment import DAY, EPOCH_LOCAL, local_seconds
from meetcost.model.zone import named_zone

if TYPE_CHECKING:
    from meetcost.errors import Problem
    from meetcost.ics.file_zone import FileZone


def vtimezone(*lines: str, tzid: str = "Here") -> tuple[FileZone | None, list[Problem]]:
    text = "".join(f"{line}\r\n" for line in ("BEGIN:VTIMEZONE", f"TZID:{tzid}", *lines, "END:VTIMEZONE"))
    name, zone, problems = read_vtimezone(text.encode(), 7, LIMITS)
    assert name == tzid
    return zone, problems


def zone_of(*lines: str) -> FileZone:
    zone, problems = vtimezone(*lines)
    assert problems == []
    assert zone is not None
    return zone


def observance(start: str, before: str, after: str, *lines: str, kind: str = "STANDARD") -> tuple[str, ...]:
    return f"BEGIN:{kind}", f"DTSTART:{start}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}", *lines, f"END:{kind}"


def hours(zone: FileZone, when: datetime) -> float:
    return zone.offset(local_seconds(when)) / 3600


BERLIN = zone_of(*EUROPE_BERLIN[2:-1])
SYDNEY = zone_of(
    *observance("20081005T020000", "+1000", "+1100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU", kind="DAYLIGHT"),
    *observance("20080406T030000", "+1100", "+1000", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU"),
)
SAME = [pytest.param(BERLIN, "Europe/Berlin", id="Berlin"), pytest.param(SYDNEY, "Australia/Sydney", id="Sydney")]


@pytest.mark.parametrize(("zone", "name"), SAME)
def test_as_the_zone_database_every_half_hour_around_every_change(zone: FileZone, name: str) -> None:
    known = named_zone(name)
    assert known is not None
    for year in range(2009, 2036):
        for month, day in ((3, 24), (4, 1), (10, 1), (10, 24)):
            begin = date(year, month, day).toordinal() * DAY
            for local in range(begin, begin + 9 * DAY, 1800):
                assert zone.offset(local) == known.offset(local)
                assert zone.to_epoch(local) == known.to_epoch(local)
                assert zone.to_local(local - EPOCH_LOCAL) == known.to_local(local - EPOCH_LOCAL)


@pytest.mark.parametrize(("zone", "name"), SAME)
@given(moment=st.datetimes(datetime(2009, 1, 1), datetime(2090, 1, 1)), fold=st.sampled_from([0, 1]))
def test_its_tzinfo_is_as_zoneinfo(zone: FileZone, name: str, moment: datetime, fold: int) -> None:
    if moment.year > 2036 and name == "Europe/Berlin":
        moment = moment.replace(year=2036)
    local = moment.replace(fold=fold)
    assert local.replace(tzinfo=zone.tzinfo).utcoffset() == local.replace(tzinfo=ZoneInfo(name)).utcoffset()
    utc = moment.replace(tzinfo=UTC)
    here, there = utc.astimezone(zone.tzinfo), utc.astimezone(ZoneInfo(name))
    assert here.replace(tzinfo=None) == there.replace(tzinfo=None)
    assert (here.utcoffset(), here.fold) == (there.utcoffset(), there.fold)
    assert here.astimezone(UTC) == utc
    assert here.tzname() == "Here"


def test_a_time_that_is_skipped_is_read_with_the_offset_before() -> None:
    # RFC 5545 §3.3.5: 02:30 on 29 March 2026 means 02:30 at UTC+1, which is 03:30 at UTC+2.
    assert hours(BERLIN, datetime(2026, 3, 29, 2, 30)) == 1
    assert hours(BERLIN, datetime(2026, 3, 29, 3, 0)) == 2


def test_a_time_that_comes_twice_means_the_first() -> None:
    assert hours(BERLIN, datetime(2026, 10, 25, 2, 30)) == 2
    assert hours(BERLIN, datetime(2026, 10, 25, 3, 0)) == 1


def test_before_the_first_onset_standard_time_holds() -> None:
    # RFC 5545 leaves it open; a TZOFFSETFROM would be summer time for ever where the next change is in autumn.
    zone = zone_of(
        *observance("20200329T020000", "+0100", "+0200", kind="DAYLIGHT"),
        *observance("20201025T030000", "+0200", "+0100"),
    )
    assert hours(zone, datetime(2020, 3, 1)) == hours(zone, datetime(1, 1, 1)) == 1
    zone = zone_of(*observance("20200101T000000", "+0130", "+0200"))
    assert hours(zone, datetime(2019, 12, 31, 23, 59)) == hours(zone, datetime(2020, 1, 1)) == 2
    assert hours(zone, datetime(9999, 12, 31, 23)) == 2


def test_onsets_listed_by_rdate() -> None:
    (meeting,) = read(file("zone_rdates")).meetings
    zone = meeting.zones.own["Listed"]
    expected = {(2026, 1, 1): 1, (2026, 4, 1): 2, (2026, 11, 1): 1, (2025, 10, 1): 1}
    assert {day: zone.offset(local_seconds(date(*day))) // 3600 for day in expected} == expected


def test_a_rule_that_has_ended_leaves_its_last_onset() -> None:
    zone = zone_of(
        *observance("19000101T000000", "+0000", "+0100", "RRULE:FREQ=YEARLY;UNTIL=19050101T000000Z"),
        *observance("19000701T000000", "+0100", "+0200", "RRULE:FREQ=YEARLY;COUNT=3", kind="DAYLIGHT"),
    )
    # By count: July 1900, 1901, 1902. By UNTIL, 1905-01-01T00:00Z: January 1900 to 1905.
    assert [hours(zone, datetime(year, 8, 1)) for year in (1900, 1901, 1902, 1903)] == [2, 2, 2, 1]
    assert hours(zone, datetime(2026, 8, 1)) == hours(zone, datetime(9000, 8, 1)) == 1


def test_offsets_have_seconds() -> None:
    (meeting,) = read(file("zone_second_precision")).meetings
    assert meeting.zones.own["Old Amsterdam"].offset(local_seconds(date(2026, 1, 1))) == 19 * 60 + 32


@pytest.mark.parametrize(
    "lines",
    [
        (),
        observance("rubbish", "+0100", "+0200"),
        observance("20200101T000000", "0100", "+0200"),
        observance("20200101T000000", "+0100", "+9999"),
        observance("20200101T000000", "+0100", "+010"),
        observance("20200101T000000", "+0100", "+０１００"),
        observance("20200101T000000", "+0100", "+0160"),
        ("BEGIN:STANDARD", "DTSTART:20200101T000000", "END:STANDARD"),
        ("BEGIN:STANDARD", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0100", "END:STANDARD"),
    ],
)
def test_a_zone_that_cannot_be_used(lines: tuple[str, ...]) -> None:
    zone, problems = vtimezone(*lines)
    assert zone is None
    assert {problem.code for problem in problems} == {"bad-zone"}
    assert problems[-1].line == 7


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=HOURLY;BYMONTH=3",
        "RRULE:FREQ=YEARLY;BYHOUR=1,2",
        "RRULE:FREQ=NEVER",
        "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1000000",
        "RDATE:rubbish",
        "RDATE;VALUE=PERIOD:20260101T000000/PT1H",
        "TZOFFSETTO:+0300",
        "DTSTART:20210101T000000",
    ],
)
def test_part_of_a_zone_that_cannot_be_used_is_told(line: str) -> None:
    zone, problems = vtimezone(*observance("20200101T000000", "+0100", "+0200", line))
    assert zone is not None
    assert hours(zone, datetime(2026, 8, 1)) == 2
    assert [problem.code for problem in problems] == ["bad-zone"]


def test_two_names_are_told() -> None:
    zone, problems = vtimezone(*observance("20200101T000000", "+0100", "+0200"), "TZID:Other")
    assert zone is not None
    assert [problem.code for problem in problems] == ["bad-zone"]


@pytest.mark.parametrize(
    ("limits", "line"),
    [
        (Limits(rdates=2), "RDATE:20210101T000000,20220101T000000,20230101T000000"),
        (Limits(rules=0), "RRULE:FREQ=YEARLY"),
        (Limits(observances=0), "COMMENT:any"),
    ],
)
def test_limits(limits: Limits, line: str) -> None:
    lines = ("BEGIN:VTIMEZONE", "TZID:Here", *observance("20200101T000000", "+0100", "+0200", line), "END:VTIMEZONE")
    problems = read_vtimezone("\n".join(lines).encode(), 1, limits)[2]
    assert problems[0].code == "limit"


def test_changes_in_any_order_and_number_are_offsets() -> None:
    # Two thousand observances that contradict each other every week: bounded, and a day long at most.
    lines = [
        line
        for number in range(2000)
        for line in observance("00010101T000000", "+2359", f"-{number % 24:02}00", "RRULE:FREQ=WEEKLY")
    ]
    zone, problems = vtimezone(*lines)
    assert zone is not None
    assert [problem.code for problem in problems] == ["limit"]
    for local in (0, DAY, EPOCH_LOCAL, local_seconds(date(2026, 1, 1)), local_seconds(date(9999, 12, 31)), 4 * 10**11):
        assert abs(zone.offset(local)) < DAY
        assert abs(zone.to_local(local - EPOCH_LOCAL) - local) < DAY
        assert abs(zone.to_epoch(local) + EPOCH_LOCAL - local) < DAY


def test_pickled_alone_or_by_its_tzinfo() -> None:
    moment = datetime(2026, 7, 1, 12, tzinfo=BERLIN.tzinfo)
    again = pickle.loads(pickle.dumps(moment))
    assert again == moment
    assert again.utcoffset() == timedelta(hours=2)
    assert pickle.loads(pickle.dumps(BERLIN)).offset(EPOCH_LOCAL) == 3600


def test_zones_of_one_name_are_told_apart_by_what_they_say() -> None:
    first, second = (zone_of(*observance("20260101T000000", "+0000", after)) for after in ("+0100", "+0200"))
    again = zone_of(*observance("20260101T000000", "+0000", "+0100"))
    when = datetime(2026, 6, 1)
    assert [hours(zone, when) for zone in (first, second, again)] == [1, 2, 1]


def test_what_is_told_of_a_zone_is_told_each_time() -> None:
    for _ in range(2):
        zone, problems = vtimezone("BEGIN:STANDARD", "END:STANDARD")
        assert zone is None
        assert "bad-zone" in {problem.code for problem in problems}
        problems.clear()
