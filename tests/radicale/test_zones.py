# SPDX-License-Identifier: Apache-2.0
"""A time zone that Radicale has read is handed to it in short, and nothing that it makes of an object is another."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from invites import FRIDAY, THURSDAY, calendar, component
from radicale import config
from radicale.app import Application
from radicale.item import Item, check_and_sanitize_items, read_components
from radicale_app import Server

from meetcost.invite import detach
from meetcost.radicale.zones import Zones, with_zones

if TYPE_CHECKING:
    from pathlib import Path

ZONE = """\
BEGIN:VTIMEZONE
TZID:{}
X-LIC-LOCATION:Somewhere
BEGIN:DAYLIGHT
TZOFFSETFROM:+0{base}00
TZOFFSETTO:+0{summer}00
TZNAME:SUMMER
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0{summer}00
TZOFFSETTO:+0{base}00
TZNAME:WINTER
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


def zone(tzid: str, base: int = 1) -> list[str]:
    return ZONE.format(tzid, base=base, summer=base + 1).split("\n")


def meeting(uid: str, tzid: str, day=THURSDAY, *lines: str, base: int = 1) -> bytes:
    event = [
        f"DTSTART;TZID={tzid}:{day:%Y%m%d}T090000" if line.startswith("DTSTART") else line
        for line in component(uid, day, *lines, people=())
        if not line.startswith(("DTEND", "DURATION"))
    ]
    event.insert(-1, "DURATION:PT1H")
    return calendar(zone(tzid, base), event)


def known(octets: bytes) -> Zones:
    """After Radicale has read it."""
    read_components(octets.decode())
    zones = Zones()
    zones.learn(octets)
    return zones


def test_what_nobody_has_read_is_handed_on_whole() -> None:
    octets = meeting("a", "Unread/Zone")
    zones = Zones()
    assert zones.shortened(octets) == (octets, {})
    zones.learn(octets)  # nor is it there for vobject
    assert zones.shortened(octets) == (octets, {})


def test_what_was_read_is_short_and_comes_back_whole_from_what_vobject_writes() -> None:
    octets = meeting("a", "Test/Known")
    short, zones = known(octets).shortened(octets)
    assert len(short) < len(octets) - 200
    definition = "\r\n".join([*zone("Test/Known"), ""]).encode()
    assert zones == {b"Test/Known": definition}
    written = with_zones(vobject.readOne(short.decode()).serialize().encode(), zones)
    assert definition in written
    assert written.count(b"VTIMEZONE") == 2


