# SPDX-License-Identifier: Apache-2.0
import math

import pytest
from scipy import stats

from meetcost.errors import UsageError
from meetcost.paperwork.student import cdf, quantile


@pytest.mark.parametrize("freedom", [1, 2.5, 4, 6.58, 12, 60, 1000])
@pytest.mark.parametrize("p", [0.001, 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975, 0.999])
def test_quantile_and_distribution_agree_with_scipy(p, freedom):
    expected = stats.t(freedom).ppf(p)
    assert quantile(p, freedom) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert cdf(1.7 * expected, freedom) == pytest.approx(stats.t(freedom).cdf(1.7 * expected), rel=1e-9)


def test_infinite_freedom_is_the_normal_distribution():
    assert quantile(0.9, math.inf) == pytest.approx(stats.norm.ppf(0.9), rel=1e-9)
    assert cdf(-1.0, math.inf) == pytest.approx(stats.norm.cdf(-1.0), rel=1e-9)


@pytest.mark.parametrize(("p", "freedom"), [(0.0, 5), (1.0, 5), (0.5, 0), (0.5, -1), (math.nan, 5)])
def test_what_has_no_quantile_is_refused(p, freedom):
    with pytest.raises(UsageError, match="no Student t quantile"):
        quantile(p, freedom)
