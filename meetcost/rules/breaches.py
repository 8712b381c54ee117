# SPDX-License-Identifier: Apache-2.0
"""Which requirements the instances of a meeting break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.errors import CalendarError, Problem
from meetcost.rules.counted import People, people
from meetcost.rules.requirement import Around, Breach, NotKnownError, Requirement, Seen
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence


class Breaches:
    """Asks every requirement that binds; what does not depend on the instance is asked once a component."""

    def __init__(self, requirements: Sequence[Requirement], around: Around) -> None:
        self._requirements, self._around = requirements, around
        self._people: dict[int, tuple[Meeting, People]] = {}
        self.errors: dict[int, Problem] = {}  # what could not be asked, by the number of the requirement
        self._known: dict[tuple[int, int], tuple[Meeting, Breach | None]] = {}

    def people(self, part: Meeting) -> People:
        """How many are involved, whatever they answered: no answer makes a meeting larger."""
        known = self._people.get(id(part))
        if known is None:
            known = self._people[id(part)] = part, people(part, self._around.directory)
        return known[1]

    def seen(self, one: Occurrence) -> Seen:
        """The instance as conditions see it."""
        return Seen.of(one.meeting, one.start, one.end, self.people(one.meeting), self._around)

    def of(self, one: Occurrence, asked: Sequence[int], *, first: bool) -> Mapping[int, Breach]:
        """Number of the requirement -> how the instance breaks it; `first` of its series in what is looked at."""
        found: dict[int, Breach] = {}
        seen = self.seen(one)
        for number in asked:
            requirement = self._requirements[number]
            if (requirement.traits.of_series and not first) or not requirement.binds(seen):
                continue
            try:
                breach = self._breach(number, requirement, seen)
            except CalendarError:
                raise
            except Exception as error:  # noqa: BLE001 - the other rules are asked all the same
                self.errors.setdefault(number, _unasked(requirement, error))
                continue
            if breach is not None:
                found[number] = requirement.weighed(breach, seen)
        return found

    def _breach(self, number: int, requirement: Requirement, seen: Seen) -> Breach | None:
        if not requirement.traits.timeless:
            return requirement.condition.breach(seen)
        key = number, id(seen.part)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = seen.part, requirement.condition.breach(seen)
        return known[1]


def _unasked(requirement: Requirement, error: Exception) -> Problem:
    why, advice = f"{type(error).__name__}: {error}", ""
    if isinstance(error, NotKnownError):
        why, advice = error.message, error.advice
    message = Sentence.of("rule {rule} could not be asked: {error}", rule=requirement.id, error=why)
    return Problem("rule-error", message, advice=advice)
