# SPDX-License-Identifier: Apache-2.0
"""The work that a length of minutes is: hours of writing them, of reading them, of answering what is asked for.

The length may be forecast or measured; the speeds are those of the literature either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from meetcost.paperwork import figures
from meetcost.paperwork.features import Kind
from meetcost.paperwork.figures import Figure, Tag
from meetcost.paperwork.standard_cost import answering

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.paperwork.features import Features
    from meetcost.paperwork.model import Coefficients
    from meetcost.paperwork.standard_cost import Complexity
    from meetcost.values.citation import Citation

_STRENGTH = (Tag.MEASURED, Tag.LITERATURE, Tag.ASSUMPTION)


class Writing(Enum):
    """When and how the minutes are written."""

    AFTERWARDS = "afterwards"
    """Composed after the meeting."""
    LIVE = "live"
    """By scribes during the meeting, who then tidy up; their time in the meeting counts as writing."""
    TRANSCRIBED = "transcribed"
    """Typed from a recording, by hand."""


@dataclass(frozen=True, slots=True)
class Work:
    """Hours that grow with the length, or do not, at a speed uncertain by `spread` (sd of its log), and known ones."""

    hours: float
    figures: tuple[Figure, ...]
    spread: float
    grows: bool = True
    fixed: float = 0.0
    measured: tuple[Citation, ...] = ()


def writing_work(features: Features, words: float, fit: Coefficients, mode: Writing | None = None) -> Work | None:
    """Writing minutes of so many `words`; None where it depends on a duration that is not known.

    Without a `mode` verbatim minutes are transcribed, others composed afterwards.
    """
    if mode is None:
        mode = Writing.TRANSCRIBED if features.kind is Kind.VERBATIM else Writing.AFTERWARDS
    chinese = features.language == "zh"
    speed = figures.COMPOSING_CHINESE if chinese else figures.COMPOSING
    composing = words * units_a_word(features) / speed.value / 60
    used = (speed, figures.CHARACTERS_PER_WORD) if chinese else (speed,)
    if mode is Writing.AFTERWARDS:
        return Work(composing, used, speed.spread)
    if features.minutes is None:
        return None
    hours = features.minutes / 60
    if mode is Writing.TRANSCRIBED:
        factor = figures.TRANSCRIBING
        return Work(factor.value * hours, (factor,), factor.spread, grows=False)
    tidying = figures.TIDYING
    return Work(
        tidying.value * composing,
        (*used, tidying),
        speed.spread,
        fixed=fit.scribes * hours,
        measured=(fit.provenance.citation,),
    )


def reading_work(features: Features, words: float, readers: int | None) -> Work | None:
    """Reading minutes of so many `words`, by all `readers`; None where nobody knows how many they are."""
    if readers is None:
        return None
    chinese = features.language == "zh"
    speed = figures.READING_CHINESE if chinese else figures.READING
    used = (speed, figures.CHARACTERS_PER_WORD) if chinese else (speed,)
    return Work(readers * words * units_a_word(features) / speed.value / 60, used, speed.spread)


def answering_work(requests: float, complexity: Complexity) -> Work:
    """Answering so many forms and reports."""
    minutes = answering(complexity)
    return Work(requests * minutes.value / 60, (minutes,), minutes.spread, grows=False)


def units_a_word(features: Features) -> float:
    """How many of the units that lengths are told in (characters in Chinese, else words) a word is."""
    return figures.CHARACTERS_PER_WORD.value if features.language == "zh" else 1.0


def weakest(used: Iterable[Figure]) -> Tag:
    """How firmly a result stands that rests on these figures; on none, it is measured."""
    return max((figure.tag for figure in used), key=_STRENGTH.index, default=Tag.MEASURED)
