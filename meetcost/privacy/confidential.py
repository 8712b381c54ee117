# SPDX-License-Identifier: Apache-2.0
"""What several releases together say of confidential meetings: the hours of one, if only one came in between.

Hours are said for a period. Those of July to September less those of July and August are those of September; those of
today's release less yesterday's are those of what was entered since. Periods are differences of days, so the days are
the nodes of a graph and each period whose hours were said is an edge in it: the hours between two days can be worked
out if and only if they are connected.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.costing.small_bands import FEWEST
from meetcost.model.phrase import Phrase
from meetcost.privacy.finding import Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from meetcost.privacy.release import Release

_ROUNDED: Final = 36
"""Hours are published to hundredths: seconds by which a figure may be off."""


class _Reached(NamedTuple):
    """A day, as seen from the first of its component: meetings and seconds in between, and the releases that say so."""

    meetings: int
    seconds: int
    through: frozenset[str]


def confidential(releases: Sequence[Release]) -> Iterator[Finding]:
    """Every stretch of days, and every change from one release to another, whose hours are of too few meetings."""
    said = [one for one in releases if one.hidden[1] is not None]
    for one in said:
        if 0 < one.hidden[0] < FEWEST:
            phrase = Phrase.of("the hours of {count} confidential meetings are said: of so few they are those of each",
                               count=one.hidden[0])  # fmt: skip
            yield Finding.of(Kind.CONFIDENTIAL, phrase, [one.name], ["confidential"], one.hidden[0])
    yield from _changes(said)
    latest = {(one.first, one.last): one for one in said}
    yield from _stretches(list(latest.values()))


def _changes(releases: Sequence[Release]) -> Iterator[Finding]:
    """The same days, said twice."""
    versions: dict[tuple[object, object], list[Release]] = defaultdict(list)
    for one in releases:
        before = versions[one.first, one.last]
        if not before or before[-1].hidden != one.hidden:
            for other in before:
                yield from _told(
                    one.hidden[0] - other.hidden[0],
                    (one.hidden[1] or 0) - (other.hidden[1] or 0),
                    [other.name, one.name],
                )
            before.append(one)


def _stretches(releases: Sequence[Release]) -> Iterator[Finding]:
    edges: dict[int, list[tuple[int, int, int, str]]] = defaultdict(list)
    for one in releases:
        first, after = one.first.toordinal(), one.last.toordinal() + 1
        count, seconds = one.hidden[0], one.hidden[1] or 0
        edges[first].append((after, count, seconds, one.name))
        edges[after].append((first, -count, -seconds, one.name))
    seen: set[int] = set()
    for root in sorted(edges):
        if root not in seen:
            reached = _from(root, edges)
            seen |= reached.keys()
            days = sorted(reached)
            for day, following in pairwise(days):
                yield from _between(reached[day], reached[following])
            for day, found in reached.items():  # what two ways to the same day do not agree in has changed meanwhile
                for other, count, seconds, name in edges[day]:
                    if other > day:
                        there = reached[other]
                        ways = found.through ^ there.through | {name}
                        yield from _told(
                            there.meetings - found.meetings - count,
                            there.seconds - found.seconds - seconds,
                            sorted(ways),
                        )


def _from(root: int, edges: dict[int, list[tuple[int, int, int, str]]]) -> dict[int, _Reached]:
    reached = {root: _Reached(0, 0, frozenset())}
    waiting = [root]
    while waiting:
        day = waiting.pop(0)
        here = reached[day]
        for other, count, seconds, name in edges[day]:
            if other not in reached:
                reached[other] = _Reached(here.meetings + count, here.seconds + seconds, here.through ^ {name})
                waiting.append(other)
    return reached


def _between(one: _Reached, other: _Reached) -> Iterator[Finding]:
    ways = sorted(one.through ^ other.through)
    if len(ways) > 1:  # what one release says itself is looked at by itself
        yield from _told(other.meetings - one.meetings, other.seconds - one.seconds, ways)


def _told(count: int, seconds: int, ways: Sequence[str]) -> Iterator[Finding]:
    if abs(count) >= FEWEST or (not count and abs(seconds) <= _ROUNDED * len(ways)):
        return
    if count:
        phrase = Phrase.of("these releases, one less the other, give the hours of {count} confidential meetings",
                           count=abs(count))  # fmt: skip
    else:
        phrase = Phrase("these releases, one less the other, give by how much a confidential meeting changed")
    yield Finding.of(Kind.CONFIDENTIAL, phrase, ways, ["confidential"], abs(count))
