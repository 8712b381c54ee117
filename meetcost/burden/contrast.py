# SPDX-License-Identifier: Apache-2.0
"""How far the paperwork of a series has moved at a date, in units of its own ordinary spread.

For each meeting of a series, r is the logarithm of its paperwork less what its duration, people and agenda explain: a
longer meeting may have longer minutes. At a cut,

    c = (mean of r after - forgetting mean of r before) / (half its own spread before + half that of its kind)

Paperwork drifts, and one meeting resembles the one before: a t-test takes both for news. Hence the forgetting mean, and
thresholds that come from cuts at which nothing had happened and not from a formula (`calibration`). One meeting with
an extraordinary text is no shift either: r counts as at most `HELD` ordinary spreads from the median before.
"""

from __future__ import annotations

from statistics import fmean, median, stdev
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

FORGETTING: Final = 0.9
"""Weight of a meeting relative to the next one of its series."""
MOST: Final = 20
"""Meetings looked at on either side of the cut."""
LEAST_BEFORE: Final = 8
LEAST_AFTER: Final = 3
"""Meetings a series needs on either side of the cut to be looked at."""
HELD: Final = 1.5
_WEIGHTS: Final = [FORGETTING**age for age in range(MOST - 1, -1, -1)]


class Contrast(NamedTuple):
    """One series at a cut: `c` in ordinary spreads, `step` the change of the logarithm itself, meetings looked at."""

    c: float
    step: float
    before: int
    after: int


def contrast(before: Sequence[float], after: Sequence[float], spread: float) -> Contrast:
    """What changed between `before` and `after`, both in order of time; `spread` is the ordinary one of the kind.

    At most `MOST` meetings next to the cut count. There are at least two before and one after.
    """
    recent, next_ones = before[-MOST:], after[:MOST]
    middle, reach = median(recent), HELD * spread
    recent = [min(max(r, middle - reach), middle + reach) for r in recent]
    held = [min(max(r, middle - reach), middle + reach) for r in next_ones]
    step = fmean(held) - fmean(recent, _WEIGHTS[-len(recent) :])
    return Contrast(step / (0.5 * stdev(recent) + 0.5 * spread), step, len(recent), len(held))


def enough(before: int, after: int) -> bool:
    """Whether a series with so many meetings on either side of a cut is looked at."""
    return before >= LEAST_BEFORE and after >= LEAST_AFTER
