# SPDX-License-Identifier: Apache-2.0
"""Fit the forecast of the length of minutes on data/meetings.csv, and say how good it is.

    python tests/paperwork/fit_minutes.py            print the evaluation
    python tests/paperwork/fit_minutes.py --write    and write meetcost/paperwork/coefficients.json

The model, for minutes of one kind, L in words (Chinese characters / 1.6), D minutes, N people, G agenda items:

    log L = a + bD log(D/60) + bN log(N/12) + bG log((1+G)/6) + between + within

`between` is what a recurring series of a body never seen before differs from the average one, `within` what one meeting
differs from the next of its series. An unknown feature drops its term; each set of known features has its own
variances. Minutes written by people come as `summary` and `detailed`; `verbatim` and `digest` (one paragraph, by an
annotator or a machine) are fitted apart. Bodies count equally, whatever their number of meetings.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy import stats
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from meetcost.paperwork import own as own_records
from meetcost.paperwork.model import Prior
from meetcost.paperwork.own import Own
from meetcost.paperwork.student import quantile

DATA = Path(__file__).parent / "data" / "meetings.csv"
COEFFICIENTS = Path(__file__).parents[2] / "meetcost" / "paperwork" / "coefficients.json"

FEATURES = ("minutes", "attendees", "agenda_items")
REFERENCE = {"minutes": 60, "attendees": 12, "agenda_items": 5}
SETS = [known for size in range(4) for known in combinations(range(3), size)]
KIND = {
    "topical_minutes": "summary",
    "action_minutes": "summary",
    "discussion_notes": "detailed",
    "formal_minutes": "detailed",
    "verbatim_transcript": "verbatim",
    "abstractive_summary": "digest",
    "llm_summary": "digest",
}
HUMAN = ("summary", "detailed")
GROUP = {"central bank committee": "central bank", "parliament committee": "parliament", "research corpus": "research"}
OPEN = "open-source, standards or volunteer"

WIDENING = 1.1  # interval scale while there is no own record: see `widenings` and docs/explanation/paperwork.md
BODY_PENALTY, SERIES_PENALTY = 1.0, 2.0  # ridge on body and series levels: within-series variance over theirs
NESTED_BODIES = 4  # a set of known features needs this many bodies to count as much as the sets it refines
SPOKEN_BODIES = 1  # the same for verbatim minutes: how long bodies meet says little about how fast they speak
POOLED_BODIES = 10  # a kind needs this many bodies to count as much as all minutes written by people


@dataclass
class Rows:
    """Columns of the meetings that have a text: log length, log features (nan: unknown), body and series numbers."""

    y: np.ndarray
    x: np.ndarray
    kind: np.ndarray
    body: np.ndarray
    series: np.ndarray
    names: list[str]
    order: np.ndarray | None = None  # rank in time; only own records ask for it

    def take(self, keep: np.ndarray) -> Rows:
        order = self.order[keep] if self.order is not None else None
        return Rows(self.y[keep], self.x[keep], self.kind[keep], self.body[keep], self.series[keep], self.names, order)

    @property
    def human(self) -> np.ndarray:
        return np.isin(self.kind, HUMAN)

    def known(self, features: tuple[int, ...]) -> np.ndarray:
        return ~np.isnan(self.x[:, list(features)]).any(axis=1)


def read(path: Path = DATA) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns(records: list[dict[str, str]]) -> Rows:
    """Meetings with a text; one without (`no_minutes`) says something about whether, not about how much."""
    records = [r for r in records if r["no_minutes"] == "0"]

    def number(column: str) -> np.ndarray:
        return np.array([float(r[column]) if r[column] else np.nan for r in records])

    names = sorted({r["org"] for r in records})
    when = sorted(range(len(records)), key=lambda i: (records[i]["date"], int(records[i]["seq_in_series"] or 0)))
    series = {key: i for i, key in enumerate(sorted({(r["org"], r["series"]) for r in records}))}
    x = np.column_stack(
        [
            np.log(number("duration_min") / REFERENCE["minutes"]),
            np.log(number("attendees") / REFERENCE["attendees"]),
            np.log((1 + number("agenda_items")) / (1 + REFERENCE["agenda_items"])),
        ]
    )
    return Rows(
        y=np.log(number("word_equiv")),
        x=x,
        kind=np.array([KIND[r["kind"]] for r in records]),
        body=np.array([names.index(r["org"]) for r in records]),
        series=np.array([series[r["org"], r["series"]] for r in records]),
        names=names,
        order=np.argsort(when),
    )


# --- slopes ----------------------------------------------------------------------------------------------------------


def human_slopes(rows: Rows) -> dict[str, np.ndarray]:
    """Slopes of duration and agenda common to both kinds, of attendees for each; random levels of body and series.

    Penalised least squares: every body has a level, every series and pattern of known features within it another,
    both shrunk; a row weighs 1/sqrt(rows of its body), so that a large body does not drown the others.
    """
    summary = (rows.kind == "summary").astype(float)
    known = ~np.isnan(rows.x)
    x = np.where(known, rows.x, 0.0)
    fixed = np.column_stack([summary, 1 - summary, x[:, 0], x[:, 2], x[:, 1] * summary, x[:, 1] * (1 - summary)])
    pattern = known @ np.array([1, 2, 4])
    levels = [_indicators(rows.body), _indicators(rows.series * 8 + pattern)]
    design = np.column_stack([fixed, *levels])
    penalty = np.concatenate(
        [np.full(6, 1e-9), np.full(levels[0].shape[1], BODY_PENALTY), np.full(levels[1].shape[1], SERIES_PENALTY)]
    )
    weight = 1 / np.sqrt(np.bincount(rows.body)[rows.body])
    weight /= weight.mean()
    weighted = design * weight[:, None]
    solution = np.linalg.solve(design.T @ weighted + np.diag(penalty), weighted.T @ rows.y)
    d, g, n_summary, n_detailed = solution[2:6]
    slopes = {"summary": np.array([d, n_summary, g]), "detailed": np.array([d, n_detailed, g])}
    slopes["unknown"] = (slopes["summary"] + slopes["detailed"]) / 2
    return slopes


def _indicators(labels: np.ndarray) -> np.ndarray:
    _, position = np.unique(labels, return_inverse=True)
    out = np.zeros((len(labels), position.max() + 1))
    out[np.arange(len(labels)), position] = 1
    return out


def terms(x: np.ndarray, slopes: np.ndarray, known: tuple[int, ...] = (0, 1, 2)) -> np.ndarray:
    """What the known features add to the level; an unknown one adds nothing."""
    return sum((np.nan_to_num(x[:, j]) * slopes[j] for j in known), np.zeros(len(x)))


# --- variances -------------------------------------------------------------------------------------------------------


@dataclass
class Spread:
    """Variance between bodies' series and within a series, and the number of bodies behind them."""

    between: float
    within: float
    bodies: int

    def mix(self, other: Spread, weight: float) -> Spread:
        """`other` counts as much as `weight` bodies."""
        own = self.bodies / (self.bodies + weight)
        return Spread(
            own * self.between + (1 - own) * other.between, own * self.within + (1 - own) * other.within, self.bodies
        )


