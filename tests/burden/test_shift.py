# SPDX-License-Identifier: Apache-2.0
"""The verdict on moved burden and its reasons."""

import math
import random
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.burden.calibration import shipped_calibration
from meetcost.burden.contrast import HELD, contrast, enough
from meetcost.burden.mix import Flow, split
from meetcost.burden.plot import drawn, rows_of
from meetcost.burden.points import Point, Series, paperwork_hours, series_of
from meetcost.burden.shift import FALL, MOST_CUTS, Outcome, cuts, scan, shift
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.history import History, Record
from meetcost.paperwork.model import shipped

LIMITS = shipped_calibration()
BEGAN = date(2026, 6, 1)
NOISE = st.floats(-3, 3)


def made(number=5, *, before=20, after=10, step=0.0, every=7, later=None, seed=1):
    """Series with a quiet noise; `later` is the distance of meetings after the cut, if another one."""
    rng = random.Random(seed)
    found = []
    for n in range(number):
        points = []
        for i in range(-before, after):
            gap = every if i < 0 or later is None else later
            r = rng.gauss(0, 0.2) + (step if i >= 0 else 0)
            points.append(Point(BEGAN + timedelta(days=i * gap), r, 10.0, math.exp(r)))
        found.append(Series(f"{n}", f"series {n}", 0.6, tuple(points)))
    return found


# --- the statistic ---------------------------------------------------------------------------------------------------


def test_c_is_the_step_in_ordinary_spreads():
    before, after = [0.1, -0.1] * 10, [0.5] * 5
    got = contrast(before, after, 0.6)
    weights = 0.9 ** np.arange(19, -1, -1)
    step = 0.5 - (weights * before).sum() / weights.sum()
    assert got.step == pytest.approx(step)
    assert got.c == pytest.approx(step / (0.5 * np.std(before, ddof=1) + 0.3))
    assert (got.before, got.after) == (20, 5)


def test_one_extraordinary_text_is_no_shift():
    before = [0.0, 0.01] * 10
    once = contrast(before, [0.0, 0.0, 0.0, 9.0], 0.6)
    assert once.step <= HELD * 0.6 / 4 + 0.01


@given(st.lists(NOISE, min_size=8, max_size=40), st.lists(NOISE, min_size=3, max_size=40), st.floats(-2, 2))
def test_the_level_of_a_series_does_not_matter(before, after, level):
    got = contrast(before, after, 0.6)
    moved = contrast([r + level for r in before], [r + level for r in after], 0.6)
    assert moved.c == pytest.approx(got.c, abs=1e-9)


@given(st.lists(NOISE, min_size=8, max_size=30), st.lists(NOISE, min_size=3, max_size=30), st.floats(0, 3))
def test_more_paperwork_never_lowers_c(before, after, more):
    assert contrast(before, [r + more for r in after], 0.6).c >= contrast(before, after, 0.6).c - 1e-12


def test_eight_before_and_three_after_are_enough():
    assert enough(8, 3)
    assert not enough(7, 3)
    assert not enough(8, 2)


# --- the verdict -----------------------------------------------------------------------------------------------------


def test_fewer_meetings_and_more_paperwork_for_each_is_a_shift():
    found = shift(made(step=0.6, later=11), BEGAN)
    assert found.outcome is Outcome.MOVED
    assert found.ratio == pytest.approx(math.exp(0.6), rel=0.2)
    assert found.interval[0] < found.ratio < found.interval[1]
    assert found.hours.fall == pytest.approx(1 - 7 / 11, abs=0.08)
    assert found.chance == 0.01
    assert found.more is None


def test_more_paperwork_alone_is_heavier_and_not_moved():
    assert shift(made(step=0.6), BEGAN).outcome is Outcome.HEAVIER


def test_fewer_meetings_alone_are_an_honest_cut():
    found = shift(made(later=11), BEGAN)
    assert found.outcome is Outcome.NOT_SEEN
    assert found.power >= 0.7


def test_meetings_of_unknown_hours_cannot_be_called_cut():
    series = [
        Series(one.uid, one.title, one.spread, tuple(point._replace(meeting=None) for point in one.points))
        for one in made(step=0.6, later=11)
    ]
    found = shift(series, BEGAN)
    assert found.outcome is Outcome.HEAVIER
    assert found.hours.fall is found.hours.transfer is found.split is None


def test_too_little_says_how_much_more():
    found = shift(made(2, later=11), BEGAN)
    assert found.outcome is Outcome.CANNOT_TELL
    assert LIMITS.found(2 + found.more.series, 10) >= 0.7
    assert LIMITS.found(1 + found.more.series, 10) < 0.7
    short = shift(made(after=1), BEGAN)
    assert short.outcome is Outcome.CANNOT_TELL
    assert (short.c, short.more.meetings, len(short.left_out)) == (None, 2, 5)
    assert shift([], BEGAN).outcome is Outcome.CANNOT_TELL


def test_a_cut_counts_from_fifteen_per_cent_on():
    small = shift(made(step=0.6, later=8), BEGAN)
    assert 0 < small.hours.fall < FALL
    assert small.outcome is Outcome.HEAVIER


