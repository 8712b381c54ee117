# SPDX-License-Identifier: Apache-2.0
"""The tables of the rules that ask something of a meeting besides its day: `rules.catalogue`, as it is written."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003 - type of a field
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from meetcost.model.verdict import Action
from meetcost.model.wrong_value import WrongValueError
from meetcost.policy.clause import DayClause, RequirementTable
from meetcost.policy.costing_table import Cash, money_of
from meetcost.policy.table import Table
from meetcost.policy.written import (
    NOT_EMPTY,
    Clock,
    Day,
    MonthDay,
    Weekday,
    Within,
    check_one,
    check_order,
    seconds_of,
    within_of,
)
from meetcost.rules.catalogue import (
    agenda,
    attendance,
    blackout,
    cash_ceiling,
    cost,
    duration,
    hours,
    level,
    notice,
    plan,
    purpose,
    series_end,
    window,
)
from meetcost.rules.catalogue.form import described
from meetcost.rules.catalogue.purpose import PURPOSE, RESULT
from meetcost.rules.days import WEEKDAYS, Dates
from meetcost.rules.weeks import DateRanges

if TYPE_CHECKING:
    from meetcost.policy.clause import Settings
    from meetcost.rules.days import DayPattern
    from meetcost.rules.requirement import Condition


Word = Annotated[str, Field(min_length=1, max_length=60)]


class DateRange(Table):
    """A stretch of days, both ends included."""

    first: Day = Field(alias="from", description="the first day")
    last: Day = Field(alias="to", description="the last day")

    @model_validator(mode="after")
    def _in_order(self) -> DateRange:
        check_order(self.first, self.last)
        return self


class YearlyRange(Table):
    """A part of every year, both ends included; it may run over the end of the year."""

    first: MonthDay = Field(alias="from", description="month and day")
    last: MonthDay = Field(alias="to", description="month and day")


class Blackout(DayClause):
    """Exactly one of dates, ranges, yearly, months."""

    model_config = ConfigDict(json_schema_extra=described(blackout.DOC))

    dates: Annotated[list[Day], NOT_EMPTY] | None = Field(None, description="these days, once")
    ranges: Annotated[list[DateRange], NOT_EMPTY] | None = Field(
        None, description="these stretches of days, `{ from = 2026-12-21, to = 2027-01-03 }`"
    )
    yearly: Annotated[list[YearlyRange], NOT_EMPTY] | None = Field(
        None, description='these parts of every year, `{ from = "12-21", to = "01-03" }`'
    )
    months: Annotated[list[Annotated[int, Field(ge=1, le=12)]], NOT_EMPTY] | None = Field(
        None, description="these months of every year, 1 to 12"
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Blackout:
        check_one(dates=self.dates, ranges=self.ranges, yearly=self.yearly, months=self.months)
        return self

    def pattern(self) -> DayPattern:
        """The days it bans."""
        if self.dates is not None:
            return blackout.Blackout(Dates(frozenset(day.toordinal() for day in self.dates)))
        if self.ranges is not None:
            ranges = tuple((one.first.toordinal(), one.last.toordinal()) for one in self.ranges)
            return blackout.Blackout(DateRanges(ranges))
        if self.months is not None:
            return blackout.Months(frozenset(self.months))
        return blackout.YearlyRanges(tuple((_month_day(one.first), _month_day(one.last)) for one in self.yearly or ()))


class Break(Table):
    """A time of day that is kept free."""

    start: Clock = Field(description="when it begins")
    end: Clock = Field(description="when it ends")

    @model_validator(mode="after")
    def _in_order(self) -> Break:
        check_clock(self.start, self.end)
        return self


class Hours(RequirementTable):
    """From start to end of the days allowed, but for the breaks."""

    model_config = ConfigDict(json_schema_extra=described(hours.DOC))

    start: Clock = Field("00:00", description="the earliest start")
    end: Clock = Field("24:00", description="the latest end")
    days: Annotated[list[Weekday], NOT_EMPTY] | None = Field(None, description="the weekdays; all without")
    working_days: bool = Field(False, description="only days on which people work, by `[holidays]`")
    on: Annotated[list[Weekday], NOT_EMPTY] | None = Field(
        None, description="the weekdays of which it asks this, and nothing of others; all without"
    )
    breaks: list[Break] = Field([], description='what is kept free, `{ start = "12:00", end = "13:00" }`')

    @model_validator(mode="after")
    def _in_order(self) -> Hours:
        check_clock(self.start, self.end)
        return self

    def condition(self, settings: Settings) -> Condition:  # noqa: ARG002 - as in the base
        """What it asks."""
        breaks = sorted((seconds_of(one.start), seconds_of(one.end)) for one in self.breaks)
        days = frozenset(map(WEEKDAYS.index, self.days)) if self.days is not None else None
        on = frozenset(map(WEEKDAYS.index, self.on)) if self.on is not None else None
        return hours.Hours(seconds_of(self.start), seconds_of(self.end), days, self.working_days, tuple(breaks), on)


class Window(RequirementTable):
    """From start to end of these weekdays, and at no other time."""

    model_config = ConfigDict(json_schema_extra=described(window.DOC))

    days: Annotated[list[Weekday], NOT_EMPTY] = Field(description="the weekdays")
    start: Clock = Field("00:00", description="the earliest start")
    end: Clock = Field("24:00", description="the latest end")

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        check_clock(self.start, self.end)
        return self

    def condition(self, settings: Settings) -> Condition:  # noqa: ARG002 - as in the base
        """What it asks."""
        days = frozenset(map(WEEKDAYS.index, self.days))
        return window.Window(days, seconds_of(self.start), seconds_of(self.end))


class Duration(RequirementTable):
    """At most so many minutes."""

    model_config = ConfigDict(json_schema_extra=described(duration.DOC))

    at_most: int = Field(ge=1, le=525_600, description="minutes")

    def condition(self, settings: Settings) -> Condition:
        """What it asks."""
        return duration.Duration(self.at_most, settings.day_hours)


class Attendance(RequirementTable):
    """At most so many people."""

    model_config = ConfigDict(json_schema_extra=described(attendance.DOC))

    at_most: int = Field(ge=1, le=1_000_000, description="people, the organiser among them")

    def condition(self, settings: Settings) -> Condition:  # noqa: ARG002 - as in the base
        """What it asks."""
        return attendance.AttendanceLimit(self.at_most)


class Notice(RequirementTable):
    """At least so long ahead."""

    model_config = ConfigDict(json_schema_extra=described(notice.DOC))

    at_least: Within = Field(description="how long ahead", examples=["5 working days"])

    def condition(self, settings: Settings) -> Condition:  # noqa: ARG002 - as in the base
        """What it asks."""
        return notice.Notice(within_of(self.at_least))


class Agenda(RequirementTable):
    """At least so many items."""

    model_config = ConfigDict(json_schema_extra=described(agenda.DOC))

    at_least: int = Field(1, ge=1, le=1000, description="items of the agenda")

    def condition(self, settings: Settings) -> Condition:  # noqa: ARG002 - as in the base
        """What it asks."""
        return agenda.Agenda(self.at_least)


class Purpose(RequirementTable):
    """Which statements are asked for, and the words before them."""

    model_config = ConfigDict(json_schema_extra=described(purpose.DOC))

    ask_for: Annotated[list[Literal["purpose", "result"]], NOT_EMPTY] = Field(
        ["purpose", "result"], description="which statements"
    )
    purpose: Annotated[list[Word], NOT_EMPTY] = Field(
        list(PURPOSE), description="words before the statement of purpose"
    )
    result: Annotated[list[Word], NOT_EMPTY] = Field(list(RESULT), description="words before the expected result")

    def condition(self, settings: Settings) -> Condition:  # noqa: ARG002 - as in the base
        """What it asks."""
        before = tuple(self.purpose) if "purpose" in self.ask_for else ()
        after = tuple(self.result) if "result" in self.ask_for else ()
        return purpose.Purpose(before, after)


class SeriesEnd(RequirementTable):
    """An end, and a longest span."""

    model_config = ConfigDict(json_schema_extra=described(series_end.DOC))

    longest_days: int | None = Field(
        None, ge=1, le=36_600, description="days from the first to the last instance; any number without"
    )

    def condition(self, settings: Settings) -> Condition:  # noqa: ARG002 - as in the base
        """What it asks."""
        return series_end.SeriesEnd(self.longest_days)


class Level(RequirementTable):
    """Exactly one of lowest, steps; needs `levels` at the top of the file."""

    model_config = ConfigDict(json_schema_extra=described(level.DOC))

    called_by: list[str] = Field([], description="levels of the organisers that it binds; all without")
    lowest: str | None = Field(None, description="the lowest level that may be called")
    steps: int | None = Field(None, ge=0, le=20, description="how many levels below the organiser's own")

    @model_validator(mode="after")
    def _one_kind(self) -> Level:
        check_one(lowest=self.lowest, steps=self.steps)
        return self

    def condition(self, settings: Settings) -> Condition:
        """What it asks."""
        levels = tuple(one.strip().casefold() for one in settings.levels)
        called_by = frozenset(levels.index(one.strip().casefold()) for one in self.called_by)
        lowest = levels.index(self.lowest.strip().casefold()) if self.lowest is not None else None
        return level.Level(levels, called_by, lowest, self.steps, settings.levels)


class Plan(RequirementTable):
    """What is planned; everything else breaks the rule."""

    model_config = ConfigDict(json_schema_extra=described(plan.DOC))

    action: Action = Field(
        Action.REVIEW,
        description="`review`: refused until the reviewer grants a waiver; `refuse`; `warn`: recorded and told only",
    )
    planned: list[Annotated[str, Field(min_length=1, max_length=500)]] = Field(
        description="titles (`*` stands for anything), `uid:...`, `category:...`; `[]`: nothing is planned"
    )

    def condition(self, settings: Settings) -> Condition:  # noqa: ARG002 - as in the base
        """What it asks."""
        return plan.Plan.of(self.planned)


class CashCeiling(RequirementTable):
    """At most so much money."""

    model_config = ConfigDict(json_schema_extra=described(cash_ceiling.DOC))

    at_most: Cash = Field(description="money for each person and day: `650 CNY`")

    def condition(self, settings: Settings) -> Condition:  # noqa: ARG002 - as in the base
        """What it asks."""
        return cash_ceiling.CashCeiling(money_of(self.at_most))


class Cost(RequirementTable):
    """Exactly one of money, person_hours."""

    model_config = ConfigDict(json_schema_extra=described(cost.DOC))

    money: Cash | None = Field(None, description="at most so much money for one meeting: `5000 EUR`")
    of: Literal["total", "time", "cash"] = Field("total", description="which money")
    person_hours: Decimal | None = Field(None, gt=0, le=100_000_000, description="at most so many person-hours")

    @model_validator(mode="after")
    def _one_kind(self) -> Cost:
        check_one(money=self.money, person_hours=self.person_hours)
        return self

    def condition(self, settings: Settings) -> Condition:  # noqa: ARG002 - as in the base
        """What it asks."""
        if self.money is not None:
            return cost.CostLimit(money=money_of(self.money), of=self.of)
        return cost.CostLimit(person_seconds=int((self.person_hours or 0) * 3600))


def check_clock(start: object, end: object) -> None:
    """Raise ValueError if a time of day is not before another."""
    if isinstance(start, str) and isinstance(end, str) and start >= end:
        raise WrongValueError("`start` {start} is not before `end` {end}", start=start, end=end)


def _month_day(text: str) -> tuple[int, int]:
    return int(text[:2]), int(text[3:])