def spread(residual: np.ndarray, body: np.ndarray, series: np.ndarray, levels: int) -> Spread:
    """Method of moments, bodies equal, about zero; `levels` were estimated from the same bodies."""
    bodies = np.unique(body)
    if len(bodies) <= levels:
        return Spread(0.0, 0.0, 0)
    total = np.mean([np.mean(residual[body == b] ** 2) for b in bodies])
    within = np.mean([v for b in bodies if (v := _within(residual[body == b], series[body == b])) is not None])
    between = max(total - within, 0.0) * len(bodies) / (len(bodies) - levels)
    return Spread(float(between), float(within), len(bodies))


def _within(residual: np.ndarray, series: np.ndarray) -> float | None:
    _, position, count = np.unique(series, return_inverse=True, return_counts=True)
    freedom = (count - 1).sum()
    mean = np.bincount(position, residual) / count
    return float(((residual - mean[position]) ** 2).sum() / freedom) if freedom >= 3 else None


def spreads(
    rows: Rows, residuals: dict[tuple[int, ...], np.ndarray], levels: int, nested: float = NESTED_BODIES
) -> dict[tuple[int, ...], Spread]:
    """One spread for each set of known features, drawn towards the sets with one feature less.

    Few bodies know everything, and two or three bodies can agree by chance: a smaller interval has to be earned.
    """
    out: dict[tuple[int, ...], Spread] = {}
    for known, residual in residuals.items():
        keep = rows.known(known)
        own = spread(residual[keep], rows.body[keep], rows.series[keep], levels)
        coarser = [out[tuple(k for k in known if k != j)] for j in known]
        if coarser:
            mean = Spread(np.mean([c.between for c in coarser]), np.mean([c.within for c in coarser]), 0)
            own = own.mix(mean, nested)
        out[known] = own
    return out


