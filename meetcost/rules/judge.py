# SPDX-License-Identifier: Apache-2.0
"""Is it allowed? The one function that asks every rule about every instance.

What has to hold, in the order in which it is decided for an instance that meets a rule:

1. it had ended before now: recorded, never refused;
2. the rule only warns: recorded;
3. whether it is a meeting, or so large, cannot be known: let pass and flagged;
4. the stored object had this very instance, and broke the rules no less: kept;
5. an exemption holds: exempted;
6. a waiver covers it: waived;
7. the series may step over it: skipped;
8. the rule asks for a review: refused until a waiver covers it;
9. refused.

A time is banned if any defensible reading of its zone puts it on a banned day. What cannot be asked is an error.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from meetcost.errors import CalendarError, Problem
from meetcost.ics.expand import FAR, earliest, is_endless
from meetcost.ics.some_read import is_read_differently
from meetcost.model.directory import Directory
from meetcost.model.moment import DAY, Moment
from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Action, Bearing, Finding, Outcome, Skip, Tally, Verdict
from meetcost.model.waiver import WaiverIndex
from meetcost.rules.counted import Counts
from meetcost.rules.exemption import Passes, hint
from meetcost.rules.instances import exdate_of, readings
from meetcost.rules.lookout import Hit, Lookout, Standing
from meetcost.rules.requirement import Around, Requirement
from meetcost.rules.ruleset import OnHoliday, Rule, RuleSet, Series
from meetcost.rules.stood import Stood
from meetcost.values.span import epoch, instant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.model.waiver import Waiver
    from meetcost.rules.exemption import Exemption
    from meetcost.rules.requirement import Facts

_NOBODY: Final = Directory()
_NO_TALLY: Final = Tally()
_DENYING: Final = frozenset({Bearing.REFUSED, Bearing.REVIEW})
_MOOT: Final = (Bearing.REFUSED, Bearing.REVIEW, Bearing.WARNED, Bearing.UNDECIDED)
_MOST_DATES: Final = 400
_MOST_FINDINGS: Final = 1000
"""Of one rule and bearing: more than can be approved in one waiver, and all that anybody reads."""
_LOST: Final = Phrase(
    "the series leaves out dates that it does not have, and some programs then show others it leaves out"
)
_MORE: Final = Phrase.of("more than {most} instances meet one rule; the first of them are told", most=_MOST_FINDINGS)
_HOW_TO_ASK: Final = Phrase("to ask for approval, say what it is for, what is to come of it and who takes part")


def judge(
    meetings: Sequence[Meeting],
    rules: RuleSet,
    *,
    now: datetime,
    old: Sequence[Meeting] = (),
    directory: Directory = _NOBODY,
    calendar: str | None = None,
    tally: Tally = _NO_TALLY,
    old_until: datetime | None = None,
    facts: Facts | None = None,
    at_write: bool = True,
) -> Verdict:
    """The verdict on one calendar object.

    `meetings` are its components as read; `old` those of the stored object with the same UID in the same calendar;
    `old_until` (zoned) is how far that one was judged when it was stored: what it has beyond has never been looked at,
    and gives no right to stay. `calendar` is the path or name of that calendar; `now` is zoned. `facts` are
    what rules on agendas and costs go by: without them such a rule is an error. `at_write` is False where nobody writes
    the meeting at that moment, so that a period of notice cannot be asked for. Deterministic; raises
    nothing for what the object or the rules may hold, but `UsageError` for a `now` without zone.
    """
    around = Around(rules.zone, rules.calendar, directory, epoch(now), at_write, facts, rules.max_instances, {})
    case = _Case(rules, around, calendar, tally)
    case.old_until = epoch(old_until) if old_until is not None else FAR
    for meeting in meetings:
        case.judge(meeting, [stored for stored in old if stored.uid == meeting.uid])
    return case.verdict(next((meeting.title for meeting in meetings if meeting.title), ""))


class _Case:
    """One object before the rules; gathers what is found."""

    def __init__(self, rules: RuleSet, around: Around, calendar: str | None, tally: Tally) -> None:
        self._rules, self._now, self._directory = rules, around.now, around.directory
        self._clauses, self._tally = rules.clauses, tally
        self._waivers = WaiverIndex(tally.waivers)
        self._known_waivers = WaiverIndex(tally.waivers + tally.lapsed)
        self._look = Lookout(rules, around, calendar, tally)
        self._findings: list[Finding] = []
        self._told: dict[tuple[int, Bearing], int] = {}
        self._errors: list[Problem] = []
        self._notes: dict[Phrase, None] = {}
        self._skips: list[Skip] = []
        self._open: dict[Exemption, None] = {}
        self._rejected = self._counted = False
        self.old_until = FAR

    def judge(self, meeting: Meeting, old: Sequence[Meeting]) -> None:
        try:
            self._judge(meeting, old)
        except CalendarError as error:
            self._rejected = True
            self._errors.append(error.problem)
        except Exception as error:  # noqa: BLE001 - a rule that errs is not a pass
            message = f"a rule could not be asked: {type(error).__name__}: {error}"
            self._errors.append(Problem("rule-error", message, uid=meeting.uid))

    def _judge(self, meeting: Meeting, old: Sequence[Meeting]) -> None:
        standings = self._look.standings(meeting)
        self._counted |= any(standing.counts is Counts.YES for standing in standings.values())
        if not any(standing.judged for standing in standings.values()):
            return
        self._note_floating(meeting)
        able = (one for one in self._rules.exemptions if one.open_to(meeting, self._directory))
        self._open |= dict.fromkeys(able)
        endless = is_endless(meeting)
        until = min(self._now + self._rules.horizon_days * DAY, FAR) if endless else FAR
        future: list[Hit] = []
        remaining = 0
        for reading in readings(meeting):
            found = self._look.instances(meeting, self._now, until, reading)
            future += self._look.new(self._look.hits(found, standings, reading), future, standings)
            remaining = max(remaining, sum(standings[id(one.meeting)].counts is not Counts.NO for one in found))
        bearings = self._bearings(future, meeting, standings, old)
        skipped = {}
        if self._rules.series is Series.SKIP:
            met_by = zip(future, bearings, strict=True)
            skipped = {self._look.written(hit): hit for hit, met in met_by if Bearing.SKIPPED in met}
        if len(skipped) >= remaining and not self._left_out_already(skipped.values(), meeting, old):
            bearings = [self._no_skip(bearing) for bearing in bearings]
        elif skipped and self._would_be_shown(skipped.values(), meeting):
            self._notes[_LOST] = None
            bearings = [self._no_skip(bearing) for bearing in bearings]
        elif len(skipped) < len(future) and skipped:
            bearings = [
                self._gone(bearing) if self._look.written(hit) in skipped else bearing
                for hit, bearing in zip(future, bearings, strict=True)
            ]
        for hit, bearing in zip(future, bearings, strict=True):
            self._record(hit, standings, bearing, meeting)
        self._record_past(meeting, standings)
        if endless and not any(_DENYING & bearing.keys() for bearing in bearings):
            self._look_further(meeting, standings, old, until)

    def _note_floating(self, meeting: Meeting) -> None:
        start = meeting.dtstart
        if start.is_floating or (start.zone and meeting.zones.resolve(start.zone) is None):
            template = "times without a known zone are read in {zone}"
            self._notes[Phrase.of(template, zone=self._rules.zone.name)] = None

    def _would_be_shown(self, skipped: Collection[Hit], meeting: Meeting) -> bool:
        """Whether some program shows one of the instances that are to be left out, though its EXDATE stands there."""
        recurrence, zone = meeting.recurrence, self._rules.zone
        if recurrence is None:
            return False
        exdates = {exdate_of(hit.occurrence, meeting, hit.reading, zone) for hit in skipped}
        if not recurrence.exdates and meeting.dtstart not in exdates:
            return False  # each of them matches an instance
        after = meeting.replace(recurrence=replace(recurrence, exdates=(*recurrence.exdates, *exdates)))
        lo, hi = min(hit.occurrence.start for hit in skipped), max(hit.occurrence.end for hit in skipped) + 1
        by_reading = {one: self._look.instances(after, lo, hi, one) for one in {hit.reading for hit in skipped}}
        shown = ((one, reading) for reading, found in by_reading.items() for one in found)
        return any(one.meeting is after and exdate_of(one, after, reading, zone) in exdates for one, reading in shown)

    # -- what each means

    def _bearings(
        self, hits: list[Hit], meeting: Meeting, standings: dict[int, Standing], old: Sequence[Meeting]
    ) -> list[dict[Bearing, list[int]]]:
        """For each hit the rules it meets, by what they mean for it."""
        stood = self._stood(hits, old)
        return [self._bearing(hit, meeting, standings[id(hit.occurrence.meeting)], stood) for hit in hits]

    def _bearing(self, hit: Hit, meeting: Meeting, standing: Standing, stood: Stood) -> dict[Bearing, list[int]]:
        met: dict[Bearing, list[int]] = {}
        may_stand = bool(stood) and self._may_stand(hit.occurrence)
        skippable = self._rules.series is Series.SKIP and _is_skippable(hit.occurrence, meeting)
        for index in self._look.rules_met(hit, standing.rules):
            clause = self._clauses[index]
            breach = hit.broken.get(index) if hit.broken else None
            if clause.action is Action.WARN:
                bearing = Bearing.WARNED
            elif standing.counts is Counts.UNDECIDED or (breach is not None and breach.doubt is not None):
                bearing = Bearing.UNDECIDED
            elif may_stand and stood.has(hit, index) and not self._has_outgrown(hit, clause):
                bearing = Bearing.KEPT
            elif standing.exemption(clause) is not None:
                bearing = Bearing.EXEMPTED
            elif self._tally.waivers and self._waiver(hit, clause) is not None:
                bearing = Bearing.WAIVED
            elif skippable and (isinstance(clause, Rule) or clause.traits.steps_over):
                bearing = Bearing.SKIPPED
            else:
                bearing = _denial(clause)
            met.setdefault(bearing, []).append(index)
        return self._gone(met) if Bearing.SKIPPED in met else met

    def _waiver(self, hit: Hit, clause: Rule | Requirement) -> Waiver | None:
        """The waiver that covers the instance against one rule. A group of unknown size is larger than any bound."""
        return self._covering(hit, clause, self._waivers) if self._tally.waivers else None

    def _has_outgrown(self, hit: Hit, clause: Rule | Requirement) -> bool:
        """Whether it was stored under a waiver for fewer people than it has by now."""
        known = self._known_waivers
        if not (self._tally.waivers or self._tally.lapsed) or self._covering(hit, clause, known) is not None:
            return False
        return known.covering(clause.id, hit.occurrence, people=0) is not None

    def _covering(self, hit: Hit, clause: Rule | Requirement, waivers: WaiverIndex) -> Waiver | None:
        one = hit.occurrence
        return waivers.covering(clause.id, one, self._look.breaches.people(one.meeting).most)

    def _stood(self, hits: list[Hit], old: Sequence[Meeting]) -> Stood:
        """The counted instances of the stored object that broke a rule, where the new one has some."""
        stood = Stood(len(self._rules.rules), self._rules.requirements)
        if not hits or not old:
            return stood
        lo = min(hit.occurrence.start for hit in hits)
        hi = max(hit.occurrence.end for hit in hits) + 1
        if any(self._is_of_series(index) for hit in hits for index in hit.broken):
            lo, hi = min(lo, self._now), max(hi, self._now + self._rules.horizon_days * DAY)
        if not self._rules.requirements:
            hi = min(hi, self.old_until)
        for stored in old:
            standings = self._look.standings(stored)
            for reading in {hit.reading for hit in hits}:
                try:
                    found = self._look.hits(self._look.instances(stored, lo, hi, reading), standings, reading)
                except CalendarError:
                    continue  # what cannot be read gives no right to stay
                for hit in found:
                    standing = standings[id(hit.occurrence.meeting)]
                    if standing.counts is Counts.YES:
                        stood.add(hit, self._unexcused(hit, standing))
        return stood

    def _was_looked_at(self, hit: Hit, index: int) -> bool:
        """Whether the stored object was judged that far; for what no series steps over it makes no difference."""
        clause = self._clauses[index]
        steps_over = isinstance(clause, Rule) or clause.traits.steps_over
        return hit.occurrence.start < self.old_until or not steps_over

    def _is_of_series(self, index: int) -> bool:
        clause = self._clauses[index]
        return isinstance(clause, Requirement) and clause.traits.of_series

    def _unexcused(self, hit: Hit, standing: Standing) -> list[int]:
        """The rules that it met, and no exemption and no waiver let it."""
        met = ((index, self._clauses[index]) for index in self._look.rules_met(hit, standing.rules))
        return [
            at
            for at, one in met
            if standing.exemption(one) is None and self._waiver(hit, one) is None and self._was_looked_at(hit, at)
        ]

    def _no_skip(self, met: dict[Bearing, list[int]]) -> dict[Bearing, list[int]]:
        """What was to be skipped is refused: nothing of the series would be left."""
        if Bearing.SKIPPED not in met:
            return met
        kept = dict(met)
        for index in kept.pop(Bearing.SKIPPED):
            kept.setdefault(_denial(self._clauses[index]), []).append(index)
        return kept

    def _gone(self, met: dict[Bearing, list[int]]) -> dict[Bearing, list[int]]:
        """What else an instance meets that is stepped over goes with it; what its series meets as a whole stays."""
        found: dict[Bearing, list[int]] = {}
        for bearing, indexes in met.items():
            for index in indexes:
                stays = bearing not in _MOOT or self._is_of_series(index)
                found.setdefault(bearing if stays else Bearing.SKIPPED, []).append(index)
        return found

    def _may_stand(self, one: Occurrence) -> bool:
        """Whether what stood before a change may stay: for ever, or for now, or because it lies before the date."""
        until = self._rules.keep_until
        if until is None:
            return True
        zone, last = self._rules.zone, until.toordinal()
        return zone.to_local(self._now) // DAY <= last or zone.to_local(one.start) // DAY <= last

    # -- the record

    def _record(
        self, hit: Hit, standings: dict[int, Standing], met: dict[Bearing, list[int]], meeting: Meeting
    ) -> None:
        standing = standings[id(hit.occurrence.meeting)]
        for note in standing.claim.notes:
            self._notes[note] = None
        for bearing, indexes in met.items():
            for index in indexes:
                self._find(hit, index, bearing, standing)
        if Bearing.SKIPPED in met:
            self._skips.append(_skip(hit, meeting, self._rules))

    def _find(self, hit: Hit, index: int, bearing: Bearing, standing: Standing) -> None:
        told = self._told.get((index, bearing), 0)
        if told < _MOST_FINDINGS:
            self._told[index, bearing] = told + 1
            self._findings.append(self._finding(hit, index, bearing, standing))
        else:
            self._notes[_MORE] = None

    def _finding(self, hit: Hit, index: int, bearing: Bearing, standing: Standing) -> Finding:
        clause, one, zone = self._clauses[index], hit.occurrence, self._rules.zone
        days, breach = hit.days, hit.broken.get(index)
        if isinstance(clause, Rule):
            days_banned = [day for day in days if self._rules.rules_on(day, (index,))]
            dates = tuple(Moment(day * DAY).day for day in days_banned)
            reason, kind, brief, doubt = clause.days.reason(days_banned[0]), "", "", None
            if clause.on_holiday is OnHoliday.LAPSES:
                self._note_unsettled(clause, dates)
        else:
            if breach is None:
                raise LookupError(f"nothing is known of the breach of {clause.id}")
            dates = tuple(Moment(day * DAY).day for day in days[:_MOST_DATES])
            reason, kind, brief, doubt = breach.reason, clause.condition.kind, breach.brief, breach.doubt
        exemption = standing.exemption(clause) if bearing is Bearing.EXEMPTED else None
        confirm_by = None
        if exemption is not None and exemption.confirm_within is not None:
            confirm_by = exemption.confirm_within.after(
                instant(self._now).astimezone(zone.tzinfo), self._rules.calendar
            )
        return Finding(
            clause.id,
            one.id,
            dates,
            instant(one.start).astimezone(zone.tzinfo),
            instant(min(one.end, FAR)).astimezone(zone.tzinfo),
            reason,
            clause.source,
            hit.reading,
            bearing,
            exemption.name if exemption is not None else "",
            confirm_by,
            clause.reviewer if bearing is Bearing.REVIEW else "",
            self._waiver(hit, clause) if bearing is Bearing.WAIVED else None,
            kind,
            brief,
            doubt,
            isinstance(clause, Rule) or clause.traits.moves,
        )

    def _note_unsettled(self, rule: Rule, dates: Sequence[date]) -> None:
        for year in sorted({day.year for day in dates if not self._rules.calendar.knows(day)}):
            template = "the public holidays of {year} are not settled yet; rule {rule} is taken to hold on them"
            self._notes[Phrase.of(template, year=str(year), rule=rule.id)] = None

    def _left_out_already(self, skipped: Iterable[Hit], meeting: Meeting, old: Sequence[Meeting]) -> bool:
        """Whether the stored object left all of them out: a series that is nearly over can still be edited."""
        recurrences = (stored.recurrence for stored in old if stored.recurrence is not None)
        left_out = {exdate for recurrence in recurrences for exdate in recurrence.exdates}
        return all(exdate_of(hit.occurrence, meeting, hit.reading, self._rules.zone) in left_out for hit in skipped)

    def _record_past(self, meeting: Meeting, standings: dict[int, Standing]) -> None:
        """Instances of the last `horizon_days` that had ended before now: known, whatever they are."""
        if earliest(meeting, self._rules.zone) > self._now:
            return
        since = self._now - self._rules.horizon_days * DAY
        try:
            found = self._look.instances(meeting, since, self._now, readings(meeting)[0])
            over = [one for one in found if one.end < self._now or one.end == self._now > one.start]
            hits = self._look.hits(over, standings, readings(meeting)[0])
        except CalendarError:
            self._notes[Phrase("the past of the series is too much to look at")] = None
            return
        for hit in hits:
            standing = standings[id(hit.occurrence.meeting)]
            if standing.counts is Counts.YES:
                for index in self._look.rules_met(hit, standing.rules):
                    if not self._is_of_series(index):
                        self._find(hit, index, Bearing.PAST, standing)

    def _look_further(
        self, meeting: Meeting, standings: dict[int, Standing], old: Sequence[Meeting], since: int
    ) -> None:
        """The first instance beyond the horizon that would be refused, or skipped where none is within."""
        if not self._rules.look_further_days or self._skips:
            return
        until = min(since + self._rules.look_further_days * DAY, FAR)
        for reading in readings(meeting):
            try:
                hits = self._look.hits(self._look.instances(meeting, since, until, reading), standings, reading)
            except CalendarError:
                continue  # too many to look at: the next judgement, at a later now, sees them
            for hit, met in zip(hits, self._bearings(hits, meeting, standings, old), strict=True):
                indexes = met.get(Bearing.REFUSED) or met.get(Bearing.REVIEW) or met.get(Bearing.SKIPPED)
                if indexes:
                    standing = standings[id(hit.occurrence.meeting)]
                    self._findings.append(self._finding(hit, indexes[0], Bearing.LATER, standing))
                    return

    # -- the end

    def verdict(self, title: str) -> Verdict:
        rules = self._rules
        if rules.requirements:
            self._errors += self._unasked()
        would_be = self._outcome()
        denied = {one.rule for one in self._findings if one.bearing in _DENYING}
        able = (one for one in self._open if one.passes is Passes.AT_ONCE)
        helping = [one for one in able if not one.rules or denied <= one.rules]
        tag = hint(helping) if would_be is Outcome.DENY else None
        asked = would_be is Outcome.DENY and any(one.bearing is Bearing.REVIEW for one in self._findings)
        return Verdict(
            would_be=would_be,
            mode=rules.mode,
            findings=tuple(self._findings),
            errors=tuple(self._errors),
            notes=tuple(self._notes),
            hints=(*((_HOW_TO_ASK,) if asked else ()), *((tag,) if tag is not None else ())),
            planned_skips=tuple(self._skips),
            title=title,
            policy=rules.name,
            counted=self._counted,
        )

    def _unasked(self) -> Iterator[Problem]:
        for number, message in self._look.breaches.errors.items():
            yield Problem("rule-error", f"rule {self._rules.requirements[number].id} could not be asked: {message}")

    def _outcome(self) -> Outcome:
        bearings = {finding.bearing for finding in self._findings}
        if bearings & _DENYING:
            return Outcome.DENY
        if self._errors:
            return Outcome.REJECT if self._rejected else Outcome.ERROR
        if bearings & {Bearing.UNDECIDED, Bearing.LATER}:
            return Outcome.FLAG
        return Outcome.ALLOW


def _is_skippable(one: Occurrence, meeting: Meeting) -> bool:
    """Whether a series can leave the instance out: its rule or RDATE puts it there, nobody moved it there by hand.

    An override that only changes other things stays on its own date and goes with it.
    """
    if one.original is None or meeting.recurrence is None or is_read_differently(meeting):
        return False
    if one.meeting is meeting:
        return True
    written = one.meeting.recurrence_id
    stays = written == one.meeting.dtstart or (one.zoned and one.original == one.start)
    return written is not None and not one.meeting.this_and_future and stays


def _skip(hit: Hit, meeting: Meeting, rules: RuleSet) -> Skip:
    one = hit.occurrence
    exdate = exdate_of(one, meeting, hit.reading, rules.zone)
    return Skip(one.id, exdate, Moment(hit.days[0] * DAY).day, one.meeting is not meeting)


def _denial(clause: Rule | Requirement) -> Bearing:
    return Bearing.REVIEW if clause.action is Action.REVIEW else Bearing.REFUSED
