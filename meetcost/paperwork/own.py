# SPDX-License-Identifier: Apache-2.0
"""What a series' own minutes say of its next ones, and how fast that is forgotten.

Each record leaves one number: by how much its log length differed from what was expected without any record. Of these
numbers six sums are kept, in which a record counts 0.9 times as much with each that follows it; so at most ten records
count in effect, and a series that changes its habits is believed after a few meetings.

The update is conjugate. In words: the other bodies say where a new series lies and how far it may lie off (`between`);
an own record says the same with the spread from meeting to meeting (`within`) as its uncertainty. As the two variances
are about equal, **one own record counts as much as all other bodies together**, two records twice as much. The spread
itself begins as that of the other bodies, worth 2 x `shape` (about 7) records, and becomes the series' own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from meetcost.paperwork.model import Predictive

if TYPE_CHECKING:
    from meetcost.paperwork.model import Prior

FORGETTING: Final = 0.9
"""How much a record counts relative to the next one; chosen in docs/explanation/paperwork.md."""


@dataclass(frozen=True, slots=True)
class Own:
    """The state of one series: all that a ledger has to carry.

    `records` of its minutes so far, with the weighted count, sum and sum of squares of their deviations; `held` and
    `minuted`: the weighted counts of meetings and of those among them that left minutes.
    """

    records: int = 0
    weight: float = 0.0
    total: float = 0.0
    squares: float = 0.0
    held: float = 0.0
    minuted: float = 0.0

    def after(self, deviation: float | None) -> Own:
        """The state after one more meeting: `deviation` of the log length of its minutes, None if it left none."""
        held = FORGETTING * self.held + 1
        if deviation is None:
            minuted = FORGETTING * self.minuted
            return Own(self.records, self.weight, self.total, self.squares, held, minuted)
        return Own(
            self.records + 1,
            FORGETTING * self.weight + 1,
            FORGETTING * self.total + deviation,
            FORGETTING * self.squares + deviation * deviation,
            held,
            FORGETTING * self.minuted + 1,
        )

    def predictive(self, prior: Prior) -> Predictive:
        """The next minutes of the series, `prior` being what is known without own records; there is at least one.

        With inverse gamma variance of shape a and mean `within`, W records in effect of mean deviation d and sum of
        squares S about it: s2 = ((a - 1) within + S/2) / (a + W/2), v = 1 / (1/between + W/s2), and the next log
        length is Student's t with 2a + W degrees of freedom about location + v W d / s2, of squared scale v + s2
        (Gelman et al., Bayesian Data Analysis, 3rd ed., 3.3, with the mean's prior variance apart from s2).
        """
        mean = self.total / self.weight
        scatter = max(self.squares - self.total * mean, 0.0)
        within = ((prior.shape - 1) * prior.within + scatter / 2) / (prior.shape + self.weight / 2)
        if not prior.between:
            return Predictive(prior.location, math.sqrt(within), 2 * prior.shape + self.weight)
        level = 1 / (1 / prior.between + self.weight / within)
        location = prior.location + level * self.weight * mean / within
        return Predictive(location, math.sqrt(level + within), 2 * prior.shape + self.weight)

    def written(self, alpha: float, beta: float) -> float:
        """Probability that the next meeting leaves minutes: the Beta rate of other bodies with own meetings added."""
        return (alpha + self.minuted) / (alpha + beta + self.held)