def level(rows: Rows, residual: np.ndarray) -> float:
    """Mean over bodies of their mean."""
    return float(np.mean([residual[rows.body == b].mean() for b in np.unique(rows.body)]))


def within_shape(rows: Rows, residual: np.ndarray) -> float:
    """Shape of the inverse gamma distribution of series' variances, by moments over series of 8 or more meetings."""
    variance, noise = [], []
    for s in np.unique(rows.series):
        own = residual[rows.series == s]
        if len(own) >= 8:
            variance.append(own.var(ddof=1))
            noise.append(2 / (len(own) - 1))
    squared_cv = np.var(variance, ddof=1) / np.mean(variance) ** 2
    real = (squared_cv - np.mean(noise)) / (1 + np.mean(noise))
    return float(2 + 1 / max(real, 0.05))


# --- the whole fit ---------------------------------------------------------------------------------------------------


@dataclass
class Kind:
    """The fit of one kind of minutes."""

    level: float
    slopes: np.ndarray
    spreads: dict[tuple[int, ...], Spread]
    rows: Rows


def fit(rows: Rows) -> tuple[dict[str, Kind], float]:
    """Every kind, and the shape of within-series variances."""
    human = rows.take(rows.human)
    slopes = human_slopes(human)
    kinds: dict[str, Kind] = {}
    pooled_residuals = {known: np.zeros(len(human.y)) for known in SETS}
    for name in HUMAN:
        at = human.kind == name
        own = human.take(at)
        base = level(own, own.y - terms(own.x, slopes[name]))
        residuals = {known: own.y - base - terms(own.x, slopes[name], known) for known in SETS}
        for known in SETS:
            pooled_residuals[known][at] = residuals[known]
        kinds[name] = Kind(base, slopes[name], spreads(own, residuals, levels=1), own)
    pooled = spreads(human, pooled_residuals, levels=2)
    for name in HUMAN:
        mixed = {known: kinds[name].spreads[known].mix(pooled[known], POOLED_BODIES) for known in SETS}
        kinds[name].spreads = mixed
    kinds["unknown"] = _apart(human, slopes["unknown"], SETS)
    kinds["verbatim"] = _apart(rows.take(rows.kind == "verbatim"), np.array([1.0, 0.0, 0.0]), [(), (0,)])
    kinds["digest"] = _apart(rows.take(rows.kind == "digest"), np.zeros(3), [()])
    for kind in kinds.values():
        _never_widen(kind.spreads)
        count = len(np.unique(kind.rows.body))
        for value in kind.spreads.values():
            value.between *= 1 + 1 / count  # the level itself is estimated
    return kinds, within_shape(human, pooled_residuals[0, 1, 2])


