# SPDX-License-Identifier: Apache-2.0
"""What `meetcost.toml` may say: the tables and keys, their kinds and their defaults.

The defaults are those of the reference policy. Every key carries its description; the reference page and the published
JSON Schema are made from them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from meetcost.ics.limits import LIMITS
from meetcost.model.directory import EntryKind
from meetcost.model.verdict import Mode
from meetcost.model.wrong_value import WrongValueError
from meetcost.policy.clause import DayClause, ScopeTable
from meetcost.policy.costing_table import CostingTable
from meetcost.policy.example_table import ExampleTable  # noqa: TC001 - pydantic reads the annotation
from meetcost.policy.quota_table import QuotaTable  # noqa: TC001 - pydantic reads the annotations
from meetcost.policy.requirement_tables import (  # noqa: TC001 - types of fields
    Agenda,
    Attendance,
    Blackout,
    CashCeiling,
    Cost,
    DateRange,
    Duration,
    Hours,
    Level,
    Notice,
    Plan,
    Purpose,
    SeriesEnd,
    Window,
)
from meetcost.policy.table import Sourced, Table
from meetcost.policy.written import (
    FIRST_YEAR,
    LAST_YEAR,
    NOT_EMPTY,
    Claim,
    Clock,
    Day,
    Existing,
    IsoWeek,
    Link,
    MonthDay,
    NthWeek,
    NthWeekday,
    Weekday,
    Within,
    check_one,
    check_order,
)
from meetcost.rules.catalogue import no_meeting_day, no_meeting_week
from meetcost.rules.catalogue.form import described
from meetcost.rules.exemption import Passes
from meetcost.rules.ruleset import Series
from meetcost.rules.weeks import WeekOfMonth


class PolicyScope(ScopeTable):
    """Whom and what the whole policy binds."""

    binds: Literal["everybody", "directory"] = Field(
        "everybody", description="`directory` binds only organisers that the directory knows"
    )


class MeetingTable(Table):
    """What counts as a meeting."""

    people: int = Field(2, ge=2, le=1000, description="distinct people from which an entry is a meeting")
    transparent_timed: bool = Field(True, description="entries with a time that are marked as free")
    transparent_all_day: bool = Field(False, description="entries of whole days that are marked as free")
    opaque_all_day: bool = Field(True, description="entries of whole days that are marked as busy")
    cancelled: bool = Field(False, description="cancelled entries")
    declined_attendees: bool = Field(True, description="people who declined count among the people")
    zero_length: bool = Field(True, description="entries without length")
    tasks_and_journals: bool = Field(True, description="VTODO and VJOURNAL with a time")


class NoMeetingDay(DayClause):
    """Days without meetings: exactly one of weekdays, dates, yearly."""

    model_config = ConfigDict(json_schema_extra=described(no_meeting_day.DOC))

    weekdays: Annotated[list[Weekday], NOT_EMPTY] | None = Field(
        None, description="every week on these weekdays; with nth, only the nth of each month"
    )
    nth: NthWeekday | None = Field(
        None, description="with weekdays: 1 to 5, or -1 for the last of the month; one or a list"
    )
    dates: Annotated[list[Day], NOT_EMPTY] | None = Field(None, description="these days, once")
    yearly: Annotated[list[MonthDay], NOT_EMPTY] | None = Field(None, description="month and day, every year")

    @model_validator(mode="after")
    def _one_kind(self) -> NoMeetingDay:
        check_day(weekdays=self.weekdays, dates=self.dates, yearly=self.yearly, nth=self.nth)
        return self


class NoMeetingWeek(DayClause):
    """Weeks without meetings, Monday to Sunday: exactly one of nth, weeks, ranges, every."""

    model_config = ConfigDict(json_schema_extra=described(no_meeting_week.DOC))

    nth: NthWeek | None = Field(
        None, description="the nth week of each month, 1 to 5; one or a list; needs `definition`"
    )
    definition: WeekOfMonth | None = Field(None, description='what "the nth week of the month" means')
    weeks: Annotated[list[IsoWeek], NOT_EMPTY] | None = Field(None, description="these ISO weeks")
    ranges: Annotated[list[DateRange], NOT_EMPTY] | None = Field(
        None, description="these stretches of days, `{ from = 2026-08-03, to = 2026-08-14 }`"
    )
    every: int | None = Field(None, ge=1, le=520, description="every so many weeks; needs `anchor`")
    anchor: IsoWeek | None = Field(None, description="the ISO week from which `every` counts, banned itself")

    @model_validator(mode="after")
    def _one_kind(self) -> NoMeetingWeek:
        names = ("nth", "definition", "weeks", "ranges", "every", "anchor")
        check_week(**{name: getattr(self, name) for name in names})
        return self


class ExemptionTable(Table):
    """A class of meetings that the rules let pass when it is claimed."""

    name: str = Field(alias="class", min_length=1, max_length=60, description="what the class is called")
    claim: Annotated[list[Claim], NOT_EMPTY] = Field(
        description="tags in the title (a space or a punctuation mark after them) or categories by which it is claimed"
    )
    passes: Passes = Field(Passes.AT_ONCE, description="whether the claim is enough")
    confirm_within: Within | None = Field(
        None, description="by when it has to be confirmed", examples=["2 working days"]
    )
    by: list[str] = Field([], description="which organisers may claim it; everybody without")
    rules: list[str] = Field([], description="ids of the rules it exempts from; all without")
    source: Sourced | None = Field(None, description="where it is written: the sentence, or a table")


class HolidaysTable(Table):
    """Public holidays, and weekend days worked in exchange."""

    country: str = Field("", description="ISO 3166 code such as `CN` or `DE`", max_length=3)
    subdivision: str = Field("", description="the part of the country, such as `BY`", max_length=10)
    days_off: list[Day] = Field([], description="further days off of your own")
    working_days: list[Day] = Field([], description="days worked although they are weekends or holidays")
    settled_years: list[Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]] = Field(
        [], description="years that `days_off` and `working_days` complete though the package does not know them"
    )


class WorkingHoursTable(Table):
    """When meetings may be proposed."""

    days: Annotated[list[Weekday], NOT_EMPTY] = Field(
        ["monday", "tuesday", "wednesday", "thursday", "friday"], description="the usual days of work"
    )
    start: Clock = Field("09:00", alias="from", description="the earliest start")
    end: Clock = Field("17:00", alias="to", description="the latest end")

    @model_validator(mode="after")
    def _in_order(self) -> WorkingHoursTable:
        if self.start >= self.end:
            raise WrongValueError("`from` {start} is not before `to` {end}", start=self.start, end=self.end)
        return self


class RosterEntry(Table):
    """Somebody, or something, the policy knows: as a row of the directory."""

    address: str = Field(min_length=1, description="calendar address")
    aliases: list[str] = Field([], description="further addresses of the same person")
    name: str = Field("", description="what they are called")
    kind: EntryKind = Field(EntryKind.PERSON, description="what stands behind the address")
    unit: str = Field("", description="the unit they belong to")
    level: str = Field("", description="its level")
    band: str = Field("", description="the pay band")
    site: str = Field("", description="where they work")
    size: int | None = Field(None, ge=1, le=1_000_000, description="how many people a group has")


class DisclosureTable(Table):
    """What the cost of a meeting is said in, and to whom, where a guard writes it into the invite."""

    attach: bool = Field(True, description="whether a guard writes the cost into what it lets pass")
    language: Literal["en", "zh"] = Field("en", description="the language of the lines in the invite")
    link: Link = Field(
        "",
        max_length=200,
        description="where the figures are explained; `{id}` stands for the public id of the meeting",
    )
    inside: list[str] = Field(
        [],
        description="addresses of your own people such as `*@town.example`; whoever the directory knows without any. "
        "An invite that goes to others as well says hours only",
    )


class LimitsTable(Table):
    """How much one calendar object may ask for."""

    # Named as in `ics.limits`; the keys are those of the reference policy.

    octets: int = Field(LIMITS.octets, alias="max_bytes", ge=1024, description="octets of one object")
    line_octets: int = Field(
        LIMITS.line_octets,
        alias="max_line_octets_after_unfold",
        ge=1024,
        description="octets of one line, folds taken out",
    )
    lines: int = Field(LIMITS.lines, alias="max_lines", ge=100, description="lines of one object, as they are folded")
    components: int = Field(
        LIMITS.components, alias="max_components", ge=1, description="components, VALARMs and time zones among them"
    )
    depth: int = Field(LIMITS.depth, alias="max_depth", ge=2, description="components inside components")
    parameters: int = Field(
        LIMITS.parameters, alias="max_params_per_line", ge=1, description="parameters of one property"
    )
    attendees: int = Field(
        LIMITS.attendees, alias="max_attendees_per_instance", ge=1, description="ATTENDEE lines of one component"
    )
    instances: int = Field(
        LIMITS.instances, alias="max_instances_in_horizon", ge=1, description="instances of one series that are judged"
    )
    rdates: int = Field(LIMITS.rdates, alias="max_rdate_values", ge=1, description="RDATE and EXDATE values, each")
    zones: int = Field(LIMITS.zones, alias="max_vtimezones", ge=1, description="time zones of one object")
    observances: int = Field(
        LIMITS.observances, alias="max_tz_observances", ge=1, description="STANDARD and DAYLIGHT parts of them"
    )
    wall_seconds: float = Field(
        2.0, alias="wall_s_per_object", gt=0, description="seconds, for whoever runs the judgement"
    )
    megabytes: int = Field(256, alias="rss_mb_growth", ge=1, description="megabytes, for whoever runs the judgement")
    steps: int = Field(LIMITS.steps, alias="rule_steps", ge=1, description="candidates a recurrence rule may look at")


class PolicyFile(Table):
    """`meetcost.toml`: the rules of one organisation."""

    name: str = Field("", max_length=120, description="what the policy is called in answers")
    zone: str | None = Field(None, description="IANA time zone in which days are judged; UTC without, as an assumption")
    mode: Mode = Field(Mode.REFUSE, description="`observe` only records, `refuse` refuses")
    series: Series = Field(
        Series.REFUSE, description="`skip`: a series steps over banned dates; `refuse`: it is refused as a whole"
    )
    existing: Existing = Field(
        "keep", description="standing meetings when a rule begins: `keep`, or `until 2027-03-31`"
    )
    first: Day | None = Field(None, alias="from", description="the first day on which the policy holds")
    last: Day | None = Field(None, alias="until", description="the last day on which it holds")
    reviewer: str = Field(
        "",
        max_length=200,
        description='who reviews what a rule with `action = "review"` met: an address or `unit:NAME`',
    )
    horizon_days: int = Field(400, ge=1, le=3660, description="how far endless series are judged")
    source: Sourced | None = Field(None, description="where it is written: the sentence, or a table")
    meeting: MeetingTable = Field(MeetingTable(), description="what counts as a meeting")
    scope: PolicyScope = Field(PolicyScope(), description="whom and what the policy binds")
    holidays: HolidaysTable = Field(HolidaysTable(), description="public holidays, and weekend days worked")
    no_meeting_day: list[NoMeetingDay] = Field([], description="days without meetings")
    no_meeting_week: list[NoMeetingWeek] = Field([], description="weeks without meetings")
    blackout: list[Blackout] = Field([], description="blackout dates and months")
    hours: list[Hours] = Field([], description="hours outside which there are no meetings")
    window: list[Window] = Field([], description="the only times for a kind of meeting")
    duration: list[Duration] = Field([], description="longest durations")
    attendance: list[Attendance] = Field([], description="largest attendances")
    notice: list[Notice] = Field([], description="periods of notice")
    agenda: list[Agenda] = Field([], description="agendas required")
    purpose: list[Purpose] = Field([], description="statements of purpose and expected result")
    series_end: list[SeriesEnd] = Field([], description="series need an end date")
    level: list[Level] = Field([], description="who may call whom")
    plan: list[Plan] = Field([], description="annual plans")
    cash_ceiling: list[CashCeiling] = Field([], description="cash for each person and day")
    cost: list[Cost] = Field([], description="cost or person-hours of one meeting")
    levels: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(
        [], description="all levels of the directory, the highest first"
    )
    exemption: list[ExemptionTable] = Field([], description="classes of meetings that the rules let pass")
    quota: list[QuotaTable] = Field([], description="how much may be called in a period")
    roster: list[RosterEntry] = Field([], description="people known to the policy itself")
    directory: str = Field("", description="a directory file (CSV or TOML) beside the policy")
    working_hours: WorkingHoursTable | None = Field(None, description="assumed to be Mon-Fri 09:00-17:00 without")
    disclosure: DisclosureTable = Field(DisclosureTable(), description="the cost in the invite")
    limits: LimitsTable = Field(LimitsTable(), description="how much one calendar object may ask for")
    costing: CostingTable = Field(CostingTable(), description="what counts as the cost of a meeting")
    example: list[ExampleTable] = Field([], description="invites whose verdict is known, for `meetcost policy test`")

    @model_validator(mode="after")
    def _in_order(self) -> PolicyFile:
        check_order(self.first, self.last)
        return self


def check_day(*, weekdays: object, dates: object, yearly: object, nth: object) -> None:
    """Raise ValueError if a table of days says none or several kinds of them."""
    if nth is not None and weekdays is None:
        raise WrongValueError("`nth` says which of the weekdays; name them in `weekdays`")
    check_one(weekdays=weekdays, dates=dates, yearly=yearly)


def check_week(
    *, nth: object, definition: object, weeks: object, ranges: object, every: object, anchor: object
) -> None:
    """Raise ValueError if a table of weeks says none or several kinds of them, or half of one."""
    check_one(nth=nth, weeks=weeks, ranges=ranges, every=every)
    if nth is not None and definition is None:
        raise WrongValueError(
            "`nth` needs `definition` beside it: one of {definitions}", definitions=tuple(WeekOfMonth)
        )
    if nth is None and definition is not None:
        raise WrongValueError("`definition` needs `nth` beside it")
    if (every is None) != (anchor is None):
        raise WrongValueError("`every` and `anchor` belong together")
