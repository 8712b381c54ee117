# SPDX-License-Identifier: Apache-2.0
"""The attack: every published sum is a linear equation in what each person's hour costs; solve them all.

Floats, because this measures how near an outsider comes; whether a release may be published is decided exactly
(`explained`). Needs SciPy (HiGHS behind `linprog`), the extra `privacy`.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from scipy.optimize import linprog, lsq_linear

from meetcost.privacy.solution import Bounds, Solution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.privacy.figures import Figure, Unknown

MOST_FIGURES: Final = 3000
MOST_UNKNOWNS: Final = 400
_LOOSER: Final = 1 + 1e-6
_HOUR: Final = 3600
_Array = Any  # NDArray[float64]; numpy's stubs say nothing of use for what SciPy gives back


class _System(NamedTuple):
    """hours × pay = sums ± half, pay between 0 and `ceiling`, in minor units an hour."""

    hours: _Array
    sums: _Array
    half: _Array
    ceiling: float


def solve(figures: Sequence[Figure]) -> Solution | None:
    """What the sums say of each person's hour; None if of no sum the people are known.

    How coarsely the sums were rounded is seen from themselves. Where no pay at all fits them (they were blurred), the
    smallest error, in per cent of each sum, with which some does is allowed for.
    """
    known = [one for one in figures if one.hours][:MOST_FIGURES]
    unknowns = list(dict.fromkeys(who for one in known for who in one.hours or ()))[:MOST_UNKNOWNS]
    chosen = set(unknowns)
    known = [one for one in known if one.hours and one.hours.keys() <= chosen]
    if not known:
        return None
    system = _system(known, unknowns)
    slack = _least_slack(system)
    half = (system.half + slack * system.sums) * _LOOSER
    estimate = _estimate(system)
    bounds = {}
    for at, who in enumerate(unknowns):
        low, high = _range(system._replace(half=half), at)
        bounds[who] = Bounds(low, float(estimate[at]), high)
    rank = int(np.linalg.matrix_rank(system.hours))
    return Solution(len(known), len(unknowns), rank, slack, bounds)


def _system(figures: Sequence[Figure], unknowns: Sequence[Unknown]) -> _System:
    column = {who: at for at, who in enumerate(unknowns)}
    hours = np.zeros((len(figures), len(unknowns)))
    for at, one in enumerate(figures):
        for who, seconds in (one.hours or {}).items():
            hours[at, column[who]] = seconds / _HOUR
    sums = np.array([float(one.minor) for one in figures])
    unit = _unit(gcd(*(one.minor for one in figures)))
    half = np.maximum(unit / 2, np.array([one.people / 2 for one in figures]))
    each = sums / np.maximum(hours.sum(axis=1), 1e-9)
    return _System(hours, sums, half, 20 * float(each.max(initial=1.0)) + 1)


def _unit(divisor: int) -> int:
    """What sums were rounded to that all have `divisor`: the largest of 1, 2, 5, 10, 20 ... that divides it."""
    unit = 1
    for power in range(len(str(divisor))):
        for step in (1, 2, 5):
            if divisor and divisor % (step * 10**power) == 0:
                unit = step * 10**power
    return unit


def _least_slack(system: _System) -> float:
    """The smallest share of each sum by which all of them have to be off, so that some pay fits."""
    columns = system.hours.shape[1]
    left = np.vstack(
        [np.hstack([system.hours, -system.sums[:, None]]), np.hstack([-system.hours, -system.sums[:, None]])]
    )
    right = np.concatenate([system.sums + system.half, system.half - system.sums])
    cost = np.zeros(columns + 1)
    cost[-1] = 1.0
    limits = [(0.0, system.ceiling)] * columns + [(0.0, None)]
    found = linprog(cost, A_ub=left, b_ub=right, bounds=limits, method="highs")
    return max(float(found.x[-1]), 0.0) if found.success else 1.0


def _range(system: _System, at: int) -> tuple[float, float]:
    """The least and the most that one person's hour can cost."""
    left = np.vstack([system.hours, -system.hours])
    right = np.concatenate([system.sums + system.half, system.half - system.sums])
    cost = np.zeros(system.hours.shape[1])
    limits = (0.0, system.ceiling)
    ends = []
    for sign in (1.0, -1.0):
        cost[at] = sign
        found = linprog(cost, A_ub=left, b_ub=right, bounds=limits, method="highs")
        ends.append(float(found.x[at]) if found.success else (0.0 if sign > 0 else system.ceiling))
    return ends[0], max(ends)


def _estimate(system: _System) -> _Array:
    """The best guess: least squares, each sum weighted as it was rounded, faintly drawn to the mean."""
    weight = 1 / (system.half + 0.01 * system.sums + 1e-9)
    mean = system.sums.sum() / max(system.hours.sum(), 1e-9)
    faint = np.eye(system.hours.shape[1]) * 1e-6
    left = np.vstack([system.hours * weight[:, None], faint])
    right = np.concatenate([system.sums * weight, np.full(system.hours.shape[1], mean * 1e-6)])
    return lsq_linear(left, right, bounds=(0.0, system.ceiling)).x
