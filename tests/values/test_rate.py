# SPDX-License-Identifier: Apache-2.0
"""Money per hour: how it is written, and how it is rounded."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.errors import MoneyError
from meetcost.values.money import Money
from meetcost.values.rate import Rate


@pytest.mark.parametrize(
    "text", ["46 EUR", "EUR 46", "46EUR", "46.00 EUR", " 46 EUR/h ", "EUR 46 per hour", "46 EUR /小时", "46 EUR / h"]
)
def test_ways_to_write_a_rate(text):
    assert Rate.parse(text) == Rate(46, "EUR")


@pytest.mark.parametrize("text", ["46€", "€46", "46 €/h", "€ 46.00 per hour"])
def test_a_sign_of_one_currency_says_which(text):
    assert Rate.parse(text) == Rate(46, "EUR")


def test_the_pound_is_sterling():
    assert Rate.parse("£38.50") == Rate("38.5", "GBP")


@pytest.mark.parametrize(
    ("text", "codes"), [("¥80", "CNY` or `80 JPY"), ("80￥", "CNY` or `80 JPY"), ("$80/h", "USD` or `80 CAD")]
)
def test_a_sign_of_several_currencies_is_refused_with_their_codes(text, codes):
    with pytest.raises(MoneyError, match="the sign of several currencies") as caught:
        Rate.parse(text)
    assert codes in str(caught.value)
    assert "货币代码" in caught.value.text("zh")


def test_thousands_may_be_grouped():
    assert Rate.parse("1,234,567.50 JPY") == Rate("1234567.5", "JPY")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "46",
        "EUR",
        "46 euro",
        "46 eur",
        "-46 EUR",
        "46 EUR 47",
        "4_6 EUR",
        "46 XAU",
        "1e3 EUR",
        "46 EUR/d",
        "４６ EUR",
        "46€ EUR",
        "€46 €",
        "46元",
    ],
)
def test_what_is_no_rate(text):
    with pytest.raises(MoneyError):
        Rate.parse(text)


@pytest.mark.parametrize("text", ["46,50 EUR", "EUR 46,5", "1,23,456 EUR", "46, EUR"])
def test_a_decimal_comma_is_refused_and_not_read_as_thousands(text):
    """`46,50 EUR` used to be read as 4,650 EUR."""
    with pytest.raises(MoneyError, match=r"46\.50 EUR"):
        Rate.parse(text)


def test_a_rate_is_not_below_zero():
    with pytest.raises(MoneyError, match="below zero"):
        Rate("-1", "EUR")


@pytest.mark.parametrize(
    ("rate", "seconds", "expected"),
    [
        ("46 EUR", 5400, "69.00 EUR"),  # 46 x 1.5
        ("0.01 EUR", 1800, "0.00 EUR"),  # 0.005: half to even, down
        ("0.03 EUR", 1800, "0.02 EUR"),  # 0.015: half to even, up
        ("44.60 CNY", 1200, "14.87 CNY"),  # 44.60 / 3 = 14.8666...
        ("1 JPY", 1800, "0 JPY"),  # 0.5 yen: to even
        ("3 JPY", 1800, "2 JPY"),  # 1.5 yen: to even
        ("0.0005 KWD", 3600, "0.000 KWD"),  # half a fils
    ],
)
def test_it_is_rounded_once_half_to_even(rate, seconds, expected):
    amount, currency = expected.split()
    assert str(Rate.parse(rate).for_seconds(seconds)) == f"{currency} {amount}"


@given(
    st.decimals(min_value=0, max_value=10**9, places=6), st.integers(0, 10**9), st.sampled_from(["JPY", "EUR", "CLF"])
)
def test_it_is_the_exact_product_rounded(amount, seconds, currency):
    digits = {"JPY": 0, "EUR": 2, "CLF": 4}[currency]
    exact = Fraction(amount) * seconds / 3600 * 10**digits
    assert Rate(amount, currency).for_seconds(seconds) == Money.from_minor(round(exact), currency)


@given(st.text(max_size=60))
def test_any_text_is_a_rate_or_a_money_error(text):
    try:
        rate = Rate.parse(text)
    except MoneyError:
        return
    assert rate.amount >= 0
