# SPDX-License-Identifier: Apache-2.0
"""How good the forecast has been on an organisation's own records: each forecast from what was known before it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING, Final

from meetcost.paperwork.features import Kind
from meetcost.paperwork.history import deviation_of, speaks_of
from meetcost.paperwork.model import Coefficients, Predictive, shipped
from meetcost.paperwork.own import Own

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from meetcost.paperwork.history import History, Record

BANDS: Final = ((0, 0), (1, 2), (3, 9), (10, None))
"""By how many own records of the series there were at the time."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One forecast in retrospect: from how many own records, and the quantiles 10, 50 and 90 % in words."""

    record: Record
    records: int
    low: float
    median: float
    high: float
    outside: float
    """The median without own records."""

    @property
    def inside(self) -> bool:
        """Whether the measured length lies in the 80 % interval."""
        return self.low <= self.record.words <= self.high

    @property
    def pinball(self) -> float:
        """Mean loss of the three quantiles, of log length."""
        ends = ((0.1, self.low), (0.5, self.median), (0.9, self.high))
        return fmean(_loss(q, math.log(self.record.words) - math.log(at)) for q, at in ends)


@dataclass(frozen=True, slots=True)
class Review:
    """Means over forecasts: share inside the 80 % interval, its half width as a factor, typical errors as factors.

    `error` is that of the median (half the forecasts are off by less), `without` that of a forecast without own
    records for the same meetings.
    """

    least: int
    most: int | None
    forecasts: int
    coverage: float
    factor: float
    error: float
    without: float
    pinball: float


def looked_back(history: History, coefficients: Coefficients | None = None) -> list[Looked]:
    """Every record with minutes, forecast from the records of its series before it."""
    fit = shipped() if coefficients is None else coefficients
    return [one for records in history.series.values() for one in _series(records, fit)]


def reviewed(looked: Iterable[Looked]) -> list[Review]:
    """By the number of own records at the time; bands without a forecast are left out."""
    found = list(looked)
    reviews = []
    for least, most in BANDS:
        band = [one for one in found if one.records >= least and (most is None or one.records <= most)]
        if band:
            reviews.append(_review(least, most, band))
    return reviews


def _series(records: list[Record], fit: Coefficients) -> Iterator[Looked]:
    states: dict[Kind, Own] = {}
    for record in records:
        kind = record.features.kind
        state = states.get(kind, Own())
        if record.minuted:
            prior = fit.prior(record.features)
            bare = prior.predictive(fit.widening)
            words: Predictive = state.predictive(prior) if state.records else bare
            ends = (words.quantile(0.1), words.median, words.quantile(0.9))
            yield Looked(record, state.records, *ends, outside=bare.median)
        deviation = deviation_of(record, fit) if record.minuted else None
        for other in Kind:
            if speaks_of(record, other):
                states[other] = states.get(other, Own()).after(deviation)


def _review(least: int, most: int | None, band: list[Looked]) -> Review:
    return Review(
        least=least,
        most=most,
        forecasts=len(band),
        coverage=fmean(one.inside for one in band),
        factor=math.exp(fmean(math.log(one.high / one.low) / 2 for one in band)),
        error=_typical(one.record.words / one.median for one in band),
        without=_typical(one.record.words / one.outside for one in band),
        pinball=fmean(one.pinball for one in band),
    )


def _typical(ratios: Iterable[float]) -> float:
    return math.exp(median(abs(math.log(ratio)) for ratio in ratios))


def _loss(q: float, error: float) -> float:
    return max(q * error, (q - 1) * error)
