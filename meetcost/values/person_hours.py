# SPDX-License-Identifier: Apache-2.0
"""Working time of people."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


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

    @classmethod
    def total(cls, times: Iterable[PersonHours]) -> PersonHours:
        """All of `times` together; none of them is no time."""
        return cls(sum(one.seconds for one in times))

    @property
    def hours(self) -> Decimal:
        """Hours to two decimals, half to even, without trailing zeros."""
        cents, rest = divmod(self.seconds, 36)
        if rest > 18 or (rest == 18 and cents % 2):
            cents += 1
        places = 0 if cents % 100 == 0 else 1 if cents % 10 == 0 else 2
        sign, units = int(cents < 0), abs(cents) // 10 ** (2 - places)
        return Decimal((sign, tuple(map(int, str(units))), -places))

    def __add__(self, other: PersonHours) -> PersonHours:
        return PersonHours(self.seconds + other.seconds)

    def __sub__(self, other: PersonHours) -> PersonHours:
        return PersonHours(self.seconds - other.seconds)

    def __mul__(self, count: int) -> PersonHours:
        return PersonHours(self.seconds * count)

    def __str__(self) -> str:
        return f"{self.hours:f} person-hour{'' if self.hours == 1 else 's'}"
