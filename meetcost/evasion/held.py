# SPDX-License-Identifier: Apache-2.0
"""What took place, as far as the patterns have to know it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from meetcost.costing.pricer import Pricer
from meetcost.errors import LimitError
from meetcost.evasion.limits import UNLIMITED, Limiting, Limits
from meetcost.evasion.titles import matter, number, stem, subject
from meetcost.ics.expand import expand
from meetcost.ledger.names import Names
from meetcost.model.directory import Directory
from meetcost.model.moment import DAY
from meetcost.rules.counted import Counts, counts
from meetcost.rules.ruleset import RuleSet
from meetcost.values.person_hours import PersonHours

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from meetcost.costing.choices import CostChoices
    from meetcost.errors import Problem
    from meetcost.model.meeting import Meeting
    from meetcost.values.span import Span


class Who(NamedTuple):
    """Who calls a meeting: a key of the person (empty if there is none), their unit and level in the directory."""

    person: str = ""
    unit: str = ""
    level: str = ""


class Held(NamedTuple):
    """One instance. `start` and `end` are epoch seconds, `local` local seconds of the start in the policy's zone.

    `title` is empty where it names somebody; `stem`, `matter` and `subject` are of the whole title and stay inside.
    `people` are keys of persons, `strangers` those of them who belong to no unit, `units` the units of the others.
    `limits` are those that bind it, `number` is the one number in the title.
    """

    uid: str
    title: str
    stem: str
    matter: str
    subject: str
    organiser: Who
    people: frozenset[str]
    strangers: frozenset[str]
    units: frozenset[str]
    start: int
    end: int
    local: int
    one_off: bool
    time: PersonHours
    limits: Limits = UNLIMITED
    number: int = 0

    @property
    def seconds(self) -> int:
        """How long it lasted."""
        return self.end - self.start

    @property
    def day(self) -> int:
        """The ordinal of the day it began on."""
        return self.local // DAY


@dataclass
class Gathering:
    """Gathers the instances of a span from calendars, each UID by the first calendar that has it.

    `rules` say what a meeting is, in which zone its days are, and which limits bind it.
    """

    span: Span
    directory: Directory = field(default_factory=Directory)
    rules: RuleSet = field(default_factory=RuleSet)
    choices: CostChoices | None = None
    held: list[Held] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._pricer = Pricer(None, self.directory, self.choices)
        self._names = Names(self.directory)

    def calendar(self, meetings: Sequence[Meeting]) -> None:
        """Take in the meetings of one calendar."""
        mine = {meeting.uid for meeting in meetings} - self._seen
        self._seen |= mine
        limiting = Limiting(self.rules, self.directory)
        for meeting in meetings:
            if (meeting.uid in mine or not meeting.uid) and meeting.component == "VEVENT":
                try:
                    self.held += self._of(meeting, limiting)
                except LimitError as error:
                    self.problems.append(error.problem)

    def _of(self, meeting: Meeting, limiting: Limiting) -> Iterable[Held]:
        parts: dict[int, tuple[str, Who, frozenset[str], frozenset[str], frozenset[str]]] = {}
        lo, hi = self.span.seconds
        for one in expand(meeting, self.span, zone=self.rules.zone):
            part = one.meeting
            if part.all_day or part.cancelled or not lo <= one.start < hi:
                continue
            if counts(part, self.directory, self.rules.definition) is not Counts.YES:
                continue
            if id(part) not in parts:
                title = "" if self._names.withheld(part) else " ".join(part.title.split())
                parts[id(part)] = (title, self._who(part), *self._people(part))
            title, organiser, people, strangers, units = parts[id(part)]
            yield Held(
                meeting.uid,
                title,
                stem(part.title),
                matter(part.title),
                subject(part.title),
                organiser,
                people,
                strangers,
                units,
                one.start,
                one.end,
                self.rules.zone.to_local(one.start),
                meeting.recurrence is None and meeting.recurrence_id is None,
                PersonHours(self._pricer.of(one).seconds),
                limiting.of(one),
                number(part.title),
            )

    def _who(self, meeting: Meeting) -> Who:
        if meeting.organizer is None:
            return Who()
        entry = self.directory.find(meeting.organizer)
        person = self.directory.person(meeting.organizer.address)
        return Who(person, entry.unit, entry.level) if entry is not None else Who(person)

    def _people(self, meeting: Meeting) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Everybody, those who belong to no unit, and the units of the others."""
        unit_of: dict[str, str] = {}
        units = set()
        for who in meeting.participants:
            entry = self.directory.find(who)
            unit = entry.unit if entry is not None else ""
            units.add(unit)
            if not who.cutype.is_thing:
                unit_of[self.directory.person(who.address)] = unit
        strangers = frozenset(person for person, unit in unit_of.items() if not unit)
        return frozenset(unit_of), strangers, frozenset(units - {""})


def overlap(one: Held, other: Held) -> float:
    """0 to 1: the people of both, among those of either (Jaccard's index)."""
    either = len(one.people | other.people)
    return len(one.people & other.people) / either if either else 0.0
