# SPDX-License-Identifier: Apache-2.0
"""Is it allowed? The one function that asks every rule about every instance.

What has to hold, in the order in which it is decided for an instance on a banned day:

1. it had ended before now: recorded, never refused;
2. whether it is a meeting cannot be known: let pass and flagged;
3. the stored object had this very instance, banned as it is: kept;
4. an exemption holds: exempted;
5. the series may step over it: skipped;
6. refused.

A time is banned if any defensible reading of its zone puts it on a banned day. What cannot be asked is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meetcost.errors import CalendarError, Problem
from meetcost.ics.expand import FAR, earliest, is_endless
from meetcost.model.directory import Directory
from meetcost.model.moment import DAY, Moment
from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Bearing, Finding, Outcome, Skip, Tally, Verdict
from meetcost.rules.counted import Counts, people
from meetcost.rules.exemption import Passes, hint
from meetcost.rules.instances import exdate_of, readings
from meetcost.rules.lookout import Hit, Lookout, Standing
from meetcost.rules.ruleset import OnHoliday, RuleSet, Series
from meetcost.values.span import epoch, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence, OccurrenceId
    from meetcost.model.waiver import Waiver
    from meetcost.rules.exemption import Exemption

_NOBODY: Final = Directory()
_NO_TALLY: Final = Tally()


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
) -> Verdict:
    """The verdict on one calendar object.

    `meetings` are its components as read; `old` those of the stored object with the same UID in the same calendar;
    `old_until` (zoned) is how far that one was judged when it was stored: what it has beyond has never been looked at,
    and gives no right to stay. `calendar` is the path or name of that calendar; `now` is zoned. Deterministic; raises
    nothing for what the object or the rules may hold, but `UsageError` for a `now` without zone.
    """
    case = _Case(rules, epoch(now), directory, calendar, tally)
    case.old_until = epoch(old_until) if old_until is not None else FAR
    for meeting in meetings:
        case.judge(meeting, [stored for stored in old if stored.uid == meeting.uid])
    return case.verdict(next((meeting.title for meeting in meetings if meeting.title), ""))


class _Case:
    """One object before the rules; gathers what is found."""

    def __init__(self, rules: RuleSet, now: int, directory: Directory, calendar: str | None, tally: Tally) -> None:
        self._rules, self._now, self._directory = rules, now, directory
        self._tally = tally
        self._look = Lookout(rules, directory, calendar, tally)
        self._findings: list[Finding] = []
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
        if not any(standing.counts is not Counts.NO and standing.rules for standing in standings.values()):
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
            future += self._look.new(self._look.hits(found, standings, reading), future)
            remaining = max(remaining, sum(standings[id(one.meeting)].counts is not Counts.NO for one in found))
        bearings = self._bearings(future, meeting, standings, old)
        skipped = [hit for hit, met in zip(future, bearings, strict=True) if Bearing.SKIPPED in met]
        if len(skipped) >= remaining and not self._left_out_already(skipped, meeting, old):
            bearings = [_no_skip(bearing) for bearing in bearings]
        for hit, bearing in zip(future, bearings, strict=True):
            self._record(hit, standings, bearing, meeting)
        self._record_past(meeting, standings)
        if endless and not any(Bearing.REFUSED in bearing for bearing in bearings):
            self._look_further(meeting, standings, old, until)

    def _note_floating(self, meeting: Meeting) -> None:
        start = meeting.dtstart
        if start.is_floating or (start.zone and meeting.zones.resolve(start.zone) is None):
            template = "times without a known zone are read in {zone}"
            self._notes[Phrase.of(template, zone=self._rules.zone.name)] = None

    # -- what each means

    def _bearings(
        self, hits: list[Hit], meeting: Meeting, standings: dict[int, Standing], old: Sequence[Meeting]
    ) -> list[dict[Bearing, list[int]]]:
        """For each hit the rules it meets, by what they mean for it."""
        had = self._had(hits, old)
        return [self._bearing(hit, meeting, standings[id(hit.occurrence.meeting)], had) for hit in hits]

    def _bearing(
        self, hit: Hit, meeting: Meeting, standing: Standing, had: set[tuple[OccurrenceId, int, int]]
    ) -> dict[Bearing, list[int]]:
        one = hit.occurrence
        met: dict[Bearing, list[int]] = {}
        kept = (one.id, one.start, one.end) in had and self._may_stand(one)
        skippable = self._rules.series is Series.SKIP and _is_skippable(one, meeting)
        for index in self._look.rules_met(hit, standing.rules):
            if standing.counts is Counts.UNDECIDED:
                bearing = Bearing.UNDECIDED
            elif kept and not self._has_outgrown(hit, self._rules.rules[index].id):
                bearing = Bearing.KEPT
            elif standing.exemption(self._rules.rules[index]) is not None:
                bearing = Bearing.EXEMPTED
            elif self._is_waived(hit, self._rules.rules[index].id):
                bearing = Bearing.WAIVED
            else:
                bearing = Bearing.SKIPPED if skippable else Bearing.REFUSED
            met.setdefault(bearing, []).append(index)
        return met

    def _is_waived(self, hit: Hit, rule: str) -> bool:
        return _covered(hit, rule, self._tally.waivers, self._people(hit))

    def _has_outgrown(self, hit: Hit, rule: str) -> bool:
        """Whether it was stored under a waiver for fewer people than it has by now."""
        known = self._tally.waivers + self._tally.lapsed
        return _covered(hit, rule, known, 0) and not _covered(hit, rule, known, self._people(hit))

    def _people(self, hit: Hit) -> int:
        return people(hit.occurrence.meeting, self._directory).most

    def _had(self, hits: list[Hit], old: Sequence[Meeting]) -> set[tuple[OccurrenceId, int, int]]:
        """The banned counted instances that the stored object had, where the new one has some."""
        had: set[tuple[OccurrenceId, int, int]] = set()
        if not hits:
            return had
        lo = min(hit.occurrence.start for hit in hits)
        hi = min(max(hit.occurrence.end for hit in hits) + 1, self.old_until)
        for stored in old:
            standings = self._look.standings(stored)
            for reading in {hit.reading for hit in hits}:
                try:
                    stood = self._look.hits(self._look.instances(stored, lo, hi, reading), standings, reading)
                except CalendarError:
                    continue  # what cannot be read gives no right to stay
                for hit in stood:
                    standing = standings[id(hit.occurrence.meeting)]
                    if standing.counts is Counts.YES and self._is_banned(hit, standing):
                        had.add((hit.occurrence.id, hit.occurrence.start, hit.occurrence.end))
        return had

    def _is_banned(self, hit: Hit, standing: Standing) -> bool:
        met = self._look.rules_met(hit, standing.rules)
        return any(standing.exemption(self._rules.rules[index]) is None for index in met)

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
                self._findings.append(self._finding(hit, index, bearing, standing))
        if Bearing.SKIPPED in met:
            self._skips.append(_skip(hit, meeting, self._rules))

    def _finding(self, hit: Hit, index: int, bearing: Bearing, standing: Standing) -> Finding:
        rule, one, zone = self._rules.rules[index], hit.occurrence, self._rules.zone
        days = [day for day in hit.days if self._rules.rules_on(day, (index,))]
        dates = tuple(Moment(day * DAY).day for day in days)
        if rule.on_holiday is OnHoliday.LAPSES:
            for year in sorted({day.year for day in dates if not self._rules.calendar.knows(day)}):
                template = "the public holidays of {year} are not settled yet; rule {rule} is taken to hold on them"
                self._notes[Phrase.of(template, year=str(year), rule=rule.id)] = None
        exemption = standing.exemption(rule) if bearing is Bearing.EXEMPTED else None
        confirm_by = None
        if exemption is not None and exemption.confirm_within is not None:
            confirm_by = exemption.confirm_within.after(
                instant(self._now).astimezone(zone.tzinfo), self._rules.calendar
            )
        return Finding(
            rule.id,
            one.id,
            dates,
            instant(one.start).astimezone(zone.tzinfo),
            instant(min(one.end, FAR)).astimezone(zone.tzinfo),
            rule.days.reason(days[0]),
            rule.source,
            hit.reading,
            bearing,
            exemption.name if exemption is not None else "",
            confirm_by,
        )

    def _left_out_already(self, skipped: list[Hit], meeting: Meeting, old: Sequence[Meeting]) -> bool:
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
        except CalendarError:
            self._notes[Phrase("the past of the series is too much to look at")] = None
            return
        over = [one for one in found if one.end < self._now or one.end == self._now > one.start]
        for hit in self._look.hits(over, standings, readings(meeting)[0]):
            standing = standings[id(hit.occurrence.meeting)]
            if standing.counts is Counts.YES:
                for index in self._look.rules_met(hit, standing.rules):
                    self._findings.append(self._finding(hit, index, Bearing.PAST, standing))

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
                indexes = met.get(Bearing.REFUSED) or met.get(Bearing.SKIPPED)
                if indexes:
                    standing = standings[id(hit.occurrence.meeting)]
                    self._findings.append(self._finding(hit, indexes[0], Bearing.LATER, standing))
                    return

    # -- the end

    def verdict(self, title: str) -> Verdict:
        rules = self._rules
        would_be = self._outcome()
        helping = [one for one in self._open if one.passes is Passes.AT_ONCE]
        tag = hint(helping) if would_be is Outcome.DENY else None
        return Verdict(
            would_be=would_be,
            mode=rules.mode,
            findings=tuple(self._findings),
            errors=tuple(self._errors),
            notes=tuple(self._notes),
            hints=(tag,) if tag is not None else (),
            planned_skips=tuple(self._skips),
            title=title,
            policy=rules.name,
            counted=self._counted,
        )

    def _outcome(self) -> Outcome:
        bearings = {finding.bearing for finding in self._findings}
        if Bearing.REFUSED in bearings:
            return Outcome.DENY
        if self._errors:
            return Outcome.REJECT if self._rejected else Outcome.ERROR
        if bearings & {Bearing.UNDECIDED, Bearing.LATER}:
            return Outcome.FLAG
        return Outcome.ALLOW


def _covered(hit: Hit, rule: str, waivers: Iterable[Waiver], attendance: int) -> bool:
    one = hit.occurrence
    return any(waiver.covers(rule, one.id, one.start, one.end, attendance) for waiver in waivers)


def _is_skippable(one: Occurrence, meeting: Meeting) -> bool:
    """Whether a series can leave the instance out: its rule or RDATE puts it there, nobody moved it there by hand.

    An override that only changes other things stays on its own date and goes with it.
    """
    if one.original is None or meeting.recurrence is None:
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


def _no_skip(met: dict[Bearing, list[int]]) -> dict[Bearing, list[int]]:
    """What was to be skipped is refused: nothing of the series would be left."""
    if Bearing.SKIPPED not in met:
        return met
    return {(Bearing.REFUSED if bearing is Bearing.SKIPPED else bearing): indexes for bearing, indexes in met.items()}
