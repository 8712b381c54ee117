# SPDX-License-Identifier: Apache-2.0
"""A meeting to its occurrences (RFC 5545 §3.8.5), within a span and bounded.

All arithmetic is on wall-clock local seconds in DTSTART's zone; instants come last. An instance keeps its wall-clock
length, as calendar programs show it: 22:00 to 06:00 stays so over a change of the clocks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from itertools import islice
from operator import itemgetter, lt
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import LimitError, Problem
from meetcost.ics.exdates import Exdate, shown_all_the_same
from meetcost.ics.limits import LIMITS
from meetcost.ics.recur import expand_rule, starts_in_rule
from meetcost.ics.recurrence import rule_of
from meetcost.ics.rule import RuleError
from meetcost.ics.some_read import as_some_read
from meetcost.model.meeting import Period
from meetcost.model.moment import DAY, EPOCH_LOCAL, Length, Moment
from meetcost.model.occurrence import Occurrence, Occurrences
from meetcost.model.zone import UTC_TIME, ZoneReading
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.ics.rule import Rule, Until
    from meetcost.model.meeting import Meeting
    from meetcost.model.zone import Zone
    from meetcost.values.span import Span

FAR: Final = 253_402_214_400
"""9999-12-31 in seconds since the epoch: no time lies beyond."""

_MARGIN: Final = 2 * DAY  # more than any two offsets differ
_BY_START: Final = itemgetter(0, 1)
_FEW: Final = 8
_FURTHER: Final = 10
"""How many times as many instances may lie between the beginning of a series and its last EXDATE."""


class Clock(NamedTuple):
    """How the times of one component become instants."""

    zone: Zone
    known: bool

    @classmethod
    def of(cls, meeting: Meeting, moment: Moment, assumed: Zone | None, reading: ZoneReading) -> Clock:
        """That of `moment`: dates, floating times and unknown names are read in `assumed`, in UTC without one."""
        zone = meeting.zones.resolve(moment.zone, reading) if moment.zone else None
        if zone is not None:
            return cls(zone, True)
        return cls(assumed or UTC_TIME, bool(moment.zone) and assumed is not None)


def expand(
    meeting: Meeting,
    span: Span,
    *,
    zone: Zone | None = None,
    reading: ZoneReading = ZoneReading.NAME,
    strict: bool = False,
    max_instances: int = LIMITS.instances,
) -> Sequence[Occurrence]:
    """Every occurrence that overlaps `span`, by start; one without length is inside from `start` up to `end`.

    `zone` is where dates, floating times and unknown zone names are read (UTC without one). `strict` is the guard's
    reading: an EXDATE of another kind than DTSTART takes nothing out, nor does one that some programs lose
    (`exdates`), a rule inside an override counts, and so does what some programs see in a rule.
    Raises `LimitError` where a rule needs more steps or gives more instances than the limits allow.
    """
    lo, hi = span.seconds
    return expand_between(meeting, lo, hi, zone, reading, strict=strict, max_instances=max_instances)


def expand_between(
    meeting: Meeting,
    lo: int,
    hi: int,
    zone: Zone | None = None,
    reading: ZoneReading = ZoneReading.NAME,
    *,
    strict: bool = False,
    max_instances: int = LIMITS.instances,
) -> Sequence[Occurrence]:
    """`expand` between two instants in seconds since the epoch."""
    if meeting.recurrence is None and not meeting.overrides and meeting.recurrence_id is None:
        start, end = meeting.dtstart, meeting.dtend
        if start.local >= hi + EPOCH_LOCAL + _MARGIN:
            return ()
        if end is not None and end.zone == start.zone and end.local < lo + EPOCH_LOCAL - _MARGIN:
            return ()
        clock = Clock.of(meeting, start, zone, reading)
        single = _single(meeting, clock, zone, reading, original=None)
        return (single,) if _inside(single, lo, hi) else ()
    clock = Clock.of(meeting, meeting.dtstart, zone, reading)
    try:
        return _Series(meeting, clock, zone, reading, strict).between(lo, hi, max_instances)
    except RuleError as error:
        line = meeting.place.line if meeting.place else None
        raise LimitError(Problem("limit", error.message, line, "RRULE", meeting.uid)) from None


def is_endless(meeting: Meeting) -> bool:
    """Whether a rule of it has neither COUNT nor UNTIL."""
    rules = meeting.recurrence.rules if meeting.recurrence is not None else ()
    return any((rule := rule_of(text)).count is None and rule.until is None for text in rules)


def earliest(meeting: Meeting, zone: Zone | None = None) -> int:
    """An instant at or before every start of it, within two days."""
    rdates = meeting.recurrence.rdates if meeting.recurrence is not None else ()
    starts = (date.start if isinstance(date, Period) else date for date in rdates)
    locals_ = [moment.local for moment in (meeting.dtstart, *starts)]
    locals_ += [override.dtstart.local for override in meeting.overrides]
    return max(min(locals_) - EPOCH_LOCAL - (_MARGIN if zone is None else DAY), -62_135_596_800)


def _in_time(locals_: Sequence[int], starts: list[int]) -> tuple[list[int], list[int]]:
    """The same in the order of time, each instant once: in the hour that is skipped the wall clock runs on."""
    first: dict[int, int] = {}
    for local, start in zip(locals_, starts, strict=True):
        first.setdefault(start, local)
    return [first[start] for start in sorted(first)], sorted(first)


def _merged(found: Sequence[Occurrence], changed: list[Occurrence]) -> list[Occurrence]:
    """Both by start; `found` is so already, and what is changed is mostly one or two."""
    if len(changed) > _FEW:
        return sorted([*found, *changed], key=_BY_START)
    merged = list(found)
    for one in changed:
        insort(merged, one, key=_BY_START)
    return merged


def _inside(occurrence: Occurrence, lo: int, hi: int) -> bool:
    return occurrence.start < hi and (occurrence.end > lo or occurrence.start >= lo)


def wall_length(meeting: Meeting, clock: Clock, zone: Zone | None, reading: ZoneReading) -> int:
    """How long each instance is by the wall clock, in seconds."""
    start, end = meeting.dtstart, meeting.dtend
    if end is not None:
        if end.zone == start.zone:
            return max(end.local - start.local, 0)
        other = Clock.of(meeting, end, zone, reading)
        return max(other.zone.to_epoch(end.local) - clock.zone.to_epoch(start.local), 0)
    if meeting.duration is not None:
        return max(meeting.duration.nominal_seconds, 0)
    return DAY if start.is_date else 0


def _single(
    meeting: Meeting, clock: Clock, zone: Zone | None, reading: ZoneReading, original: int | None
) -> Occurrence:
    local = meeting.dtstart.local
    start = clock.zone.to_epoch(local)
    end = meeting.dtend
    if end is not None:
        there = clock if end.zone == meeting.dtstart.zone else Clock.of(meeting, end, zone, reading)
        finish = there.zone.to_epoch(end.local)
    else:
        length = meeting.duration or Length(1 if meeting.dtstart.is_date else 0, 0)
        finish = clock.zone.to_epoch(local + length.nominal_seconds)
    return Occurrence(start, max(finish, start), meeting, local, original, clock.known)


class _Series:
    """One recurrence set under one reading of its zones."""

    def __init__(self, meeting: Meeting, clock: Clock, zone: Zone | None, reading: ZoneReading, strict: bool) -> None:
        self._meeting = meeting
        self._clock = clock
        self._assumed = zone
        self._reading = reading
        self._strict = strict
        self._length = wall_length(meeting, clock, zone, reading)
        self._lengths: dict[int, int] = {}  # of RDATE periods, by local start
        self._left = 0  # how many instances the rules inside overrides may still give

    def between(self, lo: int, hi: int, most: int) -> Sequence[Occurrence]:
        meeting = self._meeting
        self._left = most
        overrides = [meeting, *meeting.overrides] if meeting.recurrence_id is not None else list(meeting.overrides)
        tails = [override for override in overrides if override.this_and_future]
        if meeting.recurrence_id is not None:
            starts: Sequence[int] = ()
        else:
            shift = max((abs(self._shift(tail)) + self._length_of(tail) for tail in tails), default=0)
            starts = self._starts(lo - self._reach() - shift - _MARGIN, hi + shift + _MARGIN, most)
        found = self._with_overrides(starts, overrides, tails, lo, hi) if overrides else self._plain(starts, lo, hi)
        if len(found) > most:
            line = meeting.place.line if meeting.place else None
            message = Sentence.of("more than {most:,} instances in the span", most=most)
            raise LimitError(Problem("limit", message, line, "RRULE", meeting.uid))
        return found

    def _reach(self) -> int:
        """The longest any instance lasts."""
        recurrence = self._meeting.recurrence
        periods = [date for date in recurrence.rdates if isinstance(date, Period)] if recurrence is not None else []
        return max([self._length, *(self._period_length(period) for period in periods)])

    def _starts(self, lo: int, hi: int, most: int) -> Sequence[int]:
        """Local starts of the set between two instants, overrides aside."""
        recurrence, start = self._meeting.recurrence, self._meeting.dtstart
        lo, hi = lo + EPOCH_LOCAL, hi + EPOCH_LOCAL
        if recurrence is None:
            return [start.local]
        if len(recurrence.rules) == 1 and not recurrence.rdates:
            found = self._rule_starts(recurrence.rules[0], lo, hi, most)
        else:
            starts = set[int]()
            if not recurrence.rules:
                starts.add(start.local)
            for text in recurrence.rules:
                starts.update(self._rule_starts(text, lo, hi, most))
            for date in recurrence.rdates:
                starts.add(self._rdate(date))
            found = sorted(starts)
        if not recurrence.exdates:
            return found
        kept = self._without(found, recurrence.exdates)
        again = [one for one in self._shown_all_the_same(hi, most) if lo <= one < hi] if self._strict else []
        return sorted({*kept, *again}) if again else kept

    def _shown_all_the_same(self, hi: int, most: int) -> list[int]:
        """Local starts before `hi` that an EXDATE takes out, and some programs show: a guard has to look at them."""
        start, recurrence = self._meeting.dtstart, self._meeting.recurrence
        if recurrence is None or not (recurrence.rules or recurrence.rdates):
            return []
        exdates = [Exdate(self._here(one), one.is_date and not start.is_date) for one in recurrence.exdates]
        exdates = [one._replace(local=one.local // DAY * DAY) if one.whole_day else one for one in exdates]
        exdates = [one for one in exdates if one.local >= start.local]
        if not exdates:
            return []
        hi = min(hi, max(one.local for one in exdates) + 2 * DAY)
        rdates = [one for date in recurrence.rdates if (one := self._rdate(date)) < hi]
        shown = set[int]()
        for rules in self._walks(recurrence.rules):
            starts = [one for rule in rules for one in self._given(rule, start.local, hi, most * _FURTHER)]
            shown |= set(shown_all_the_same([*starts, *rdates], exdates))
        return sorted(shown)

    def _walks(self, texts: Sequence[str]) -> list[list[Rule]]:
        """The rules as programs read them: as they are, with DTSTART as the first of COUNT, as only some do."""
        start = self._meeting.dtstart
        rules = [rule_of(text) for text in texts]
        produced = [starts_in_rule(rule, start.local, date_only=start.is_date) for rule in rules]
        counted = [
            rule if its or not rule.count else rule._replace(count=rule.count - 1)
            for rule, its in zip(rules, produced, strict=True)
        ]
        otherwise = [[*as_some_read(rule, start.local, date_only=start.is_date)] or [rule] for rule in rules]
        most = max(map(len, otherwise), default=0)
        read = [[one for way in otherwise if (one := way[min(at, len(way) - 1)]) is not None] for at in range(most)]
        return [rules, counted, *read]

    def _rule_starts(self, text: str, lo: int, hi: int, most: int) -> Sequence[int]:
        rule, start = rule_of(text), self._meeting.dtstart
        found = self._given(rule, lo, hi, most)
        if not self._strict:
            return found
        others = as_some_read(rule, start.local, date_only=start.is_date)
        again = [one for other in others if other is not None for one in self._given(other, lo, hi, most)]
        return sorted({*found, *again}) if again else found

    def _given(self, rule: Rule, lo: int, hi: int, most: int) -> Sequence[int]:
        start = self._meeting.dtstart
        until = self._until(rule.until) if rule.until is not None else None
        return expand_rule(
            rule,
            start.local,
            lo,
            hi,
            until=until,
            date_only=start.is_date,
            max_steps=self._steps(),
            max_instances=most + 16,
        )

    def _steps(self) -> int:
        """How many candidates each rule may look at, so that all together keep within the limit."""
        rules = self._meeting.recurrence.rules if self._meeting.recurrence is not None else ()
        return LIMITS.steps // max(len(rules), 1)

    def _until(self, until: Until) -> int:
        """UNTIL as local seconds in DTSTART's zone; a DATE its midnight, as most read it, for a guard its whole day."""
        if until.kind == "date" and self._strict:
            return until.seconds + DAY - 1
        if until.kind == "utc" and not self._meeting.dtstart.is_date:
            return self._clock.zone.to_local(until.seconds - EPOCH_LOCAL)
        return until.seconds

    def _rdate(self, date: Moment | Period) -> int:
        moment = date.start if isinstance(date, Period) else date
        local = self._here(moment)
        if isinstance(date, Period):
            self._lengths[local] = self._period_length(date)
        return local

    def _period_length(self, period: Period) -> int:
        if isinstance(period.end, Length):
            return max(period.end.nominal_seconds, 0)
        return max(self._here(period.end) - self._here(period.start), 0)

    def _here(self, moment: Moment) -> int:
        """`moment` as local seconds in DTSTART's zone; a date where times are wanted has DTSTART's time of day."""
        start = self._meeting.dtstart
        if moment.is_date:
            return moment.local + (0 if start.is_date else start.local % DAY)
        if start.is_date:
            return moment.local // DAY * DAY
        if moment.zone == start.zone or not moment.zone:
            return moment.local
        there = Clock.of(self._meeting, moment, self._assumed, self._reading)
        return self._clock.zone.to_local(there.zone.to_epoch(moment.local))

    def _without(self, starts: Sequence[int], exdates: Sequence[Moment]) -> Sequence[int]:
        start = self._meeting.dtstart
        times, days = set[int](), set[int]()
        for exdate in exdates:
            if exdate.is_date == start.is_date and bool(exdate.zone) == bool(start.zone):
                times.add(self._here(exdate))
            elif self._strict:
                continue
            elif exdate.is_date:
                days.add(exdate.local // DAY)
            elif not start.is_date or exdate.local % DAY == 0:
                times.add(self._here(exdate))
        kept = [local for local in starts if local not in times]
        return [local for local in kept if local // DAY not in days] if days else kept

    def _plain(self, locals_: Sequence[int], lo: int, hi: int) -> Sequence[Occurrence]:
        zone, length, known = self._clock.zone, self._length, self._clock.known
        starts = zone.to_epochs(locals_)
        if not all(map(lt, starts, islice(starts, 1, None))):
            locals_, starts = _in_time(locals_, starts)
        if self._lengths:
            ends = [zone.to_epoch(local + self._lengths.get(local, length)) for local in locals_]
        elif length:
            ends = zone.to_epochs([local + length for local in locals_])
        else:
            ends = starts
        originals = starts if self._meeting.dtstart.zone and known else locals_
        found = Occurrences(self._meeting, starts, ends, locals_, originals, zoned=known)
        if self._lengths:
            return [one for one in found if _inside(one, lo, hi)]
        return found.part(min(bisect_right(ends, lo), bisect_left(starts, lo)), bisect_left(starts, hi))

    def _with_overrides(
        self, locals_: Sequence[int], overrides: list[Meeting], tails: list[Meeting], lo: int, hi: int
    ) -> Sequence[Occurrence]:
        is_date = self._meeting.dtstart.is_date
        moments = [override.recurrence_id for override in overrides]
        replaced = {
            self._here(moment)
            for moment in moments
            if moment is not None and (moment.is_date == is_date or (is_date and moment.local % DAY == 0))
        }
        left = [local for local in locals_ if local not in replaced]
        found = self._moved_by(tails, left, lo, hi) if tails else self._plain(left, lo, hi)
        changed = [one for override in overrides for one in self._override(override, lo, hi) if _inside(one, lo, hi)]
        return _merged(found, changed) if changed else found

    def _moved_by(self, tails: list[Meeting], locals_: Sequence[int], lo: int, hi: int) -> list[Occurrence]:
        """Each instance as the last THISANDFUTURE override before it says (RFC 5545 §3.2.13)."""
        begins = sorted((self._here(tail.recurrence_id), at) for at, tail in enumerate(tails) if tail.recurrence_id)
        rows = [(self._shift(tail), self._length_of(tail)) for tail in tails]
        zone, known = self._clock.zone, self._clock.known
        zoned = bool(self._meeting.dtstart.zone) and known
        found = []
        for local, start in zip(locals_, zone.to_epochs(locals_), strict=True):
            at = bisect_right(begins, (local, len(tails)))
            meeting, shift, length = self._meeting, 0, self._lengths.get(local, self._length)
            if at:
                number = begins[at - 1][1]
                meeting, (shift, length) = tails[number], rows[number]
            moved = local + shift
            original = start if zoned else local
            begin, end = zone.to_epoch(moved), zone.to_epoch(moved + length)
            found.append(Occurrence(begin, end, meeting, moved, original, known))
        return sorted([one for one in found if _inside(one, lo, hi)], key=_BY_START)

    def _override(self, override: Meeting, lo: int, hi: int) -> list[Occurrence]:
        moment = override.recurrence_id
        if moment is None:
            return []
        clock = Clock.of(override, override.dtstart, self._assumed, self._reading)
        there = Clock.of(override, moment, self._assumed, self._reading)
        original = there.zone.to_epoch(moment.local) if moment.zone and there.known else moment.local
        single = _single(override, clock, self._assumed, self._reading, original)
        if self._strict and override.recurrence is not None:
            own = override.replace(recurrence_id=None, overrides=())
            further = expand_between(own, lo, hi, self._assumed, self._reading, strict=True, max_instances=self._left)
            self._left = max(self._left - len(further), 0)
            return [single, *further]
        return [single]

    def _shift(self, tail: Meeting) -> int:
        """By how much a THISANDFUTURE override moves the instances from it on."""
        if tail.recurrence_id is None:
            return 0
        return self._here(tail.dtstart) - self._here(tail.recurrence_id)

    def _length_of(self, meeting: Meeting) -> int:
        clock = Clock.of(meeting, meeting.dtstart, self._assumed, self._reading)
        return wall_length(meeting, clock, self._assumed, self._reading)
