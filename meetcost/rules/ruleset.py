# SPDX-License-Identifier: Apache-2.0
"""The rules of one organisation, and the days they ban."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from meetcost.model.verdict import Action, Mode
from meetcost.model.zone import UTC_TIME, Zone
from meetcost.rules.counted import REFERENCE, MeetingDefinition
from meetcost.rules.holidays import WEEKENDS_ONLY, WorkCalendar
from meetcost.rules.requirement import Traits
from meetcost.rules.scope import EVERYTHING, UNSOURCED, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.rules.days import DayPattern
    from meetcost.rules.exemption import Exemption
    from meetcost.rules.requirement import Requirement
    from meetcost.values.citation import Citation

_CACHED_EDGES: Final = 256
_CACHED_YEARS: Final = 4096
_NEVER: Final = 1 << 62
_OF_DAYS: Final = Traits(moves=True, steps_over=True)


class OnHoliday(StrEnum):
    """What becomes of a banned day that is a public holiday."""

    STAYS = "stays"
    LAPSES = "lapses"


class Series(StrEnum):
    """What becomes of a series of which only some instances are banned."""

    REFUSE = "refuse"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Rule:
    """One clause: the days it bans, from when to when (both included), for whom, and where it is written.

    `reviewer` is an address or `unit:NAME`.
    """

    id: str
    days: DayPattern
    on_holiday: OnHoliday = OnHoliday.STAYS
    first: date | None = None
    last: date | None = None
    scope: Scope = EVERYTHING
    source: Citation = UNSOURCED
    action: Action = Action.REFUSE
    reviewer: str = ""

    @property
    def traits(self) -> Traits:
        """What is true of every rule that bans days."""
        return _OF_DAYS


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of one policy with what they are judged by; the defaults are those of the reference policy.

    `rules` ban days; `requirements` ask anything else. Both are numbered through, `rules` first.
    `keep_until`: None keeps what stood before a change for ever, a date until then. Days run from 00:00 up to, not
    including, 24:00 in `zone`. The days a rule bans are worked out once a year and kept.
    """

    name: str = ""
    rules: tuple[Rule, ...] = ()
    zone: Zone = UTC_TIME
    definition: MeetingDefinition = REFERENCE
    scope: Scope = EVERYTHING
    exemptions: tuple[Exemption, ...] = ()
    calendar: WorkCalendar = WEEKENDS_ONLY
    mode: Mode = Mode.REFUSE
    series: Series = Series.REFUSE
    keep_until: date | None = None
    horizon_days: int = 400
    look_further_days: int = 1830
    max_instances: int = 10_000
    requirements: tuple[Requirement, ...] = ()
    _years: dict[tuple[int, int], frozenset[int]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _edges: dict[tuple[tuple[int, ...], tuple[int, ...]], list[int]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def clauses(self) -> tuple[Rule | Requirement, ...]:
        """Every rule, by its index."""
        return (*self.rules, *self.requirements) if self.requirements else self.rules

    def days_in(self, index: int, year: int) -> frozenset[int]:
        """Ordinals of the days of `year` that the rule at `index` bans, its dates and holidays taken into account.

        A rule that lapses on holidays holds on every day of a year whose holidays are not known.
        """
        known = self._years.get((index, year))
        if known is None:
            rule = self.rules[index]
            known = frozenset(day for day in rule.days.in_year(year) if self._holds(rule, date.fromordinal(day)))
            if len(self._years) >= _CACHED_YEARS:
                self._years.clear()
            self._years[index, year] = known
        return known

    def _holds(self, rule: Rule, day: date) -> bool:
        if (rule.first is not None and day < rule.first) or (rule.last is not None and day > rule.last):
            return False
        if rule.on_holiday is OnHoliday.LAPSES and self.calendar.knows(day):
            return not self.calendar.is_holiday(day)
        return True

    def binding(self, meeting: Meeting, directory: Directory, calendar: str | None = None) -> tuple[int, ...]:
        """Indexes of the rules that bind `meeting` (one component), by the scopes of the policy and of each rule."""
        if self.scope is EVERYTHING and all(rule.scope is EVERYTHING for rule in self.rules):
            return tuple(range(len(self.rules)))
        if not self.scope.binds(meeting, directory, calendar):
            return ()
        scopes = enumerate(rule.scope for rule in self.rules)
        return tuple(at for at, scope in scopes if scope is EVERYTHING or scope.binds(meeting, directory, calendar))

    def requiring(self, meeting: Meeting, directory: Directory, calendar: str | None = None) -> tuple[int, ...]:
        """Numbers, from 0, of the requirements that bind `meeting` (one component), by the scopes alone."""
        if not self.requirements or not self.scope.binds(meeting, directory, calendar):
            return ()
        asked = enumerate(self.requirements)
        return tuple(at for at, one in asked if one.scope.binds(meeting, directory, calendar))

    def rules_on(self, ordinal: int, indexes: Iterable[int] | None = None) -> list[int]:
        """Indexes of the rules, all of them or of those given, that ban the day."""
        year = date.fromordinal(ordinal).year
        chosen = range(len(self.rules)) if indexes is None else indexes
        return [index for index in chosen if ordinal in self.days_in(index, year)]

    def permitted(self, day: date) -> bool:
        """Whether no rule at all bans the day, for anybody; one that only warns bans nothing."""
        return all(self.rules[index].action is Action.WARN for index in self.rules_on(day.toordinal()))

    def banned_days(self, first: date, last: date, indexes: Sequence[int] | None = None) -> dict[date, list[Rule]]:
        """The banned days from `first` to `last`, both included, in order, each with the rules that ban it."""
        chosen = range(len(self.rules)) if indexes is None else indexes
        begin, end = first.toordinal(), last.toordinal()
        by_day: dict[int, list[Rule]] = {}
        for year in range(first.year, last.year + 1):
            for index in chosen:
                for day in self.days_in(index, year):
                    if begin <= day <= end:
                        by_day.setdefault(day, []).append(self.rules[index])
        return {date.fromordinal(day): by_day[day] for day in sorted(by_day)}

    def edges(self, indexes: Sequence[int], years: Sequence[int]) -> list[int]:
        """Where banned time begins and ends, in epoch seconds: begin, end, begin, end, ..., and a last never.

        The banned days of `years` (ascending) in the policy's zone; neighbouring days are one stretch. For an instant
        `t`, `bisect_right(edges, t)` is odd inside banned time.
        """
        key = (tuple(indexes), tuple(years))
        known = self._edges.get(key)
        if known is None:
            known = self._work_out(key[0], key[1])
            if len(self._edges) >= _CACHED_EDGES:
                self._edges.clear()
            self._edges[key] = known
        return known

    def _work_out(self, indexes: tuple[int, ...], years: tuple[int, ...]) -> list[int]:
        days: set[int] = set()
        for year in years:
            for index in indexes:
                days |= self.days_in(index, year)
        midnight = self.zone.to_epoch
        edges: list[int] = []
        for day in sorted(days):
            begin, end = midnight(day * 86400), midnight((day + 1) * 86400)
            if begin >= end:  # a day that the zone left out
                continue
            if edges and edges[-1] == begin:
                edges[-1] = end
            else:
                edges += (begin, end)
        edges.append(_NEVER)
        return edges
