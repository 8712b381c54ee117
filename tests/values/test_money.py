# SPDX-License-Identifier: Apache-2.0
"""Exact amounts: nothing rounds unless a rule is named, whatever decimal context the caller has set."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.errors import MoneyError
from meetcost.values.money import Money, Rounding, exact_decimal

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=4)
UNITS = st.integers(-(10**20), 10**20)


@pytest.mark.parametrize(
    ("amount", "rule", "expected"),
    [
        ("10.005", Rounding.HALF_EVEN, "10.00"),
        ("10.015", Rounding.HALF_EVEN, "10.02"),
        ("10.005", Rounding.HALF_UP, "10.01"),
        ("10.001", Rounding.UP, "10.01"),
        ("10.009", Rounding.DOWN, "10.00"),
        ("-10.005", Rounding.HALF_EVEN, "-10.00"),
        ("-10.005", Rounding.HALF_UP, "-10.01"),
    ],
)
def test_rounding_is_named(amount, rule, expected):
    assert Money(amount, "EUR").rounded(rule).amount == Decimal(expected)


@pytest.mark.parametrize(
    ("currency", "expected"), [("JPY", "12"), ("EUR", "12.35"), ("KWD", "12.346"), ("CLF", "12.3457")]
)
def test_each_currency_has_its_own_minor_unit(currency, expected):
    assert str(Money("12.34567", currency).rounded().amount) == expected


@pytest.mark.parametrize(
    "amount", [1.5, True, "ten", "", "NaN", "sNaN", "Infinity", "1e31", "0." + "0" * 40 + "1", "1." + "1" * 100, None]
)
def test_what_has_no_exact_meaning_is_refused(amount):
    with pytest.raises(MoneyError):
        Money(amount, "EUR")


@pytest.mark.parametrize(
    "amount", [10**5000, -(10**5000), "1" * 10000, "x" * 10000], ids=["int", "negative int", "digits", "text"]
)
def test_a_huge_amount_is_refused_with_a_short_message(amount):
    """Python refuses to print an int of more than 4,300 digits: the message must not try."""
    with pytest.raises(MoneyError) as caught:
        Money(amount, "EUR")
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("code", ["", "eur", "XXX", "XAU", "EURO", "€"])
def test_an_unknown_currency_is_refused(code):
    with pytest.raises(MoneyError, match="ISO 4217"):
        Money(1, code)


def test_two_currencies_neither_add_nor_compare():
    with pytest.raises(MoneyError, match="convert one first"):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(MoneyError, match="convert one first"):
        _ = Money(1, "EUR") < Money(1, "USD")
    assert Money(1, "EUR") != Money(1, "USD")


def test_money_does_not_mix_with_numbers():
    for operation in (lambda m: m + 1, lambda m: m - 1, lambda m: m < 1, lambda m: m >= 1):
        with pytest.raises(TypeError):
            operation(Money(1, "EUR"))
    with pytest.raises(MoneyError, match="not exact"):
        Money(1, "EUR") * 0.5


def test_the_callers_decimal_context_does_not_leak_in():
    """A context of 3 digits used to round `from_minor` and the sign change."""
    with decimal.localcontext(decimal.Context(prec=3)):
        money = Money.from_minor(123456789, "EUR")
        assert str(money) == "EUR 1234567.89"
        assert str(-money) == "EUR -1234567.89"
        assert str(money + money) == "EUR 2469135.78"
        assert money.minor == 123456789
        assert str(Money("1234567.895", "EUR").rounded()) == "EUR 1234567.90"


def test_zero_has_no_sign():
    assert str(-Money(0, "EUR")) == "EUR 0"
    assert str(Money("-0", "EUR")) == "EUR 0"


@given(AMOUNTS, AMOUNTS)
def test_addition_is_exact(one, two):
    total = Money(one, "EUR") + Money(two, "EUR")
    assert Fraction(total.amount) == Fraction(one) + Fraction(two)
    assert total - Money(two, "EUR") == Money(one, "EUR")


@given(AMOUNTS, AMOUNTS)
def test_the_order_is_that_of_the_amounts(one, two):
    left, right = Money(one, "EUR"), Money(two, "EUR")
    assert (left < right, left <= right, left > right, left >= right) == (one < two, one <= two, one > two, one >= two)


@given(UNITS, st.sampled_from(["JPY", "EUR", "KWD", "CLF"]))
def test_minor_units_come_back(units, currency):
    assert Money.from_minor(units, currency).minor == units


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(any))
def test_a_split_loses_nothing_and_is_off_by_less_than_one_unit(units, weights):
    money = Money.from_minor(units, "EUR")
    shares = money.split(weights)
    assert sum(share.minor for share in shares) == units
    for share, weight in zip(shares, weights, strict=True):
        assert abs(Fraction(share.minor) - Fraction(units * weight, sum(weights))) < 1


def test_a_split_gives_the_rest_to_the_largest_remainders():
    """10.00 in three is 3.33 three times and one cent over: it goes to the first of equals."""
    assert [str(share.amount) for share in Money(10, "EUR").split([1, 1, 1])] == ["3.34", "3.33", "3.33"]
    assert [share.minor for share in Money("0.05", "EUR").split([1, 2])] == [2, 3]


@pytest.mark.parametrize("weights", [[], [0, 0], [-1, 2]])
def test_weights_of_a_split_are_checked(weights):
    with pytest.raises(MoneyError, match="weights"):
        Money(10, "EUR").split(weights)


@given(st.one_of(st.text(max_size=40), st.integers(), st.decimals(), st.floats()))
def test_anything_is_a_number_or_a_money_error(value):
    try:
        number = exact_decimal(value)
    except MoneyError:
        return
    assert number.is_finite()
