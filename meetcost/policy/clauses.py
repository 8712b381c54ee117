# SPDX-License-Identifier: Apache-2.0
"""From the checked tables of a policy to its rules."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from meetcost.errors import ConfigError, Problem
from meetcost.rules.days import WEEKDAYS, Dates, DayPattern, NthWeekdays, Weekdays, YearlyDates
from meetcost.rules.requirement import Requirement
from meetcost.rules.ruleset import Rule
from meetcost.rules.scope import EVERYTHING, UNSOURCED, Scope
from meetcost.rules.weeks import DateRanges, EveryKthWeek, IsoWeeks, WeeksOfMonth
from meetcost.values.citation import Citation

if TYPE_CHECKING:
    from meetcost.policy import schema
    from meetcost.policy.clause import DayClause, RequirementTable, ScopeTable
    from meetcost.policy.table import Source

DAY_KINDS: Final = ("no_meeting_day", "no_meeting_week", "blackout")
"""The tables of rules that ban days, in the order of their numbers."""
REQUIREMENT_KINDS: Final = (
    "hours",
    "window",
    "duration",
    "attendance",
    "notice",
    "agenda",
    "purpose",
    "series_end",
    "level",
    "plan",
    "cash_ceiling",
    "cost",
)
"""Those of all others, numbered after them."""


def rules_of(tables: schema.PolicyFile, elsewhere: Citation) -> tuple[Rule, ...]:
    """The rules that ban days, in the order of their numbers: kind by kind, each as they stand in the file."""
    clauses: list[tuple[DayClause, DayPattern]] = [(table, _day_pattern(table)) for table in tables.no_meeting_day]
    clauses += [(table, _week_pattern(table)) for table in tables.no_meeting_week]
    clauses += [(table, table.pattern()) for table in tables.blackout]
    return tuple(
        Rule(
            id=clause.id or str(number),
            days=pattern,
            on_holiday=clause.on_holiday,
            first=_later(clause.first, tables.first),
            last=_sooner(clause.last, tables.last),
            scope=scope_of(clause.scope),
            source=cited(clause.source) if clause.source is not None else elsewhere,
            action=clause.action,
            reviewer=clause.reviewer or tables.reviewer,
        )
        for number, (clause, pattern) in enumerate(clauses, 1)
    )


def requirements_of(tables: schema.PolicyFile, elsewhere: Citation) -> tuple[Requirement, ...]:
    """All other rules, numbered after those that ban days."""
    from meetcost.policy.clause import Settings  # noqa: PLC0415 - heavy

    settings = Settings(tables.costing.day_hours, tuple(tables.levels))
    before = sum(len(getattr(tables, kind)) for kind in DAY_KINDS)
    clauses: list[RequirementTable] = [table for kind in REQUIREMENT_KINDS for table in getattr(tables, kind)]
    return tuple(
        Requirement(
            id=clause.id or str(number),
            condition=clause.condition(settings),
            people_over=clause.people_over,
            minutes_over=clause.minutes_over,
            first=_later(clause.first, tables.first),
            last=_sooner(clause.last, tables.last),
            scope=scope_of(clause.scope),
            source=cited(clause.source) if clause.source is not None else elsewhere,
            action=clause.action,
            reviewer=clause.reviewer or tables.reviewer,
        )
        for number, clause in enumerate(clauses, before + 1)
    )


def _day_pattern(table: schema.NoMeetingDay) -> DayPattern:
    if table.dates is not None:
        return Dates(frozenset(day.toordinal() for day in table.dates))
    if table.yearly is not None:
        return YearlyDates(frozenset((int(day[:2]), int(day[3:])) for day in table.yearly))
    weekdays = frozenset(WEEKDAYS.index(name) for name in table.weekdays or ())
    return NthWeekdays(frozenset(table.nth), weekdays) if table.nth is not None else Weekdays(weekdays)


def _week_pattern(table: schema.NoMeetingWeek) -> DayPattern:
    if table.weeks is not None:
        return IsoWeeks(frozenset((int(week[:4]), int(week[6:])) for week in table.weeks))
    if table.ranges is not None:
        return DateRanges(tuple((one.first.toordinal(), one.last.toordinal()) for one in table.ranges))
    if table.every is not None and table.anchor is not None:
        anchor = date.fromisocalendar(int(table.anchor[:4]), int(table.anchor[6:]), 1)
        return EveryKthWeek(table.every, anchor.toordinal())
    if table.nth is None or table.definition is None:
        raise ConfigError("policy", [Problem("bad-value", "says no week")])  # the schema lets none such through
    return WeeksOfMonth(frozenset(table.nth), table.definition)


def scope_of(table: ScopeTable, *, directory_only: bool = False) -> Scope:
    """The scope that is written; `EVERYTHING` itself where it binds all."""
    scope = Scope(tuple(table.calendars), tuple(table.organisers), tuple(table.categories), directory_only)
    return EVERYTHING if scope == EVERYTHING else scope


def cited(table: Source | None) -> Citation:
    """The source that is written."""
    if table is None:
        return UNSOURCED
    return Citation(table.title, table.locator, table.published, table.url, table.quote)


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _sooner(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