def _never_widen(values: dict[tuple[int, ...], Spread]) -> None:
    """Knowing one feature more widens nothing; where it seems to, other bodies happen to publish that feature."""
    for known, value in values.items():
        for coarser in (values[tuple(k for k in known if k != j)] for j in known):
            value.between = min(value.between, coarser.between)
            value.within = min(value.within, coarser.within)


def _apart(rows: Rows, slopes: np.ndarray, sets: list[tuple[int, ...]]) -> Kind:
    """A kind whose variances borrow nothing; verbatim: speech rate times duration, digest: a length of its own."""
    if len(sets) == len(SETS):
        base = level(rows, rows.y - terms(rows.x, slopes))
    else:
        timed = rows.take(rows.known(sets[-1]))
        base = level(timed, timed.y - terms(timed.x, slopes, sets[-1]))
    residuals = {known: rows.y - base - terms(rows.x, slopes, known) for known in sets}
    nested = NESTED_BODIES if len(sets) == len(SETS) else SPOKEN_BODIES
    return Kind(base, slopes, spreads(rows, residuals, 1, nested), rows)


def predict(kind: Kind, x: np.ndarray, hide: tuple[int, ...] = ()) -> tuple[np.ndarray, np.ndarray]:
    """Location and scale (not widened) of log length for every row, pretending not to know the features in `hide`."""
    usable = set().union(*kind.spreads) - set(hide)
    location, variance = np.empty(len(x)), np.empty(len(x))
    for i, row in enumerate(x):
        known = tuple(j for j in range(3) if j in usable and not np.isnan(row[j]))
        location[i] = kind.level + sum(kind.slopes[j] * row[j] for j in known)
        variance[i] = kind.spreads[known].between + kind.spreads[known].within
    return location, np.sqrt(variance)


# --- whether anything is written -------------------------------------------------------------------------------------


def written(records: list[dict[str, str]]) -> dict[str, float | int]:
    """Beta distribution over bodies of the share of meetings with minutes, by moments; corpora always have a text."""
    shares, noise = [], []
    human = [r for r in records if KIND[r["kind"]] in HUMAN and r["body_level"] != "research corpus"]
    for body in sorted({r["org"] for r in human}):
        own = [r["no_minutes"] == "0" for r in human if r["org"] == body]
        shares.append(np.mean(own))
        noise.append(np.mean(own) * (1 - np.mean(own)) / len(own))
    mean, variance = np.mean(shares), np.var(shares, ddof=1) - np.mean(noise)
    total = mean * (1 - mean) / variance - 1
    return {"alpha": float(mean * total), "beta": float((1 - mean) * total), "bodies": len(shares), "rows": len(human)}


def scribes(records: list[dict[str, str]]) -> dict[str, float | int]:
    """People named as scribe of a meeting, over meetings that name any."""
    named = [float(r["scribes"]) for r in records if r["scribes"] and float(r["scribes"]) > 0]
    return {"mean": float(np.mean(named)), "rows": len(named)}


# --- evaluation ------------------------------------------------------------------------------------------------------


@dataclass
class Forecasts:
    """Quantiles 0.1, 0.5, 0.9 of log length, row by row."""

    low: np.ndarray
    middle: np.ndarray
    high: np.ndarray
    below: np.ndarray
    """Probability that the forecast gave to lengths below the real one; only the model says it."""

    @classmethod
    def empty(cls, count: int) -> Forecasts:
        return cls(*(np.full(count, np.nan) for _ in range(4)))

    def put(self, at: np.ndarray, low: np.ndarray, middle: np.ndarray, high: np.ndarray) -> None:
        self.low[at], self.middle[at], self.high[at] = low, middle, high


