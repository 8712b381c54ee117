# SPDX-License-Identifier: Apache-2.0
"""What all rules of `meetcost.toml` have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from meetcost.model.verdict import Action
from meetcost.policy.table import Sourced, Table
from meetcost.policy.written import Day, check_order
from meetcost.rules.ruleset import OnHoliday

if TYPE_CHECKING:
    from decimal import Decimal

    from meetcost.rules.requirement import Condition


class ScopeTable(Table):
    """Whom and what a rule binds; an empty list binds everything."""

    calendars: list[str] = Field([], description="paths or names of calendars, `*` stands for anything")
    organisers: list[str] = Field([], description="addresses such as `*@town.example`, or `unit:Planning`")
    categories: list[str] = Field([], description="CATEGORIES of the invite: the named kinds of meeting")


class Clause(Table):
    """What every rule has."""

    id: str | None = Field(None, min_length=1, max_length=60, description="its name in answers; its number without one")
    action: Action = Field(
        Action.REFUSE,
        description="`refuse`; `review`: refused until the reviewer grants a waiver; `warn`: recorded and told only",
    )
    reviewer: str = Field(
        "", description="who reviews: an address or `unit:NAME`; that of the whole policy without", max_length=200
    )
    first: Day | None = Field(None, alias="from", description="the first day on which it holds")
    last: Day | None = Field(None, alias="until", description="the last day on which it holds")
    scope: ScopeTable = Field(ScopeTable(), description="whom and what this rule binds")
    source: Sourced | None = Field(None, description="where it is written: the sentence, or a table")

    @model_validator(mode="after")
    def _in_order(self) -> Clause:
        check_order(self.first, self.last)
        return self


class DayClause(Clause):
    """What every rule that bans days has."""

    on_holiday: OnHoliday = Field(OnHoliday.STAYS, description="whether it holds on a public holiday")


class RequirementTable(Clause):
    """What every rule has that asks anything else of a meeting."""

    people_over: int | None = Field(
        None, ge=1, le=1_000_000, description="binds only meetings of more people than that; all without"
    )
    minutes_over: int | None = Field(
        None, ge=1, le=525_600, description="binds only meetings that last longer than that; all without"
    )

    def condition(self, settings: Settings) -> Condition:
        """What it asks."""
        raise NotImplementedError


class Settings:
    """What of the whole policy the conditions go by."""

    def __init__(self, day_hours: Decimal, levels: tuple[str, ...]) -> None:
        self.day_hours, self.levels = day_hours, levels
