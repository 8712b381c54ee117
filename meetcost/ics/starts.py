# SPDX-License-Identifier: Apache-2.0
"""What RRULE, RDATE and EXDATE give (RFC 5545 §3.8.5), overrides aside, by the wall clock of DTSTART."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meetcost.ics.exdates import Exdate, shown_all_the_same
from meetcost.ics.limits import LIMITS
from meetcost.ics.recur import expand_rule, starts_in_rule
from meetcost.ics.recurrence import rule_of
from meetcost.ics.some_read import as_some_read
from meetcost.ics.wall import Clock
from meetcost.model.meeting import Period
from meetcost.model.moment import DAY, EPOCH_LOCAL, Length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.ics.rule import Rule, Until
    from meetcost.model.meeting import Meeting
    from meetcost.model.moment import Moment
    from meetcost.model.zone import Zone, ZoneReading

_FURTHER: Final = 10
"""How many times as many instances may lie between the beginning of a series and its last EXDATE."""


class Starts:
    """The starts of one meeting under one reading of its zones; `strict` is the guard's (`expand.expand`).

    `lengths` has those of RDATE periods, by local start, once `between` has come to them.
    """

    def __init__(self, meeting: Meeting, clock: Clock, zone: Zone | None, reading: ZoneReading, strict: bool) -> None:
        self._meeting = meeting
        self._clock = clock
        self._assumed = zone
        self._reading = reading
        self._strict = strict
        self.lengths: dict[int, int] = {}

    def longest_period(self) -> int:
        """The length of the longest RDATE period, in seconds; 0 without one."""
        recurrence = self._meeting.recurrence
        periods = [date for date in recurrence.rdates if isinstance(date, Period)] if recurrence is not None else []
        return max((self._period_length(period) for period in periods), default=0)

    def between(self, lo: int, hi: int, most: int) -> Sequence[int]:
        """Local starts of the set between two instants (epoch seconds), with a margin on either side."""
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
        exdates = [Exdate(self.here(one), one.is_date and not start.is_date) for one in recurrence.exdates]
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
        local = self.here(moment)
        if isinstance(date, Period):
            self.lengths[local] = self._period_length(date)
        return local

    def _period_length(self, period: Period) -> int:
        if isinstance(period.end, Length):
            return max(period.end.nominal_seconds, 0)
        return max(self.here(period.end) - self.here(period.start), 0)

    def here(self, moment: Moment) -> int:
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
                times.add(self.here(exdate))
            elif self._strict:
                continue
            elif exdate.is_date:
                days.add(exdate.local // DAY)
            elif not start.is_date or exdate.local % DAY == 0:
                times.add(self.here(exdate))
        kept = [local for local in starts if local not in times]
        return [local for local in kept if local // DAY not in days] if days else kept