def leave_one_body_out(
    rows: Rows, *, widening: float = WIDENING, hide: tuple[int, ...] = (), unknown: bool = False
) -> Forecasts:
    """Each body forecast from a fit that has never seen it; `unknown`: without being told the kind of minutes."""
    out = Forecasts.empty(len(rows.y))
    for body in np.unique(rows.body):
        kinds, shape = fit(rows.take(rows.body != body))
        freedom = round(2 * shape, 2)
        t = widening * quantile(0.9, freedom)
        for name in np.unique(rows.kind[rows.body == body]):
            at = (rows.body == body) & (rows.kind == name)
            location, scale = predict(kinds["unknown" if unknown else name], rows.x[at], hide)
            out.put(at, location - t * scale, location, location + t * scale)
            out.below[at] = stats.t(freedom).cdf((rows.y[at] - location) / (widening * scale))
    return out


def baselines(rows: Rows) -> dict[str, Forecasts]:
    """Constant, kind, words a minute and kind x words a minute, with quantiles over the other bodies, bodies equal."""
    per_minute = rows.y - rows.x[:, 0]
    shapes = {
        "constant": (rows.y, False, False),
        "median of the kind": (rows.y, True, False),
        "words a minute": (per_minute, False, True),
        "kind x words a minute": (per_minute, True, True),
    }
    out = {}
    for name, (target, by_kind, timed) in shapes.items():
        forecasts = Forecasts.empty(len(rows.y))
        for body in np.unique(rows.body):
            for kind in np.unique(rows.kind[rows.body == body]):
                at = (rows.body == body) & (rows.kind == kind)
                train = (rows.body != body) & ~np.isnan(target) & (rows.human | by_kind)
                train &= (rows.kind == kind) if by_kind else True
                values = _body_quantiles(target[train], rows.body[train])
                shift = rows.x[at, 0] if timed else np.zeros(at.sum())
                forecasts.put(at, *(value + shift for value in values))
        out[name] = forecasts
    return out


def _body_quantiles(values: np.ndarray, body: np.ndarray) -> list[float]:
    weight = 1 / np.bincount(body)[body]
    order = np.argsort(values)
    share = (np.cumsum(weight[order]) - weight[order] / 2) / weight.sum()
    return [float(np.interp(q, share, values[order])) for q in (0.1, 0.5, 0.9)]


def boosted_trees(rows: Rows) -> Forecasts:
    """Quantile regression by gradient boosted trees on the same features, bodies equal; minutes written by people.

    Of the settings that were tried (as they come, small, small with lengths that never fall as a feature grows; bodies
    or rows equal) these lose least.
    """
    x = np.column_stack([rows.x, rows.kind == "summary"])
    out = Forecasts.empty(len(rows.y))
    for body in np.unique(rows.body[rows.human]):
        at, train = rows.human & (rows.body == body), rows.human & (rows.body != body)
        weight = 1 / np.bincount(rows.body[train])[rows.body[train]]
        with threadpool_limits(1):  # threads that wait for each other on a busy machine cost minutes
            columns = [
                HistGradientBoostingRegressor(
                    loss="quantile",
                    quantile=q,
                    max_iter=80,
                    max_leaf_nodes=6,
                    min_samples_leaf=60,
                    learning_rate=0.08,
                    monotonic_cst=[1, 1, 1, 0],
                    random_state=0,
                )
                .fit(x[train], rows.y[train], sample_weight=weight)
                .predict(x[at])
                for q in (0.1, 0.5, 0.9)
            ]
        out.put(at, *np.sort(columns, axis=0))
    return out


@dataclass
class Score:
    """Means over bodies: coverage of 80 % intervals, |log error|, pinball loss, half width; the worst body."""

    name: str
    bodies: int
    rows: int
    coverage: float
    worst: float
    worst_body: str
    error: float
    pinball: float
    factor: float
    by_body: dict[str, float]

    def line(self) -> str:
        return (
            f"| {self.name} | {self.bodies} | {self.rows} | {self.error:.2f} | {self.pinball:.3f} "
            f"| {self.coverage:.2f} | {self.worst:.2f} ({self.worst_body}) | {self.factor:.1f} |"
        )