DISGUISES = {
    "in text that goes on at the next line": lambda octets: octets.replace(
        b"BEGIN:VTIMEZONE", b"X-NOTE;ENCODING=QUOTED-PRINTABLE:it goes on=\r\nBEGIN:VTIMEZONE", 1
    ),
    "twice": lambda octets: octets.replace(
        b"BEGIN:VEVENT", "\r\n".join([*zone("Test/Odd", 3), "BEGIN:VEVENT"]).encode()
    ),
    "folded": lambda octets: octets.replace(b"TZNAME:SUMMER", b"TZNAME:SUM\r\n MER"),
    "folded at its end": lambda octets: octets.replace(b"END:VTIMEZONE\r\n", b"END:VTIMEZONE\r\n X\r\n"),
    "another offset": lambda octets: octets.replace(b"TZOFFSETTO:+0200", b"TZOFFSETTO:+0300"),
    "with a property of its own": lambda octets: octets.replace(b"TZNAME:SUMMER", b"X-NAME:SUMMER"),
    "very long": lambda octets: octets.replace(b"BEGIN:VEVENT", b"BEGIN:VEVENT\r\nX-LONG:" + b"x" * 64_000),
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_what_is_not_the_same_octet_by_octet_is_handed_on_whole(disguise: str) -> None:
    octets = meeting("a", "Test/Odd")
    zones = known(octets)
    assert zones.shortened(octets)[1]
    disguised = DISGUISES[disguise](octets)
    assert disguised != octets
    assert zones.shortened(disguised) == (disguised, {})


def test_only_so_many_are_remembered() -> None:
    first = meeting("a", "Test/Many0")
    zones = known(first)
    for number in range(1, 70):
        octets = meeting("a", f"Test/Many{number}")
        read_components(octets.decode())
        zones.learn(octets)
        assert zones.shortened(octets)[1]
    assert not zones.shortened(first)[1]


def prepared(octets: bytes) -> Item:
    """As Radicale prepares what is PUT."""
    found = read_components(octets.decode())
    check_and_sanitize_items(found, 10_000, tag="VCALENDAR")
    item = Item(collection_path="ann/work", vobject_item=found[0])
    item.prepare()
    return item


@given(
    base=st.integers(1, 7),
    day=st.dates(min_value=THURSDAY.replace(year=1999), max_value=THURSDAY.replace(year=2036)),
    rule=st.sampled_from(
        ["X-A:b", "RRULE:FREQ=WEEKLY;COUNT=30", "RRULE:FREQ=DAILY", "RRULE:FREQ=MONTHLY;UNTIL=20390101T000000Z"]
    ),
)
def test_radicale_sees_the_same_times_in_it(base: int, day, rule: str) -> None:
    octets = meeting("a", f"Test/Same{base}", day, rule, base=base)
    short, zones = known(octets).shortened(octets)
    assert zones
    whole, light = prepared(octets), prepared(short)
    assert (light.uid, light.time_range, light.component_name) == (whole.uid, whole.time_range, whole.component_name)
    assert with_zones(light.serialize().encode(), zones).count(b"TZOFFSETTO:+0") == 2


@pytest.fixture
def server(tmp_path: Path) -> Server:
    policy = tmp_path / "policy.toml"
    policy.write_text('[[no_meeting_day]]\nweekdays = ["wednesday"]\n', "utf-8")
    made = Server(tmp_path, policy)
    made.calendar()
    return made


QUERY = """\
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/></D:prop><C:filter>
<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="{}" end="{}"/></C:comp-filter>
</C:comp-filter></C:filter></C:calendar-query>"""


def within(server: Server, begin: str, end: str) -> bool:
    answer = server.ask("REPORT", "/ann/work/", QUERY.format(begin, end).encode(), content_type="application/xml")
    assert answer.code == 207
    return b"second.ics" in answer.body


def test_the_second_of_a_zone_is_stored_as_it_came_and_found_at_its_time(server: Server) -> None:
    assert server.ask("PUT", "/ann/work/first.ics", meeting("first", "Test/Five", base=5)).code == 201
    second = meeting("second", "Test/Five", FRIDAY, base=5)
    assert server.application._zones.shortened(second)[1]
    assert server.ask("PUT", "/ann/work/second.ics", second).code == 201
    assert detach(server.get("/ann/work/second.ics")) == second
    at_four_in_utc = f"{FRIDAY:%Y%m%d}T040000Z"
    assert within(server, at_four_in_utc, f"{FRIDAY:%Y%m%d}T040100Z")
    assert within(server, f"{FRIDAY:%Y%m%d}T045900Z", f"{FRIDAY:%Y%m%d}T050000Z")
    assert not within(server, f"{FRIDAY:%Y%m%d}T030000Z", at_four_in_utc)
    assert not within(server, f"{FRIDAY:%Y%m%d}T050000Z", f"{FRIDAY:%Y%m%d}T060000Z")


@pytest.mark.parametrize(
    ("mode", "changed"),
    {
        "refuse": lambda octets: octets.replace(b"END:VEVENT", b"END:VEV\r\n ENT"),
        "observe": lambda octets: octets.replace(b"SUMMARY:", "SUMMARY:Käse ".encode("latin-1")),
    }.items(),
    ids=["what it alone can put together", "what it alone can read"],
)
def test_what_is_stored_as_radicale_reads_it_has_its_zone_whole(tmp_path: Path, mode: str, changed) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(f'mode = "{mode}"\n[[no_meeting_day]]\nweekdays = ["wednesday"]\n', "utf-8")
    server = Server(tmp_path, policy)
    server.calendar()
    assert server.ask("PUT", "/ann/work/first.ics", meeting("first", "Test/Read")).code == 201
    odd = changed(meeting("second", "Test/Read"))
    assert server.application._zones.shortened(odd)[1]
    assert server.ask("PUT", "/ann/work/second.ics", odd, content_type="text/calendar").code == 201
    stored = server.get("/ann/work/second.ics")
    assert stored.count(b"TZOFFSETTO:+0200") == 1
    assert b"+1234" not in stored


def test_a_server_without_the_guard_has_the_same_in_its_cache(tmp_path: Path, server: Server) -> None:
    configuration = config.load()
    storage = {"filesystem_folder": str(tmp_path / "bare")}
    configuration.update({"auth": {"type": "none"}, "storage": storage, "logging": {"level": "critical"}}, "test")
    bare = Server.__new__(Server)
    bare.application = Application(configuration)
    bare.storage = bare.application._storage
    bare.calendar()
    chance = random.Random(4)
    for number in range(12):
        octets = meeting(f"n{number}", f"Test/Pair{number % 3}", THURSDAY.replace(month=chance.randint(1, 12)), base=2)
        for one in (server, bare):
            assert one.ask("PUT", f"/ann/work/n{number}.ics", octets).code == 201
    found = [
        {item.uid: item.time_range for item in next(iter(one.storage.discover("/ann/work/"))).get_all()}
        for one in (server, bare)
    ]
    assert found[0] == found[1]
    assert len(found[0]) == 12
