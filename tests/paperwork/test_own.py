# SPDX-License-Identifier: Apache-2.0
"""Own records: the conjugate update, its forgetting, and the file they are kept in."""

import json
import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from meetcost.errors import ConfigError
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.forecast import forecast
from meetcost.paperwork.history import History, Record, deviation_of, own_of, speaks_of
from meetcost.paperwork.history_file import VERSION, read_history, write_history
from meetcost.paperwork.model import Prior, shipped
from meetcost.paperwork.own import FORGETTING, Own
from meetcost.paperwork.review import looked_back, reviewed
from meetcost.paperwork.standard_cost import ACTIVITIES, TABLE, Complexity, answering

PRIOR = Prior(location=6.0, between=0.3, within=0.4, shape=3.3)
FEATURES = Features(Kind.SUMMARY, 60, 12, 5, "en")


def record(number, words, features=FEATURES, uid="weekly"):
    day = date(2026, 1, 5) + timedelta(weeks=number)
    return Record(uid, day.strftime("%Y%m%dT080000Z"), day, words, features)


def test_one_record_moves_the_forecast_by_the_share_of_the_variances():
    """W = 1, d = 1: location + v W d / s2 with s2 = (a - 1) within / (a + 1/2), v = 1/(1/between + 1/s2)."""
    got = Own().after(1.0).predictive(PRIOR)
    within = 2.3 * 0.4 / 3.8
    level = 1 / (1 / 0.3 + 1 / within)
    assert got.location == pytest.approx(6 + level / within)
    assert got.scale == pytest.approx(math.sqrt(level + within))
    assert got.freedom == pytest.approx(7.6)


def test_it_is_the_posterior_predictive_distribution_where_nothing_is_forgotten(monkeypatch):
    """Against numerical integration over mean and variance; the level's own variance is taken at s2, as documented."""
    monkeypatch.setattr("meetcost.paperwork.own.FORGETTING", 1.0)
    deviations = [0.4, -0.2, 0.7, 0.1, 0.5]
    state = Own()
    for one in deviations:
        state = state.after(one)
    got = state.predictive(PRIOR)

    mean, variance = np.meshgrid(np.linspace(-2.5, 2.5, 501), np.linspace(0.01, 4, 800))
    logs = stats.norm(0, math.sqrt(0.3)).logpdf(mean) + stats.invgamma(3.3, scale=2.3 * 0.4).logpdf(variance)
    logs += sum(stats.norm(mean, np.sqrt(variance)).logpdf(one) for one in deviations)
    weight = np.exp(logs) / np.exp(logs).sum()
    expected = (weight * mean).sum()
    spread = (weight * (variance + (mean - expected) ** 2)).sum()
    assert got.location - 6 == pytest.approx(expected, abs=0.03)
    assert got.scale**2 * got.freedom / (got.freedom - 2) == pytest.approx(spread, rel=0.1)


def test_forgetting_follows_a_series_that_changes_its_habits():
    state = Own()
    for one in [0.0] * 30 + [1.0] * 8:
        state = state.after(one)
    assert 0.4 < state.predictive(PRIOR).location - 6 < 0.8
    assert state.weight < 1 / (1 - FORGETTING)
    assert state.records == 38


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=60))
def test_the_sums_are_those_of_the_weighted_deviations(deviations):
    state = Own()
    for one in deviations:
        state = state.after(one)
    weights = FORGETTING ** np.arange(len(deviations) - 1, -1, -1.0)
    assert state.weight == pytest.approx(weights.sum())
    assert state.total == pytest.approx((weights * deviations).sum(), abs=1e-9)
    assert state.squares == pytest.approx((weights * np.square(deviations)).sum(), abs=1e-9)
    got = state.predictive(PRIOR)
    low, high = sorted((0.0, state.total / state.weight))
    assert low - 1e-9 <= got.location - 6 <= high + 1e-9  # between what others say and what the series says
    assert math.isfinite(got.scale)


def test_meetings_without_minutes_lower_the_probability_of_any():
    alpha, beta = shipped().written
    none = Own()
    for _ in range(5):
        none = none.after(None)
    assert none.records == 0
    assert Own().written(alpha, beta) == pytest.approx(alpha / (alpha + beta))
    assert none.written(alpha, beta) < 0.6 < none.after(0.0).after(0.0).after(0.0).after(0.0).written(alpha, beta)
    assert forecast(FEATURES, own=none).length == forecast(FEATURES).length


def test_own_records_narrow_the_forecast_and_say_so():
    history = History.of(record(n, 200 + 10 * (n % 3)) for n in range(12))
    bare, own = forecast(FEATURES), forecast(FEATURES, own=own_of(history.of_series("weekly"), Kind.SUMMARY))
    assert (
        own.length.interval_80.high / own.length.interval_80.low
        < bare.length.interval_80.high / bare.length.interval_80.low
    )
    assert own.length.median == pytest.approx(210, rel=0.15)
    assert own.records == 12
    assert own.basis[0].text().endswith("; 12 of your own records")
    assert own.basis[0].text("zh").endswith("另有本单位记录 12 份")
    assert not any("widened" in line.text() for line in own.basis)


