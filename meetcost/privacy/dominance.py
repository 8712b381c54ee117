# SPDX-License-Identifier: Apache-2.0
"""Whether a sum of several people's pay gives one of them away: the classical rules of statistical disclosure control.

For sums that should not be published at all these rules say how bad it is; no sum becomes fit to be published by
passing them (one sum may pass, and two of them together give somebody away).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

N: Final = 2
K: Final = 85
"""(n,k) dominance: unsafe if the `N` largest make up more than `K` per cent; the defaults of sdcTable."""
P: Final = 10
"""p % rule: unsafe if the second largest, who knows his own part, can tell the first to within `P` per cent (ACRO)."""


def dominated(parts: Iterable[int | Fraction], n: int = N, k: int = K) -> bool:
    """(n,k): x1 + ... + xn > k/100 × X (Handbook on Statistical Disclosure Control, 2nd edition, chapter 4)."""
    ordered = sorted(map(Fraction, parts), reverse=True)
    return sum(ordered[:n]) * 100 > k * sum(ordered)


def estimable(parts: Iterable[int | Fraction], p: int = P) -> bool:
    """p %: X − x1 − x2 < p/100 × x1 (the same, chapter 4)."""
    ordered = sorted(map(Fraction, parts), reverse=True)
    return bool(ordered) and sum(ordered[2:]) * 100 < p * ordered[0]
