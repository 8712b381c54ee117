# SPDX-License-Identifier: Apache-2.0
"""Whether paperwork per meeting-hour changed within series, or because other series make up the meetings now.

Dropping short meetings with long minutes lowers the ratio without anybody writing less. The change of the logarithm of
P/M is split without a rest by the logarithmic mean Divisia index (Ang, Energy Policy 33 (2005) 867-871).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Flow(NamedTuple):
    """Hours of meetings and of paperwork of one series in a period."""

    meeting: float
    paperwork: float


class Split(NamedTuple):
    """Parts of the change of log(P/M); their sum is the whole."""

    within: float
    mix: float


def split(before: Mapping[str, Flow], after: Mapping[str, Flow]) -> Split | None:
    """The two parts, series by their id; None where a period has no meetings or no paperwork.

    What a series does that is in one period only is a matter of the mix.
    """
    old, new = _totals(before), _totals(after)
    if min(*old, *new) <= 0:
        return None
    ratio_old, ratio_new = old.paperwork / old.meeting, new.paperwork / new.meeting
    whole = _mean(ratio_new, ratio_old)
    within = 0.0
    for name, a in before.items():
        b = after.get(name, Flow(0, 0))
        if min(*a, *b) > 0:
            weight = _mean(b.paperwork / new.meeting, a.paperwork / old.meeting) / whole
            within += weight * math.log((b.paperwork / b.meeting) / (a.paperwork / a.meeting))
    return Split(within, math.log(ratio_new / ratio_old) - within)


def _totals(flows: Mapping[str, Flow]) -> Flow:
    return Flow(sum(one.meeting for one in flows.values()), sum(one.paperwork for one in flows.values()))


def _mean(a: float, b: float) -> float:
    """The logarithmic mean."""
    return a if math.isclose(a, b) else (a - b) / math.log(a / b)