def test_records_of_another_kind_say_nothing():
    detailed = Features(Kind.DETAILED, 60, 12, 5, "en")
    records = [record(1, 300), record(2, 3000, detailed), record(3, 400, Features(Kind.UNKNOWN, 60, 12, 5))]
    assert own_of(records, Kind.SUMMARY).records == 2
    assert own_of(records, Kind.DETAILED).records == 2
    assert own_of(records, Kind.UNKNOWN).records == 3
    assert own_of(records, Kind.VERBATIM).records == 0
    assert not speaks_of(records[1], Kind.SUMMARY)
    assert History.of(records).kind_of("weekly") is Kind.DETAILED  # the latest that is known
    assert History.of().kind_of("weekly") is Kind.UNKNOWN


def test_learning_the_same_meeting_again_counts_once():
    history = History.of([record(1, 300)]).with_records([record(1, 320), record(2, 20)])
    assert [one.words for one in history.of_series("weekly")] == [320, 20]
    state = own_of(history.of_series("weekly"), Kind.SUMMARY)
    assert state.records == 1  # under 30 words nothing was written
    assert state.minuted < state.held


TEXT = st.text(max_size=20).filter(lambda text: "\ud800" not in text)
RECORDS = st.builds(
    Record,
    uid=st.text(min_size=1, max_size=20).filter(str.isprintable),
    recurrence_id=st.sampled_from(["", "20260105T080000Z", "20260112"]),
    day=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    words=st.floats(0, 1e6).map(lambda value: round(value, 1)),
    features=st.builds(
        Features,
        st.sampled_from(Kind),
        st.none() | st.floats(0.5, 1e5),
        st.none() | st.integers(1, 10**5),
        st.none() | st.integers(0, 10**5),
        st.sampled_from([None, "en", "zh"]),
    ),
    forms=st.integers(0, 99),
    reports=st.integers(0, 99),
    title=st.text(max_size=20).filter(str.isprintable),
)


@given(st.lists(RECORDS, max_size=8))
def test_the_file_gives_back_what_was_put_in(records):
    history = History.of(records)
    assert read_history(write_history(history)).records == history.records


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", ""),
        (b"[]", ""),
        (b'{"version": 2, "records": []}', "version"),
        (b'{"version": 1}', "records"),
        (b'{"version": 1, "records": [{"uid": "a", "day": "2026-02-30", "words": 1}]}', "records.0.day"),
        (b'{"version": 1, "records": [{"uid": "a", "day": "2026-02-03", "words": -1}]}', "records.0.words"),
        (b'{"version": 1, "records": [{"uid": "a", "day": "2026-02-03", "words": 1, "x": 1}]}', "records.0.x"),
        (b"\xff\xfe", ""),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(content, place):
    with pytest.raises(ConfigError) as caught:
        read_history(content)
    assert [problem.property for problem in caught.value.problems] == [place]


def test_the_file_is_versioned_and_has_a_record_a_line():
    octets = write_history(History.of([record(1, 300), record(2, 310)]))
    assert json.loads(octets)["version"] == VERSION
    assert len(octets.splitlines()) == 4
    assert b'"title"' not in octets  # what is not known is left out


def test_looking_back_uses_only_what_was_known_before():
    records = [record(n, 100 * math.exp(0.1 * (n % 4))) for n in range(15)]
    looked = looked_back(History.of(records))
    assert [one.records for one in looked] == list(range(15))
    for n, one in enumerate(looked):
        own = own_of(records[:n], Kind.SUMMARY)
        expected = forecast(records[n].features, own=own).length
        assert one.median == pytest.approx(expected.median)
        assert (one.low, one.high) == pytest.approx((expected.interval_80.low, expected.interval_80.high))
    bands = reviewed(looked)
    assert [(band.least, band.forecasts) for band in bands] == [(0, 1), (1, 2), (3, 7), (10, 5)]
    assert bands[-1].error < bands[-1].without
    assert bands[0].error == bands[0].without
    assert reviewed([]) == []


def test_deviations_are_from_what_the_meeting_explains():
    fit = shipped()
    longer = Features(Kind.SUMMARY, 120, 12, 5, "en")
    expected = math.exp(fit.prior(longer).location)
    assert deviation_of(record(1, expected, longer), fit) == pytest.approx(0)


def test_answers_cost_what_the_table_says():
    assert [answering(one).value for one in Complexity] == [7, 27, 215]
    for activity in ACTIVITIES:
        assert " ".join(map(str, activity.minutes)) in TABLE.quote
    got = forecast(FEATURES, requests=3)
    assert got.reporting.median == pytest.approx(3 * 27 / 60)
    assert got.reporting.tag.value == "literature"
    assert TABLE in got.reporting.citations
    assert forecast(FEATURES).reporting is None
    both = forecast(FEATURES, requests=3).total.median
    assert both == pytest.approx(forecast(FEATURES).total.median + 3 * 27 / 60)
    assert forecast(FEATURES, requests=1, complexity=Complexity.HIGH).reporting.median == pytest.approx(215 / 60)
