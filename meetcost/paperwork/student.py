# SPDX-License-Identifier: Apache-2.0
"""Student's t distribution: the two functions the forecast needs, without a numerical library.

The distribution function is the regularised incomplete beta function, evaluated by its continued fraction (NIST
Digital Library of Mathematical Functions, https://dlmf.nist.gov/8.17#v); the quantile is found by Newton's method on
it, held within a bracket.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

from meetcost.errors import UsageError

_TINY = 1e-300
_EPSILON = 1e-15
_TERMS = 500


def cdf(t: float, freedom: float) -> float:
    """P(T <= t) with `freedom` > 0 degrees of freedom; infinity gives the normal distribution."""
    if math.isinf(freedom):
        return NormalDist().cdf(t)
    tail = 0.5 * _regularised_beta(freedom / 2, 0.5, freedom / (freedom + t * t))
    return 1 - tail if t > 0 else tail


@lru_cache(maxsize=512)
def quantile(p: float, freedom: float) -> float:
    """The t with P(T <= t) = `p`, 0 < p < 1, accurate to about 1e-12 for |t| < 1000."""
    if not (0 < p < 1 and freedom > 0):
        raise UsageError(
            "no Student t quantile for p = {p:g} with {freedom:g} degrees of freedom", p=p, freedom=freedom
        )
    if math.isinf(freedom):
        return NormalDist().inv_cdf(p)
    if p <= 0.5:
        return -quantile(1 - p, freedom) if p < 0.5 else 0.0
    low, high = 0.0, 1.0
    while cdf(high, freedom) < p:
        low, high = high, high * 2
    scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - math.log(freedom * math.pi) / 2
    t = (low + high) / 2
    for _ in range(100):
        error = cdf(t, freedom) - p
        low, high = (t, high) if error < 0 else (low, t)
        step = error / math.exp(scale - (freedom + 1) / 2 * math.log1p(t * t / freedom))
        if abs(step) <= 1e-14 * t:
            break
        t = t - step if low < t - step < high else (low + high) / 2
    return t


@lru_cache(maxsize=4096)
def tails(freedom: float) -> tuple[float, float, float]:
    """The t that 25, 10 and 2.5 % lie above: half widths of the intervals that hold 50, 80 and 95 %."""
    return quantile(0.75, freedom), quantile(0.9, freedom), quantile(0.975, freedom)


def _regularised_beta(a: float, b: float, x: float) -> float:
    """I_x(a, b); the continued fraction converges fast below (a + 1) / (a + b + 2)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _regularised_beta(b, a, 1 - x)
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta) / a
    return front / _fraction(a, b, x)


def _fraction(a: float, b: float, x: float) -> float:
    """1 + d1/(1 + d2/(1 + ...)) by Lentz's method as modified by Thompson and Barnett."""
    value, c, d = 1.0, 1.0, 0.0
    for term in range(1, _TERMS):
        m = term // 2
        if term % 2:
            step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + step * d or _TINY)
        c = 1 + step / c or _TINY
        value *= c * d
        if abs(c * d - 1) < _EPSILON:
            break
    return value
