# SPDX-License-Identifier: Apache-2.0
"""Values that change on a day: law, rates, prices."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Generic, TypeVar

from meetcost.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

T = TypeVar("T")


class Dated(Generic[T]):
    """Values keyed by the first day they hold; each holds until the next begins.

    >>> from datetime import date
    >>> ceiling = Dated({date(2014, 1, 1): 550, date(2016, 7, 1): 760})
    >>> ceiling.on(date(2016, 6, 30)), ceiling.on(date(2016, 7, 1))
    (550, 760)
    """

    __slots__ = ("_days", "_values")

    def __init__(self, values: Mapping[date, T]) -> None:
        self._days = sorted(values)
        self._values = [values[day] for day in self._days]

    def on(self, day: date) -> T:
        """The value in force on `day`; `UsageError` before the first one begins."""
        at = bisect_right(self._days, day)
        if not at:
            first = self._days[0] if self._days else "never"
            raise UsageError("no value is in force on {day}; the first begins on {first}", day=day, first=first)
        return self._values[at - 1]

    def first_day(self, day: date) -> date:
        """The day on which the value in force on `day` began."""
        self.on(day)
        return self._days[bisect_right(self._days, day) - 1]

    def __iter__(self) -> Iterator[tuple[date, T]]:
        return iter(zip(self._days, self._values, strict=True))

    def __len__(self) -> int:
        return len(self._days)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dated) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self._days))

    def __repr__(self) -> str:
        return f"Dated({dict(self)!r})"
