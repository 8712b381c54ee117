# SPDX-License-Identifier: Apache-2.0
"""What the stored object had already, broken as it was: a change that makes nothing worse leaves it standing.

Days: the very instance, its interval unchanged, keeps its place whoever else is asked to it. Anything else: the
instance lies within the interval it had, and breaks the rule no worse (no longer, no larger, no less announced). What
belongs to a series as a whole is compared as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from meetcost.model.occurrence import OccurrenceId
    from meetcost.rules.lookout import Hit
    from meetcost.rules.requirement import Breach, Requirement


class Stood:
    """Instances of the stored object, by what they broke; `after` is the index of the first of `requirements`."""

    def __init__(self, after: int, requirements: Sequence[Requirement]) -> None:
        self._after, self._requirements = after, requirements
        self._banned: set[tuple[OccurrenceId, int, int]] = set()
        self._broken: dict[tuple[OccurrenceId | str, int], list[tuple[int, int, Breach]]] = {}

    def __bool__(self) -> bool:
        return bool(self._banned or self._broken)

    def add(self, hit: Hit, met: Iterable[int]) -> None:
        """An instance, with the indexes of what it met and nothing excused."""
        one = hit.occurrence
        for index in met:
            breach = hit.broken.get(index)
            if breach is None:
                self._banned.add((one.id, one.start, one.end))
            else:
                self._broken.setdefault((self._whose(hit, index), index), []).append((one.start, one.end, breach))

    def has(self, hit: Hit, index: int) -> bool:
        """Whether the stored object met the rule at `index` with this instance, and no less."""
        one, breach = hit.occurrence, hit.broken.get(index)
        if breach is None:
            return (one.id, one.start, one.end) in self._banned
        of_series = self._is_of_series(index)
        return any(
            breach.no_worse_than(before) and (of_series or (start <= one.start and one.end <= end))
            for start, end, before in self._broken.get((self._whose(hit, index), index), ())
        )

    def _whose(self, hit: Hit, index: int) -> OccurrenceId | str:
        return hit.occurrence.meeting.uid if self._is_of_series(index) else hit.occurrence.id

    def _is_of_series(self, index: int) -> bool:
        return self._requirements[index - self._after].traits.of_series
