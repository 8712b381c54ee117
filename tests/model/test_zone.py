# SPDX-License-Identifier: Apache-2.0
"""Zones on integers agree with the standard library, and a TZID means what its file says or what its name says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.ics.read import read
from meetcost.model.moment import EPOCH_LOCAL, local_seconds
from meetcost.model.zone import UTC_TIME, FixedZone, ZoneReading, ZoneTable, named_zone, prefixed_zone

NAMES = [
    "Africa/Casablanca",  # winter time in Ramadan
    "America/New_York",
    "Asia/Kathmandu",  # 5 h 45 min
    "Asia/Shanghai",
    "Australia/Lord_Howe",  # summer time of half an hour
    "Europe/Berlin",
    "Europe/Dublin",  # winter time is the exception
    "Pacific/Apia",  # had no 30 December 2011
]
TIMES = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(lambda time: time.replace(microsecond=0))


def zone_of(name: str):
    zone = named_zone(name)
    assert zone is not None
    return zone


@given(name=st.sampled_from(NAMES), time=TIMES)
def test_an_instant_is_what_the_standard_library_says(name: str, time: datetime) -> None:
    expected = time.replace(tzinfo=ZoneInfo(name)).timestamp()  # fold=0: the first of two, the offset before a gap
    assert zone_of(name).to_epoch(local_seconds(time)) == expected


@given(name=st.sampled_from(NAMES), times=st.lists(TIMES, max_size=20))
def test_many_at_once_are_the_same_as_one_by_one(name: str, times: list[datetime]) -> None:
    locals_ = sorted(local_seconds(time) for time in times)
    zone = zone_of(name)
    assert zone.to_epochs(locals_) == [zone.to_epoch(local) for local in locals_]


@given(name=st.sampled_from(NAMES), time=TIMES)
def test_the_wall_clock_at_an_instant_is_what_the_standard_library_says(name: str, time: datetime) -> None:
    instant = time.replace(tzinfo=UTC)
    expected = instant.astimezone(ZoneInfo(name)).replace(tzinfo=None)
    assert zone_of(name).to_local(int(instant.timestamp())) == local_seconds(expected)


@pytest.mark.parametrize(
    ("time", "utc"),
    [
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30)),  # twice: the first, in summer time
        (datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 1, 30)),  # never: with the offset before the gap
    ],
)
def test_times_that_happen_twice_or_never(time: datetime, utc: datetime) -> None:
    assert zone_of("Europe/Berlin").to_epoch(local_seconds(time)) == utc.replace(tzinfo=UTC).timestamp()


@given(hours=st.integers(-23, 23), time=TIMES)
def test_a_constant_offset(hours: int, time: datetime) -> None:
    zone, local = FixedZone("somewhere", hours * 3600), local_seconds(time)
    expected = time.replace(tzinfo=timezone(timedelta(hours=hours))).timestamp()
    assert zone.to_epoch(local) == zone.to_epochs([local])[0] == expected
    assert zone.to_local(zone.to_epoch(local)) == local


@pytest.mark.parametrize("name", ["Europe/Berlin", "europe/berlin", "EUROPE/BERLIN", "W. Europe Standard Time"])
def test_names_of_one_zone(name: str) -> None:
    assert zone_of(name).name == "Europe/Berlin"


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "utc"])
def test_names_of_utc(name: str) -> None:
    assert zone_of(name) is UTC_TIME
    assert UTC_TIME.to_epoch(EPOCH_LOCAL) == 0


@pytest.mark.parametrize(
    "name", ["", "Nowhere", "../../etc/passwd", "/etc/localtime", "Europe/Berlin\0", "Europe/" * 500]
)
def test_what_is_no_name(name: str) -> None:
    assert named_zone(name) is None


@pytest.mark.parametrize(
    ("tzid", "name"),
    [
        ("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"),
        ("/softwarestudio.org/Olson_20011030_5/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("/mozilla.org/20050126_1/Nowhere", None),
        ("mozilla.org/Europe/Berlin", None),
    ],
)
def test_globally_unique_names_end_in_a_name(tzid: str, name: str | None) -> None:
    zone = prefixed_zone(tzid)
    assert (zone.name if zone is not None else None) == name


def test_which_definition_counts_under_each_reading() -> None:
    own = FixedZone("own", 3600)
    table = ZoneTable({"Europe/Berlin": own, "Town Hall Time": own, "W. Europe Standard Time": own})
    found = {
        tzid: [zone.name if zone is not None else None for zone in (table.resolve(tzid, how) for how in ZoneReading)]
        for tzid in ("Europe/Berlin", "Town Hall Time", "W. Europe Standard Time", "Asia/Shanghai", "Nowhere", "Z")
    }
    assert [str(how) for how in ZoneReading] == ["name", "file", "alias"]
    assert found == {
        "Europe/Berlin": ["Europe/Berlin", "own", "Europe/Berlin"],
        "Town Hall Time": ["own", "own", "own"],
        "W. Europe Standard Time": ["own", "own", "Europe/Berlin"],
        "Asia/Shanghai": ["Asia/Shanghai"] * 3,
        "Nowhere": [None] * 3,
        "Z": ["Z"] * 3,
    }


def test_a_zone_of_one_file_means_nothing_in_the_next() -> None:
    event = "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=House:20260105T090000\nEND:VEVENT\n"
    own = (
        "BEGIN:VTIMEZONE\nTZID:House\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+1400\nTZOFFSETTO:+1400\n"
        "END:STANDARD\nEND:VTIMEZONE\n"
    )
    first = read(f"BEGIN:VCALENDAR\nVERSION:2.0\n{own}{event}END:VCALENDAR\n").meetings[0]
    second = read(f"BEGIN:VCALENDAR\nVERSION:2.0\n{event}END:VCALENDAR\n").meetings[0]
    assert isinstance(first.start, datetime)
    assert first.start.astimezone(UTC) == datetime(2026, 1, 4, 19, tzinfo=UTC)
    assert second.start == datetime(2026, 1, 5, 9)  # naive: nobody knows the name
