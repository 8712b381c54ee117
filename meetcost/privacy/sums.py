# SPDX-License-Identifier: Apache-2.0
"""Sums of pay: over too few people, mostly of one person, or two of them over nearly the same people."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Final

from meetcost.costing.small_bands import FEWEST
from meetcost.model.phrase import Phrase
from meetcost.privacy.dominance import K, N, P, dominated, estimable
from meetcost.privacy.finding import Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from meetcost.privacy.figures import Figure, Unknown
    from meetcost.privacy.outsider import Outsider

_MOST_COMPARED: Final = 600
"""Figures of which every two are compared; they are bad enough without the others."""


def sums(figures: Sequence[Figure], outsider: Outsider) -> Iterator[Finding]:
    """What the figures of `figures`, all of them sums of pay, give away one by one and two by two."""
    few = [one for one in figures if one.people < FEWEST]
    if few:
        said = Phrase.of("{count} sums of pay are over fewer than {fewest} people", count=len(few), fewest=FEWEST)
        yield _finding(Kind.SMALL_GROUP, said, few, min(one.people for one in few))
    dominant = [one for one in figures if one.hours is not None and _dominant(one.hours, outsider)]
    if dominant:
        said = Phrase.of(
            "{count} sums of pay are mostly one person's: the {n} largest are more than {k} %, or the second "
            "can tell the first to within {p} %",
            count=len(dominant),
            n=N,
            k=K,
            p=P,
        )
        yield _finding(Kind.DOMINANCE, said, dominant, 1)
    yield from _differences(figures)


def _dominant(hours: Mapping[Unknown, int], outsider: Outsider) -> bool:
    """By true pay, where the directory has that of everybody in the sum."""
    parts = [
        outsider.pay[person] * Fraction(seconds) for (person, _), seconds in hours.items() if person in outsider.pay
    ]
    return len(parts) == len(hours) and (dominated(parts) or estimable(parts))


def _differences(figures: Sequence[Figure]) -> Iterator[Finding]:
    known = [(one, dict(one.hours)) for one in figures if one.hours][:_MOST_COMPARED]
    pairs: list[tuple[Figure, Figure]] = []
    least = FEWEST
    for (one, mine), (other, theirs) in combinations(known, 2):
        if abs(len(mine) - len(theirs)) >= FEWEST:
            continue
        apart = len({person for person in mine.keys() | theirs.keys() if mine.get(person, 0) != theirs.get(person, 0)})
        if 0 < apart < FEWEST:
            pairs.append((one, other))
            least = min(least, apart)
    if pairs:
        said = Phrase.of(
            "{count} pairs of sums of pay differ in fewer than {fewest} people: one less the other is the pay of those",
            count=len(pairs),
            fewest=FEWEST,
        )
        yield _finding(Kind.DIFFERENCING, said, [one for pair in pairs for one in pair], least)


def _finding(kind: Kind, said: Phrase, figures: Sequence[Figure], people: int) -> Finding:
    return Finding.of(kind, said, [one.release for one in figures], [one.place for one in figures], people)
