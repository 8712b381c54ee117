# SPDX-License-Identifier: Apache-2.0
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from meetcost.errors import UsageError
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.figures import Tag
from meetcost.paperwork.forecast import forecast
from meetcost.paperwork.model import parse, shipped
from meetcost.paperwork.work import Writing

# A fit with round figures: e^6 words at the reference, and variances whose roots are easy: 0.16 + 0.09 = 0.5².
ROUND = {
    "provenance": {
        "data": {"file": "x.csv", "sha256": "0", "rows": 7, "bodies": 4, "series": 5},
        "fitted": "2026-01-01",
        "citation": {"title": "a study"},
    },
    "reference": {"minutes": 60, "attendees": 12, "agenda_items": 5},
    "range": {"minutes": [10, 500], "attendees": [1, 100], "agenda_items": [0, 50]},
    "widening": 2.0,
    "within_shape": 4.0,
    "written": {"alpha": 9.0, "beta": 1.0},
    "scribes": {"mean": 1.25},
    "kinds": {
        name: {
            "level": 6.0,
            "slopes": {"minutes": 0.5, "attendees": 1.0, "agenda_items": 0.25},
            "variances": {
                ",".join(known): {"between": 0.16, "within": 0.09} if len(known) == 3 else {"between": 1.0, "within": 0}
                for size in range(4)
                for known in itertools.combinations(("minutes", "attendees", "agenda_items"), size)
            },
            "rows": 1234,
            "series": 5,
            "bodies": {"research": ["A", "B"], "bank": ["C"], "council": ["D"]},
        }
        for name in ("summary", "detailed", "verbatim", "digest", "unknown")
    },
}
FIT = parse(ROUND)
AT_REFERENCE = Features(Kind.SUMMARY, 60, 12, 5, "en")


def test_at_the_reference_the_median_is_e_to_the_level():
    length = forecast(AT_REFERENCE, coefficients=FIT).length
    assert length.median == pytest.approx(math.exp(6))
    assert (length.unit, length.tag) == ("words", Tag.MEASURED)
    assert [citation.title for citation in length.citations] == ["a study"]


def test_features_multiply_the_length_by_powers():
    other = Features(Kind.SUMMARY, 240, 24, 11, "en")  # 4 ** 0.5 x 2 ** 1 x 2 ** 0.25
    ratio = forecast(other, coefficients=FIT).length.median / math.exp(6)
    assert ratio == pytest.approx(4 * 2**0.25)


def test_intervals_are_those_of_a_widened_t_distribution():
    length = forecast(AT_REFERENCE, coefficients=FIT).length
    for interval, tail in ((length.interval_50, 0.25), (length.interval_80, 0.1), (length.interval_95, 0.025)):
        log_half_width = stats.t(8).ppf(1 - tail) * 2.0 * 0.5  # 2 x shape degrees of freedom, widening, root of 0.25
        assert math.log(interval.high) == pytest.approx(6 + log_half_width)
        assert math.log(interval.low) == pytest.approx(6 - log_half_width)


def test_an_unknown_feature_drops_its_term_and_takes_the_variance_of_the_rest():
    without = forecast(Features(Kind.SUMMARY, 240, None, 5, "en"), coefficients=FIT).length
    assert without.median == pytest.approx(2 * math.exp(6))
    assert math.log(without.interval_80.high / without.median) == pytest.approx(stats.t(8).ppf(0.9) * 2.0)


def test_chinese_lengths_are_in_characters():
    length = forecast(Features(Kind.SUMMARY, 60, 12, 5, "zh"), coefficients=FIT).length
    assert length.median == pytest.approx(1.6 * math.exp(6))
    assert (length.unit, length.tag) == ("characters", Tag.ASSUMPTION)


def test_hours_are_length_over_speed_and_readers_multiply_reading():
    words = math.exp(6)
    got = forecast(AT_REFERENCE, readers=10, coefficients=FIT)
    assert got.writing.median == pytest.approx(words / 19 / 60)
    assert got.reading.median == pytest.approx(10 * words / 238 / 60)
    assert got.total.median == pytest.approx(got.writing.median + got.reading.median)
    assert got.writing.tag is got.reading.tag is got.total.tag is Tag.LITERATURE
    assert forecast(AT_REFERENCE, coefficients=FIT).reading.median == pytest.approx(1.2 * got.reading.median)
    chinese = forecast(Features(Kind.SUMMARY, 60, 12, 5, "zh"), readers=10, coefficients=FIT)
    assert chinese.writing.median == pytest.approx(1.6 * words / 30.4 / 60)
    assert chinese.reading.median == pytest.approx(10 * 1.6 * words / 259.5 / 60)
    assert chinese.total.tag is Tag.ASSUMPTION


def test_live_minutes_cost_the_scribes_time_and_a_quarter_of_composing():
    got = forecast(AT_REFERENCE, writing=Writing.LIVE, coefficients=FIT).writing
    tidying = 0.25 * math.exp(6) / 19 / 60
    assert got.median == pytest.approx(1.25 + tidying)
    assert got.interval_95.low > 1.25
    assert got.tag is Tag.ASSUMPTION


