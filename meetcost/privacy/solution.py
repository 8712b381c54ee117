# SPDX-License-Identifier: Apache-2.0
"""What an attack came to; free of the packages that mount it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from meetcost.privacy.figures import Unknown

WITHIN: Final = 10
"""Per cent: whoever's pay is known as exactly as that is found. The p of the p % rule in ACRO."""


class Bounds(NamedTuple):
    """What one person's hour costs, in minor units: at least, by the best guess, at most."""

    low: float
    likely: float
    high: float

    @property
    def found(self) -> bool:
        """Whether no point of the range is further than `WITHIN` per cent from its middle."""
        return self.high > 0 and (self.high - self.low) * 100 <= WITHIN * (self.high + self.low)


class Solution(NamedTuple):
    """`figures` equations in `unknowns` of rank `rank`; `slack` is the share of each sum by which they contradict."""

    figures: int
    unknowns: int
    rank: int
    slack: float
    bounds: Mapping[Unknown, Bounds]

    @property
    def found(self) -> Mapping[Unknown, Bounds]:
        """Those whose hour is known nearly enough."""
        return {who: one for who, one in self.bounds.items() if one.found}
