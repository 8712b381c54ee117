# SPDX-License-Identifier: Apache-2.0
"""A calendar of many meetings, cut into the objects a server makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from guard_making import REFUSE, TESTS, TUESDAY, WEDNESDAY, calendar, part

from meetcost.guard.objects import objects_of
from meetcost.ics.limits import LIMITS
from meetcost.ics.read import read
from meetcost.ics.scan import MEETINGS

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted((TESTS / "data" / "calendars").glob("*.ics"))
ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:{}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\n"
    "END:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def test_each_uid_is_an_object_with_all_zones() -> None:
    octets = calendar(
        part(*TUESDAY, uid="a"),
        ZONE.format("One"),
        part(*WEDNESDAY, uid="b"),
        part(*WEDNESDAY, f"RECURRENCE-ID{WEDNESDAY[0][7:]}", uid="a"),
        ZONE.format("Two"),
        part(*TUESDAY, uid="c", kind="VTODO"),
    )
    found = objects_of(octets)
    assert list(found) == ["a", "b", "c"]
    assert found["b"] == calendar(ZONE.format("One"), part(*WEDNESDAY, uid="b"), ZONE.format("Two"))
    assert found["a"].count(b"BEGIN:VEVENT") == 2
    assert all(one.count(b"BEGIN:VTIMEZONE") == 2 for one in found.values())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_pieces_read_again_are_the_whole(path: Path) -> None:
    octets = path.read_bytes()
    whole = read(octets, components=MEETINGS).meetings
    pieces = objects_of(octets)
    again = [meeting for one in pieces.values() for meeting in read(one, components=MEETINGS).meetings]
    uids = list(dict.fromkeys(meeting.uid for meeting in whole))
    assert set(uids) <= set(pieces)
    assert not [uid for uid in set(pieces) - set(uids) if read(pieces[uid], components=MEETINGS).meetings]
    assert sorted(again, key=lambda one: uids.index(one.uid)) == sorted(whole, key=lambda one: uids.index(one.uid))


def test_one_uid_is_the_whole() -> None:
    octets = calendar(part(*TUESDAY))
    assert objects_of(octets) == {"one": octets}
    assert objects_of(b"nothing") == {}


def test_what_cannot_be_read_is_a_piece_of_its_own() -> None:
    octets = calendar(part(*TUESDAY, uid="a"), part("DTSTART:soon", uid="b"), part(*TUESDAY, uid="c"))
    found = {uid: b"DTSTART:soon" in one for uid, one in objects_of(octets).items()}
    assert found == {"a": False, "b": True, "c": False}


def test_a_calendar_of_thousands_is_cut() -> None:
    octets = calendar(*(part("DTSTART:20260106T090000Z", uid=f"{number}", people=()) for number in range(5000)))
    found = objects_of(octets)
    assert len(found) == 5000
    assert found["4711"] == calendar(part("DTSTART:20260106T090000Z", uid="4711", people=()))


def test_what_would_fill_the_memory_is_not() -> None:
    octets = calendar(*(part(*TUESDAY, uid=f"{number}") for number in range(100)), top=("X-PAD:" + "x" * 900_000,))
    assert len(octets) < REFUSE.limits.octets
    assert objects_of(octets, LIMITS) == {}
