# SPDX-License-Identifier: Apache-2.0
"""The release check: the attack on the whole publication history, and whether the newest release may join it.

What decides is exact and needs no solver: a figure that is heads × time × published rate tells no more than these
three, however it is combined with others (`explained`); any other is refused. The solver says how much those others
give away, and tries the explained ones too, lest this reasoning have a hole.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from meetcost.model.phrase import Phrase
from meetcost.privacy.cash import cash
from meetcost.privacy.confidential import confidential
from meetcost.privacy.explained import judge
from meetcost.privacy.figures import Unknown, figures_of
from meetcost.privacy.finding import Finding, Kind
from meetcost.privacy.solution import WITHIN
from meetcost.privacy.sums import sums

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from meetcost.privacy.figures import Figure
    from meetcost.privacy.outsider import Outsider
    from meetcost.privacy.release import Release
    from meetcost.privacy.solution import Bounds, Solution


class Solver(Protocol):
    """`attack.solve`."""

    def __call__(self, figures: Sequence[Figure]) -> Solution | None:
        """What an outsider can solve of them; None if nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in `releases`, by time; `judged` is the one that may be published or not.

    `figures` are the occurrences with money, `unexplained` those where it is something else than people × time × rate.
    `explained` is what the solver makes of the figures that are as they should be, `taken` of the others; None where
    there are none, their people are not known, or no solver was given.
    """

    releases: tuple[str, ...]
    judged: str
    figures: int
    unexplained: int
    findings: tuple[Finding, ...]
    explained: Solution | None = None
    taken: Solution | None = None

    @property
    def blocked(self) -> bool:
        """Whether the release gives something away, alone or with the others."""
        return any(self.judged in one.releases for one in self.findings)

    @property
    def against(self) -> tuple[Finding, ...]:
        """What speaks against it."""
        return tuple(one for one in self.findings if self.judged in one.releases)

    @property
    def recovered(self) -> Mapping[Unknown, Bounds]:
        """Whose pay the figures that should not be there give away, and how nearly. Private."""
        return self.taken.found if self.taken is not None else {}


def check(
    releases: Sequence[Release], outsider: Outsider, *, judged: Release | None = None, solver: Solver | None = None
) -> Report:
    """Attack `releases`, all there have been; `judged` is one of them, without it the one with the latest `as_of`."""
    ordered = sorted(releases, key=lambda one: one.as_of)  # stable: of equals the one given last is the newest
    if judged is None and ordered:
        judged = ordered[-1]
    findings: list[Finding] = []
    taken: list[Figure] = []
    explained: list[Figure] = []
    priced = wrong = 0
    for release in ordered:
        of_one = judge(release, outsider)
        findings += of_one.findings
        priced, wrong = priced + of_one.priced, wrong + len(of_one.unexplained)
        for row in of_one.unexplained:
            taken.extend(figures_of(row, release, outsider))
        if solver is not None:
            refused = set(map(id, of_one.unexplained))
            for row in release.rows:
                if id(row) not in refused:
                    explained.extend(figures_of(row, release, outsider))
    findings += cash(ordered, judged, outsider) if judged is not None else ()
    findings += sums(taken, outsider)
    findings += confidential(ordered)
    solutions = (solver(explained), solver(taken)) if solver is not None else (None, None)
    if solutions[0] is not None:
        findings += _beyond_the_card(explained, solutions[0], outsider)
    if solutions[1] is not None:
        findings += _recovered(taken, solutions[1])
    return Report(
        tuple(one.name for one in ordered),
        judged.name if judged is not None else "",
        priced,
        wrong,
        tuple(findings),
        *solutions,
    )


def _recovered(figures: Sequence[Figure], solution: Solution) -> Iterator[Finding]:
    found = solution.found
    if not found:
        return
    said = Phrase.of(
        "{count} sums together give what an hour of {people} of {all} people costs, to within {within} %",
        count=solution.figures,
        people=len({who.person for who in found}),
        all=len({who.person for who in solution.bounds}),
        within=WITHIN,
    )
    used = [one for one in figures if one.hours and found.keys() & one.hours.keys()]
    releases, places = [one.release for one in used], [one.place for one in used]
    yield Finding.of(Kind.RECOVERED, said, releases, places, len({who.person for who in found}))


def _beyond_the_card(figures: Sequence[Figure], solution: Solution, outsider: Outsider) -> Iterator[Finding]:
    """Whether the figures that are as they should be give anything but the rate of somebody's band."""
    rates = _rates(outsider)
    beyond = {
        who
        for who, bounds in solution.found.items()
        if who in rates and not bounds.low * 0.99 - 1 <= rates[who] <= bounds.high * 1.01 + 1
    }
    if beyond:
        said = Phrase.of(
            "{people} people's hour can be solved for, and costs something else than the rate of their band",
            people=len(beyond),
        )
        used = [one for one in figures if one.hours and beyond & one.hours.keys()]
        yield Finding.of(Kind.RECOVERED, said, [one.release for one in used], [one.place for one in used], len(beyond))


def _rates(outsider: Outsider) -> dict[Unknown, float]:
    """What an hour of each costs by the card: their longest attendance, which is rounded least."""
    longest: dict[Unknown, tuple[int, int]] = {}
    for known in (outsider.rosters or {}).values():
        for seat in chain.from_iterable(known):
            who = Unknown(seat.person, seat.period)
            if seat.minor is not None and seat.seconds > longest.get(who, (0, 0))[0]:
                longest[who] = seat.seconds, seat.minor
    return {who: minor * 3600 / seconds for who, (seconds, minor) in longest.items()}
