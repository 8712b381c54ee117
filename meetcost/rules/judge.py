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

from typing import TYPE_CHECKING, Final

from meetcost.errors import CalendarError, Problem
from meetcost.ics.expand import FAR, earliest, is_endless
from meetcost.ics.some_read import is_read_differently
from meetcost.model.directory import Directory
from meetcost.model.moment import DAY
from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Bearing, Outcome, Tally, Verdict
from meetcost.rules.bearings import Bearings
from meetcost.rules.before import Before
from meetcost.rules.counted import Counts
from meetcost.rules.exemption import Passes, hint
from meetcost.rules.instances import readings
from meetcost.rules.lookout import Hit, Lookout, Standing
from meetcost.rules.record import Record
from meetcost.rules.requirement import Around
from meetcost.rules.ruleset import RuleSet, Series
from meetcost.rules.skipping import Skipping
from meetcost.rules.waived import Waived
from meetcost.values.span import epoch
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from meetcost.model.meeting import Meeting
    from meetcost.rules.exemption import Exemption
    from meetcost.rules.requirement import Facts

_NOBODY: Final = Directory()
_NO_TALLY: Final = Tally()
_DENYING: Final = frozenset({Bearing.REFUSED, Bearing.REVIEW})
_HOW_TO_ASK: Final = Phrase("to ask for approval, say what it is for, what is to come of it and who takes part")
_OTHER_DATES: Final = Phrase(
    "programs differ on which dates the rule of this series gives: all that some program shows are looked at"
)


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
    case = _Case(rules, around, calendar, tally, epoch(old_until) if old_until is not None else FAR)
    for meeting in meetings:
        case.judge(meeting, [stored for stored in old if stored.uid == meeting.uid])
    return case.verdict(next((meeting.title for meeting in meetings if meeting.title), ""))