def test_the_transfer_ratio_is_one_where_all_saved_hours_went_into_paper():
    before = [Point(BEGAN + timedelta(days=7 * i), 0.0 + i % 2 / 10, 10.0, 2.0) for i in range(-20, 0)]
    after = [Point(BEGAN + timedelta(days=14 * i), 0.5, 10.0, 2.0 * 2 + 10) for i in range(10)]
    found = shift([Series("a", "a", 0.6, (*before, *after))], BEGAN)
    assert found.hours.transfer == pytest.approx(1, abs=0.15)


def test_an_unknown_date_is_found_and_needs_more():
    found = scan(made(8, step=0.7, later=11))
    assert abs((found.since - BEGAN).days) <= 30
    assert found.scanned
    assert found.threshold > LIMITS.threshold(8)
    assert found.outcome is Outcome.MOVED
    assert scan(made(before=3, after=2)) is None
    assert scan([]) is None


def test_a_scan_looks_at_a_bounded_number_of_days():
    assert len(cuts(made(before=300, after=300))) == MOST_CUTS
    assert cuts([]) == []


# --- within series, and mix ------------------------------------------------------------------------------------------


def test_other_meetings_alone_are_mix():
    """The short meetings with long minutes are gone; nobody writes more or less for a meeting."""
    got = split({"long": Flow(100, 5), "short": Flow(20, 10)}, {"long": Flow(100, 5)})
    assert got.within == pytest.approx(0)
    assert got.mix == pytest.approx(math.log((5 / 100) / (15 / 120)))


def test_longer_minutes_alone_are_within():
    got = split({"a": Flow(10, 2), "b": Flow(30, 3)}, {"a": Flow(10, 4), "b": Flow(30, 6)})
    assert got.within == pytest.approx(math.log(2))
    assert got.mix == pytest.approx(0)


@given(st.dictionaries(st.sampled_from("abcd"), st.tuples(*[st.floats(0.01, 1000)] * 4), min_size=1))
def test_the_parts_add_up(flows):
    got = split(
        {name: Flow(a, b) for name, (a, b, _, _) in flows.items()},
        {name: Flow(c, d) for name, (_, _, c, d) in flows.items()},
    )
    meeting_before, paper_before, meeting_after, paper_after = map(sum, zip(*flows.values(), strict=True))
    whole = math.log(paper_after / meeting_after) - math.log(paper_before / meeting_before)
    assert got.within + got.mix == pytest.approx(whole, abs=1e-9)


def test_no_meetings_no_split():
    assert split({}, {"a": Flow(1, 1)}) is None
    assert split({"a": Flow(1, 0)}, {"a": Flow(1, 1)}) is None


# --- from records to points ------------------------------------------------------------------------------------------

FEATURES = Features(Kind.SUMMARY, 60, 10, 5, "en")


def test_points_of_records():
    expected = math.exp(shipped().prior(FEATURES).location)
    record = Record("a", "", BEGAN, 2 * expected, FEATURES, title="A")
    (series,) = series_of(History.of([record]))
    (point,) = series.points
    assert point.r == pytest.approx(math.log(2))
    assert point.meeting == 10
    assert point.paperwork == pytest.approx(2 * expected / 60 * (1 / 19 + 10 / 238))
    assert series.title == "A"
    assert 0.4 < series.spread < 0.8


def test_answers_are_paperwork_too_even_without_minutes():
    bare = Record("a", "", BEGAN, 0.0, FEATURES)
    asking = Record("a", "", BEGAN, 0.0, FEATURES, forms=1, reports=1)
    assert paperwork_hours(asking) == pytest.approx(2 * 27 / 60)
    assert series_of(History.of([bare]))[0].points[0].r is None
    assert series_of(History.of([asking]))[0].points[0].r is not None


def test_chinese_minutes_are_read_at_the_speed_of_chinese():
    chinese = Features(Kind.SUMMARY, 60, 10, 5, "zh")
    expected = 100 / 19 / 60 + 10 * 160 / 259.5 / 60
    assert paperwork_hours(Record("a", "", BEGAN, 100, chinese)) == pytest.approx(expected)


# --- the picture -----------------------------------------------------------------------------------------------------


def test_the_picture_shows_what_was_measured():
    rows = rows_of(made(step=math.log(2), every=30, before=10, after=6), BEGAN)
    lines = drawn(rows, BEGAN)
    assert sum(row.meetings for row in rows) == 5 * 16
    assert all(row.factor == pytest.approx(1, abs=0.3) for row in rows if row.first < BEGAN)
    assert all(row.factor == pytest.approx(2, abs=0.5) for row in rows if row.first >= BEGAN)
    rule = next(at for at, line in enumerate(lines) if line.startswith("2026-06-01 ---"))
    before, after = ([line.index("●") for line in part if "●" in line] for part in (lines[:rule], lines[rule:]))
    assert max(before) < min(after)


def test_many_years_are_few_rows():
    assert 1 < len(rows_of(made(1, every=30, before=200, after=40), BEGAN)) <= 30
    assert rows_of([], BEGAN) == []
    assert len(drawn([], BEGAN)) == 1
