# SPDX-License-Identifier: Apache-2.0
"""ISO 4217 currency codes and their minor units.

The active codes as of 2026-11, compared in the tests with pycountry's copy of the standard. Codes for metals,
funds of account and testing (XAU, XDR, XXX, ...) have no minor unit and are left out.
"""

from __future__ import annotations

from typing import Final

from meetcost.errors import MoneyError

_TWO: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
    "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
    "MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
    "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG "
    "YER ZAR ZMW ZWG"
)
_NONE: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE: Final = "BHD IQD JOD KWD LYD OMR TND"
_FOUR: Final = "CLF UYW"

MINOR_DIGITS: Final = {
    code: digits for digits, codes in ((2, _TWO), (0, _NONE), (3, _THREE), (4, _FOUR)) for code in codes.split()
}
"""Currency code -> digits after the decimal point."""


def minor_digits(currency: str) -> int:
    """How many decimals the currency has; `MoneyError` for a code that is not an active ISO 4217 one."""
    try:
        return MINOR_DIGITS[currency]
    except KeyError:
        raise MoneyError(
            "`{currency}` is not an ISO 4217 currency; write one such as `EUR` or `CNY`", currency=currency
        ) from None