class _Case:
    """One object before the rules: every instance of its components is looked at, weighed and recorded."""

    def __init__(self, rules: RuleSet, around: Around, calendar: str | None, tally: Tally, old_until: int) -> None:
        self._rules, self._now, self._directory = rules, around.now, around.directory
        self._look = look = Lookout(rules, around, calendar, tally)
        waived = Waived(tally, look)
        self._skipping = Skipping(rules, look)
        before = Before(rules, around.now, old_until, look, waived)
        self._bearings = Bearings(rules, around.now, look, waived=waived, before=before, skipping=self._skipping)
        self._record = Record(rules, around.now, waived)
        self._errors: list[Problem] = []
        self._open: dict[Exemption, None] = {}
        self._rejected = self._counted = False

    def judge(self, meeting: Meeting, old: Sequence[Meeting]) -> None:
        try:
            self._judge(meeting, old)
        except CalendarError as error:
            self._rejected = True
            self._errors.append(error.problem)
        except Exception as error:  # noqa: BLE001 - a rule that errs is not a pass
            message = Sentence.of("a rule could not be asked: {error}", error=f"{type(error).__name__}: {error}")
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
        known = any((one.recurrence, one.dtstart) == (meeting.recurrence, meeting.dtstart) for one in old)
        future, remaining = self._future(meeting, standings, until, known=known)
        differs = is_read_differently(meeting)
        if future and differs:
            self._record.note(_OTHER_DATES)
        bearings = self._bearings.of(future, meeting, standings, old)
        if self._rules.series is Series.SKIP:
            bearings, said = self._skipping.settled(future, bearings, meeting, old, remaining)
            self._record.note(*((said,) if said is not None else ()))
        for hit, met in zip(future, bearings, strict=True):
            self._record.add(hit, met, standings[id(hit.occurrence.meeting)])
            if Bearing.SKIPPED in met:
                self._record.skips.append(self._skipping.skip(hit, meeting))
        self._record_past(meeting, standings, known=known)
        if endless and not differs and not any(_DENYING & met.keys() for met in bearings):
            self._look_further(meeting, standings, old, until)

    def _note_floating(self, meeting: Meeting) -> None:
        start = meeting.dtstart
        if start.is_floating or (start.zone and meeting.zones.resolve(start.zone) is None):
            self._record.note(Phrase.of("times without a known zone are read in {zone}", zone=self._rules.zone.name))

    def _future(
        self, meeting: Meeting, standings: dict[int, Standing], until: int, *, known: bool
    ) -> tuple[list[Hit], int]:
        """The hits from now on under any reading, and how many instances that may count there are at most."""
        future: list[Hit] = []
        remaining = 0
        for reading in readings(meeting):
            found = self._look.instances(meeting, self._now, until, reading)
            hits = self._look.hits(found, standings, reading, known=known)
            future += self._look.new(hits, future, standings)
            remaining = max(remaining, sum(standings[id(one.meeting)].counts is not Counts.NO for one in found))
        return future, remaining

    def _record_past(self, meeting: Meeting, standings: dict[int, Standing], *, known: bool) -> None:
        """Instances of the last `horizon_days` that had ended before now: known, whatever they are."""
        if earliest(meeting, self._rules.zone) > self._now:
            return
        since = self._now - self._rules.horizon_days * DAY
        try:
            found = self._look.instances(meeting, since, self._now, readings(meeting)[0])
            over = [one for one in found if one.end < self._now or one.end == self._now > one.start]
            hits = self._look.hits(over, standings, readings(meeting)[0], known=known)
        except CalendarError:
            self._record.note(Phrase("the past of the series is too much to look at"))
            return
        clauses = self._rules.clauses
        for hit in hits:
            standing = standings[id(hit.occurrence.meeting)]
            if standing.counts is Counts.YES:
                for index in self._look.rules_met(hit, standing.rules):
                    if not clauses[index].traits.of_series:
                        self._record.find(hit, index, Bearing.PAST, standing)

    def _look_further(
        self, meeting: Meeting, standings: dict[int, Standing], old: Sequence[Meeting], since: int
    ) -> None:
        """The first instance beyond the horizon that would be refused, or skipped where none is within."""
        if not self._rules.look_further_days or self._record.skips:
            return
        until = min(since + self._rules.look_further_days * DAY, FAR)
        for reading in readings(meeting):
            try:
                hits = self._look.hits(self._look.instances(meeting, since, until, reading), standings, reading)
            except CalendarError:
                continue  # too many to look at: the next judgement, at a later now, sees them
            for hit, met in zip(hits, self._bearings.of(hits, meeting, standings, old), strict=True):
                indexes = met.get(Bearing.REFUSED) or met.get(Bearing.REVIEW) or met.get(Bearing.SKIPPED)
                if indexes:
                    standing = standings[id(hit.occurrence.meeting)]
                    self._record.find(hit, indexes[0], Bearing.LATER, standing)
                    return

    # -- the end

    def verdict(self, title: str) -> Verdict:
        rules, findings = self._rules, self._record.findings
        if rules.requirements:
            self._errors += self._look.breaches.errors.values()
        would_be = self._outcome()
        denied = {one.rule for one in findings if one.bearing in _DENYING}
        able = (one for one in self._open if one.passes is Passes.AT_ONCE)
        helping = [one for one in able if not one.rules or denied <= one.rules]
        tag = hint(helping) if would_be is Outcome.DENY else None
        asked = would_be is Outcome.DENY and any(one.bearing is Bearing.REVIEW for one in findings)
        return Verdict(
            would_be=would_be,
            mode=rules.mode,
            findings=tuple(findings),
            errors=tuple(self._errors),
            notes=self._record.notes,
            hints=(*((_HOW_TO_ASK,) if asked else ()), *((tag,) if tag is not None else ())),
            planned_skips=tuple(self._record.skips),
            title=title,
            policy=rules.name,
            counted=self._counted,
        )

    def _outcome(self) -> Outcome:
        bearings = {finding.bearing for finding in self._record.findings}
        if bearings & _DENYING:
            return Outcome.DENY
        if self._errors:
            return Outcome.REJECT if self._rejected else Outcome.ERROR
        if bearings & {Bearing.UNDECIDED, Bearing.LATER}:
            return Outcome.FLAG
        return Outcome.ALLOW
