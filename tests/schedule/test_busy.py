# SPDX-License-Identifier: Apache-2.0
"""What calendars say of their owners and of others, and whose were looked at. 10 December 2026 is a Thursday."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from meetcost.ics.expand import expand
from meetcost.model.attendee import Attendee, CuType, PartStat, Role
from meetcost.model.directory import Directory, Entry
from meetcost.model.meeting import Meeting
from meetcost.model.zone import named_zone
from meetcost.policy.policy import Policy
from meetcost.schedule.busy import busy_from
from meetcost.schedule.slots import find_slots, slots_text
from meetcost.values.span import Span

BERLIN = ZoneInfo("Europe/Berlin")
TOWN = Policy.parse(b'zone = "Europe/Berlin"')
ANN, BOB, CY = "mailto:ann@town.example", "mailto:bob@town.example", "mailto:cy@town.example"


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, tzinfo=BERLIN)


WITHIN = Span(at(10), at(12))


def entry(uid: str, hour: int, *people: Attendee | str, day: int = 10, organizer=None, **more) -> Meeting:
    return Meeting(title=uid, uid=uid, start=at(day, hour), minutes=60, attendees=people, organizer=organizer, **more)


def hours(busy, address: str) -> list[int]:
    return [one.starts.astimezone(BERLIN).hour for one in busy.by_person.get(address, ())]


def test_what_stands_in_a_calendar_takes_up_its_owner():
    calendars = {"Ann@town.example": [entry("dentist", 9), entry("lunch", 12, BOB)], "cy@town.example": []}
    busy = busy_from(calendars, WITHIN)
    assert busy.looked_at == {ANN, CY}
    assert hours(busy, ANN) == [9, 12]
    assert hours(busy, BOB) == [12]  # known to be busy, though nobody looked at his calendar
    assert hours(busy, CY) == []


def test_their_own_calendar_says_whether_they_come():
    asked = entry("a", 9, Attendee(ANN), Attendee(BOB), organizer=ANN)
    declined = entry("a", 9, Attendee(ANN), Attendee(BOB, partstat=PartStat.DECLINED), organizer=ANN)
    busy = busy_from({ANN: [asked], BOB: [declined]}, WITHIN)
    assert (hours(busy, ANN), hours(busy, BOB)) == ([9], [])


@pytest.mark.parametrize(
    ("who", "taken"),
    [
        (Attendee(BOB), [9]),
        (Attendee(BOB, role=Role.OPT_PARTICIPANT), [9]),
        (Attendee(BOB, partstat=PartStat.DECLINED), []),
        (Attendee(BOB, partstat=PartStat.DELEGATED), []),
        (Attendee(BOB, role=Role.NON_PARTICIPANT), []),
        (Attendee(BOB, role=Role.NON_PARTICIPANT, cutype=CuType.ROOM), [9]),
    ],
)
def test_a_pile_of_meetings_takes_up_who_is_asked_to_them(who, taken):
    busy = busy_from([entry("a", 9, who, organizer=ANN)], WITHIN)
    assert (hours(busy, ANN), hours(busy, BOB)) == ([9], taken)
    assert busy.looked_at == frozenset()
    assert busy_from([entry("a", 9, who)], WITHIN, looked_at=["BOB@town.example"]).looked_at == {BOB}


@pytest.mark.parametrize(
    "how",
    [{"transparent": True}, {"status": "CANCELLED"}, {"component": "VTODO"}, {"dtstart": entry("", 9, day=13).dtstart}],
)
def test_what_takes_up_nobody(how):
    assert busy_from({ANN: [entry("a", 9, BOB).replace(**how)]}, WITHIN).by_person == {}


def test_occurrences_are_as_good_as_meetings():
    series = entry("a", 9, BOB, rrule="FREQ=DAILY")
    whole = Span(at(1), at(31))
    busy = busy_from({ANN: expand(series, whole)}, WITHIN)
    assert [one.starts.astimezone(BERLIN).day for one in busy.by_person[ANN]] == [10, 11]
    assert busy.by_person == busy_from({ANN: [series]}, WITHIN).by_person


def test_floating_times_are_read_in_the_zone():
    floating = Meeting(title="a", uid="a", start=datetime(2026, 12, 10, 9), minutes=60)
    assert hours(busy_from({ANN: [floating]}, WITHIN, named_zone("Europe/Berlin")), ANN) == [9]
    assert hours(busy_from({ANN: [floating]}, WITHIN), ANN) == [10]


def test_one_person_under_two_addresses():
    directory = Directory([Entry("ann@town.example", aliases=("a@old.example",))])
    busy = busy_from({"a@old.example": [entry("a", 9)]}, WITHIN, directory=directory)
    assert (busy.looked_at, hours(busy, ANN)) == ({ANN}, [9])


def test_a_series_that_is_too_much_leaves_doubt():
    bomb = entry("b", 9, BOB, rrule="FREQ=SECONDLY")
    busy = busy_from({ANN: [bomb, entry("a", 9)], CY: []}, WITHIN)
    assert (busy.looked_at, hours(busy, ANN)) == ({CY}, [9])
    pile = busy_from([bomb], WITHIN, looked_at=[ANN, BOB])
    assert pile.looked_at == {ANN}


def test_slots_from_calendars():
    old = entry("old", 9, ANN, BOB, organizer=ANN)
    busy = busy_from({ANN: [old, entry("x", 10)], BOB: [old], CY: []}, WITHIN)
    mine = entry("mine", 9, ANN, BOB, organizer=ANN)
    slot = find_slots(mine, policy=TOWN, busy=busy, within=WITHIN, limit=1)[0]
    assert slot.text() == "Free for all 2: Thu 10 Dec 11:00."
    moved = find_slots(old, policy=TOWN, busy=busy, within=WITHIN, limit=1)[0]
    assert moved.text() == "Free for all 2: Thu 10 Dec 09:00."  # its own time is no conflict


def test_nobody_was_looked_at_beyond_what_was_read():
    busy = busy_from({ANN: [entry("x", 9, day=11)], BOB: []}, Span(at(10), at(11)))
    mine = entry("mine", 9, ANN, BOB)
    slots = find_slots(mine, policy=TOWN, busy=busy, within=WITHIN, limit=9)
    assert [slot.everyone_free for slot in slots] == [True] * 8 + [False]
    assert slots[8].unknown == slots[0].free
    assert slots[8].start == at(11, 9)
    assert slots_text(slots[7:]) == "Permitted: Thu 10 Dec 16:00, Fri 11 Dec 09:00 (no calendar was looked at)."
