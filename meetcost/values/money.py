# SPDX-License-Identifier: Apache-2.0
"""Exact amounts of money."""

from __future__ import annotations

import decimal
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from meetcost.errors import MoneyError
from meetcost.values.currency import minor_digits

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXACT: Final = decimal.Context(
    prec=60,
    traps=[decimal.Inexact, decimal.InvalidOperation, decimal.Overflow, decimal.DivisionByZero],
)
_MOST_DIGITS: Final = 30
_ROUND: Final = decimal.Context(prec=60, traps=[decimal.InvalidOperation])


class Rounding(StrEnum):
    """Named rounding rules, as in the General Decimal Arithmetic specification."""

    HALF_EVEN = decimal.ROUND_HALF_EVEN
    HALF_UP = decimal.ROUND_HALF_UP
    UP = decimal.ROUND_UP
    DOWN = decimal.ROUND_DOWN


def exact_decimal(value: Decimal | int | str) -> Decimal:
    """`value` as a finite Decimal; `MoneyError` for floats, text that is no number, infinities."""
    if type(value) is Decimal:  # as it is in all arithmetic
        number = value
    else:
        if isinstance(value, bool | float) or not isinstance(value, Decimal | int | str):
            raise MoneyError("`{value!r}` is not exact; give a Decimal, an int or a string", value=value)
        try:
            number = Decimal(value)
        except decimal.InvalidOperation:
            raise MoneyError("`{value}` is not a number", value=_short(value)) from None
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS or len(number.as_tuple().digits) > _EXACT.prec:
        raise MoneyError("`{value}` is not a usable amount", value=_short(value))
    return number or number.copy_abs()


def _short(value: Decimal | int | str) -> str:
    if isinstance(value, int) and value.bit_length() > 200:
        return f"a whole number of {value.bit_length()} bits"
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}..."


@dataclass(frozen=True, slots=True, order=False, repr=False)
class Money:
    """An exact amount in one ISO 4217 currency. Arithmetic never rounds; `rounded` does, by a named rule.

    >>> Money("10.00", "EUR") + Money("0.005", "EUR")
    Money('10.005', 'EUR')
    >>> Money("10.005", "EUR").rounded()
    Money('10.00', 'EUR')

    Raises `MoneyError` for a float, an unknown currency, or a sum over two currencies.
    """

    amount: Decimal
    currency: str

    def __init__(self, amount: Decimal | int | str, currency: str) -> None:
        minor_digits(currency)
        object.__setattr__(self, "amount", exact_decimal(amount))
        object.__setattr__(self, "currency", currency)

    @classmethod
    def from_minor(cls, units: int, currency: str) -> Money:
        """From an integer of minor units: `from_minor(1050, "EUR")` is 10.50 EUR."""
        return cls(_scaled(units, -minor_digits(currency)), currency)

    @property
    def minor(self) -> int:
        """Minor units, after rounding half to even: 1050 for 10.50 EUR."""
        return int(self.rounded().amount.scaleb(minor_digits(self.currency), _EXACT))

    def rounded(self, rounding: Rounding = Rounding.HALF_EVEN) -> Money:
        """To the currency's minor unit, half to even unless another rule is named."""
        step = _scaled(1, -minor_digits(self.currency))
        return Money(self.amount.quantize(step, rounding.value, _ROUND), self.currency)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Shares in proportion to `weights` (non-negative, not all 0), in minor units, that sum to `self.rounded()`.

        What does not divide goes to the largest remainders, the first of equals first.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise MoneyError("weights of a split are non-negative and not all zero")
        units = self.minor
        shares = [divmod(units * weight, total) for weight in weights]
        left = units - sum(share for share, _ in shares)
        order = sorted(range(len(weights)), key=lambda at: (-shares[at][1], at))
        extra = set(order[:left])
        return [Money.from_minor(share + (at in extra), self.currency) for at, (share, _) in enumerate(shares)]

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise MoneyError(
                "{one} and {other} do not add up; convert one first", one=self.currency, other=other.currency
            )

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        self._same(other)
        return Money(_exact(_EXACT.add, self.amount, other.amount), self.currency)

    def __sub__(self, other: Money) -> Money:
        return self + -other if isinstance(other, Money) else NotImplemented

    def __neg__(self) -> Money:
        return Money(self.amount.copy_negate(), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(_exact(_EXACT.multiply, self.amount, exact_decimal(factor)), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        return not other < self if isinstance(other, Money) else NotImplemented

    def __gt__(self, other: Money) -> bool:
        return other < self if isinstance(other, Money) else NotImplemented

    def __ge__(self, other: Money) -> bool:
        return not self < other if isinstance(other, Money) else NotImplemented

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:f}"

    def __repr__(self) -> str:
        return f"Money('{self.amount:f}', '{self.currency}')"


def _scaled(units: int, exponent: int) -> Decimal:
    """`units` * 10**`exponent`, whatever the caller's decimal context rounds to."""
    return exact_decimal(units).scaleb(exponent, _EXACT)


def _exact(operation: object, left: Decimal, right: Decimal) -> Decimal:
    try:
        result = operation(left, right)  # type: ignore[operator]
    except decimal.DecimalException:
        raise MoneyError("`{left}` and `{right}` give no exact amount", left=left, right=right) from None
    return Decimal(result)
