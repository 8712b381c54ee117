# SPDX-License-Identifier: Apache-2.0
"""A year, 200 people, 100,000 busy intervals: `pytest tests/bench --benchmark-only`."""

from __future__ import annotations

import random
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from meetcost.model.attendee import Attendee, Role, calendar_address
from meetcost.model.meeting import Meeting
from meetcost.model.occurrence import Occurrence
from meetcost.policy.policy import Policy
from meetcost.schedule.busy import busy_from
from meetcost.schedule.slots import find_slots
from meetcost.values.span import Span, instant

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = Span(datetime(2026, 1, 1, tzinfo=BERLIN), datetime(2027, 1, 1, tzinfo=BERLIN))
PEOPLE = [calendar_address(f"p{number}@town.example") for number in range(200)]
TOWN = Policy.parse(b'zone = "Europe/Berlin"\n[holidays]\ncountry = "DE"\n[[no_meeting_day]]\nweekdays = ["wednesday"]')


@pytest.fixture(scope="module")
def occurrences():
    chance, first = random.Random(1), YEAR.seconds[0]
    other = Meeting(title="x", start=YEAR.start, minutes=60)
    found = {}
    for who in PEOPLE:
        starts = [first + chance.randrange(365) * 86400 + chance.randrange(16, 34) * 1800 for _ in range(500)]
        found[who] = [
            Occurrence(start, start + chance.choice([1800, 3600, 5400]), other, 0, None, True) for start in starts
        ]
    return found


def budget(required: int) -> Meeting:
    roles = [Role.REQ_PARTICIPANT] * required + [Role.OPT_PARTICIPANT] * (len(PEOPLE) - required)
    people = [Attendee(who, role=role) for who, role in zip(PEOPLE, roles, strict=True)]
    return Meeting(title="Budget", start=YEAR.start, minutes=60, attendees=people)


@pytest.mark.parametrize("required", [5, 200])
def test_occurrences(benchmark, occurrences, required):
    slots = benchmark(find_slots, budget(required), policy=TOWN, busy=occurrences, within=YEAR)
    assert bool(slots) == (required == 5)


def test_busy_that_is_kept(benchmark, occurrences):
    busy = busy_from(occurrences, YEAR)
    assert benchmark(find_slots, budget(5), policy=TOWN, busy=busy, within=YEAR)


def test_spans(benchmark, occurrences):
    busy = {
        who: [Span(instant(one.start).astimezone(BERLIN), instant(one.end).astimezone(BERLIN)) for one in found]
        for who, found in occurrences.items()
    }
    assert benchmark(find_slots, budget(5), policy=TOWN, busy=busy, within=YEAR)


def test_the_book_is_made(benchmark, occurrences):
    assert len(benchmark(busy_from, occurrences, YEAR).looked_at) == len(PEOPLE)
