# SPDX-License-Identifier: Apache-2.0
"""What a series costs: over a window, and year by year."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from meetcost.costing.price import price
from meetcost.costing.pricer import Pricer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from meetcost.costing.choices import CostChoices
    from meetcost.costing.rate_card import RateCard
    from meetcost.model.cost import Cost, PaperworkHours
    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.values.span import Span


@dataclass(frozen=True, slots=True)
class SeriesCost:
    """`cost` of all occurrences in the window, `by_year` those that begin in each calendar year of their own zone."""

    cost: Cost
    by_year: Mapping[int, Cost]

    @property
    def occurrences(self) -> int:
        """How many there are."""
        return self.cost.occurrences


def beginning_in(window: Span | None, occurrences: Iterable[Occurrence]) -> Iterable[Occurrence]:
    """Those of the `occurrences` that begin in `window`; all of them if none is given."""
    if window is None:
        return occurrences
    first, last = window.seconds
    return [occurrence for occurrence in occurrences if first <= occurrence.start < last]


def series_cost(
    meeting: Meeting,
    occurrences: Iterable[Occurrence],
    *,
    window: Span | None = None,
    rates: RateCard | None = None,
    directory: Directory | None = None,
    choices: CostChoices | None = None,
    paperwork: PaperworkHours | None = None,
) -> SeriesCost:
    """The cost of the `occurrences` that begin in `window` (all of them if none is given).

    Each is priced at the rates of its own day. `paperwork` is the forecast for one occurrence. An endless series has as
    many occurrences as the caller expanded: the window is the caller's statement, and belongs beside the figure.
    """
    pricer = Pricer(rates, directory, choices)
    years: dict[int, list[Occurrence]] = defaultdict(list)
    for occurrence in beginning_in(window, occurrences):
        years[occurrence.day.year].append(occurrence)
    everything = [occurrence for year in sorted(years) for occurrence in years[year]]
    return SeriesCost(
        price(meeting, everything, pricer=pricer, paperwork=paperwork),
        {year: price(meeting, years[year], pricer=pricer, paperwork=paperwork) for year in sorted(years)},
    )
