# SPDX-License-Identifier: Apache-2.0
"""What holds for each component of a meeting, and which of its instances touch a banned day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from meetcost.errors import CalendarError, Problem
from meetcost.rules.counted import Counts, counts
from meetcost.rules.exemption import Claim, claim
from meetcost.rules.instances import MOST_YEARS, instances, local_days, touching, written_original, years_of

if TYPE_CHECKING:
    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.model.verdict import Tally
    from meetcost.model.zone import ZoneReading
    from meetcost.rules.exemption import Exemption
    from meetcost.rules.ruleset import Rule, RuleSet


class Standing(NamedTuple):
    """What holds for every instance that one component, a master or an override, describes."""

    counts: Counts
    rules: tuple[int, ...]
    claim: Claim
    part: Meeting  # held, since standings go by identity

    def exemption(self, rule: Rule) -> Exemption | None:
        """What exempts it from `rule`."""
        return next((one for one in self.claim.holding if not one.rules or rule.id in one.rules), None)


class Hit(NamedTuple):
    """An instance that touches a banned day, under one reading."""

    occurrence: Occurrence
    reading: ZoneReading
    days: range  # ordinals of the local days it touches


class Lookout:
    """Finds hits: the instances that count and touch what the rules that bind them ban."""

    def __init__(self, rules: RuleSet, directory: Directory, calendar: str | None, tally: Tally) -> None:
        self._rules, self._directory, self._calendar, self._tally = rules, directory, calendar, tally

    def standings(self, meeting: Meeting) -> dict[int, Standing]:
        """What holds for each component, by its `id()`."""
        return {id(part): self._standing(part) for part in (meeting, *meeting.overrides)}

    def _standing(self, part: Meeting) -> Standing:
        rules, directory = self._rules, self._directory
        counted = counts(part, directory, rules.definition)
        bound = rules.binding(part, directory, self._calendar) if counted is not Counts.NO else ()
        claimed = claim(part, rules.exemptions, directory, self._tally) if bound else Claim()
        return Standing(counted, bound, claimed, part)

    def instances(self, meeting: Meeting, lo: int, hi: int, reading: ZoneReading) -> list[Occurrence]:
        """The instances between two instants; `LimitError` if they are too many."""
        return instances(meeting, lo, hi, self._rules.zone, reading, max_instances=self._rules.max_instances)

    def hits(self, found: list[Occurrence], standings: dict[int, Standing], reading: ZoneReading) -> list[Hit]:
        """Those of `found` that are hits, by start; adds standings of components met on the way.

        Raises `CalendarError` if they are spread over more years than can be looked at.
        """
        years = years_of(found)
        if years is None:
            raise _too_far(found[0])
        if any(standing.part.recurrence_id is not None for standing in standings.values()):
            for at, part in {id(one.meeting): one.meeting for one in found}.items():
                if at not in standings:  # a rule inside an override makes components of its own
                    standings[at] = self._standing(part)
        hits: list[Occurrence] = []
        by_rules: dict[tuple[int, ...], set[int]] = {}
        for at, standing in standings.items():
            if standing.counts is not Counts.NO and standing.rules:
                by_rules.setdefault(standing.rules, set()).add(at)
        for indexes, parts in by_rules.items():
            touched = touching(found, self._rules.edges(indexes, years))
            hits += touched if len(parts) == len(standings) else [one for one in touched if id(one.meeting) in parts]
        if not self._rules.definition.zero_length_counts:
            hits = [one for one in hits if one.end > one.start]
        hits.sort(key=lambda one: (one.start, one.end))
        return [Hit(one, reading, local_days(one, self._rules.zone)) for one in hits]

    def new(self, hits: list[Hit], before: list[Hit]) -> list[Hit]:
        """Those of `hits` that were not found already under the other reading."""
        if not before:
            return hits
        known = {self._written(hit) for hit in before}
        return [hit for hit in hits if self._written(hit) not in known]

    def _written(self, hit: Hit) -> tuple[str, int, int, int]:
        """What names an instance under either reading: UID, original start as written, local start, length."""
        one = hit.occurrence
        original = written_original(one, hit.reading, self._rules.zone)
        return one.meeting.uid, original, one.local, one.end - one.start

    def rules_met(self, hit: Hit, indexes: tuple[int, ...]) -> list[int]:
        """Which of the rules ban a day that the hit touches."""
        met: dict[int, None] = {}
        for day in hit.days:
            met |= dict.fromkeys(self._rules.rules_on(day, indexes))
        return list(met)


def _too_far(one: Occurrence) -> CalendarError:
    message = f"its instances lie in more than {MOST_YEARS} different years, which is more than can be looked at"
    line = one.meeting.place.line if one.meeting.place else None
    return CalendarError(Problem("limit", message, line, "DTSTART", one.meeting.uid))
