# SPDX-License-Identifier: Apache-2.0
import hashlib
import json
import math

import fit_minutes
import numpy as np
import pytest

from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.model import shipped


@pytest.fixture(scope="module")
def records():
    return fit_minutes.read()


@pytest.fixture(scope="module")
def rows(records):
    return fit_minutes.columns(records)


@pytest.fixture(scope="module")
def scores(rows):
    return fit_minutes.evaluate(rows)


def flat(content, path=()):
    if isinstance(content, dict):
        return {key: value for name in content for key, value in flat(content[name], (*path, name)).items()}
    return {path: content}


def test_shipped_coefficients_are_what_the_script_yields(records):
    written = json.loads(fit_minutes.COEFFICIENTS.read_text(encoding="utf-8"))
    again = flat(fit_minutes.coefficients(records, written["provenance"]["fitted"]))
    written = flat(written)
    assert written.keys() == again.keys()
    for path, value in written.items():
        expected = pytest.approx(value, abs=2e-4) if isinstance(value, float) else value
        assert again[path] == expected, path


def test_provenance_is_that_of_the_data(records):
    provenance = shipped().provenance
    assert provenance.sha256 == hashlib.sha256(fit_minutes.DATA.read_bytes()).hexdigest()
    assert (provenance.rows, provenance.bodies) == (len(records), len({r["org"] for r in records}))


def test_bodies_never_seen_are_covered(scores):
    """80 % intervals, each body forecast without its data: means over bodies of 75-92 %, no body under 60 %."""
    for name, bodies in (("all texts: meetcost", 23), ("human: meetcost", 20)):
        assert scores[name].bodies == bodies
        assert 0.75 <= scores[name].coverage <= 0.92
        assert scores[name].worst >= 0.60
    assert 0.75 <= scores["human: meetcost, kind unknown"].coverage <= 0.92


def test_the_model_beats_every_baseline(scores):
    ours = scores["timed: meetcost"]
    assert ours.pinball <= 0.85 * scores["timed: kind x words a minute"].pinball
    for name in ("constant", "median of the kind", "words a minute", "kind x words a minute"):
        assert ours.pinball < scores[f"timed: {name}"].pinball
        assert ours.error < scores[f"timed: {name}"].error
    assert scores["human: meetcost"].pinball < scores["human: median of the kind"].pinball


def test_the_model_beats_boosted_trees(scores):
    for rows in ("timed", "human"):
        assert scores[f"{rows}: meetcost"].pinball < scores[f"{rows}: boosted quantile trees"].pinball


def test_quantiles_hold_what_they_say_or_more(rows):
    """No quantile is off to the narrow side by more than 3 of 100; the median is in the middle."""
    found = fit_minutes.calibration(rows)
    assert found[0.5] == pytest.approx(0.5, abs=0.05)
    for level, share in found.items():
        assert share <= level + 0.03 if level < 0.5 else share >= level - 0.03


@pytest.mark.parametrize("unknown", [False, True], ids=["kind known", "kind unknown"])
def test_ten_own_records_cover_and_narrow(rows, unknown):
    """With ten own records or more: coverage of 75-88 %, a factor of at most 2.6, for each kind of minutes too."""
    found = fit_minutes.growing(rows, unknown=unknown)
    for kinds in (fit_minutes.HUMAN, ("summary",), ("detailed",)):
        own, without = fit_minutes.by_records(rows, found, kinds)[-1]
        assert own.bodies >= 9
        assert 0.75 <= own.coverage <= 0.88
        assert own.factor <= 2.6
        assert own.pinball < 0.75 * without.pinball


def test_the_widening_is_the_least_that_reaches_the_worst_body(rows):
    everything = np.ones(len(rows.y), bool)
    less = fit_minutes.leave_one_body_out(rows, widening=fit_minutes.WIDENING - 0.05)
    assert fit_minutes.score("", rows, less, everything).worst < 0.60


