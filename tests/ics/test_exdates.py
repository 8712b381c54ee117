# SPDX-License-Identifier: Apache-2.0
"""Dates that are taken out of a series and shown by some programs all the same."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from meetcost.ics.exdates import Exdate, shown_all_the_same
from meetcost.ics.expand import expand_between
from meetcost.ics.read import read
from meetcost.model.moment import DAY
from tests.invites import invite

times = st.integers(0, 60)


@given(st.sets(times), st.sets(times))
def test_exdates_that_all_match_lose_nothing(starts: set[int], others: set[int]) -> None:
    assert shown_all_the_same(starts, [Exdate(one) for one in starts & others]) == []


@given(st.lists(times), st.lists(times))
def test_nothing_is_shown_that_was_not_taken_out(starts: list[int], out: list[int]) -> None:
    assert set(shown_all_the_same(starts, [Exdate(one) for one in out])) <= set(starts) & set(out)


def test_one_that_matches_nothing_lets_the_next_come_too_late() -> None:
    assert shown_all_the_same([10, 20, 30], [Exdate(15), Exdate(20)]) == [20]
    assert shown_all_the_same([10, 20, 30, 40], [Exdate(15), Exdate(16), Exdate(20), Exdate(40)]) == [20, 40]
    assert shown_all_the_same([10, 20, 30], [Exdate(5), Exdate(20)]) == []  # 10 lies between


def test_a_start_given_twice_is_taken_out_once() -> None:
    assert shown_all_the_same([10, 20, 20], [Exdate(20)]) == [20]


def test_whole_days() -> None:
    days = [day * DAY + 3600 for day in range(4)]
    assert shown_all_the_same(days, [Exdate(DAY, True)]) == []
    assert shown_all_the_same([days[0], days[2]], [Exdate(DAY, True), Exdate(2 * DAY, True)]) == [days[2]]


def test_a_program_that_does_not_count_from_the_end_waits_for_an_exdate_in_vain() -> None:
    """It sees no 28 February, so that the EXDATE of 4 March comes too late for it."""
    zone = ";TZID=Europe/Berlin:"
    out = (f"EXDATE{zone}20260228T100000", f"EXDATE{zone}20260304T100000")
    (meeting,) = read(invite("u", date(2026, 2, 4), "RRULE:FREQ=DAILY;BYMONTHDAY=4,-1;COUNT=6", *out)).meetings
    days = [one.starts.date() for one in expand_between(meeting, 0, 1 << 33, strict=True)]
    assert date(2026, 3, 4) in days
    assert date(2026, 3, 4) not in [one.starts.date() for one in expand_between(meeting, 0, 1 << 33)]
