# SPDX-License-Identifier: Apache-2.0
"""Person-seconds are exact; hours are shown to two decimals."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.values.person_hours import PersonHours


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (48600, "13.5"),  # 9 people, 90 minutes
        (72000, "20"),
        (24300, "6.75"),
        (18, "0"),  # 0.005 h: half to even
        (54, "0.02"),  # 0.015 h: half to even
        (1200, "0.33"),
        (0, "0"),
        (-24300, "-6.75"),
        (-18, "0"),
        (36000000, "10000"),
    ],
)
def test_hours_are_shown_without_trailing_zeros(seconds, shown):
    assert f"{PersonHours(seconds).hours}" == shown


@given(st.integers(-(10**30), 10**30))
def test_hours_are_within_half_a_hundredth(seconds):
    assert abs(Fraction(PersonHours(seconds).hours) - Fraction(seconds, 3600)) <= Fraction(1, 200)


def test_the_callers_decimal_context_does_not_leak_in():
    with decimal.localcontext(decimal.Context(prec=2)):
        assert PersonHours(4445100).hours == Decimal("1234.75")


@given(st.integers(0, 500), st.integers(0, 1000), st.integers(0, 50))
def test_arithmetic_is_that_of_seconds(people, minutes, count):
    hours = PersonHours.of(people=people, minutes=minutes)
    assert hours.seconds == people * minutes * 60
    assert hours * count == sum([hours] * count, PersonHours(0)) == PersonHours.total([hours] * count)
    assert hours - hours == PersonHours(0)


def test_as_text():
    assert str(PersonHours.of(people=9, minutes=90)) == "13.5 person-hours"


def test_one_hour_is_singular():
    assert str(PersonHours(3600)) == "1 person-hour"
    assert str(PersonHours(5400)) == "1.5 person-hours"