HEADER = (
    "| forecast | bodies | rows | mean abs log error | pinball | coverage | worst body | factor |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |"
)


def score(name: str, rows: Rows, forecasts: Forecasts, where: np.ndarray) -> Score:
    """Score over the rows in `where`; bodies count equally."""
    inside = (forecasts.low <= rows.y) & (rows.y <= forecasts.high)
    losses = [
        np.maximum(q * (rows.y - f), (q - 1) * (rows.y - f))
        for q, f in ((0.1, forecasts.low), (0.5, forecasts.middle), (0.9, forecasts.high))
    ]
    pinball = sum(losses) / 3
    bodies = [where & (rows.body == b) for b in np.unique(rows.body[where])]
    cover = [float(inside[b].mean()) for b in bodies]
    names = [rows.names[rows.body[b][0]] for b in bodies]
    return Score(
        name=name,
        bodies=len(bodies),
        rows=int(where.sum()),
        coverage=float(np.mean(cover)),
        worst=min(cover),
        worst_body=names[int(np.argmin(cover))],
        error=float(np.mean([np.abs(rows.y - forecasts.middle)[b].mean() for b in bodies])),
        pinball=float(np.mean([pinball[b].mean() for b in bodies])),
        factor=float(np.mean([np.exp((forecasts.high - forecasts.low)[b].mean() / 2) for b in bodies])),
        by_body=dict(zip(names, cover, strict=True)),
    )


def evaluate(rows: Rows) -> dict[str, Score]:
    """Leave-one-body-out scores of the model and the baselines, over all texts and over minutes with a duration."""
    timed = rows.human & rows.known((0,))
    simple, ours = baselines(rows), leave_one_body_out(rows)
    trees = boosted_trees(rows)
    scores = [score(f"timed: {name}", rows, f, timed) for name, f in simple.items()]
    scores.append(score("timed: boosted quantile trees", rows, trees, timed))
    scores.append(score("timed: meetcost", rows, ours, timed))
    scores += [score(f"human: {n}", rows, simple[n], rows.human) for n in ("constant", "median of the kind")]
    scores.append(score("human: boosted quantile trees", rows, trees, rows.human))
    scores.append(score("human: meetcost", rows, ours, rows.human))
    scores.append(score("human: meetcost, kind unknown", rows, leave_one_body_out(rows, unknown=True), rows.human))
    scores.append(score("all texts: meetcost", rows, ours, np.ones(len(rows.y), bool)))
    scores += [score(f"{k}: meetcost", rows, ours, rows.kind == k) for k in (*HUMAN, "verbatim", "digest")]
    return {s.name: s for s in scores}


def by_features(rows: Rows) -> list[Score]:
    """Scores when only some features are known, over the minutes that would have had them."""
    out = []
    for known in SETS:
        hide = tuple(j for j in range(3) if j not in known)
        forecasts = leave_one_body_out(rows, hide=hide)
        for kind in HUMAN:
            name = f"{kind}: {', '.join(FEATURES[j].replace('_', ' ') for j in known) or 'nothing'}"
            out.append(score(name, rows, forecasts, (rows.kind == kind) & rows.known(known)))
    return out


def widenings(rows: Rows) -> list[Score]:
    """What a wider or narrower interval would cover, over all texts."""
    everything = np.ones(len(rows.y), bool)
    steps = (1.0, 1.05, 1.1, 1.15, 1.2, 1.25, 1.4)
    return [score(f"x {w:.2f}", rows, leave_one_body_out(rows, widening=w), everything) for w in steps]


LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


def calibration(rows: Rows) -> dict[float, float]:
    """Share of minutes written by people that are shorter than each quantile of their forecast, bodies equal."""
    below = leave_one_body_out(rows).below
    bodies = [rows.human & (rows.body == b) for b in np.unique(rows.body[rows.human])]
    return {level: float(np.mean([(below[at] < level).mean() for at in bodies])) for level in LEVELS}


