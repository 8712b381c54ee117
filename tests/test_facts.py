# SPDX-License-Identifier: Apache-2.0
"""What rules on costs go by is told of the meeting that is asked about, and of no other that was there before."""

from __future__ import annotations

from datetime import UTC, datetime

from meetcost.assessment import facts_of
from meetcost.model.meeting import Meeting
from meetcost.policy.policy import Policy

START = datetime(2026, 12, 10, 9, tzinfo=UTC)


def test_a_meeting_that_takes_the_place_of_another_in_memory_is_asked_anew() -> None:
    facts = facts_of(Policy.parse(b'zone = "UTC"\n'))
    ids = set()
    for people in range(2, 40):
        attendees = [f"p{number}@town.example" for number in range(people)]
        meeting = Meeting(title="Round", start=START, minutes=60, attendees=attendees)
        ids.add(id(meeting))
        price = facts.price(meeting, 3600, START.toordinal())
        assert (price.people, price.person_seconds) == (people, people * 3600)
    assert len(ids) == 38  # each is kept as long as something is known of it
