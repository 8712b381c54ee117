# SPDX-License-Identifier: Apache-2.0
"""A picture of text: paperwork of a comparable meeting, period by period, on a scale of factors.

Text, because it is read where the verdict is: in a terminal, a mail, a record of the decision.
"""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from meetcost.burden.points import Series

_WIDTH: Final = 41  # columns; the middle one is x 1
_REACH: Final = math.log(4)  # the ends are ÷ 4 and × 4
_MOST_ROWS: Final = 30


class Row(NamedTuple):
    """A period: its first day, meetings in it, the median factor to what was ordinary before the cut."""

    first: date
    meetings: int
    factor: float


def rows_of(series: Iterable[Series], since: date) -> list[Row]:
    """By calendar month; by quarter or year where months would be too many rows. `since` begins a row of its own."""
    values = [
        (point.day, point.r - base)
        for one in series
        if (base := _base(one, since)) is not None
        for point in one.points
        if point.r is not None
    ]
    for months in (1, 3, 12):
        found: dict[tuple[bool, int], list[tuple[date, float]]] = {}
        for day, r in values:
            key = day >= since, (day.year * 12 + day.month - 1) // months
            found.setdefault(key, []).append((day, r))
        if len(found) <= _MOST_ROWS or months == 12:
            break
    return [
        Row(min(day for day, _ in one), len(one), math.exp(median(r for _, r in one)))
        for _, one in sorted(found.items())
    ]


def drawn(rows: Sequence[Row], since: date) -> list[str]:
    """The lines: day, factor, a dot at its place, a bar at x 1, and a rule where the change began."""
    lines, begun = [], False
    for row in rows:
        if row.first >= since and not begun:
            begun = True
            lines.append(f"{since.isoformat()} {'-' * (_WIDTH + 8)}")
        lines.append(f"{row.first.isoformat()} {row.factor:>5.2f}  {_line(row.factor)}  {row.meetings}")
    scale = "÷4".ljust(_WIDTH // 2) + "1" + "×4".rjust(_WIDTH // 2)
    return [*lines, f"{'':18}{scale}"]


def _line(factor: float) -> str:
    cells = [" "] * _WIDTH
    cells[_WIDTH // 2] = "|"
    place = min(max(math.log(factor) / _REACH, -1.0), 1.0)
    cells[round((_WIDTH - 1) / 2 * (1 + place))] = "●"
    return "".join(cells)


def _base(series: Series, since: date) -> float | None:
    before, _ = series.split(since)
    return median(before) if before else None
