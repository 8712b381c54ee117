# SPDX-License-Identifier: Apache-2.0
"""What would be cheaper: the two changes an organiser can make at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from meetcost.costing.attendance import own_seconds
from meetcost.costing.what_if import optional_people
from meetcost.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.assessment import Assessment
    from meetcost.model.cost import Cost

_SHORTEST = 20


class Cheaper(NamedTuple):
    """A change and what it saves. `minutes` is the new length, or `optional` how many people stay away."""

    minutes: int | None
    optional: int
    addresses: tuple[str, ...]
    saved: Cost


def cheaper(found: Assessment) -> Iterator[Cheaper]:
    """Half the time; and the optional people reading the minutes instead."""
    meeting, policy = found.meeting, found.policy
    minutes = own_seconds(meeting) // 60
    if minutes >= _SHORTEST and not meeting.all_day and found.cost.hours.seconds:
        half = minutes // 2 // 5 * 5
        yield Cheaper(half, 0, (), found.what_if(minutes=half).saved)
    directory = policy.directory if policy is not None else None
    choices = policy.cost_choices if policy is not None else None
    people = optional_people(meeting, directory=directory, choices=choices)
    if people:
        try:
            saved = found.what_if(without=people).saved
        except UsageError:  # nobody would be left
            return
        yield Cheaper(None, len(people), tuple(who.address for who in people), saved)
