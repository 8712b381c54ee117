# SPDX-License-Identifier: Apache-2.0
"""The notice of a refusal: what was typed is kept, and nobody is asked to a meeting by it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import icalendar
from guard_making import NOW as PRESENT
from guard_making import REFUSE, SKIP, WEDNESDAY, decided, one
from hypothesis import given
from hypothesis import strategies as st

from meetcost.guard.decide import Allow, Refuse
from meetcost.guard.notice import notice, notice_uid, notices_name
from meetcost.ics.read import read
from meetcost.ics.strict import read_strict
from meetcost.model.meeting import Meeting
from meetcost.model.verdict import Outcome, Verdict
from meetcost.rules.counted import Counts, counts

BERLIN = ZoneInfo("Europe/Berlin")
LATE = datetime(2026, 1, 6, 23, 30, tzinfo=BERLIN)


NOW = PRESENT.astimezone(REFUSE.zone.tzinfo)


def made(*lines: str, now: datetime = NOW) -> bytes:
    decision = decided(one(*WEDNESDAY, *lines))
    assert isinstance(decision, Refuse)
    return notice(decision, "Was not saved.", now=now)


def test_it_keeps_what_was_typed() -> None:
    (event,) = icalendar.Calendar.from_ical(made("LOCATION:Room 2", "DESCRIPTION:One\\nTwo\\, three")).events
    assert event["SUMMARY"] == "Not saved: Budget round"
    text = str(event["DESCRIPTION"])
    for kept in ("Was not saved.", "Budget round", "Wed 7 Jan 09:00", "bob@example.test", "Room 2", "One\nTwo, three"):
        assert kept in text
    assert event["CLASS"] == "PRIVATE"


def test_a_mark_of_an_encoding_is_left_out() -> None:
    octets = made("LOCATION:\ufeffRoom 2")
    assert b"\xef\xbb\xbf" not in octets
    assert b"Room 2" in octets
    assert read_strict(octets).refusals == ()


def test_it_stands_on_the_day_of_the_refusal() -> None:
    (event,) = icalendar.Calendar.from_ical(made(now=LATE)).events
    assert event["DTSTART"].dt.isoformat() == "2026-01-06"
    assert event["DTEND"].dt.isoformat() == "2026-01-07"
    assert b"DTSTAMP:20260106T223000Z" in made(now=LATE)


def test_it_is_no_meeting_even_on_a_banned_day() -> None:
    octets = made(now=datetime(2026, 1, 7, 12, tzinfo=BERLIN))
    (meeting,) = read(octets).meetings
    assert counts(meeting, REFUSE.directory, REFUSE.rules.definition) is Counts.NO
    for policy in (REFUSE, SKIP):
        assert isinstance(decided(octets, None, policy), Allow)


def test_one_meeting_has_one_notice() -> None:
    first, second = read(made()).meetings[0], read(made("SEQUENCE:4", "LOCATION:x", now=LATE)).meetings[0]
    assert first.uid == second.uid == notice_uid("one")
    assert notice_uid("one") != notice_uid("two")
    assert "one" not in first.uid


def test_what_could_not_be_read_has_one_too() -> None:
    decision = decided(b"\x00nothing")
    assert isinstance(decision, Refuse)
    (meeting,) = read(notice(decision, "Why.", now=NOW, language="zh")).meetings
    assert meeting.description == "Why."
    assert notices_name("zh") != notices_name("en")


NASTY = ["\x00\x07", "\ud800", "\ufffe\uffff", "a\r\nATTENDEE:mailto:x@y.example", "\x85\u2028", "x" * 10**5]


@given(st.text(max_size=400) | st.sampled_from(NASTY))
def test_whatever_was_typed_it_can_be_read_again(typed: str) -> None:
    meeting = Meeting(
        title=typed, start=datetime(2026, 1, 7, 9, tzinfo=UTC), uid=typed or "u", description=typed, location=typed
    )
    octets = notice(Refuse(Verdict(Outcome.REJECT, title=typed), (meeting,)), typed, now=NOW)
    reading = read_strict(octets)
    assert reading.refusals == ()
    assert reading.meetings[0].participants == ()
    assert len(icalendar.Calendar.from_ical(octets).events) == 1
    assert max(map(len, octets.split(b"\r\n"))) <= 75
    assert not {"\x00", "\ufffe", "\uffff"} & set(octets.decode())


def test_a_time_in_utc_is_told_by_the_clock_of_the_policy_as_the_permitted_times_are() -> None:
    decision = decided(one("DTSTART:20260106T233000Z", "DURATION:PT1H"))
    assert isinstance(decision, Refuse)
    (told,) = read(notice(decision, "Why.", now=NOW)).meetings
    assert "Wed 7 Jan 00:30" in told.description
