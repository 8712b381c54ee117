# SPDX-License-Identifier: Apache-2.0
"""The distribution of the length of minutes, from coefficients fitted on published minutes.

For minutes of one kind, with L in words, D minutes, N people and G agenda items,

    log L = level + bD log(D/60) + bN log(N/12) + bG log((1+G)/6) + between + within

`between` is normal over recurring series, `within` normal within a series whose own variance is inverse gamma over
series. An unknown feature drops its term, and every set of known features has its own two variances. The predictive
distribution of log L for a series never seen is then taken as Student's t about the terms, with between + within as the
square of its scale and twice the inverse gamma's shape as degrees of freedom. `Prior` keeps the parts apart, because
own records narrow the one and not the other.

The coefficients are written by tests/paperwork/fit_minutes.py; docs/explanation/paperwork.md says how good they are.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from meetcost.paperwork import student
from meetcost.paperwork.features import Features, Kind
from meetcost.values.citation import Citation

if TYPE_CHECKING:
    from collections.abc import Mapping

FEATURES = ("minutes", "attendees", "agenda_items")


@dataclass(frozen=True, slots=True)
class Predictive:
    """Student's t distribution of a logarithm; infinite freedom is the normal distribution."""

    location: float
    scale: float
    freedom: float

    @property
    def median(self) -> float:
        """The median of the quantity itself."""
        return math.exp(self.location)

    def interval(self, reach: float) -> tuple[float, float]:
        """The quantity itself `reach` scales below and above the median."""
        width = self.scale * reach
        return math.exp(self.location - width), math.exp(self.location + width)

    def quantile(self, p: float) -> float:
        """The value of the quantity itself below which it lies with probability `p`, 0 < p < 1."""
        return math.exp(self.location + self.scale * student.quantile(p, self.freedom))


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of a series' log length before any own record of it."""

    location: float
    between: float
    within: float
    shape: float

    def predictive(self, widening: float = 1.0) -> Predictive:
        """The next minutes of the series; `widening` multiplies the scale."""
        return Predictive(self.location, widening * math.sqrt(self.between + self.within), 2 * self.shape)


@dataclass(frozen=True, slots=True)
class KindCoefficients:
    """One kind of minutes: level, slopes, (between, within) per set of known features, and the data behind them."""

    level: float
    slopes: Mapping[str, float]
    variances: Mapping[tuple[str, ...], tuple[float, float]]
    rows: int
    series: int
    bodies: Mapping[str, tuple[str, ...]]

    @property
    def count(self) -> int:
        """Number of bodies."""
        return sum(len(names) for names in self.bodies.values())


@dataclass(frozen=True, slots=True)
class Provenance:
    """The data and the day of the fit."""

    file: str
    sha256: str
    rows: int
    bodies: int
    series: int
    fitted: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Everything that was fitted.

    `range` holds the least and greatest value of each feature in the data, `written` the two parameters of the Beta
    distribution, over bodies, of the share of meetings that leave any minutes, `scribes` the mean number of people who
    take notes.
    """

    kinds: Mapping[Kind, KindCoefficients]
    reference: Mapping[str, float]
    range: Mapping[str, tuple[float, float]]
    widening: float
    shape: float
    written: tuple[float, float]
    scribes: float
    provenance: Provenance

    @property
    def written_mean(self) -> float:
        """Probability that a meeting of a body never seen leaves any minutes."""
        alpha, beta = self.written
        return alpha / (alpha + beta)

    def within_range(self, features: Features) -> dict[str, float]:
        """The known features, each held within its range in the data."""
        known = {name: value for name in FEATURES if (value := getattr(features, name)) is not None}
        return {name: min(max(value, self.range[name][0]), self.range[name][1]) for name, value in known.items()}

    def prior(self, features: Features) -> Prior:
        """The prior for a meeting with these features."""
        kind = self.kinds[features.kind]
        known = {name: value for name, value in self.within_range(features).items() if name in kind.slopes}
        location = kind.level
        for name, value in known.items():
            one = 1 if name == "agenda_items" else 0
            location += kind.slopes[name] * math.log((value + one) / (self.reference[name] + one))
        between, within = kind.variances[tuple(known)]
        return Prior(location, between, within, self.shape)


@lru_cache(maxsize=1)
def shipped() -> Coefficients:
    """The coefficients that come with meetcost."""
    text = files("meetcost.paperwork").joinpath("coefficients.json").read_text(encoding="utf-8")
    return parse(json.loads(text))


def parse(content: Mapping[str, Any]) -> Coefficients:
    """Coefficients from the content of coefficients.json."""
    provenance = content["provenance"]
    return Coefficients(
        kinds={Kind(name): _kind(kind) for name, kind in content["kinds"].items()},
        reference=content["reference"],
        range={name: (low, high) for name, (low, high) in content["range"].items()},
        widening=content["widening"],
        shape=content["within_shape"],
        written=(content["written"]["alpha"], content["written"]["beta"]),
        scribes=content["scribes"]["mean"],
        provenance=Provenance(
            **provenance["data"], fitted=provenance["fitted"], citation=Citation(**provenance["citation"])
        ),
    )


def _kind(kind: Mapping[str, Any]) -> KindCoefficients:
    return KindCoefficients(
        level=kind["level"],
        slopes=kind["slopes"],
        variances={
            tuple(name for name in key.split(",") if name): (value["between"], value["within"])
            for key, value in kind["variances"].items()
        },
        rows=kind["rows"],
        series=kind["series"],
        bodies={group: tuple(names) for group, names in kind["bodies"].items()},
    )
