# SPDX-License-Identifier: Apache-2.0
"""What a rule may ask of a meeting besides its day: how long, how many, at what hours, with what papers, at what cost.

A `Condition` looks at one instance and finds a `Breach` or nothing. It is pure: what other parts of the library have to
work out (agenda items, costs) is asked of `Facts`, which the caller gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from meetcost.model.phrase import Lasting, Phrase
from meetcost.model.verdict import Action
from meetcost.rules.scope import EVERYTHING, UNSOURCED, Scope

if TYPE_CHECKING:
    from datetime import date

    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.model.zone import Zone
    from meetcost.rules.counted import People
    from meetcost.rules.holidays import WorkCalendar
    from meetcost.values.citation import Citation
    from meetcost.values.money import Money
    from meetcost.words.sentence import Sentence

_UNSURE: Final = Phrase("how many people a group stands for is not known")


def action_told(action: Action, reviewer: str) -> tuple[Phrase, ...]:
    """What becomes of what breaks a rule, where it is not simply refused."""
    if action is Action.WARN:
        return (Phrase("what breaks it is recorded, and not refused"),)
    if action is Action.REVIEW:
        who = reviewer.removeprefix("unit:")
        return (Phrase.of("what breaks it needs the approval of {reviewer}", reviewer=who),)
    return ()


class NotKnownError(LookupError):
    """What a rule asks for is not known, so that it cannot be asked; `advice` says what would make it known."""

    def __init__(self, message: Sentence, advice: Sentence) -> None:
        super().__init__(message)
        self.message, self.advice = message, advice


class Price(NamedTuple):
    """What one instance costs: everybody invited counts, whatever they answered, so that no answer changes it.

    `time` and `cash` are None where there is no rate, or no price, to work them out with. `private` says that they rest
    on anybody's own pay, so that no figure may be told.
    """

    people: int
    person_seconds: int
    time: Money | None
    cash: Money | None
    private: bool = False


class Facts(Protocol):
    """What is worked out above the rules. Whatever cannot be known is raised, and becomes an error of the verdict."""

    def agenda_items(self, part: Meeting) -> int:
        """How many items the agenda in the description of one component has."""

    def price(self, part: Meeting, seconds: int, day: int) -> Price:
        """What one instance costs that lasts `seconds` and begins on the day with the ordinal `day`."""


class Around(NamedTuple):
    """What every instance of one judgement is looked at with.

    `now` is in epoch seconds; `at_write` says that somebody is writing the meeting at that moment, which is not so when
    a calendar is looked through. `memo` is for what a condition works out once.
    """

    zone: Zone
    calendar: WorkCalendar
    directory: Directory
    now: int
    at_write: bool
    facts: Facts | None
    max_instances: int
    memo: dict[object, int]

    @property
    def known(self) -> Facts:
        """The facts; LookupError where the caller gave none."""
        if self.facts is None:
            raise LookupError("it asks for the agenda or the cost of the meeting, and whoever judges gave neither")
        return self.facts


class Seen(NamedTuple):
    """One instance as a condition sees it: `start`, `end` in epoch seconds, and as wall-clock time of the policy."""

    part: Meeting
    start: int
    end: int
    local: int
    local_end: int
    people: People
    around: Around

    @classmethod
    def of(cls, part: Meeting, start: int, end: int, people: People, around: Around) -> Seen:
        """From two instants. The end is never before the start, whatever the clocks do in between."""
        local = around.zone.to_local(start)
        return cls(part, start, end, local, max(around.zone.to_local(end), local), people, around)


class Breach(NamedTuple):
    """How one instance breaks one condition.

    `brief` is a few ASCII words. `worse` and `who` say how badly: what stood before may stay where neither grew.
    `doubt` says what is not known, where it may be no breach at all.
    """

    reason: Phrase
    brief: str
    worse: int = 0
    who: frozenset[str] = frozenset()
    doubt: Phrase | None = None

    def no_worse_than(self, before: Breach) -> bool:
        """Whether what was broken before was broken as badly; in doubt before is not broken before."""
        if before.doubt is not None and self.doubt is None:
            return False
        return self.worse <= before.worse and self.who <= before.who


@dataclass(frozen=True, slots=True)
class Traits:
    """What is true of every rule of one kind.

    `timeless`: nothing of it depends on when the instance is. `of_series`: it is asked once for a whole series.
    `moves`: another time would mend it, so that none is proposed that breaks it. `steps_over`: a series may leave the
    instance out.
    """

    timeless: bool = False
    of_series: bool = False
    moves: bool = False
    steps_over: bool = False


class Condition(Protocol):
    """One kind of rule, with its numbers."""

    @property
    def kind(self) -> str:
        """The name of its table in a policy."""

    @property
    def traits(self) -> Traits:
        """What is true of every rule of its kind."""

    def told(self) -> Phrase:
        """The rule in a sentence."""

    def breach(self, seen: Seen) -> Breach | None:
        """How the instance breaks it."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One clause: a condition, from when to when (both included), for whom, and what happens to a breach.

    `people_over`, `minutes_over`: it binds only meetings of more people, or longer ones, than that. `reviewer` is an
    address or `unit:NAME`.
    """

    id: str
    condition: Condition
    people_over: int | None = None
    minutes_over: int | None = None
    first: date | None = None
    last: date | None = None
    scope: Scope = EVERYTHING
    source: Citation = UNSOURCED
    action: Action = Action.REFUSE
    reviewer: str = ""

    @property
    def traits(self) -> Traits:
        """What is true of every rule of its kind."""
        return self.condition.traits

    def told(self) -> tuple[Phrase, ...]:
        """The rule in sentences: what it asks, of which meetings, and what happens to those that break it."""
        said = [self.condition.told()]
        if self.people_over is not None:
            said.append(Phrase.of("binds only meetings of more than {people} people", people=self.people_over))
        if self.minutes_over is not None:
            said.append(
                Phrase.of("binds only meetings that last longer than {length}", length=Lasting(self.minutes_over * 60))
            )
        return (*said, *action_told(self.action, self.reviewer))

    def binds(self, seen: Seen) -> bool:
        """Whether it may bind the instance, for its size, length and day."""
        if self.people_over is not None and seen.people.most <= self.people_over:
            return False
        if self.minutes_over is not None and seen.end - seen.start <= self.minutes_over * 60:
            return False
        if self.first is not None and seen.local_end // 86400 < self.first.toordinal():
            return False
        return self.last is None or seen.local // 86400 <= self.last.toordinal()

    def weighed(self, breach: Breach, seen: Seen) -> Breach:
        """The breach, in doubt where it is not known whether so many people take part."""
        if self.people_over is not None and seen.people.least <= self.people_over:
            return breach._replace(doubt=_UNSURE)
        return breach