# --- own records -----------------------------------------------------------------------------------------------------

RECORDS = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 9), (10, 20), (21, None), (10, None))


@dataclass
class Growing:
    """Every text forecast from the records of its series before it, the rest from bodies without its own."""

    records: np.ndarray
    forecasts: Forecasts
    outside: Forecasts
    """The same texts without own records."""


def growing(rows: Rows, *, unknown: bool = False) -> Growing:
    """Minutes written by people, each series in order of time; by the package's own arithmetic (`own.Own`)."""
    records = np.full(len(rows.y), -1)
    out, outside = Forecasts.empty(len(rows.y)), Forecasts.empty(len(rows.y))
    for body in np.unique(rows.body[rows.human]):
        kinds, shape = fit(rows.take(rows.body != body))
        for name in HUMAN:
            kind = kinds["unknown" if unknown else name]
            for series in np.unique(rows.series[(rows.body == body) & (rows.kind == name)]):
                at = np.flatnonzero((rows.series == series) & (rows.kind == name) & (rows.body == body))
                state = Own()
                for i in at[np.argsort(rows.order[at])]:
                    prior = _prior(kind, rows.x[i], shape)
                    bare = prior.predictive(WIDENING)
                    said = state.predictive(prior) if state.records else bare
                    for into, one in ((out, said), (outside, bare)):
                        reach = one.scale * quantile(0.9, round(one.freedom, 2))
                        into.put(i, one.location - reach, one.location, one.location + reach)
                    records[i] = state.records
                    state = state.after(rows.y[i] - prior.location)
    return Growing(records, out, outside)


def _prior(kind: Kind, x: np.ndarray, shape: float) -> Prior:
    known = tuple(j for j in range(3) if not np.isnan(x[j]))
    spread = kind.spreads[known]
    location = kind.level + sum(kind.slopes[j] * x[j] for j in known)
    return Prior(float(location), spread.between, spread.within, shape)


def by_records(rows: Rows, found: Growing, kinds: tuple[str, ...] = HUMAN) -> list[tuple[Score, Score]]:
    """Scores with and without own records, by the number of them."""
    out = []
    for least, most in RECORDS:
        at = (
            np.isin(rows.kind, kinds) & (found.records >= least) & (found.records <= (np.inf if most is None else most))
        )
        label = f"{least} or more" if most is None else str(least) if least == most else f"{least}–{most}"
        name = f"{' and '.join(kinds)}: {label}"
        out.append((score(name, rows, found.forecasts, at), score(name, rows, found.outside, at)))
    return out


def forgetting(rows: Rows) -> dict[float, Score]:
    """What another rate of forgetting would give, with ten own records or more."""
    out, shipped_rate = {}, own_records.FORGETTING
    try:
        for rate in (0.8, 0.85, 0.9, 0.95, 1.0):
            own_records.FORGETTING = rate
            found = growing(rows)
            out[rate] = score(f"{rate:g}", rows, found.forecasts, found.records >= 10)
    finally:
        own_records.FORGETTING = shipped_rate
    return out


# --- what is shipped -------------------------------------------------------------------------------------------------


def coefficients(records: list[dict[str, str]], fitted: str, path: Path = DATA) -> dict[str, object]:
    """The content of coefficients.json."""
    rows = columns(records)
    kinds, shape = fit(rows)
    human = rows.take(rows.human)
    levels = {r["org"]: GROUP.get(r["body_level"], OPEN) for r in records}
    return {
        "provenance": {
            "data": {
                "file": path.name,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "rows": len(records),
                "bodies": len({r["org"] for r in records}),
                "series": len({(r["org"], r["series"]) for r in records}),
            },
            "fitted": fitted,
            "script": "tests/paperwork/fit_minutes.py",
            "citation": {
                "title": "meetcost paperwork study: measured pairs of a meeting and the text that followed it",
                "locator": "tests/paperwork/data/meetings.csv; sources and licences in the README beside it",
            },
        },
        "reference": REFERENCE,
        "range": _ranges(human),
        "widening": WIDENING,
        "within_shape": round(shape, 2),
        "written": _rounded(written(records)),
        "scribes": _rounded(scribes(records)),
        "kinds": {name: _kind(kind, levels) for name, kind in kinds.items()},
    }


