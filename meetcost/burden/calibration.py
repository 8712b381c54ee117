# SPDX-License-Identifier: Apache-2.0
"""How large c becomes by itself: read from cuts in real series at which nothing had happened.

The figures are written by tests/burden/simulate_shift.py from the data of the forecast's fit;
docs/explanation/shift.md tells how, and how often they raise a false alarm on bodies that had no part in them.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ALARM: Final = 0.05
"""Share of placebo cuts above the threshold."""
ENOUGH_POWER: Final = 0.7
"""What a finding of nothing needs: to have found a fully moved cut of 30 % in so many cases."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """By the number of series pooled: `tail`, (share of placebo cuts beyond, c), falling; `sd`; `maximum`.

    `maximum` is the factor by which the largest of many cuts may exceed the threshold of one. `power` is, by number of
    series and of meetings after the cut, how often paperwork x 1/0.7 is found.
    """

    tail: Mapping[int, tuple[tuple[float, float], ...]]
    sd: Mapping[int, float]
    maximum: Mapping[int, float]
    power: Mapping[int, Mapping[int, float]]

    def threshold(self, series: int, share: float = ALARM) -> float:
        """The c of so many series that `share` of placebo cuts exceed."""
        return self._between(series, {count: dict(tail)[share] for count, tail in self.tail.items()})

    def spread(self, series: int) -> float:
        """Standard deviation of the pooled c at placebo cuts."""
        return self._between(series, self.sd)

    def scanned(self, series: int) -> float:
        """The threshold where the date was looked for: the largest of many cuts exceeds it in 5 % of cases."""
        return self.threshold(series) * self._between(series, self.maximum)

    def chance(self, series: int, c: float) -> float:
        """The least tabled share of placebo cuts whose c is as large: 1 where most are."""
        shares = sorted({share for tail in self.tail.values() for share, _ in tail})
        return next((share for share in shares if c >= self.threshold(series, share)), 1.0)

    def found(self, series: int, after: int) -> float:
        """How often a fully moved cut of 30 % would be found."""
        counts, meetings = sorted(self.power), sorted(next(iter(self.power.values())))
        if series < counts[0] or after < meetings[0]:
            return 0.0
        count = counts[bisect_right(counts, series) - 1]
        return self.power[count][meetings[bisect_right(meetings, after) - 1]]

    def _between(self, series: int, values: Mapping[int, float]) -> float:
        """Between two tabled numbers of series by 1/sqrt; beyond the last the last, which is on the safe side."""
        known = sorted(values)
        at = bisect_right(known, series)
        if at in (0, len(known)):
            return values[known[max(at - 1, 0)]]
        low, high = known[at - 1], known[at]
        roots = [1 / math.sqrt(number) for number in (low, series, high)]
        share = (roots[0] - roots[1]) / (roots[0] - roots[2])
        return values[low] + share * (values[high] - values[low])


@lru_cache(maxsize=1)
def shipped_calibration() -> Calibration:
    """The figures that come with meetcost."""
    text = files("meetcost.burden").joinpath("calibration.json").read_text(encoding="utf-8")
    return parse(json.loads(text))


def parse(content: Mapping[str, Any]) -> Calibration:
    """From the content of calibration.json."""
    rows = {int(count): row for count, row in content["series"].items()}
    return Calibration(
        tail={n: tuple((float(share), c) for share, c in row["tail"].items()) for n, row in rows.items()},
        sd={count: row["sd"] for count, row in rows.items()},
        maximum={count: row["maximum"] for count, row in rows.items() if row["maximum"] is not None},
        power={n: {int(after): share for after, share in row["power"].items()} for n, row in rows.items()},
    )
