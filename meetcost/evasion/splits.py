# SPDX-License-Identifier: Apache-2.0
"""Splits: one meeting held several times for other people, each time within the limit on attendance."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from meetcost.evasion.titles import likeness
from meetcost.values.person_hours import PersonHours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from meetcost.evasion.held import Held
    from meetcost.evasion.limits import Limit


class SplitSigns(NamedTuple):
    """What makes a split: one caller, alike in title, about as long, at most `days` apart, for other people.

    `minutes` is by how much they may differ in length, `title` how alike the titles are at least, and `people` which
    share of the smaller group may sit in one before it. Each has at least the part `size` of the people that the limit
    permits: talks with one person after the other are no split.
    """

    days: int = 1
    minutes: int = 15
    title: float = 0.75
    people: float = 0.34
    size: float = 0.5


class Split(NamedTuple):
    """The meetings by time; `people` are how many take part in any of them, `limit` is the one that each keeps."""

    meetings: tuple[Held, ...]
    people: int
    limit: Limit

    @property
    def time(self) -> PersonHours:
        """The working time of all of them."""
        return PersonHours.total(one.time for one in self.meetings)


def splits(held: Iterable[Held], signs: SplitSigns = SplitSigns()) -> list[Split]:  # noqa: B008 - immutable
    """Every split of what an `[[attendance]]` rule binds, in the order of time; each meeting in one of them."""
    return [found for group in _groups(held, signs) for found in _beyond(group)]


def _groups(held: Iterable[Held], signs: SplitSigns) -> list[list[Held]]:
    groups: list[list[Held]] = []
    open_ones: dict[str, list[list[Held]]] = {}
    limited = (one for one in held if one.limits.people is not None and one.one_off and one.stem)
    for one in sorted(limited, key=lambda one: (one.start, one.uid)):
        if not signs.size * _most(one) <= len(one.people) <= _most(one) or not one.organiser.person:
            continue
        key = one.organiser.person
        still = [group for group in open_ones.get(key, ()) if one.day - group[-1].day <= signs.days]
        open_ones[key] = still
        group = next((group for group in still if _belongs(one, group, signs)), None)
        if group is not None:
            group.append(one)
        else:
            groups.append([one])
            still.append(groups[-1])
    return groups


def _belongs(one: Held, group: list[Held], signs: SplitSigns) -> bool:
    first = group[0]
    if abs(one.seconds - first.seconds) > signs.minutes * 60 or likeness(one.stem, first.stem) < signs.title:
        return False
    return all(_shared(one, other) <= signs.people for other in group)


def _shared(one: Held, other: Held) -> float:
    """The people of both, without the caller, among those of the smaller group."""
    left, right = one.people - {one.organiser.person}, other.people - {other.organiser.person}
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


def _beyond(group: list[Held]) -> Iterator[Split]:
    people = frozenset[str]().union(*(one.people for one in group))
    limit = min(limit for one in group if (limit := one.limits.people) is not None)
    if len(people) > limit.most:
        yield Split(tuple(group), len(people), limit)


def _most(one: Held) -> int:
    return one.limits.people.most if one.limits.people is not None else 0
