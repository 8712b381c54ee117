# SPDX-License-Identifier: Apache-2.0
"""How long the minutes of a meeting will be, and the hours of writing and reading them, before it has taken place.

Length is measured; hours are that length at speeds from the literature, and no source measures them. All lengths and
hours hold if anything is written at all; `Forecast.written` is the probability of that. Not in the hours: approval
rounds, translation, searching.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from meetcost.errors import UsageError
from meetcost.paperwork import figures, student
from meetcost.paperwork.basis import basis_of
from meetcost.paperwork.model import Coefficients, Predictive, shipped
from meetcost.paperwork.own import Own
from meetcost.paperwork.standard_cost import Complexity
from meetcost.paperwork.work import Work, answering_work, reading_work, units_a_word, weakest, writing_work

if TYPE_CHECKING:
    from meetcost.model.phrase import Phrase
    from meetcost.paperwork.features import Features
    from meetcost.paperwork.figures import Figure, Tag
    from meetcost.paperwork.work import Writing
    from meetcost.values.citation import Citation


@dataclass(frozen=True, slots=True)
class Interval:
    """A range that should hold the true value with the probability in its field's name."""

    low: float
    high: float

    def rounded(self) -> Interval:
        """Two significant digits."""
        return Interval(_round(self.low), _round(self.high))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A median with its intervals, how firmly it stands, the figures it rests on and their sources."""

    median: float
    interval_50: Interval
    interval_80: Interval
    interval_95: Interval
    unit: Literal["words", "characters", "hours"]
    tag: Tag
    figures: tuple[Figure, ...] = ()
    citations: tuple[Citation, ...] = ()

    def rounded(self) -> Estimate:
        """Two significant digits: more than a forecast of this width can carry."""
        return replace(
            self,
            median=_round(self.median),
            interval_50=self.interval_50.rounded(),
            interval_80=self.interval_80.rounded(),
            interval_95=self.interval_95.rounded(),
        )


@dataclass(frozen=True, slots=True)
class Forecast:
    """The paperwork of one meeting, before it.

    `written` is the probability that any minutes are written; it is measured on minutes written by people and assumed
    for the other kinds. `writing`, `reading` and `total` are None where a needed feature is unknown: duration for live
    and transcribed minutes, number of readers for reading. `reporting` is the time for answering forms and reports that
    the meeting asks for, None without any. `basis` says in plain sentences what all this rests on; `records` is the
    number of own minutes in it.
    """

    features: Features
    written: float
    length: Estimate
    writing: Estimate | None
    reading: Estimate | None
    reporting: Estimate | None
    total: Estimate | None
    basis: tuple[Phrase, ...]
    records: int = 0


def forecast(
    features: Features,
    *,
    readers: int | None = None,
    writing: Writing | None = None,
    own: Own | None = None,
    requests: float = 0,
    complexity: Complexity = Complexity.MEDIUM,
    coefficients: Coefficients | None = None,
) -> Forecast:
    """Forecast the minutes of a meeting.

    `readers` is how many people read the minutes (not given: the attendees), `writing` how they are written (not given:
    verbatim minutes are transcribed, others composed afterwards), `own` what the series' own records say
    (`history.own_of`), `requests` how many answers to forms and reports the meeting will ask for, each of `complexity`,
    `coefficients` the fit (not given: the shipped one). Raises `UsageError` for a negative number of readers or
    requests.
    """
    fit = shipped() if coefficients is None else coefficients
    own = Own() if own is None else own
    if readers is not None and readers < 0:
        raise UsageError("readers: `{readers}`; give 0 or more, or None for as many as attendees", readers=readers)
    if not (math.isfinite(requests) and requests >= 0):
        raise UsageError("requests: `{requests:g}`; give 0 or more", requests=requests)
    prior = fit.prior(features)
    words = own.predictive(prior) if own.records else prior.predictive(fit.widening)
    write = writing_work(features, words.median, fit, writing)
    read = reading_work(features, words.median, features.attendees if readers is None else readers)
    report = answering_work(requests, complexity) if requests else None
    written = own.written(*fit.written)
    works = [work for work in (write, read, report) if work is not None]
    return Forecast(
        features=features,
        written=written,
        length=_length(features, words, fit),
        writing=_hours(words, fit, write) if write else None,
        reading=_hours(words, fit, read) if read else None,
        reporting=_hours(words, fit, report) if report else None,
        total=_hours(words, fit, *works) if write and read else None,
        basis=basis_of(features, fit, own.records, written),
        records=own.records,
    )


def _length(features: Features, words: Predictive, fit: Coefficients) -> Estimate:
    chinese = features.language == "zh"
    shifted = Predictive(words.location + math.log(units_a_word(features)), words.scale, words.freedom)
    used = (figures.CHARACTERS_PER_WORD,) if chinese else ()
    return _estimate(shifted, 0.0, "characters" if chinese else "words", used, (fit.provenance.citation,))


def _hours(words: Predictive, fit: Coefficients, *works: Work) -> Estimate:
    """The sum of the works: known hours, and uncertain ones whose logarithm varies to first order with its parts'.

    A part's share of the uncertain hours weighs its uncertainty; what grows with the length varies together. The sum of
    a t and a normal variable is taken as t with the same freedom and the summed squares of the scales.
    """
    uncertain = sum(work.hours for work in works)
    fixed = sum(work.fixed for work in works)
    used = tuple(dict.fromkeys(figure for work in works for figure in work.figures))
    cited = dict.fromkeys(citation for work in works for citation in work.measured)
    grows = any(work.grows for work in works)
    if grows:
        cited[fit.provenance.citation] = None
    if not uncertain:
        return _estimate(Predictive(-math.inf, 0.0, math.inf), fixed, "hours", used, tuple(cited))
    growing = sum(work.hours for work in works if work.grows) / uncertain
    variance = (growing * words.scale) ** 2 + sum((work.hours / uncertain * work.spread) ** 2 for work in works)
    freedom = words.freedom if grows else math.inf
    log_hours = Predictive(math.log(uncertain), math.sqrt(variance), freedom)
    return _estimate(log_hours, fixed, "hours", used, tuple(cited))


def _estimate(
    log: Predictive,
    fixed: float,
    unit: Literal["words", "characters", "hours"],
    used: tuple[Figure, ...],
    measured: tuple[Citation, ...],
) -> Estimate:
    half, most, nearly = (
        Interval(fixed + low, fixed + high) for low, high in map(log.interval, student.tails(log.freedom))
    )
    cited = (figure.citation for figure in used if figure.citation)
    return Estimate(
        median=fixed + log.median,
        interval_50=half,
        interval_80=most,
        interval_95=nearly,
        unit=unit,
        tag=weakest(used),
        figures=used,
        citations=tuple(dict.fromkeys((*measured, *cited))),
    )


def _round(value: float) -> float:
    """Two significant digits; 0 stays 0."""
    return value if value == 0 else round(value, 1 - math.floor(math.log10(abs(value))))
