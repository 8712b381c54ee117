# SPDX-License-Identifier: Apache-2.0
"""What was drawn between any two instants."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple


class Sums(NamedTuple):
    """Instants, ascending, and what was drawn before each, and after the last."""

    instants: list[int]
    sums: list[int]

    @classmethod
    def empty(cls) -> Sums:
        """Nothing drawn yet."""
        return cls([], [0])

    def add(self, at: int, amount: int) -> None:
        """One more draw, none of which is later."""
        self.instants.append(at)
        self.sums.append(self.sums[-1] + amount)

    def between(self, start: int, end: int) -> int:
        """What was drawn from `start` up to, not including, `end`."""
        return self.sums[bisect_left(self.instants, end)] - self.sums[bisect_left(self.instants, start)]
