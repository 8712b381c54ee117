# SPDX-License-Identifier: Apache-2.0
"""Hours of confidential meetings, and what several releases of them give together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from meetcost.privacy.confidential import confidential
from meetcost.privacy.finding import Kind
from meetcost.privacy.release import Release, Sums

FIRST = date(2026, 7, 1)


def released(name, first, last, count, hours, day=0):
    """Days are numbers from the first of July on, both included."""
    return Release(
        name,
        datetime(2026, 12, 1, tzinfo=UTC) + timedelta(days=day),
        FIRST + timedelta(days=first),
        FIRST + timedelta(days=last),
        None,
        "",
        (),
        (),
        Sums(0, 0, None, None),
        (count, round(hours * 3600) if hours is not None else None),
        (),
    )


def evidence(*releases):
    return [(one.releases, one.people) for one in confidential(releases)]


def test_one_release_with_enough_of_them_says_nothing():
    assert evidence(released("a", 0, 30, 5, 20)) == []
    assert evidence(released("a", 0, 30, 4, None)) == []


def test_the_hours_of_few_are_a_finding_by_themselves():
    assert evidence(released("a", 0, 30, 4, 20)) == [(("a",), 4)]


def test_a_later_release_with_one_more():
    assert evidence(released("a", 0, 30, 5, 20), released("b", 0, 30, 6, 22.5, day=1)) == [(("a", "b"), 1)]
    assert evidence(released("a", 0, 30, 5, 20), released("b", 0, 30, 6, None, day=1)) == []
    assert evidence(released("a", 0, 30, 5, 20), released("b", 0, 30, 10, 44, day=1)) == []


def test_a_later_release_of_as_many_that_last_longer():
    assert evidence(released("a", 0, 30, 5, 20), released("b", 0, 30, 5, 21, day=1)) == [(("a", "b"), 0)]
    assert evidence(released("a", 0, 30, 5, 20), released("b", 0, 30, 5, 20, day=1)) == []


def test_a_period_that_grows():
    weeks = [released("w1", 0, 6, 5, 20), released("w2", 0, 13, 7, 28), released("w3", 0, 20, 12, 50)]
    assert evidence(*weeks) == [(("w1", "w2"), 2)]


def test_a_quarter_less_two_of_its_months():
    months = [released("july", 0, 30, 6, 20), released("august", 31, 61, 9, 30)]
    assert evidence(*months, released("quarter", 0, 91, 17, 61)) == [(("august", "july", "quarter"), 2)]
    assert evidence(*months, released("quarter", 0, 91, 15, 50)) == []  # none is none


def test_what_changed_between_a_quarter_and_its_months():
    months = [released("july", 0, 30, 6, 20), released("august", 31, 61, 9, 30), released("september", 62, 91, 8, 8)]
    found = evidence(*months, released("quarter", 0, 91, 24, 60, day=30))
    assert found == [(("august", "july", "quarter", "september"), 1)]
    assert {one.kind for one in confidential(months)} == set()
    assert {one.kind for one in confidential([released("a", 0, 3, 1, 1)])} == {Kind.CONFIDENTIAL}


def test_rounding_of_hours_is_no_change():
    months = [released("july", 0, 30, 6, 20.33), released("august", 31, 61, 9, 30.33)]
    assert evidence(*months, released("both", 0, 61, 15, 50.67)) == []


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=3, max_size=7),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=7),
)
def test_it_finds_what_linear_algebra_does(counts, periods):
    """The hours of a stretch of days can be worked out iff its indicator is in the row space of the releases'."""
    days = len(counts)
    spans = sorted({(min(pair), max(pair)) for pair in periods if max(pair) < days})
    said = [span for span in spans if sum(counts[span[0] : span[1] + 1]) >= 5]
    releases = [
        released(f"r{at}", first, last, sum(counts[first : last + 1]), sum(counts[first : last + 1]) * 7)
        for at, (first, last) in enumerate(said)
    ]
    rows = np.array([[first <= day <= last for day in range(days)] for first, last in said], dtype=float)
    exposed = False
    for first in range(days):
        for last in range(first, days):
            wanted = np.array([first <= day <= last for day in range(days)], dtype=float)
            derivable = said and np.linalg.matrix_rank(np.vstack([rows, wanted])) == np.linalg.matrix_rank(rows)
            exposed |= bool(derivable) and 0 < sum(counts[first : last + 1]) < 5
    assert bool(evidence(*releases)) == exposed
