# SPDX-License-Identifier: Apache-2.0
"""A meeting to its occurrences (RFC 5545 §3.8.5), within a span and bounded.

All arithmetic is on wall-clock local seconds in DTSTART's zone; instants come last. An instance keeps its wall-clock
length, as calendar programs show it: 22:00 to 06:00 stays so over a change of the clocks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from itertools import islice
from operator import itemgetter, lt
from typing import TYPE_CHECKING, Final

from meetcost.errors import LimitError, Problem
from meetcost.ics.limits import LIMITS
from meetcost.ics.recurrence import rule_of
from meetcost.ics.rule import RuleError
from meetcost.ics.starts import Starts
from meetcost.ics.wall import Clock, exact_length, wall_length
from meetcost.model.meeting import Period
from meetcost.model.moment import DAY, EPOCH_LOCAL, Length
from meetcost.model.occurrence import Occurrence, Occurrences
from meetcost.model.zone import ZoneReading
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.model.meeting import Meeting
    from meetcost.model.zone import Zone
    from meetcost.values.span import Span

FAR: Final = 253_402_214_400
"""9999-12-31 in seconds since the epoch: no time lies beyond."""

_MARGIN: Final = 2 * DAY  # more than any two offsets differ
_BY_START: Final = itemgetter(0, 1)
_FEW: Final = 8


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
    (`exdates`), a rule inside an override counts, and so does what some programs see in a rule; where the clocks change
    an instance is as long as it is to any of them.
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
        single = _single(meeting, clock, zone, reading, None, strict=strict)
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


def _single(
    meeting: Meeting, clock: Clock, zone: Zone | None, reading: ZoneReading, original: int | None, *, strict: bool
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
        if strict:
            finish = max(finish, start + exact_length(meeting, clock, zone, reading))
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
        self._exact = exact_length(meeting, clock, zone, reading) if strict else 0
        self._set = Starts(meeting, clock, zone, reading, strict)
        self._left = 0  # how many instances the rules inside overrides may still give

    def between(self, lo: int, hi: int, most: int) -> Sequence[Occurrence]:
        meeting = self._meeting
        self._left = most
        overrides = [meeting, *meeting.overrides] if meeting.recurrence_id is not None else list(meeting.overrides)
        tails = [override for override in overrides if override.this_and_future]
        if meeting.recurrence_id is not None:
            starts: Sequence[int] = ()
        else:
            shift = max((abs(self._shift(tail)) + self._lengths_of(tail)[0] for tail in tails), default=0)
            reach = max(self._length, self._set.longest_period()) + shift + _MARGIN
            starts = self._set.between(lo - reach, hi + shift + _MARGIN, most)
        found = self._with_overrides(starts, overrides, tails, lo, hi) if overrides else self._plain(starts, lo, hi)
        if len(found) > most:
            line = meeting.place.line if meeting.place else None
            message = Sentence.of("more than {most:,} instances in the span", most=most)
            raise LimitError(Problem("limit", message, line, "RRULE", meeting.uid))
        return found

    def _plain(self, locals_: Sequence[int], lo: int, hi: int) -> Sequence[Occurrence]:
        zone, length, known = self._clock.zone, max(self._length, self._exact), self._clock.known
        starts = zone.to_epochs(locals_)
        if not all(map(lt, starts, islice(starts, 1, None))):
            locals_, starts = _in_time(locals_, starts)
        if self._set.lengths:
            ends = [zone.to_epoch(local + self._set.lengths.get(local, length)) for local in locals_]
        elif length:
            ends = zone.to_epochs([local + length for local in locals_])
        else:
            ends = starts
        if self._exact > 0:
            ends = [
                end if local in self._set.lengths else max(end, start + self._exact)
                for local, start, end in zip(locals_, starts, ends, strict=True)
            ]
        originals = starts if self._meeting.dtstart.zone and known else locals_
        found = Occurrences(self._meeting, starts, ends, locals_, originals, zoned=known)
        if self._set.lengths:
            return [one for one in found if _inside(one, lo, hi)]
        return found.part(min(bisect_right(ends, lo), bisect_left(starts, lo)), bisect_left(starts, hi))

    def _with_overrides(
        self, locals_: Sequence[int], overrides: list[Meeting], tails: list[Meeting], lo: int, hi: int
    ) -> Sequence[Occurrence]:
        is_date = self._meeting.dtstart.is_date
        moments = [override.recurrence_id for override in overrides]
        replaced = {
            self._set.here(moment)
            for moment in moments
            if moment is not None and (moment.is_date == is_date or (is_date and moment.local % DAY == 0))
        }
        left = [local for local in locals_ if local not in replaced]
        found = self._moved_by(tails, left, lo, hi) if tails else self._plain(left, lo, hi)
        changed = [one for override in overrides for one in self._override(override, lo, hi) if _inside(one, lo, hi)]
        return _merged(found, changed) if changed else found

    def _moved_by(self, tails: list[Meeting], locals_: Sequence[int], lo: int, hi: int) -> list[Occurrence]:
        """Each instance as the last THISANDFUTURE override before it says (RFC 5545 §3.2.13)."""
        begins = sorted((self._set.here(tail.recurrence_id), at) for at, tail in enumerate(tails) if tail.recurrence_id)
        rows = [(self._shift(tail), *self._lengths_of(tail)) for tail in tails]
        zone, known = self._clock.zone, self._clock.known
        zoned = bool(self._meeting.dtstart.zone) and known
        found = []
        for local, start in zip(locals_, zone.to_epochs(locals_), strict=True):
            at = bisect_right(begins, (local, len(tails)))
            if at:
                number = begins[at - 1][1]
                meeting, (shift, length, exact) = tails[number], rows[number]
            else:
                own = self._set.lengths.get(local)
                meeting, shift = self._meeting, 0
                length, exact = (self._length, self._exact) if own is None else (own, 0)
            moved = local + shift
            original = start if zoned else local
            begin, end = zone.to_epoch(moved), zone.to_epoch(moved + max(length, exact))
            found.append(Occurrence(begin, max(end, begin + exact), meeting, moved, original, known))
        return sorted([one for one in found if _inside(one, lo, hi)], key=_BY_START)

    def _override(self, override: Meeting, lo: int, hi: int) -> list[Occurrence]:
        moment = override.recurrence_id
        if moment is None:
            return []
        clock = Clock.of(override, override.dtstart, self._assumed, self._reading)
        there = Clock.of(override, moment, self._assumed, self._reading)
        original = there.zone.to_epoch(moment.local) if moment.zone and there.known else moment.local
        single = _single(override, clock, self._assumed, self._reading, original, strict=self._strict)
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
        return self._set.here(tail.dtstart) - self._set.here(tail.recurrence_id)

    def _lengths_of(self, meeting: Meeting) -> tuple[int, int]:
        """By the wall clock, and exactly where that is asked for."""
        clock = Clock.of(meeting, meeting.dtstart, self._assumed, self._reading)
        exact = exact_length(meeting, clock, self._assumed, self._reading) if self._strict else 0
        return wall_length(meeting, clock, self._assumed, self._reading), exact
