# SPDX-License-Identifier: Apache-2.0
"""What is refused before any other reader sees it."""

from __future__ import annotations

import pytest
from guard_making import BOB, NOW, REFUSE, TESTS, TUESDAY, WEDNESDAY, calendar, one, part
from hypothesis import given
from hypothesis import strategies as st

from meetcost.guard.bounds import unbearable
from meetcost.model.verdict import Outcome

CALENDARS = sorted((TESTS / "data" / "calendars").glob("*.ics"))


def told(octets: bytes) -> str:
    found = unbearable(octets, REFUSE, NOW)
    if found is None:
        return ""
    assert found.verdict.would_be is Outcome.REJECT
    return found.verdict.errors[0].message


def test_what_can_be_read_one_way_may_be_looked_at() -> None:
    assert told(one(*TUESDAY)) == ""
    assert told(one(*WEDNESDAY)) == ""  # whether it is permitted is another question
    assert told(calendar(*(part(*TUESDAY, uid=f"{number}") for number in range(3000)))) == ""


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("FREQ=SECONDLY;COUNT=3", "within the hour"),
        ("FREQ=MINUTELY;INTERVAL=90", "within the hour"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "no date in ten years"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=5", "no date in ten years"),
        ("FREQ=HOURLY;UNTIL=99991231T235959Z", "the rule "),
        ("FREQ=DAILY;COUNT=20000", "the rule "),
        ("FREQ=DAILY", ""),
        ("FREQ=WEEKLY;UNTIL=20261231T000000Z", ""),
    ],
)
@pytest.mark.parametrize("people", [("mailto:ann@example.test", BOB), ()])
def test_rules_that_never_end(rule: str, message: str, people: tuple[str, ...]) -> None:
    assert message in told(one("DTSTART:20260106T090000Z", f"RRULE:{rule}", people=people))
    assert bool(told(one("DTSTART:20260106T090000Z", f"RRULE:{rule}", people=people))) is bool(message)


def test_one_bad_object_among_many_refuses_them_all() -> None:
    octets = calendar(part(*TUESDAY, uid="a"), part("DTSTART:20260106T090000Z", "RRULE:FREQ=SECONDLY", uid="b"))
    assert "within the hour" in told(octets)
    assert told(calendar(part(*TUESDAY, uid="a"), part("DTSTART:soon", uid="b"), part(*TUESDAY, uid="c")))


def test_one_object_is_smaller_than_a_calendar_of_many() -> None:
    padding = ["X-PAD:" + "x" * 200] * 6000
    assert "octets" in told(one(*TUESDAY, *padding))
    assert (
        told(
            calendar(
                part(*TUESDAY, uid="a"), part(*TUESDAY, *padding[:4000], uid="b"), part(*WEDNESDAY, *padding[:4000])
            )
        )
        == ""
    )
    assert "octets" in told(calendar(*(part(*TUESDAY, *padding, uid=f"{number}") for number in range(8))))


@given(st.binary(max_size=500) | st.sampled_from(CALENDARS).map(lambda path: path.read_bytes()), st.data())
def test_any_octets_are_looked_at(octets: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(octets)))
    told(octets[:cut] + data.draw(st.binary(max_size=20)) + octets[cut:])
