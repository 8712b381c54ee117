# SPDX-License-Identifier: Apache-2.0
"""Working time of people."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, order=True)
class PersonHours:
    """Working time summed over people, kept exactly as whole person-seconds.

    >>> PersonHours.of(people=9, minutes=90).hours
    Decimal('13.5')
    """

    seconds: int

    @classmethod
    def of(cls, *, people: int, minutes: int) -> PersonHours:
        """`people` for `minutes` each."""
        return cls(people * minutes * 60)

    @property
    def hours(self) -> Decimal:
        """Hours to two decimals, half to even, without trailing zeros."""
        hours = (Decimal(self.seconds) / 3600).quantize(_CENT, ROUND_HALF_EVEN)
        return hours.quantize(Decimal(1)) if hours == hours.to_integral_value() else hours.normalize()

    def __add__(self, other: PersonHours) -> PersonHours:
        return PersonHours(self.seconds + other.seconds)

    def __sub__(self, other: PersonHours) -> PersonHours:
        return PersonHours(self.seconds - other.seconds)

    def __mul__(self, count: int) -> PersonHours:
        return PersonHours(self.seconds * count)

    def __str__(self) -> str:
        return f"{self.hours:f} person-hours"
