# SPDX-License-Identifier: Apache-2.0
"""Money per hour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from meetcost.errors import MoneyError
from meetcost.values.currency import minor_digits
from meetcost.values.money import Money, exact_decimal

if TYPE_CHECKING:
    from decimal import Decimal

_NUMBER: Final = r"(?:[0-9]{1,20}|[0-9]{1,3}(?:,[0-9]{3}){1,6})(?:\.[0-9]{1,10})?"
_CURRENCY: Final = "[A-Z]{3}|[€£¥￥$]"
_WRITTEN: Final = re.compile(
    rf"\s*(?:(?P<code>{_CURRENCY})\s*(?P<after>{_NUMBER})|(?P<before>{_NUMBER})\s*(?P<behind>{_CURRENCY}))"
    r"\s*(?:/\s*h|per hour|/\s*小时)?\s*"
)
_SIGNS: Final = {"€": "EUR", "£": "GBP"}
_SIGNS_OF_SEVERAL: Final = {"¥": ("CNY", "JPY"), "￥": ("CNY", "JPY"), "$": ("USD", "CAD")}


@dataclass(frozen=True, slots=True, repr=False)
class Rate:
    """An exact, non-negative amount of money per hour.

    >>> Rate.parse("46 EUR").for_seconds(5400)
    Money('69.00', 'EUR')
    """

    amount: Decimal
    currency: str

    def __init__(self, amount: Decimal | int | str, currency: str) -> None:
        minor_digits(currency)
        number = exact_decimal(amount)
        if number < 0:
            raise MoneyError("a rate of `{amount}` is below zero", amount=amount)
        object.__setattr__(self, "amount", number)
        object.__setattr__(self, "currency", currency)

    @classmethod
    def parse(cls, text: str) -> Rate:
        """From `46 EUR`, `EUR 46.50`, `1,200 JPY`, `46 EUR/h`, `46€` or `£38`.

        `MoneyError` otherwise, also for a decimal comma and for a sign of several currencies, such as `$`.
        """
        match = _WRITTEN.fullmatch(text)
        if not match:
            raise MoneyError(
                "`{text}` is not a rate; write it as `46 EUR` or `46.50 EUR`, money per hour", text=text[:40]
            )
        number = (match["after"] or match["before"]).replace(",", "")
        currency = match["code"] or match["behind"]
        if currency in _SIGNS_OF_SEVERAL:
            one, other = _SIGNS_OF_SEVERAL[currency]
            raise MoneyError(
                "`{sign}` is the sign of several currencies; write a code, such as `{number} {one}` or "
                "`{number} {other}`",
                sign=currency,
                number=number,
                one=one,
                other=other,
            )
        return cls(number, _SIGNS.get(currency, currency))

    def for_seconds(self, seconds: int) -> Money:
        """What `seconds` of work cost, rounded half to even to the minor unit, once."""
        digits = minor_digits(self.currency)
        sign, figures, exponent = self.amount.as_tuple()
        if not isinstance(exponent, int):
            raise MoneyError("`{amount}` is not a usable rate", amount=self.amount)
        units = int("".join(map(str, figures)) or "0") * seconds
        shift = exponent + digits
        top, bottom = (units * 10**shift, 3600) if shift >= 0 else (units, 3600 * 10**-shift)
        whole, rest = divmod(top, bottom)
        if 2 * rest > bottom or (2 * rest == bottom and whole % 2):
            whole += 1
        return Money.from_minor(-whole if sign else whole, self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:f}/h"

    def __repr__(self) -> str:
        return f"Rate('{self.amount:f}', '{self.currency}')"
