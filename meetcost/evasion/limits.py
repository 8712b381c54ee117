# SPDX-License-Identifier: Apache-2.0
"""Which limits of a policy on length and attendance bind a meeting: what evading them would be measured by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.model.verdict import Tally
from meetcost.rules.catalogue.attendance import AttendanceLimit
from meetcost.rules.catalogue.duration import Duration
from meetcost.rules.lookout import Lookout, Standing
from meetcost.rules.requirement import Around

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.rules.ruleset import RuleSet

_NO_TALLY: Final = Tally()


class Limit(NamedTuple):
    """At most so many minutes, or so many people; `rule` is the id of the rule that says so, empty for an option."""

    most: int
    rule: str = ""


class Limits(NamedTuple):
    """The strictest of each that bind one instance; None where none does."""

    minutes: Limit | None = None
    people: Limit | None = None


UNLIMITED: Final = Limits()


class Limiting:
    """Works out limits by the `[[duration]]` and `[[attendance]]` rules of a policy, whatever their action is.

    A rule binds by its scope, dates and size as it does in a verdict, and an exemption lifts it. A limit on length that
    begins at a length (`minutes_over`) permits everything up to it, as one on attendance does with `people_over`.
    """

    def __init__(self, rules: RuleSet, directory: Directory) -> None:
        around = Around(rules.zone, rules.calendar, directory, 0, False, None, rules.max_instances, {})
        self._rules = rules
        self._look = Lookout(rules, around, None, _NO_TALLY)
        self._standings: dict[int, Standing] = {}
        self._asked = [
            (at, one)
            for at, one in enumerate(rules.requirements)
            if isinstance(one.condition, (Duration, AttendanceLimit))
        ]

    def of(self, one: Occurrence) -> Limits:
        """Those of one instance."""
        if not self._asked:
            return UNLIMITED
        standing = self._standing(one.meeting)
        seen = self._look.breaches.seen(one)
        minutes, people = [], []
        for at, rule in self._asked:
            if at not in standing.requirements or standing.exemption(rule) is not None:
                continue
            if isinstance(rule.condition, Duration) and replace(rule, minutes_over=None).binds(seen):
                minutes.append(Limit(max(rule.condition.at_most, rule.minutes_over or 0), rule.id))
            elif isinstance(rule.condition, AttendanceLimit) and replace(rule, people_over=None).binds(seen):
                people.append(Limit(max(rule.condition.at_most, rule.people_over or 0), rule.id))
        return Limits(_strictest(minutes), _strictest(people))

    def _standing(self, part: Meeting) -> Standing:
        known = self._standings.get(id(part))
        if known is None:  # it holds the component, so that its id is not used again
            known = self._standings[id(part)] = self._look.standing(part)
        return known


def _strictest(limits: Iterable[Limit]) -> Limit | None:
    return min(limits, default=None)