def _ranges(rows: Rows) -> dict[str, list[int]]:
    """The range of each feature in the data; beyond it a forecast would be extrapolation."""
    out = {}
    for j, name in enumerate(FEATURES):
        extra = int(name == "agenda_items")
        ends = np.exp([np.nanmin(rows.x[:, j]), np.nanmax(rows.x[:, j])]) * (REFERENCE[name] + extra) - extra
        out[name] = [round(end) for end in ends]
    return out


def _kind(kind: Kind, levels: dict[str, str]) -> dict[str, object]:
    bodies = [kind.rows.names[b] for b in np.unique(kind.rows.body)]
    groups = sorted({levels[b] for b in bodies})
    used = {j for known in kind.spreads for j in known}
    return {
        "rows": len(kind.rows.y),
        "series": len(np.unique(kind.rows.series)),
        "bodies": {group: [b for b in bodies if levels[b] == group] for group in groups},
        "level": round(kind.level, 4),
        "slopes": {FEATURES[j]: round(float(kind.slopes[j]), 4) for j in sorted(used)},
        "variances": {
            ",".join(FEATURES[j] for j in known): {"between": round(s.between, 4), "within": round(s.within, 4)}
            for known, s in kind.spreads.items()
        },
    }


def _rounded(values: dict[str, float | int]) -> dict[str, float | int]:
    return {key: round(value, 4) for key, value in values.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {COEFFICIENTS.name}")
    parser.add_argument("--date", default=datetime.now(UTC).date().isoformat(), help="day of the fit")
    options = parser.parse_args()
    records = read()
    rows = columns(records)
    fitted = coefficients(records, options.date)
    scores = evaluate(rows)
    for title, table in (
        ("Leave one body out", scores.values()),
        ("Known features", by_features(rows)),
        ("Width of the interval, all texts", widenings(rows)),
    ):
        print(f"{title}\n\n{HEADER}")
        print("\n".join(s.line() for s in table), end="\n\n")
    print("Calibration\n\n| quantile | share below |\n| --- | --- |")
    for level, share in calibration(rows).items():
        print(f"| {level:g} | {share:.2f} |")
    print("\nCoverage by body\n\n| body | texts | coverage |\n| --- | --- | --- |")
    for name, share in sorted(scores["human: meetcost"].by_body.items()):
        print(f"| {name} | {int((rows.human & (rows.body == rows.names.index(name))).sum())} | {share:.2f} |")
    print("\nOwn records\n\n| own records | texts | pinball | without | coverage | worst body | factor |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for known in (False, True):
        found = growing(rows, unknown=known)
        for kinds in (HUMAN,) if known else (HUMAN, ("summary",), ("detailed",)):
            for one, bare in by_records(rows, found, kinds):
                name = f"kind unknown: {one.name.partition(': ')[2]}" if known else one.name
                print(
                    f"| {name} | {one.rows} | {one.pinball:.3f} | {bare.pinball:.3f} | {one.coverage:.2f} "
                    f"| {one.worst:.2f} ({one.worst_body}) | {one.factor:.1f} |"
                )
    print(f"\nForgetting, ten own records or more\n\n{HEADER}")
    print("\n".join(one.line() for one in forgetting(rows).values()), end="\n\n")
    if options.write:
        COEFFICIENTS.write_text(json.dumps(fitted, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"wrote {COEFFICIENTS.name}")


if __name__ == "__main__":
    main()
