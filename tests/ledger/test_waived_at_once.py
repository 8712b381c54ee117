# SPDX-License-Identifier: Apache-2.0
"""A waiver beyond a quota in the hands of many at once, on both databases: as many meetings as it approves times."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from ledger_making import VERSIONS

from meetcost.guard.decide import Context, Refuse
from meetcost.guard.guard import Guard
from meetcost.guard.ledger_books import LedgerBooks
from meetcost.guard.review import case_of
from meetcost.ledger.quota import Quotas
from meetcost.ledger.verify import verify
from meetcost.ledger.waivers import Approver, Waivers
from meetcost.policy.policy import Policy

NOW = datetime(2026, 1, 2, 8, tzinfo=UTC)
MONDAY = datetime(2026, 1, 5, 9)
POLICY = Policy.parse(b'zone = "Europe/Berlin"\n[[quota]]\nid = "weekly"\nlimit = 0\nperiod = "week"\n')
WRITERS = 50


def meeting(start, *, minutes=10, lines=()):
    end = start + timedelta(minutes=minutes)
    body = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", "UID:a", "DTSTAMP:20260101T000000Z",
        f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}", f"DTEND;TZID=Europe/Berlin:{end:%Y%m%dT%H%M%S}",
        "ORGANIZER:mailto:ann@town.example", "ATTENDEE:mailto:ben@town.example", *lines,
        "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(body).encode()


@pytest.fixture
def guard(books):
    return Guard(POLICY, lambda: NOW, books=LedgerBooks(books.open()))


def grant(guard, octets):
    case = case_of(octets, Context(POLICY, NOW), reason="the dyke broke", rules=["weekly"])
    waivers = Waivers(guard.books.ledger)
    number = waivers.request(case.waiver, expires=NOW + timedelta(days=9), now=NOW, by=VERSIONS)
    waivers.decide(number, "granted", Approver(unit="Mayor"), now=NOW, by=VERSIONS)
    return number


def passed(guard, starts):
    """How many of as many writers, each in a calendar of their own, are let pass."""
    start = threading.Barrier(len(starts))

    def write(number):
        calendar = f"user{number}/work"
        start.wait()
        decision = guard.decide(meeting(starts[number]), calendar=calendar)
        guard.settle(decision, stored=True, calendar=calendar)
        return not isinstance(decision, Refuse)

    with ThreadPoolExecutor(len(starts)) as pool:
        return sum(pool.map(write, range(len(starts))))


def used(guard):
    assert Quotas(guard.books.ledger).open() == ()
    assert verify(guard.books.ledger).sound
    return sum(Quotas(guard.books.ledger).by_unit("weekly/body", 0, 1 << 40).values())


def test_fifty_writers_at_once_get_one_meeting_of_one_approved_time(guard):
    grant(guard, meeting(MONDAY, minutes=10 * WRITERS))
    assert passed(guard, [MONDAY + timedelta(minutes=10 * number) for number in range(WRITERS)]) == 1
    assert used(guard) == 1


def test_fifty_writers_at_once_get_as_many_meetings_as_times_were_approved(guard):
    grant(guard, meeting(MONDAY, minutes=60, lines=["RRULE:FREQ=DAILY;COUNT=3"]))
    starts = [MONDAY + timedelta(days=number % 3, minutes=number // 3) for number in range(WRITERS)]
    assert passed(guard, starts) == 3
    assert used(guard) == 3


def test_fifty_copies_of_the_approved_meeting_are_one_meeting_and_all_pass(guard):
    grant(guard, meeting(MONDAY))
    assert passed(guard, [MONDAY] * WRITERS) == WRITERS
    assert used(guard) == 1


def test_an_approved_time_that_is_being_used_is_used_until_it_is_known_that_it_is_not(guard):
    grant(guard, meeting(MONDAY, minutes=60))
    first = guard.decide(meeting(MONDAY), calendar="ann/work")
    assert isinstance(guard.decide(meeting(MONDAY + timedelta(minutes=30)), calendar="ann/private"), Refuse)
    guard.settle(first, stored=False, calendar="ann/work")
    second = guard.decide(meeting(MONDAY + timedelta(minutes=30)), calendar="ann/private")
    assert not isinstance(second, Refuse)
    guard.settle(second, stored=True, calendar="ann/private")
    assert used(guard) == 1


def test_a_waiver_that_is_revoked_while_a_write_is_decided_holds_for_it_no_more(guard, monkeypatch):
    number = grant(guard, meeting(MONDAY))
    count = Quotas.count

    def counted_late(*args, **kwargs):
        monkeypatch.undo()
        Waivers(guard.books.ledger).revoke(number, Approver(unit="Mayor"), now=NOW, by=VERSIONS)
        return count(*args, **kwargs)

    monkeypatch.setattr(Quotas, "count", counted_late)
    assert isinstance(guard.decide(meeting(MONDAY), calendar="ann/work"), Refuse)
    assert used(guard) == 0
