# SPDX-License-Identifier: Apache-2.0
"""Copies: a series kept as meetings of their own, so that no rule on series sees it.

Dates that no rule would give are entered one by one for a reason, and are no copies; nor is a course, of which each
session has its number from the first one on.
"""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.evasion.held import overlap
from meetcost.evasion.titles import likeness
from meetcost.model.moment import DAY
from meetcost.values.person_hours import PersonHours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from meetcost.evasion.held import Held

_WEEK: Final = 7


class CopySigns(NamedTuple):
    """What makes copies: at least `least` in as many weeks, never more than `weeks` apart, alike in title and people.

    `minutes` is by how much they may begin earlier or later. One rule, every so many weeks or on the same weekday of
    each month, would give them all, and they are at least the part `filled` of its dates. Up to `course` that are
    numbered through are a course.
    """

    least: int = 5
    course: int = 8
    weeks: int = 5
    title: float = 0.75
    people: float = 0.6
    minutes: int = 15
    filled: float = 0.75


class Copies(NamedTuple):
    """One-off meetings that are one series: the same weekday, about the same time of day, title and people."""

    meetings: tuple[Held, ...]

    @property
    def time(self) -> PersonHours:
        """The working time of all of them."""
        return PersonHours.total(one.time for one in self.meetings)


def copies(held: Iterable[Held], signs: CopySigns = CopySigns()) -> list[Copies]:  # noqa: B008 - immutable
    """Every such run, in the order of time."""
    found = [Copies(tuple(_weekly(group))) for group in _groups(held, signs)]
    return [one for one in found if len(one.meetings) >= signs.least and _are_copies(one.meetings, signs)]


def _are_copies(meetings: Sequence[Held], signs: CopySigns) -> bool:
    numbered = all(one.number == at for at, one in enumerate(meetings, 1))
    return _filled(meetings) >= signs.filled and not (numbered and len(meetings) <= signs.course)


def _filled(meetings: Sequence[Held]) -> float:
    """Which part of the dates of a rule they are, of the rule that fits best."""
    first, last = meetings[0].day, meetings[-1].day
    weeks = math.gcd(*(one.day - first for one in meetings)) or _WEEK
    days = [date.fromordinal(one.day) for one in meetings]
    slots = [(last - first) // weeks + 1]
    if len({(day.day - 1) // _WEEK for day in days}) == 1:  # the second Tuesday of each month, as BYDAY=2TU
        slots.append((days[-1].year - days[0].year) * 12 + days[-1].month - days[0].month + 1)
    return len(meetings) / min(slots)


def _groups(held: Iterable[Held], signs: CopySigns) -> list[list[Held]]:
    """One-offs of one organiser, weekday and time that are alike and follow one another, by their first."""
    groups: list[list[Held]] = []
    open_ones: dict[tuple[str, int], list[list[Held]]] = {}
    for one in sorted((one for one in held if one.one_off and one.stem), key=lambda one: (one.start, one.uid)):
        key = one.organiser.person, one.day % _WEEK
        still = [group for group in open_ones.get(key, ()) if one.day - group[-1].day <= signs.weeks * _WEEK]
        open_ones[key] = still
        group = next((group for group in still if _alike(group[-1], one, signs)), None)
        if group is not None:
            group.append(one)
        else:
            groups.append([one])
            still.append(groups[-1])
    return groups


def _alike(one: Held, other: Held, signs: CopySigns) -> bool:
    if abs(one.local % DAY - other.local % DAY) > signs.minutes * 60:
        return False
    return likeness(one.stem, other.stem) >= signs.title and overlap(one, other) >= signs.people


def _weekly(group: Iterable[Held]) -> Iterator[Held]:
    """The first of each day."""
    last = None
    for one in group:
        if one.day != last:
            yield one
        last = one.day