def test_the_package_and_the_script_predict_the_same(rows):
    """The shipped file, read and applied by the package, against the script's own arithmetic."""
    kinds, _ = fit_minutes.fit(rows)
    for row in range(0, len(rows.y), 97):
        name, x = str(rows.kind[row]), rows.x[row]
        location, scale = fit_minutes.predict(kinds[name], x[None, :])
        values = [None if np.isnan(v) else v for v in x]
        features = Features(
            Kind(name),
            minutes=None if values[0] is None else 60 * math.exp(values[0]),
            attendees=None if values[1] is None else round(12 * math.exp(values[1])),
            agenda_items=None if values[2] is None else round(6 * math.exp(values[2]) - 1),
        )
        predictive = shipped().prior(features).predictive()
        if shipped().within_range(features) == {
            n: v for n in fit_minutes.FEATURES if (v := getattr(features, n)) is not None
        }:
            assert predictive.location == pytest.approx(location[0], abs=1e-3)
            assert predictive.scale == pytest.approx(scale[0], abs=1e-3)


def test_the_fit_finds_the_coefficients_of_simulated_minutes():
    """400 bodies made with known level, slopes and variances, some features unknown: the fit must give them back."""
    random = np.random.default_rng(7)
    bodies, each = 400, 12
    body = np.repeat(np.arange(bodies), each)
    x = random.normal(0, 0.7, (bodies * each, 3))
    kind = np.where(body % 2 == 0, "summary", "detailed")
    attendees = np.where(kind == "summary", 0.2, 0.7)
    y = np.where(kind == "summary", 5.8, 7.0) + 0.5 * x[:, 0] + attendees * x[:, 1] + 0.3 * x[:, 2]
    y += random.normal(0, 0.5, bodies)[body] + random.normal(0, 0.6, len(body))
    x[random.random(x.shape) < 0.2] = np.nan
    more = [("verbatim", 8.8), ("digest", 4.9)]
    tail = np.arange(10)
    made = fit_minutes.Rows(
        y=np.concatenate([y, *(level + random.normal(0, 0.2, 10) for _, level in more)]),
        x=np.vstack([x, np.zeros((20, 3))]),
        kind=np.concatenate([kind, *(np.full(10, name) for name, _ in more)]),
        body=np.concatenate([body, bodies + tail // 4, bodies + tail // 4]),
        series=np.concatenate([body, bodies + tail // 4, bodies + tail // 4]),
        names=[str(i) for i in range(bodies + 3)],
    )
    kinds, _ = fit_minutes.fit(made)
    assert kinds["summary"].slopes == pytest.approx([0.5, 0.2, 0.3], abs=0.06)
    assert kinds["detailed"].slopes == pytest.approx([0.5, 0.7, 0.3], abs=0.06)
    assert [kinds["summary"].level, kinds["detailed"].level] == pytest.approx([5.8, 7.0], abs=0.15)
    everything = kinds["detailed"].spreads[0, 1, 2]
    assert everything.between == pytest.approx(0.25, abs=0.06)
    assert everything.within == pytest.approx(0.36, abs=0.05)


def test_the_table_in_the_documentation_is_the_printed_one(scores):
    page = (fit_minutes.COEFFICIENTS.parents[2] / "docs" / "explanation" / "paperwork.md").read_text(encoding="utf-8")
    tables = {cells[1]: cells for line in page.splitlines() if len(cells := [c.strip() for c in line.split("|")]) == 10}
    for name, score in scores.items():
        cells = tables[name]
        assert (int(cells[2]), int(cells[3])) == (score.bodies, score.rows)
        assert float(cells[4]) == pytest.approx(score.error, abs=0.006)
        assert float(cells[5]) == pytest.approx(score.pinball, abs=0.0006)
        assert float(cells[6]) == pytest.approx(score.coverage, abs=0.006)
        assert float(cells[7].partition(" ")[0]) == pytest.approx(score.worst, abs=0.011)
        assert float(cells[8]) == pytest.approx(score.factor, abs=0.06)
