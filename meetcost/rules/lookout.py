# SPDX-License-Identifier: Apache-2.0
"""What holds for each component of a meeting, and which of its instances meet a rule."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import CalendarError, Problem
from meetcost.rules.breaches import Breaches
from meetcost.rules.counted import Counts, counts
from meetcost.rules.exemption import Claim, claim
from meetcost.rules.instances import MOST_YEARS, instances, local_days, touching, written_original, years_of
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.model.verdict import Tally
    from meetcost.model.zone import ZoneReading
    from meetcost.rules.exemption import Exemption
    from meetcost.rules.requirement import Around, Breach, Requirement
    from meetcost.rules.ruleset import Rule, RuleSet


_NOTHING: Final[Mapping[int, Breach]] = MappingProxyType({})
MOST_ASKED: Final = 12_000
"""How often all requirements together may be asked about the instances of one object: each takes some 10 µs."""


class Standing(NamedTuple):
    """What holds for every instance that one component, a master or an override, describes.

    `rules` are indexes of the rules that ban days, `requirements` numbers, from 0, of the others.
    """

    counts: Counts
    rules: tuple[int, ...]
    claim: Claim
    part: Meeting  # held, since standings go by identity
    requirements: tuple[int, ...] = ()

    @property
    def judged(self) -> bool:
        """Whether any rule is to be asked."""
        return self.counts is not Counts.NO and bool(self.rules or self.requirements)

    def exemption(self, rule: Rule | Requirement) -> Exemption | None:
        """What exempts it from `rule`."""
        return next((one for one in self.claim.holding if not one.rules or rule.id in one.rules), None)


class Hit(NamedTuple):
    """An instance that meets a rule, under one reading.

    `broken` are the requirements by their index among all clauses; `without` are the indexes of what it met already
    under another reading.
    """

    occurrence: Occurrence
    reading: ZoneReading
    days: range  # ordinals of the local days it touches
    broken: Mapping[int, Breach] = _NOTHING
    without: frozenset[int] = frozenset()


class Lookout:
    """Finds hits: the instances that count and meet a rule that binds them."""

    def __init__(self, rules: RuleSet, around: Around, calendar: str | None, tally: Tally) -> None:
        self._rules, self._directory, self._calendar, self._tally = rules, around.directory, calendar, tally
        self._around = around

    @cached_property
    def breaches(self) -> Breaches:
        """What the requirements say."""
        return Breaches(self._rules.requirements, self._around)

    def standings(self, meeting: Meeting) -> dict[int, Standing]:
        """What holds for each component, by its `id()`."""
        return {id(part): self.standing(part) for part in (meeting, *meeting.overrides)}

    def standing(self, part: Meeting) -> Standing:
        """What holds for one component."""
        rules, directory = self._rules, self._directory
        counted = counts(part, directory, rules.definition)
        bound = rules.binding(part, directory, self._calendar) if counted is not Counts.NO else ()
        asked: tuple[int, ...] = ()
        if rules.requirements and counted is not Counts.NO:
            asked = rules.requiring(part, directory, self._calendar)
        claimed = claim(part, rules.exemptions, directory, self._tally) if bound or asked else Claim()
        return Standing(counted, bound, claimed, part, asked)

    def instances(self, meeting: Meeting, lo: int, hi: int, reading: ZoneReading) -> list[Occurrence]:
        """The instances between two instants; `LimitError` if they are too many."""
        return instances(meeting, lo, hi, self._rules.zone, reading, max_instances=self._rules.max_instances)

    def hits(
        self, found: list[Occurrence], standings: dict[int, Standing], reading: ZoneReading, *, known: bool = False
    ) -> list[Hit]:
        """Those of `found` that are hits, by start; adds standings of components met on the way.

        Raises `CalendarError` if they are spread over more years than can be looked at, or are too many to ask all
        rules about; the latter not where they are `known`, since what stands already can be edited.
        """
        years = years_of(found)
        if years is None:
            raise _too_far(found[0])
        if any(standing.part.recurrence_id is not None for standing in standings.values()):
            for at, part in {id(one.meeting): one.meeting for one in found}.items():
                if at not in standings:  # a rule inside an override makes components of its own
                    standings[at] = self.standing(part)
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
        zone = self._rules.zone
        met = [Hit(one, reading, local_days(one, zone)) for one in hits]
        if not self._rules.requirements:
            return met
        if not known:
            self._check_asked(found, standings)
        return self._with_breaches(met, found, standings, reading)

    def _with_breaches(
        self, hits: list[Hit], found: Iterable[Occurrence], standings: dict[int, Standing], reading: ZoneReading
    ) -> list[Hit]:
        """The same, with all that break a requirement."""
        by_instance = {_named(hit.occurrence): hit for hit in hits}
        after, begun = len(self._rules.rules), set[int]()
        for one in sorted(found, key=lambda one: (one.start, one.end)):
            standing = standings[id(one.meeting)]
            if standing.counts is Counts.NO or not standing.requirements:
                continue
            if one.end == one.start and not self._rules.definition.zero_length_counts:
                continue
            broken = self.breaches.of(one, standing.requirements, first=id(one.meeting) not in begun)
            begun.add(id(one.meeting))
            if broken:
                key = _named(one)
                hit = by_instance.get(key) or Hit(one, reading, local_days(one, self._rules.zone))
                by_instance[key] = hit._replace(broken={after + at: breach for at, breach in broken.items()})
        return sorted(by_instance.values(), key=lambda hit: (hit.occurrence.start, hit.occurrence.end))

    def _check_asked(self, found: Iterable[Occurrence], standings: dict[int, Standing]) -> None:
        """Raise `CalendarError` where so many instances are too much to ask so many rules about."""
        instances = Counter(id(one.meeting) for one in found)
        asked = sum(
            number * len(standings[at].requirements)
            for at, number in instances.items()
            if standings[at].counts is not Counts.NO
        )
        if asked > MOST_ASKED:
            raise _too_much(instances.total(), len(self._rules.requirements), standings)

    def new(self, hits: list[Hit], before: list[Hit], standings: dict[int, Standing]) -> list[Hit]:
        """Those of `hits` that meet a rule which they did not meet already under the other reading."""
        if not before or not hits:
            return hits
        known: dict[tuple[str, int, int, int], set[int]] = {}
        for hit in before:
            met = self.rules_met(hit, standings[id(hit.occurrence.meeting)].rules)
            known.setdefault(self.written(hit), set()).update(met)
        fresh = []
        for hit in hits:
            met_before = known.get(self.written(hit), frozenset[int]())
            if not met_before.issuperset(self.rules_met(hit, standings[id(hit.occurrence.meeting)].rules)):
                fresh.append(hit._replace(without=frozenset(met_before)))
        return fresh

    def written(self, hit: Hit) -> tuple[str, int, int, int]:
        """What names an instance under either reading: UID, original start as written, local start, length."""
        one = hit.occurrence
        original = written_original(one, hit.reading, self._rules.zone)
        return one.meeting.uid, original, one.local, one.end - one.start

    def rules_met(self, hit: Hit, indexes: tuple[int, ...]) -> list[int]:
        """Which of the rules of `indexes` ban a day that the hit touches, and which requirements it breaks."""
        met: dict[int, None] = {}
        for day in hit.days:
            met |= dict.fromkeys(self._rules.rules_on(day, indexes))
        if hit.broken:
            met |= dict.fromkeys(hit.broken)
        return [index for index in met if index not in hit.without] if hit.without else list(met)


def _named(one: Occurrence) -> tuple[int, int, int | None, int]:
    """What tells it from the other instances of one reading."""
    return one.start, one.end, one.original, id(one.meeting)


def _too_much(instances: int, rules: int, standings: Mapping[int, Standing]) -> CalendarError:
    template = "{instances:,} instances are too many to ask {rules:,} rules about"
    message = Sentence.of(template, instances=instances, rules=rules)
    part = next(standing.part for standing in standings.values())
    line = part.place.line if part.place else None
    return CalendarError(Problem("limit", message, line, "RRULE", part.uid, "let the series end earlier"))


def _too_far(one: Occurrence) -> CalendarError:
    template = "its instances lie in more than {most} different years, which is more than can be looked at"
    message = Sentence.of(template, most=MOST_YEARS)
    line = one.meeting.place.line if one.meeting.place else None
    return CalendarError(Problem("limit", message, line, "DTSTART", one.meeting.uid))
