# SPDX-License-Identifier: Apache-2.0
"""Dates that are taken out of a series and shown by some programs all the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from meetcost.ics.exdates import Exdate, shown_all_the_same
from meetcost.model.moment import DAY

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