def test_a_transcript_takes_hours_for_each_hour_and_does_not_depend_on_the_forecast_length():
    got = forecast(Features(Kind.VERBATIM, 90, 12, 5, "en"), coefficients=FIT).writing
    assert got.median == pytest.approx(7.75 * 1.5)
    half_width = stats.norm.ppf(0.9) * 0.20
    assert got.interval_80.high == pytest.approx(7.75 * 1.5 * math.exp(half_width))


def test_hours_that_need_an_unknown_feature_are_none():
    unknown = Features(Kind.SUMMARY, None, None, None)
    assert forecast(unknown, coefficients=FIT).reading is None
    assert forecast(unknown, coefficients=FIT).total is None
    assert forecast(unknown, readers=4, coefficients=FIT).reading is not None
    assert forecast(unknown, writing=Writing.LIVE, coefficients=FIT).writing is None


def test_no_readers_cost_nothing():
    got = forecast(AT_REFERENCE, readers=0, coefficients=FIT)
    assert got.reading.median == got.reading.interval_95.high == 0
    assert got.total.median == pytest.approx(got.writing.median)


def test_negative_readers_are_refused():
    with pytest.raises(UsageError, match="readers: `-1`"):
        forecast(AT_REFERENCE, readers=-1)


def test_the_sum_of_t_and_normal_is_close_to_a_simulation():
    """Writing (log t length + log normal speed) and writing plus reading, against 400,000 drawn sums."""
    fit = shipped()
    features = Features(Kind.SUMMARY, 90, 9, 4, "en")
    prior = fit.prior(features)
    random = np.random.default_rng(20261210)
    size = 400_000
    scale = fit.widening * math.sqrt(prior.between + prior.within)
    words = np.exp(prior.location + scale * random.standard_t(2 * prior.shape, size))
    writing = words / 19 / 60 * np.exp(random.normal(0, 0.40, size))
    total = writing + 9 * words / 238 / 60 * np.exp(random.normal(0, 0.16, size))
    got = forecast(features)
    for estimate, drawn in ((got.writing, writing), (got.total, total)):
        low, high = np.quantile(drawn, [0.1, 0.9])
        assert estimate.interval_80.low == pytest.approx(low, rel=0.06)
        assert estimate.interval_80.high == pytest.approx(high, rel=0.06)
        assert estimate.median == pytest.approx(np.median(drawn), rel=0.06)


def test_the_first_line_of_the_basis_names_the_bodies_and_the_missing_records():
    basis = forecast(Features(Kind.SUMMARY, 60, None, 70), coefficients=FIT).basis
    assert tuple(line.text() for line in basis) == (
        "fitted on 2 research bodies, C, D, no company or office among them; none of your own records",
        "summary minutes: 1,234 of 5 series in 4 of these bodies",
        "not known: attendees; the interval is wider for it",
        "agenda items: 70 is outside the data (0 to 50); taken as 50",
        "intervals widened x 2 as long as there are no own records",
        "if minutes are written at all, which they are with probability 90 %",
    )


def test_the_shipped_basis_counts_the_bodies_of_the_data():
    first = forecast(Features(Kind.SUMMARY, 60, 9)).basis[0]
    assert first.text() == (
        "fitted on 18 open-source, standards or volunteer bodies, US Federal Reserve FOMC, Chinese "
        "roundtables/panels, no company or office among them; none of your own records"
    )


def test_rounding_keeps_two_digits():
    length = forecast(AT_REFERENCE, coefficients=FIT).length.rounded()
    assert length.median == 400  # e^6 = 403.4
    assert length.interval_50.low == 200  # 403.4 x exp(-0.7064) = 199.06
    assert forecast(AT_REFERENCE, readers=0).reading.rounded().median == 0


FEATURES = st.builds(
    Features,
    st.sampled_from(Kind),
    st.none() | st.floats(0.01, 1e6),
    st.none() | st.integers(1, 10**6),
    st.none() | st.integers(0, 10**6),
    st.sampled_from([None, "en", "zh"]),
)


@given(FEATURES, st.none() | st.integers(0, 10**5), st.none() | st.sampled_from(Writing))
def test_every_forecast_is_ordered_and_finite(features, readers, writing):
    got = forecast(features, readers=readers, writing=writing)
    assert 0 < got.written < 1
    for estimate in (got.length, got.writing, got.reading, got.total):
        if estimate is not None:
            ends = [estimate.interval_95.low, estimate.interval_80.low, estimate.interval_50.low, estimate.median]
            ends += [estimate.interval_50.high, estimate.interval_80.high, estimate.interval_95.high]
            assert ends == sorted(ends)
            assert ends[0] >= 0
            assert math.isfinite(ends[-1])


@given(FEATURES, st.sampled_from(["minutes", "attendees", "agenda_items"]))
def test_knowing_less_never_narrows_the_interval(features, name):
    known = {n: getattr(features, n) for n in ("minutes", "attendees", "agenda_items")} | {name: None}
    less = forecast(Features(features.kind, **known, language=features.language)).length
    more = forecast(features).length
    assert less.interval_80.high / less.median >= more.interval_80.high / more.median * (1 - 1e-12)


def test_a_forecast_takes_few_steps(count_calls):
    """10,000 forecasts well below a second need fewer than about 1,000 calls each; quantiles are computed once."""
    features = Features(Kind.DETAILED, 45, 8, 3, "zh")
    forecast(features)
    assert count_calls(forecast, features) < 400
