# SPDX-License-Identifier: Apache-2.0
"""What is remembered of the last objects is what reading them anew gives, whoever asks, in whatever order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.guard.decide import Context, Refuse, Rewrite, decide
from meetcost.ics.limits import LIMITS
from meetcost.ics.read import read
from meetcost.ics.recent import MOST_OBJECTS, SMALL, read_object
from meetcost.ics.scan import MEETINGS
from meetcost.ics.strict import read_strict
from meetcost.policy.policy import Policy

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
EVENT = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//meetcost//test//EN\r
BEGIN:VEVENT\r
UID:{uid}\r
DTSTAMP:20260101T000000Z\r
DTSTART:202612{day:02}T100000Z\r
DTEND:202612{day:02}T110000Z\r
SUMMARY:{title}\r
ORGANIZER:mailto:ann@town.example\r
ATTENDEE:mailto:ann@town.example\r
ATTENDEE:mailto:ben@town.example\r
END:VEVENT\r
END:VCALENDAR\r
"""


def event(uid: str = "one", day: int = 9, title: str = "Budget") -> bytes:
    return EVENT.format(uid=uid, day=day, title=title).encode()


def banning(weekday: str, *, language: str = "en") -> Policy:
    text = f'''
name = "No {weekday}s"
zone = "UTC"
mode = "refuse"
[[no_meeting_day]]
id = "{weekday}"
weekdays = ["{weekday}"]
[disclosure]
language = "{language}"
'''
    return Policy.parse(text.encode())


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 28), st.sampled_from(["", "x", "y"])), max_size=60))
def test_each_object_is_read_as_itself(asked: list[tuple[str, int, str]]) -> None:
    for uid, day, title in asked:
        octets = event(uid, day, title)
        assert read_object(octets) == read(octets, components=MEETINGS)
        (meeting,) = read_strict(octets).meetings
        assert (meeting.uid, meeting.dtstart.day.day, meeting.title) == (uid, day, title)


def test_an_object_is_read_once_until_others_came() -> None:
    octets = event("once")
    first = read_strict(octets)
    assert read_strict(event("once")) is first
    for number in range(MOST_OBJECTS):
        read_strict(event(f"other-{number}"))
    again = read_strict(octets)
    assert again == first
    assert again is not first


def test_limits_belong_to_what_is_remembered() -> None:
    octets = event("limits")
    assert not read_strict(octets).refusals
    assert [one.code for one in read_strict(octets, limits=replace(LIMITS, octets=10)).refusals] == ["limit"]
    assert not read_strict(octets).refusals
    assert read_object(octets, replace(LIMITS, attendees=1)).problems
    assert not read_object(octets).problems


def test_of_large_objects_only_the_last_is_kept() -> None:
    one, other = (event(name, title="x" * SMALL) for name in ("large", "larger"))
    for reader in (read_strict, read_object):
        first = reader(one)
        assert reader(one) is first
        assert reader(other) is not None
        again = reader(one)
        assert again == first
        assert again is not first


def test_an_object_beyond_the_limit_is_not_kept() -> None:
    octets, limits = event("huge", title="x" * SMALL), replace(LIMITS, octets=SMALL)
    assert read_strict(octets, limits=limits) is not read_strict(octets, limits=limits)
    assert read_object(octets, limits) is not read_object(octets, limits)


@pytest.mark.parametrize("turn", [1, -1])
def test_policies_judge_the_same_octets_each_for_itself(turn: int) -> None:
    octets = event("judged", day=9)  # a Wednesday
    wednesday, thursday = banning("wednesday"), banning("thursday", language="zh")
    for policy in (wednesday, thursday, wednesday)[::turn]:
        decision = decide(octets, None, Context(policy, NOW))
        assert isinstance(decision, Refuse if policy is wednesday else Rewrite)
        if isinstance(decision, Rewrite):
            assert "会议成本" in decision.octets.decode().replace("\r\n ", "")


def test_threads_do_not_get_each_others_objects() -> None:
    policies = banning("wednesday"), banning("thursday")

    def one(number: int) -> bool:
        day = 9 + number % 2
        octets, policy = event(f"uid-{number % 40}", day, f"{number}"), policies[number // 2 % 2]
        decision = decide(octets, None, Context(policy, NOW))
        (meeting,) = decision.meetings
        banned = day == (9 if policy is policies[0] else 10)
        as_itself = (meeting.title, meeting.dtstart.day.day) == (f"{number}", day)
        return as_itself and isinstance(decision, Refuse) is banned

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(400)))
