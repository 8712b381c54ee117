# SPDX-License-Identifier: Apache-2.0
"""A policy tried on calendars as they are: what it would have refused in a span, and what it means for what stands.

Nothing is changed. Two questions, asked of each meeting once (a UID in several calendars counts by the first of them):

* the past: had the policy held in the span, and refused, which meetings would it have met? The days on which its rules
  begin are left aside for this, or a new policy could not be tried at all.
* what stands: which meetings have instances to come that it bans, as it is written, and what becomes of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.assessment import facts_of
from meetcost.costing.pricer import Pricer
from meetcost.errors import CalendarError
from meetcost.ics.expand import expand
from meetcost.model.moment import DAY
from meetcost.model.verdict import Bearing, Mode
from meetcost.rules.counted import Counts, counts
from meetcost.rules.judge import judge
from meetcost.trial.quotas import NoRoom, QuotasOf, QuotaTried
from meetcost.values.person_hours import PersonHours
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from meetcost.costing.rate_card import RateCard
    from meetcost.errors import Problem
    from meetcost.model.attendee import Attendee
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence, OccurrenceId
    from meetcost.model.verdict import Finding, Verdict
    from meetcost.policy.policy import Policy
    from meetcost.values.span import Span


_MET: Final = (Bearing.REFUSED, Bearing.REVIEW, Bearing.SKIPPED)


class Effect(StrEnum):
    """What the policy would do to a meeting, were it to refuse."""

    REFUSED = "refused"  # a meeting that does not recur, or one instance that was moved
    SKIPS = "skips"  # a series that steps over some of its dates
    SERIES_REFUSED = "series refused"  # as a whole, for some of its dates
    BANNED = "wholly banned"  # a series of which no date would be left
    REVIEW = "review"  # whoever reviews it would have to approve it


class Met(NamedTuple):
    """One meeting that the policy meets: which dates under which rules, and the working time that they take.

    `title` is on one line, whatever the invite holds; `unit` is that of the organiser in the directory, empty where it
    is not known; `dates` are banned days in the zone of the policy; `held` counts the instances in the span, banned or
    not.
    """

    uid: str
    title: str
    organiser: Attendee | None
    unit: str
    effect: Effect
    dates: tuple[date, ...]
    rules: tuple[str, ...]
    held: int
    time: PersonHours


@dataclass(frozen=True, slots=True)
class Trial:
    """What came out. `meetings` counts all that took place in the span, `met` those that the policy meets.

    `exempt` counts further ones that an exemption lets pass, `undecided` those of which it cannot be known whether they
    are meetings; `standing` are meetings with banned instances to come, `problems` what could not be judged; `quotas`
    is what each quota would have had no room for, of what no rule meets. `not_asked` are the ids of rules that could
    not be asked of some meetings, as one on cost without a rate card, and `unjudged` counts those meetings.
    """

    meetings: int
    met: tuple[Met, ...]
    exempt: int
    undecided: int
    standing: tuple[Met, ...]
    problems: tuple[Problem, ...]
    quotas: tuple[QuotaTried, ...] = ()
    not_asked: tuple[str, ...] = ()
    unjudged: int = 0

    def of(self, effect: Effect) -> tuple[Met, ...]:
        """Those of one effect."""
        return tuple(one for one in self.met if one.effect is effect)

    @property
    def time(self) -> PersonHours:
        """The working time of all that would not have taken place."""
        return PersonHours.total(one.time for one in self.met)


class UnitShare(NamedTuple):
    """What one unit called of what the policy meets."""

    unit: str
    meetings: int
    time: PersonHours


def by_unit(met: Iterable[Met | NoRoom]) -> list[UnitShare]:
    """By calling unit, the most working time first; those of no known unit under an empty name."""
    counted: dict[str, list[Met | NoRoom]] = {}
    for one in met:
        counted.setdefault(one.unit, []).append(one)
    shares = [UnitShare(unit, len(some), PersonHours.total(one.time for one in some)) for unit, some in counted.items()]
    return sorted(shares, key=lambda share: (-share.time.seconds, share.unit))


@dataclass
class TrialOf:
    """A policy on trial: `past` is the span looked back on, `future` the one looked ahead to.

    `rates` are for rules and quotas on costs in money; without them each such rule is a problem, and no pass.
    """

    policy: Policy
    past: Span
    future: Span
    rates: RateCard | None = None
    _seen: set[str] = field(default_factory=set)
    _met: list[Met] = field(default_factory=list)
    _standing: list[Met] = field(default_factory=list)
    _problems: list[Problem] = field(default_factory=list)
    _calendars: int = 0
    _meetings: int = 0
    _exempt: int = 0
    _undecided: int = 0
    _not_asked: dict[str, None] = field(default_factory=dict)
    _unjudged: int = 0

    def __post_init__(self) -> None:
        rules = self.policy.rules
        days = (self.past.seconds[1] - self.past.seconds[0]) // DAY + 1
        self._then = replace(
            rules,
            rules=tuple(replace(rule, first=None) for rule in rules.rules),
            requirements=tuple(replace(rule, first=None) for rule in rules.requirements),
            mode=Mode.REFUSE,
            horizon_days=days,
            look_further_days=0,
        )
        ahead = (self.future.seconds[1] - self.future.seconds[0]) // DAY + 1
        self._now = replace(rules, mode=Mode.REFUSE, horizon_days=ahead, look_further_days=0)
        self._pricer = Pricer(None, self.policy.directory, self.policy.cost_choices)
        self._facts = facts_of(self.policy, self.rates)
        self._quotas = QuotasOf(self.policy, self.past, self.rates)

    def calendar(self, meetings: Sequence[Meeting], name: str | None = None) -> None:
        """Try it on the meetings of one calendar; `name` is its path, for rules that bind some calendars only."""
        mine: dict[str, list[Meeting]] = {}
        for meeting in meetings:
            key = meeting.uid or repr((meeting.title, meeting.dtstart, meeting.dtend))
            if key not in self._seen:
                mine.setdefault(key, []).append(meeting)
        self._seen |= mine.keys()
        self._calendars += 1
        for parts in mine.values():
            try:
                self._meeting(parts, name)
            except CalendarError as error:
                self._problems.append(error.problem)

    def result(self) -> Trial:
        """What all calendars came to; the dearest first."""
        met, standing = (
            tuple(sorted(some, key=lambda one: (-one.time.seconds, one.title, one.uid)))
            for some in (self._met, self._standing)
        )
        problems = tuple(dict.fromkeys(self._problems))
        quotas = self._quotas.result()
        asked = tuple(self._not_asked), self._unjudged
        return Trial(self._meetings, met, self._exempt, self._undecided, standing, problems, quotas, *asked)

    def _meeting(self, parts: list[Meeting], calendar: str | None) -> None:
        held = self._held(parts, self.past)
        found: list[Finding] = []
        not_asked: dict[str, None] = {}
        if held:
            self._meetings += 1
            verdict = self._judged(parts, past=True, calendar=calendar)
            not_asked |= _not_asked(verdict)
            found = _within(verdict, self.past, *_MET)
            if found:
                self._met.append(self._as_met(parts, found, held))
            elif _within(verdict, self.past, Bearing.EXEMPTED):
                self._exempt += 1
            elif _within(verdict, self.past, Bearing.UNDECIDED):
                self._undecided += 1
        to_come = self._held(parts, self.future)
        if to_come:
            verdict = self._judged(parts, past=False, calendar=calendar)
            not_asked |= _not_asked(verdict)
            standing = _within(verdict, self.future, *_MET)
            if standing:
                self._standing.append(self._as_met(parts, standing, to_come))
        self._not_asked |= not_asked
        self._unjudged += bool(not_asked)
        account = calendar if calendar is not None else str(self._calendars)
        self._quotas.draw(parts, account, {one.instance for one in found})

    def _held(self, parts: Sequence[Meeting], span: Span) -> dict[OccurrenceId, Occurrence]:
        """The instances of a span that count as meetings, or may do."""
        definition, directory = self.policy.rules.definition, self.policy.directory
        return {
            one.id: one
            for part in parts
            for one in expand(part, span, zone=self.policy.zone, max_instances=self.policy.rules.max_instances)
            if one.start >= span.seconds[0] and counts(one.meeting, directory, definition) is not Counts.NO
        }

    def _judged(self, parts: Sequence[Meeting], *, past: bool, calendar: str | None) -> Verdict:
        rules, span = (self._then, self.past) if past else (self._now, self.future)
        verdict = judge(
            parts,
            rules,
            now=span.start,
            directory=self.policy.directory,
            calendar=calendar,
            facts=self._facts,
            at_write=False,
        )
        self._problems += verdict.errors
        return verdict

    def _as_met(self, parts: Sequence[Meeting], found: list[Finding], held: dict[OccurrenceId, Occurrence]) -> Met:
        instances = dict.fromkeys(one.instance for one in found)
        seconds = sum(self._pricer.of(held[one]).seconds for one in instances if one in held)
        first = next((part for part in parts if part.recurrence_id is None), parts[0])
        entry = self.policy.directory.find(first.organizer) if first.organizer is not None else None
        return Met(
            uid=first.uid,
            title=" ".join(first.title.split()),
            organiser=first.organizer,
            unit=entry.unit if entry is not None else "",
            effect=_effect(first, found, len(instances), len(held)),
            dates=tuple(sorted({day for one in found for day in one.days})),
            rules=tuple(dict.fromkeys(one.rule for one in found)),
            held=len(held),
            time=PersonHours(seconds),
        )


def _within(verdict: Verdict, span: Span, *bearings: Bearing) -> list[Finding]:
    """The findings on instances that begin in the span."""
    return [one for one in verdict.bearing(*bearings) if one.starts in span]


def _not_asked(verdict: Verdict) -> dict[str, None]:
    """The ids of the rules that it could not be judged by."""
    messages = [one.message for one in verdict.errors if one.code == "rule-error"]
    rules = [one.field("rule") for one in messages if isinstance(one, Sentence)]
    return {str(rule): None for rule in rules if rule is not None}


def _effect(meeting: Meeting, found: Sequence[Finding], banned: int, held: int) -> Effect:
    bearings = {one.bearing for one in found}
    if Bearing.REVIEW in bearings and Bearing.REFUSED not in bearings:
        return Effect.REVIEW
    if meeting.recurrence is None:
        return Effect.REFUSED
    if banned >= held:
        return Effect.BANNED
    if Bearing.REFUSED in bearings:
        return Effect.SERIES_REFUSED
    return Effect.SKIPS
