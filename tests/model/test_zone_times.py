# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.model.moment import DAY, EPOCH_LOCAL, LAST_LOCAL, local_seconds
from meetcost.model.zone import (
    UTC_TIME,
    FixedZone,
    NamedZone,
    ZoneReading,
    ZoneTable,
    named_zone,
    prefixed_zone,
)

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Apia",
]
WHOLE = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0))


def fresh(name: str) -> NamedZone:
    return NamedZone(name, ZoneInfo(name))


@pytest.mark.parametrize("name", ZONES)
@given(moments=st.lists(WHOLE, max_size=5))
def test_as_zoneinfo(name: str, moments: list[datetime]) -> None:
    zone, locals_ = fresh(name), sorted(map(local_seconds, moments))
    expected = [
        int((datetime.min + timedelta(seconds=local - DAY)).replace(tzinfo=ZoneInfo(name)).timestamp())
        for local in locals_
    ]
    assert zone.to_epochs(locals_) == expected
    assert [zone.to_epoch(local) for local in locals_] == expected
    assert zone.to_epochs(locals_) == expected  # from memory
    for epoch in expected:
        here = datetime.fromtimestamp(epoch, ZoneInfo(name))
        assert zone.to_local(epoch) == local_seconds(here)


def test_days_that_are_forgotten_half_way_are_asked_again() -> None:
    # A zone remembers 40,000 days; a list that begins with known ones and ends with new ones must not lose the first.
    zone = fresh("Europe/Berlin")
    days = [day * DAY for day in range(700_000, 740_010)]
    for at in range(0, 39_990, 19_995):
        zone.to_epochs(days[at : at + 19_995])
    mixed = [*days[:5], *days[-20:]]
    assert zone.to_epochs(mixed) == [fresh("Europe/Berlin").to_epoch(day) for day in mixed]


@pytest.mark.parametrize("name", ZONES)
def test_both_ends_of_the_calendar(name: str) -> None:
    zone = fresh(name)
    for local in (0, DAY, 2 * DAY, LAST_LOCAL - DAY, LAST_LOCAL, LAST_LOCAL + 1, LAST_LOCAL + 400 * DAY):
        assert abs(zone.to_epoch(local) + EPOCH_LOCAL - local) < DAY
        assert abs(zone.to_local(local - EPOCH_LOCAL) - local) < DAY


def test_fixed_zones() -> None:
    zone = FixedZone("+02", 7200)
    assert zone.to_epochs([EPOCH_LOCAL, EPOCH_LOCAL + 5]) == [-7200, -7195]
    assert zone.to_local(0) == EPOCH_LOCAL + 7200
    assert UTC_TIME.to_local(7) == EPOCH_LOCAL + 7


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/BERLIN", "Europe/Berlin"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("utc", "Z"),
        ("Etc/UTC", "Z"),
        ("Nowhere", None),
        ("", None),
        ("../../etc/passwd", None),
        ("/etc/localtime", None),
        ("x" * 100_000, None),
    ],
)
def test_names(name: str, found: str | None) -> None:
    zone = named_zone(name)
    assert (zone.name if zone is not None else None) == found


@pytest.mark.parametrize(
    ("tzid", "found"),
    [
        ("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"),
        ("/citadel.org/20210210_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("/x/UTC", "Z"),
        ("/x/Nowhere", None),
        ("mozilla.org/Europe/Berlin", None),
        ("/" + "x" * 100_000 + "/Europe/Berlin", None),
    ],
)
def test_prefixed_names(tzid: str, found: str | None) -> None:
    zone = prefixed_zone(tzid)
    assert (zone.name if zone is not None else None) == found


def test_two_readings_of_a_name() -> None:
    own = FixedZone("own", 3600)
    table = ZoneTable({"Europe/Berlin": own, "Office": own})
    assert table.resolve("Europe/Berlin", ZoneReading.FILE) is own
    assert table.resolve("Europe/Berlin", ZoneReading.NAME) is named_zone("Europe/Berlin")
    assert table.resolve("Office") is table.resolve("Office", ZoneReading.FILE) is own
    assert table.resolve("Asia/Tokyo", ZoneReading.FILE) is named_zone("Asia/Tokyo")
    assert table.resolve("Nowhere") is None
    assert table.resolve("Z") is UTC_TIME
    assert table.differs("Europe/Berlin")
    assert not table.differs("Office")
    assert not table.differs("Asia/Tokyo")


def test_pickled() -> None:
    zone = fresh("Europe/Berlin")
    again = pickle.loads(pickle.dumps(zone))
    july = local_seconds(date(2026, 7, 1))
    assert (again.name, again.offset(july)) == ("Europe/Berlin", 7200)
    assert datetime(2026, 7, 1, tzinfo=again.tzinfo).astimezone(UTC).hour == 22
