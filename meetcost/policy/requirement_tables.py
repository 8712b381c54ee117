# SPDX-License-Identifier: Apache-2.0
"""The tables of the rules that ask something of a meeting besides its day: `rules.catalogue`, as it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import ConfigDict, Field, model_validator

from meetcost.policy.clause import DayClause, RequirementTable
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
from meetcost.rules.catalogue import attendance, blackout, duration, hours, notice, window
from meetcost.rules.catalogue.form import described
from meetcost.rules.days import WEEKDAYS, Dates
from meetcost.rules.weeks import DateRanges

if TYPE_CHECKING:
    from meetcost.policy.clause import Settings
    from meetcost.rules.days import DayPattern
    from meetcost.rules.requirement import Condition


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
        check_blackout(dates=self.dates, ranges=self.ranges, yearly=self.yearly, months=self.months)
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
    breaks: list[Break] = Field([], description='what is kept free, `{ start = "12:00", end = "13:00" }`')

    @model_validator(mode="after")
    def _in_order(self) -> Hours:
        check_clock(self.start, self.end)
        return self

    def condition(self, settings: Settings) -> Condition:  # noqa: ARG002 - as in the base
        """What it asks."""
        breaks = sorted((seconds_of(one.start), seconds_of(one.end)) for one in self.breaks)
        days = frozenset(map(WEEKDAYS.index, self.days)) if self.days is not None else None
        return hours.Hours(seconds_of(self.start), seconds_of(self.end), days, self.working_days, tuple(breaks))


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


def check_clock(start: object, end: object) -> None:
    """Raise ValueError if a time of day is not before another."""
    if isinstance(start, str) and isinstance(end, str) and start >= end:
        raise ValueError(f"`start` {start} is not before `end` {end}")


def check_blackout(*, dates: object, ranges: object, yearly: object, months: object) -> None:
    """Raise ValueError if a table says none or several kinds of days."""
    check_one(dates=dates, ranges=ranges, yearly=yearly, months=months)


def _month_day(text: str) -> tuple[int, int]:
    return int(text[:2]), int(text[3:])
