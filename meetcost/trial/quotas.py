# SPDX-License-Identifier: Apache-2.0
"""Quotas on trial: meetings draw in the order in which they took place, and each that finds no room is told.

Nobody knows in which order they were written, so it is the order of time; a series draws instance by instance. What
finds no room draws nothing, unless the quota only warns; nor does what a rule would have refused. What took place
before the span, in the same period, is taken as used. A share of last year is taken of the calendars themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.costing.pricer import Pricer
from meetcost.model.moment import DAY
from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Action
from meetcost.quotas.draws import taken_by
from meetcost.rules.periods import day_of
from meetcost.rules.quota import Measure, Per
from meetcost.trial.sums import Sums
from meetcost.trial.used import Asked
from meetcost.values.person_hours import PersonHours
from meetcost.values.span import instant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from meetcost.costing.rate_card import RateCard
    from meetcost.model.attendee import Attendee
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import OccurrenceId
    from meetcost.policy.policy import Policy
    from meetcost.quotas.taken import Taken
    from meetcost.rules.periods import Stretch
    from meetcost.rules.quota import Quota
    from meetcost.values.span import Span

_NO_RATES: Final = "it limits cost in {currency}, and no rate card in that currency is given"
_PERSONAL: Final = Phrase("its figures would rest on somebody's own pay")
_NO_LAST_YEAR: Final = Phrase("the calendars hold nothing of the same period of the year before")


class NoRoom(NamedTuple):
    """One meeting for some dates of which there was no room; `time` is the working time of those dates."""

    uid: str
    title: str
    organiser: Attendee | None
    unit: str
    dates: tuple[date, ...]
    time: PersonHours


class Peak(NamedTuple):
    """The most that any account had used of its limit in a period, in units of the measure."""

    used: int
    limit: int
    stretch: Stretch


class QuotaTried(NamedTuple):
    """What came out for one quota: what found no room, the most time first; or why it was not tried."""

    quota: Quota
    no_room: tuple[NoRoom, ...] = ()
    peak: Peak | None = None
    untried: Phrase | None = None

    @property
    def instances(self) -> int:
        """How many dates found no room."""
        return sum(len(one.dates) for one in self.no_room)

    @property
    def time(self) -> PersonHours:
        """The working time of all that found no room."""
        return PersonHours.total(one.time for one in self.no_room)


class _Draw(NamedTuple):
    """One instance, and what it would take."""

    start: int
    uid: str
    parts: Sequence[Meeting]
    taken: tuple[Taken, ...]
    seconds: int


@dataclass
class QuotasOf:
    """The quotas of a policy on trial over a span; `rates` are for those of cost."""

    policy: Policy
    past: Span
    rates: RateCard | None = None
    _draws: list[_Draw] = field(default_factory=list)

    def __post_init__(self) -> None:
        policy, zone = self.policy, self.policy.zone
        self._tried = tuple(replace(quota, first=None) for quota in policy.quotas if self._why_not(quota) is None)
        lo, hi = self.past.seconds
        first = min((_looks_back_to(quota, day_of(lo, zone)) for quota in self._tried), default=day_of(lo, zone))
        begin = min(lo, zone.to_epoch(first * DAY))
        rules = replace(policy.rules, horizon_days=(hi - begin) // DAY + 1)
        self._asked = Asked(replace(policy, rules=rules, quotas=self._tried), instant(begin), None, self.rates)
        self._pricer = Pricer(None, policy.directory, policy.cost_choices)

    def draw(self, parts: Sequence[Meeting], calendar: str, refused: Collection[OccurrenceId]) -> None:
        """Take in one meeting; `refused` are instances that a rule would have met. Raises `CalendarError`."""
        if not self._tried:
            return
        instances: dict[tuple[str, str, int], list[Taken]] = {}
        for one in taken_by(parts, self._asked):
            if one.at.start < self.past.seconds[1] and one.at.id not in refused:
                named = one._replace(key=calendar) if one.quota.per is Per.CALENDAR else one
                instances.setdefault((one.at.id.uid, str(one.at.id.recurrence_id), one.at.start), []).append(named)
        for some in instances.values():
            at = some[0].at
            self._draws.append(_Draw(at.start, at.id.uid, parts, tuple(some), self._pricer.of(at).seconds))

    def result(self) -> tuple[QuotaTried, ...]:
        """Each quota of the policy, in its order."""
        account = _Accounts(self.policy, self.past.seconds[0], sorted(self._draws, key=lambda one: one[:2]))
        account.run()
        found = {quota.id: self._told(quota, account) for quota in self._tried}
        return tuple(
            found.get(quota.id) or QuotaTried(quota, untried=self._why_not(quota)) for quota in self.policy.quotas
        )

    def _why_not(self, quota: Quota) -> Phrase | None:
        if quota.measure is not Measure.COST:
            return None
        if self.rates is None or self.rates.currency != quota.currency:
            return Phrase.of(_NO_RATES, currency=quota.currency)
        personal = self.rates.personal and any(entry.rate is not None for entry in self.policy.directory)
        return _PERSONAL if personal else None

    def _told(self, quota: Quota, accounts: _Accounts) -> QuotaTried:
        peak = accounts.peaks.get(quota.id)
        if peak is None and quota.share is not None:
            return QuotaTried(quota, untried=_NO_LAST_YEAR)
        by_uid: dict[str, list[_Draw]] = {}
        for one in accounts.tripped.get(quota.id, ()):
            by_uid.setdefault(one.uid or str(id(one.parts)), []).append(one)
        no_room = [self._no_room(some) for some in by_uid.values()]
        return QuotaTried(quota, tuple(sorted(no_room, key=lambda one: (-one.time.seconds, one.title, one.uid))), peak)

    def _no_room(self, draws: Sequence[_Draw]) -> NoRoom:
        first = next((part for part in draws[0].parts if part.recurrence_id is None), draws[0].parts[0])
        entry = self.policy.directory.find(first.organizer) if first.organizer is not None else None
        days = tuple(date.fromordinal(day_of(one.start, self.policy.zone)) for one in draws)
        time = PersonHours(sum(one.seconds for one in draws))
        unit = entry.unit if entry is not None else ""
        return NoRoom(first.uid, " ".join(first.title.split()), first.organizer, unit, days, time)


class _Accounts:
    """What is used, as time goes by."""

    def __init__(self, policy: Policy, begin: int, draws: Sequence[_Draw]) -> None:
        self._zone, self._begin, self._draws = policy.zone, begin, draws
        self._used: dict[tuple[str, str], Sums] = {}
        self._held: dict[tuple[str, str], Sums] = {}  # by quota: what took place, for shares of last year
        self._instants = [one.start for one in draws]
        self.tripped: dict[str, list[_Draw]] = {}
        self.peaks: dict[str, Peak] = {}
        for one in draws:
            for taken in one.taken:
                if taken.quota.share is not None:
                    self._held.setdefault((taken.quota.id, taken.key), Sums.empty()).add(one.start, taken.amount)
        self._any = Sums.empty()
        for start in self._instants:
            self._any.add(start, 1)

    def run(self) -> None:
        """All draws, one after the other."""
        for one in self._draws:
            full = [] if one.start < self._begin else list(self._full(one))
            for taken in full:
                self.tripped.setdefault(taken.quota.id, []).append(one)
            if all(taken.quota.action is Action.WARN for taken in full):
                for (pool, key), amount in {(taken.quota.pool, taken.key): taken.amount for taken in one.taken}.items():
                    self._used.setdefault((pool, key), Sums.empty()).add(one.start, amount)
            if one.start >= self._begin:
                for taken in one.taken:
                    self._note_peak(taken)

    def _full(self, one: _Draw) -> Iterator[Taken]:
        for taken in one.taken:
            limit, stretch = self._limit(taken)
            if limit is not None and self._used_in(taken, stretch) + taken.amount > limit:
                yield taken

    def _limit(self, taken: Taken) -> tuple[int | None, Stretch]:
        quota = taken.quota
        stretch = quota.period.at(day_of(taken.at.start, self._zone))
        if quota.share is None:
            return quota.limit, stretch
        before = quota.period.last_year(stretch).seconds(self._zone)
        if not self._any.between(*before):
            return None, stretch
        return quota.limit_of(self._held.get((quota.id, taken.key), Sums.empty()).between(*before)), stretch

    def _used_in(self, taken: Taken, stretch: Stretch) -> int:
        return self._used.get((taken.quota.pool, taken.key), Sums.empty()).between(*stretch.seconds(self._zone))

    def _note_peak(self, taken: Taken) -> None:
        limit, stretch = self._limit(taken)
        if limit is None:
            return
        used, most = self._used_in(taken, stretch), self.peaks.get(taken.quota.id)
        if most is None or used * most.limit > most.used * limit:
            self.peaks[taken.quota.id] = Peak(used, limit, stretch)


def _looks_back_to(quota: Quota, day: int) -> int:
    """The first day that matters for a quota at the beginning of a span."""
    stretch = quota.period.at(day)
    return quota.period.last_year(stretch).first if quota.share is not None else stretch.first
