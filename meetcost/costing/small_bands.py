# SPDX-License-Identifier: Apache-2.0
"""Bands with few people in them, merged: what is published says no more of anybody than of so many together.

The band of a mayor is the mayor's pay. So a band that has people, but fewer than `FEWEST`, is priced as the next dearer
one that has people; what is left over at the top as the next cheaper one. A rate is always one that stands in the card,
never a mean: from a mean and one of its parts the other part can be worked out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from meetcost.model.directory import EntryKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from meetcost.costing.rate_card import RateCard
    from meetcost.model.directory import Directory

FEWEST: Final = 5
"""People of a published band, at least. Official statistics ask for three, sdcLog for five, ACRO for ten."""


def heads(card: RateCard, directory: Directory) -> Mapping[str, int]:
    """Band of the card -> how many people the directory is sure of: its persons, or its largest group if that is more.

    A group may consist of persons who have rows of their own.
    """
    persons: Counter[str] = Counter()
    largest: dict[str, int] = {}
    for entry in directory:
        band = card.band_of(entry.band).name
        if entry.kind is EntryKind.PERSON:
            persons[band] += 1
        elif entry.kind is EntryKind.GROUP:
            largest[band] = max(largest.get(band, 0), entry.size or 0)
    return {band: most for band in card.bands if (most := max(persons[band], largest.get(band, 0)))}


def without_small_bands(card: RateCard, directory: Directory, fewest: int = FEWEST) -> RateCard:
    """`card` with its small bands merged; the same card if it has none.

    Bands nobody is in stay as they are. Where all bands together have too few people, everybody is in the default band.
    """
    key = (id(card), id(directory), fewest)
    known = _known.get(key)
    if known is None:
        if len(_known) >= _REMEMBERED:
            _known.clear()
        known = _known[key] = card, directory, _made(card, directory, fewest)
    return known[2]


_REMEMBERED: Final = 16
_known: Final[dict[tuple[int, int, int], tuple[RateCard, Directory, RateCard]]] = {}
"""By id: each holds its card and directory, so no id is used twice. A directory is long, and asked for each invite."""


def _made(card: RateCard, directory: Directory, fewest: int) -> RateCard:
    found = heads(card, directory)
    if all(count >= fewest for count in found.values()) or len(found) < 2:
        return card
    into = _merged(_cheapest_first(card, found), found, fewest) or dict.fromkeys(found, card.default_band)
    bands = {name: card.bands[into.get(name, name)] for name in card.bands}
    return replace(card, bands=bands, default_band=into.get(card.default_band, card.default_band), pooled=fewest)


def _cheapest_first(card: RateCard, names: Iterable[str]) -> list[str]:
    """By the latest rates of the card; of equals as they stand in it."""
    latest = card.first_days[-1]
    return sorted(names, key=lambda name: card.rate(name, latest).rate.amount)


def _merged(upwards: Iterable[str], found: Mapping[str, int], fewest: int) -> dict[str, str]:
    """Band -> the one it is priced as; nothing if there are too few people in all."""
    into: dict[str, str] = {}
    waiting: list[str] = []
    target = ""
    for name in upwards:
        waiting.append(name)
        if sum(found[one] for one in waiting) >= fewest:
            target = name
            into.update(dict.fromkeys(waiting, target))
            waiting = []
    return into | dict.fromkeys(waiting, target) if target else {}
