# SPDX-License-Identifier: Apache-2.0
"""The times proposed to whoever was refused leave out what stands in their own calendars, and open nobody else's."""

from __future__ import annotations

import re

from invites import THURSDAY, WEDNESDAY, calendar, component, invite


def refused(one, *others: str) -> str:
    answer = one.put("calendar/w.ics", invite("w", WEDNESDAY, people=(one.address, *others)))
    assert answer.status == 403
    return answer.text


def first(said: str) -> str:
    return re.search(r"Thu \d+ \w+ (\d\d:\d\d)", said)[1]


def private(uid: str, at: int, *lines: str) -> bytes:
    return invite(uid, THURSDAY, *lines, at=at, people=())


def test_what_stands_in_any_calendar_of_theirs_is_left_out(ann):
    assert "calendars of 1 of 2 looked at" in refused(ann, "ben@town.example")
    assert first(refused(ann, "ben@town.example")) == "09:00"
    assert ann.send("MKCALENDAR", "private/").status == 201
    assert ann.put("private/dentist.ics", private("dentist", 9)).status == 201
    assert ann.put("calendar/b.ics", private("b", 10, "TRANSP:TRANSPARENT")).status == 201
    said = refused(ann, "ben@town.example")
    assert first(said) == "10:00"
    assert "dentist" not in said
    declined = component("c", THURSDAY, f"ATTENDEE;PARTSTAT=DECLINED:mailto:{ann.address}", at=10, people=())
    declined.insert(2, "ORGANIZER:mailto:far@elsewhere.example")
    assert ann.put("calendar/c.ics", calendar(declined)).status == 201
    assert first(refused(ann, "ben@town.example")) == "10:00"


def test_the_calendars_of_others_are_not_opened(user):
    ann, ben = user(), user()
    assert ben.put("calendar/d.ics", private("d", 9)).status == 201
    said = refused(ann, ben.address)
    assert first(said) == "09:00"
    assert "calendars of 1 of 2 looked at" in said


def test_who_writes_for_somebody_else_is_proposed_what_is_permitted(ann):
    assert ann.put("calendar/d.ics", private("d", 9)).status == 201
    answer = ann.put("calendar/w.ics", invite("w", WEDNESDAY, people=("carla@town.example", ann.address)))
    assert answer.status == 403
    assert "no calendar was looked at" in answer.text


def test_an_address_that_the_principal_does_not_have_opens_nothing(user):
    one = user(address="chair@town.example")
    for organizer, told in (
        (f"{one.name}@town.example", "no calendar was looked at"),
        (one.address, "1 of 2 looked at"),
    ):
        answer = one.put("calendar/w.ics", invite("w", WEDNESDAY, people=(organizer, "ben@town.example")))
        assert told in answer.text
