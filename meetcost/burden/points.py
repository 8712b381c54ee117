# SPDX-License-Identifier: Apache-2.0
"""Records as series of points in time: the meeting's own hours, its paperwork's hours, and what nothing explains."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.paperwork import figures
from meetcost.paperwork.features import Kind
from meetcost.paperwork.model import shipped
from meetcost.paperwork.standard_cost import answering

if TYPE_CHECKING:
    from datetime import date

    from meetcost.paperwork.history import History, Record
    from meetcost.paperwork.model import Coefficients

_ANSWER: Final = answering().value / 60
_WRITING: Final = figures.COMPOSING.value * 60  # words an hour
_LEAST: Final = 1.0  # words below which there is no paperwork to take a logarithm of


class Point(NamedTuple):
    """One meeting. `r` is None where nothing was written or asked for, `meeting` where its hours are not known."""

    day: date
    r: float | None
    meeting: float | None
    paperwork: float


@dataclass(frozen=True, slots=True)
class Series:
    """One recurring series in order of time; `spread` is the ordinary one of its kind of minutes."""

    uid: str
    title: str
    spread: float
    points: tuple[Point, ...]

    def split(self, since: date) -> tuple[list[float], list[float]]:
        """r before `since`, and from then on."""
        before = [one.r for one in self.points if one.r is not None and one.day < since]
        return before, [one.r for one in self.points if one.r is not None and one.day >= since]


def series_of(history: History, coefficients: Coefficients | None = None) -> list[Series]:
    """Every series of the records."""
    fit = shipped() if coefficients is None else coefficients
    return [_series(uid, records, fit) for uid, records in history.series.items()]


def paperwork_hours(record: Record) -> float:
    """Hours of writing the minutes, of reading them by all who attended, and of answering what was asked for.

    Speeds of the literature and the middle column of the Standard Cost Model's table: the same before and after, so
    that a change is one of length and number.
    """
    reading = figures.READING.value * 60
    if record.features.language == "zh":
        reading = figures.READING_CHINESE.value * 60 / figures.CHARACTERS_PER_WORD.value
    readers = record.features.attendees or 0
    return record.words / _WRITING + readers * record.words / reading + _ANSWER * (record.forms + record.reports)


def _series(uid: str, records: list[Record], fit: Coefficients) -> Series:
    points = tuple(Point(one.day, _unexplained(one, fit), one.person_hours, paperwork_hours(one)) for one in records)
    kind = next((r.features.kind for r in reversed(records) if r.features.kind is not Kind.UNKNOWN), Kind.UNKNOWN)
    spread = math.sqrt(min(within for _, within in fit.kinds[kind].variances.values()))
    return Series(uid, next((one.title for one in reversed(records) if one.title), uid), spread, points)


def _unexplained(record: Record, fit: Coefficients) -> float | None:
    """log of minutes and answers, as words that take as long to write, less what the meeting's features explain."""
    words = record.words + _ANSWER * _WRITING * (record.forms + record.reports)
    return math.log(words) - fit.prior(record.features).location if words >= _LEAST else None
