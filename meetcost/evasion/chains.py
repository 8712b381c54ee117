# SPDX-License-Identifier: Apache-2.0
"""Chains: meetings back to back, each within the limit on length, together beyond it.

The limit is the strictest of those that bind one of them, unless one is given for all. Meetings of one board on one
matter after the other are no chain, nor are those of a panel that sees one candidate after the other: each of these has
somebody who sits in no other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.evasion.held import overlap
from meetcost.evasion.limits import Limit
from meetcost.evasion.titles import likeness
from meetcost.model.moment import DAY
from meetcost.values.person_hours import PersonHours

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from meetcost.evasion.held import Held


_TWO: Final = 2
_HOUR: Final = 3600
_LUNCH: Final = range(12 * _HOUR, 13 * _HOUR + 1)


class ChainSigns(NamedTuple):
    """What makes a chain. `limit`, `gap` and `lunch` are minutes; `people` is the share of people who sit in both.

    A pause at any time from noon to one o'clock may last as long as `lunch`. Without a `limit` the rules of the policy
    say it, and what none of them binds is in no chain. Under another organiser more people have to be the same:
    `others`. With `renamed`, titles may differ if the organiser does not: this finds more, and is wrong far more often.
    """

    limit: int | None = None
    gap: int = 15
    lunch: int = 90
    people: float = 0.6
    others: float = 0.8
    title: float = 0.5
    renamed: bool = False


class Chain(NamedTuple):
    """Meetings of one day that follow one another; `people` is the least share that two neighbours have in common.

    `limit` is the one that they keep each, and exceed together. Series that do so again and again are one chain:
    `meetings` are those of the first day, `times` how many days.
    """

    meetings: tuple[Held, ...]
    people: float
    limit: Limit
    times: int = 1

    @property
    def minutes(self) -> int:
        """How long those of one day last together, pauses aside."""
        return sum(one.seconds for one in self.meetings) // 60

    @property
    def time(self) -> PersonHours:
        """The working time of those of one day, times the days."""
        return PersonHours.total(one.time for one in self.meetings) * self.times


def chains(held: Sequence[Held], signs: ChainSigns = ChainSigns()) -> list[Chain]:  # noqa: B008 - immutable
    """Every chain beyond the limit, in the order of time; each instance in one of them."""
    limits = {id(one): limit for one in held if (limit := _limit(one, signs)) is not None}
    within = (one for one in held if id(one) in limits and 0 < one.seconds <= limits[id(one)].most * 60)
    short = sorted(within, key=lambda one: (one.start, one.end, one.uid))
    following = _following(short, signs)
    led = set(following.values())
    found: dict[tuple[str, ...], Chain] = {}
    for at in range(len(short)):
        if at in led:
            continue
        line = [at, *_line(at, following)]
        meetings = tuple(short[each] for each in line)
        limit = min(limits[id(one)] for one in meetings)
        if sum(one.seconds for one in meetings) > limit.most * 60 and not _has_guests(meetings):
            shares = [overlap(one, other) for one, other in pairwise(meetings)]
            key = tuple(one.uid for one in meetings)
            before = found.get(key)
            if before is None:
                found[key] = Chain(meetings, min(shares), limit)
            else:
                found[key] = before._replace(times=before.times + 1, people=min(before.people, *shares))
    return list(found.values())


def _has_guests(meetings: Sequence[Held]) -> bool:
    """Whether in each of them sits somebody who sits in no other: a stranger, or anybody where they are many."""
    sits_in = Counter(person for one in meetings for person in one.people)
    guests = [one.people if len(meetings) > _TWO else one.strangers for one in meetings]
    return all(any(sits_in[person] == 1 for person in some) for some in guests)


def _limit(one: Held, signs: ChainSigns) -> Limit | None:
    return Limit(signs.limit) if signs.limit is not None else one.limits.minutes


def _line(at: int, following: dict[int, int]) -> Iterator[int]:
    while at in following:
        at = following[at]
        yield at


def _following(short: Sequence[Held], signs: ChainSigns) -> dict[int, int]:
    """For each meeting the one that goes on with it; none goes on with two."""
    of_person: dict[str, list[int]] = {}
    for at, one in enumerate(short):
        for person in one.people:
            of_person.setdefault(person, []).append(at)
    starts = {person: [short[at].start for at in mine] for person, mine in of_person.items()}
    links = []
    for at, one in enumerate(short):
        after: set[int] = set()
        for person in one.people:
            mine = of_person[person]
            first = bisect_left(starts[person], one.end)
            last = bisect_left(starts[person], one.end + max(signs.gap, signs.lunch) * 60 + 1)
            after.update(mine[first:last])
        after.discard(at)
        links += [(-share, at, other) for other in after if (share := _goes_on(one, short[other], signs))]
    following: dict[int, int] = {}
    taken: set[int] = set()
    for _, at, other in sorted(links):
        if at not in following and other not in taken:
            following[at] = other
            taken.add(other)
    return following


def _goes_on(one: Held, other: Held, signs: ChainSigns) -> float:
    """How much `other` is the same meeting going on; 0 if it is not."""
    if one.day != other.day or not 0 <= other.start - one.end <= _longest_pause(one, other, signs):
        return 0.0
    share = overlap(one, other)
    alike = likeness(one.matter, other.matter) >= signs.title
    same = one.organiser.person == other.organiser.person != ""
    wanted = signs.people if alike and same else signs.others
    return share if (alike or (same and signs.renamed)) and share >= wanted else 0.0


def _longest_pause(one: Held, other: Held, signs: ChainSigns) -> int:
    """In seconds."""
    begins, ends = (one.local + one.seconds) % DAY, other.local % DAY
    over_lunch = begins < _LUNCH.stop and ends >= _LUNCH.start
    return 60 * (max(signs.gap, signs.lunch) if over_lunch else signs.gap)
