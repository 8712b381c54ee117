# SPDX-License-Identifier: Apache-2.0
"""The list of currencies, against two other copies of ISO 4217."""

import pycountry
from babel.numbers import get_currency_precision

from meetcost.values.currency import MINOR_DIGITS

NO_MINOR_UNIT = {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"}
"""Metals, bond market units, funds of account and test codes: ISO 4217 gives them no minor unit."""

CLDR_DIFFERS = set("AFN ALL COP HUF IDR IQD IRR KPW LAK LBP MGA MMK RSD SOS SYP YER".split())
"""Babel follows CLDR, which gives the digits in use (none, for these) and not those of the standard."""


def test_the_codes_are_those_of_iso_4217():
    listed = {currency.alpha_3 for currency in pycountry.currencies}
    gone = listed - set(MINOR_DIGITS) - NO_MINOR_UNIT
    assert gone <= {"BGN"}, "Bulgaria has the euro since 2026-01-01; older copies of the standard still list the lev"
    assert set(MINOR_DIGITS) <= listed


def test_the_minor_units_are_those_of_cldr_where_cldr_follows_the_standard():
    differs = {code for code, digits in MINOR_DIGITS.items() if digits != get_currency_precision(code)}
    assert differs <= CLDR_DIFFERS
