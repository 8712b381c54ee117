# SPDX-License-Identifier: Apache-2.0
"""Cascades (层层开会): one meeting repeated down the levels within days, each called by a unit that sat in the last.

Only meetings of their own are looked at: standing meetings of two levels that follow each other every week are a
rhythm, and often carry one general title.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.evasion.titles import likeness
from meetcost.model.moment import DAY
from meetcost.values.person_hours import PersonHours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from meetcost.evasion.held import Held

_ONE: Final = 1


class CascadeSigns(NamedTuple):
    """What makes a cascade: each step within `days`, alike in its subject, `least` units in all on two levels or more.

    `levels` are names of levels of the directory from the top down; a step then goes down. Without them a step goes
    from one level to any other.
    """

    days: int = 10
    title: float = 0.5
    least: int = 3
    levels: tuple[str, ...] = ()


class Cascade(NamedTuple):
    """The meetings by time, the first of them the one that was repeated; `levels` in the order in which they met."""

    meetings: tuple[Held, ...]
    levels: tuple[str, ...]

    @property
    def days(self) -> int:
        """From the day of the first to that of the last, both counted."""
        return self.meetings[-1].day - self.meetings[0].day + _ONE

    @property
    def time(self) -> PersonHours:
        """The working time of all of them together."""
        return PersonHours.total(one.time for one in self.meetings)


def cascades(held: Iterable[Held], signs: CascadeSigns = CascadeSigns()) -> list[Cascade]:  # noqa: B008 - immutable
    """Every cascade, in the order of time; each meeting in one of them. Needs units and levels in the directory."""
    placed = sorted(
        (one for one in held if one.one_off and one.organiser.level and one.organiser.unit and one.subject),
        key=lambda one: (one.start, one.uid),
    )
    above = _above(placed, signs)
    below: dict[int, list[int]] = {}
    for at, upper in above.items():
        below.setdefault(upper, []).append(at)
    found = []
    for root in sorted(set(below) - set(above)):
        members = sorted(_tree(root, below), key=lambda at: (placed[at].start, placed[at].uid))
        meetings = tuple(placed[at] for at in members)
        if len({one.organiser.unit for one in meetings}) >= signs.least:
            found.append(Cascade(meetings, tuple(dict.fromkeys(one.organiser.level for one in meetings))))
    return found


def _above(placed: Sequence[Held], signs: CascadeSigns) -> dict[int, int]:
    """For each meeting the one that it repeats a level further down: the most alike, then the latest."""
    sat: dict[str, list[int]] = {}
    for at, one in enumerate(placed):
        for unit in one.units:
            sat.setdefault(unit, []).append(at)
    starts = {unit: [placed[at].start for at in mine] for unit, mine in sat.items()}
    above: dict[int, int] = {}
    for at, one in enumerate(placed):
        unit = one.organiser.unit
        mine = sat.get(unit, [])
        first = bisect_right(starts.get(unit, []), one.start - signs.days * DAY)
        last = bisect_right(starts.get(unit, []), one.start)
        scored = [(_repeats(placed[upper], one, signs), upper) for upper in mine[first:last] if upper != at]
        best = max(scored, default=(0.0, -1))
        if best[0]:
            above[at] = best[1]
    return above


def _repeats(upper: Held, one: Held, signs: CascadeSigns) -> float:
    """How alike the subject is, if `one` may repeat `upper`; else 0."""
    if upper.end > one.start or upper.organiser.unit == one.organiser.unit:
        return 0.0
    if not _goes_down(upper.organiser.level, one.organiser.level, signs.levels):
        return 0.0
    alike = likeness(upper.subject, one.subject)
    return alike if alike >= signs.title else 0.0


def _goes_down(level: str, further: str, levels: tuple[str, ...]) -> bool:
    if level in levels and further in levels:
        return levels.index(further) > levels.index(level)
    return level != further


def _tree(root: int, below: dict[int, list[int]]) -> Iterator[int]:
    pending = [root]
    while pending:
        at = pending.pop()
        yield at
        pending += below.get(at, ())
