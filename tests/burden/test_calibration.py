# SPDX-License-Identifier: Apache-2.0
"""Thresholds, false alarms and power, simulated again with other chance than that of the shipped figures."""

import hashlib
import json
import random
from itertools import pairwise

import numpy as np
import pytest
import simulate_shift

from meetcost.burden.calibration import parse, shipped_calibration
from meetcost.burden.shift import Outcome

LIMITS = shipped_calibration()


@pytest.fixture(scope="module")
def bodies():
    return simulate_shift.bodies()


def test_the_shipped_thresholds_come_out_of_the_data_again(bodies):
    again = parse(simulate_shift.calibrated(random.Random(4), bodies, 2500, (1, 5, 10)))
    for count in (1, 5, 10):
        assert again.threshold(count) == pytest.approx(LIMITS.threshold(count), rel=0.12)
        assert again.spread(count) == pytest.approx(LIMITS.spread(count), rel=0.08)


def test_provenance_is_that_of_the_data(bodies):
    provenance = json.loads(simulate_shift.OUT.read_text("utf-8"))["provenance"]
    data = simulate_shift.fit_minutes.DATA
    assert provenance["data"]["sha256"] == hashlib.sha256(data.read_bytes()).hexdigest()
    assert provenance["bodies"] == len(bodies)
    assert provenance["series"] == sum(len(body.series) for body in bodies)


def test_false_alarms_at_placebo_cuts_are_three_to_eight_per_cent(bodies):
    rng = random.Random(8)
    for count in (1, 5, 8):
        alarms = [
            simulate_shift.pooled(rng, bodies, count, rng.choice(simulate_shift.AFTER)) > LIMITS.threshold(count)
            for _ in range(2500)
        ]
        assert 0.03 <= np.mean(alarms) <= 0.08


def test_nothing_and_an_honest_cut_are_hardly_ever_called_moved(bodies):
    rng = random.Random(9)
    for changes in ({}, {"dropped": 0.3}):
        found = simulate_shift.verdicts(rng, bodies, LIMITS, 5, 500, **changes)
        assert np.mean([one.outcome is Outcome.MOVED for one in found]) <= 0.08


def test_a_fully_moved_cut_of_thirty_per_cent_over_five_series_is_mostly_found(bodies):
    """0.71 in 2,000 simulations; 800 scatter by 0.016."""
    changes = {"dropped": 0.3, "factor": simulate_shift.MOVED}
    found = simulate_shift.verdicts(random.Random(10), bodies, LIMITS, 5, 800, **changes)
    assert np.mean([one.outcome is Outcome.MOVED for one in found]) >= 0.67


def test_the_largest_of_many_cuts_raises_few_alarms(bodies):
    rng = random.Random(11)
    ratio = LIMITS.scanned(5) / LIMITS.threshold(5)
    assert ratio > 1.2
    largest = [simulate_shift.largest(rng, bodies, LIMITS, 5) for _ in range(300)]
    assert np.mean([one > ratio for one in largest]) <= 0.09


def test_limits_fall_with_more_series_and_lie_between_the_tabled_ones():
    thresholds = [LIMITS.threshold(count) for count in range(1, 31)]
    assert all(a >= b for a, b in pairwise(thresholds))
    assert LIMITS.threshold(10) > LIMITS.threshold(12) > LIMITS.threshold(15)
    assert LIMITS.threshold(30) == LIMITS.threshold(20)
    assert LIMITS.chance(5, 99) == 0.01
    assert LIMITS.chance(5, -99) == 1.0
    assert LIMITS.found(0, 9) == LIMITS.found(5, 2) == 0
    assert LIMITS.found(7, 6) == LIMITS.found(6, 5)  # what is tabled below it: on the safe side
