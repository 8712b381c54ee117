# SPDX-License-Identifier: Apache-2.0
"""The `[[example]]` of `meetcost.toml`: invites whose verdict is known, for trying the policy on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BeforeValidator, Field, model_validator

from meetcost.model.meeting import Meeting
from meetcost.model.wrong_value import WrongValueError, all_of, quoted
from meetcost.policy.table import Table
from meetcost.policy.written import NOT_EMPTY, day_of

if TYPE_CHECKING:
    from meetcost.model.zone import Zone

_ORGANISER: Final = "organiser@example.org"
_BEFORE: Final = timedelta(days=28)
"""How long before an example begins it is judged, where it does not say."""
_INLINE: Final = (
    "title",
    "start",
    "minutes",
    "people",
    "organiser",
    "attendees",
    "tags",
    "rrule",
    "location",
    "description",
)


class Expected(StrEnum):
    """What the policy makes of an invite, whether or not it only observes yet."""

    ALLOW = "allow"
    SKIP = "skip"
    FLAG = "flag"
    WARN = "warn"
    REVIEW = "review"
    REFUSE = "refuse"


def _moment(value: object) -> object:
    """A date or a date with a time, as TOML has it or as text."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
        except ValueError:
            raise WrongValueError(
                "`{value}` is no date or time; write 2026-12-09T10:00:00 or 2026-12-09", value=value
            ) from None
    if not isinstance(value, date):  # pydantic wants a ValueError
        raise WrongValueError("`{value}` is no date or time; write 2026-12-09T10:00:00 or 2026-12-09", value=value)
    day_of(value.date() if isinstance(value, datetime) else value)
    return value


def _one_or_several(value: object) -> object:
    many = value if isinstance(value, list) else [value]
    return [str(one) if type(one) is int else one for one in many]


When = Annotated[
    datetime | date,
    BeforeValidator(_moment, json_schema_input_type=str),
    Field(examples=["2026-12-09T10:00:00"]),
]
RuleIds = Annotated[
    list[str], NOT_EMPTY, BeforeValidator(_one_or_several, json_schema_input_type=str | int | list[str | int])
]


class ExampleTable(Table):
    """An invite and what has to become of it; `meetcost policy test` judges it. Either a file or said in place."""

    name: str = Field("", max_length=120, description="what it shows; the title of the invite without")
    expect: Expected = Field(description="what has to become of it, as if the policy refused already")
    rule: RuleIds | None = Field(None, description="the rule, or rules, that it has to meet, by id or number")
    now: When | None = Field(None, description="when it is judged; four weeks before it begins without")
    calendar: str | None = Field(None, description="the calendar it is written to")
    used: int = Field(
        0,
        ge=0,
        le=10**12,
        description="how many meetings, or person-hours, are used before of every quota that it counts in",
    )
    approved: bool = Field(False, description="a waiver is granted for it: what rules and quotas refuse may take place")
    invite: str = Field("", description="an iCalendar file beside the policy")
    title: str = Field("", max_length=200, description="said in place: its title")
    start: When | None = Field(None, description="its start; in the zone of the policy if it names no offset")
    minutes: int | None = Field(None, ge=0, le=527_040, description="how long it lasts; one hour, or the day, without")
    people: int | None = Field(None, ge=1, le=10_000, description="how many people, the organiser among them")
    organiser: str = Field("", description="who calls it")
    attendees: list[str] = Field([], description="who is asked, in place of `people`")
    tags: list[str] = Field([], description="its categories, and the tags that claim an exemption")
    rrule: str = Field("", description="its recurrence rule, such as `FREQ=WEEKLY`")
    location: str = Field("", max_length=500, description="its LOCATION, as a room that `[costing]` prices")
    description: str = Field("", max_length=10_000, description="its description")

    @model_validator(mode="after")
    def _one_form(self) -> ExampleTable:
        check_example(**{name: getattr(self, name) for name in ("invite", *_INLINE)})
        return self

    def example(self, number: int) -> Example:
        """As it is judged."""
        return Example(number, self)


def check_example(*, invite: object, **inline: object) -> None:
    """Raise ValueError if an example is neither a file nor said in place, or both, or half of either."""
    said = [name for name in _INLINE if inline.get(name) not in (None, "", [])]
    if invite:
        if said:
            names = all_of(quoted(said))
            raise WrongValueError(
                "`invite` names a file that says {names} itself; take {names} out, or `invite`", names=names
            )
        return
    if inline.get("start") is None:
        raise WrongValueError("`invite` or `start` is wanted: a file, or a meeting said in place")
    if inline.get("minutes") is not None and type(inline["start"]) is date:
        raise WrongValueError("`start` is a day, which has no `minutes`; write a time, or take `minutes` out")
    if inline.get("people") is not None and inline.get("attendees"):
        raise WrongValueError("`people` and `attendees` say the same thing twice; give one of them")


@dataclass(frozen=True, slots=True)
class Example:
    """The example with this number in the file (from 1)."""

    number: int
    table: ExampleTable

    @property
    def name(self) -> str:
        """What it is called in answers."""
        return self.table.name or self.table.title or self.table.invite or f"{self.number}"

    def meeting(self, zone: Zone) -> Meeting:
        """The meeting that is said in place; `UsageError` if it contradicts itself."""
        table = self.table
        start = self._start(zone)
        organiser = table.organiser or _ORGANISER
        attendees = table.attendees
        if not attendees:
            attendees = [f"person{at}@example.org" for at in range(2, (table.people or 2) + 1)]
        minutes = table.minutes
        if minutes is None and isinstance(start, datetime):
            minutes = 60
        return Meeting(
            title=table.title,
            start=start,
            minutes=minutes,
            organizer=organiser,
            attendees=(organiser, *attendees),
            rrule=table.rrule or None,
            uid=f"example-{self.number}",
            description=table.description,
            location=table.location,
            categories=tuple(tag.lstrip("#") for tag in table.tags),
        )

    def now(self, zone: Zone, begins: datetime) -> datetime:
        """When it is judged, zoned; `begins` is when the invite does."""
        said = self.table.now
        if said is None:
            return begins - _BEFORE
        if not isinstance(said, datetime):
            said = datetime.combine(said, datetime.min.time())
        return said if said.tzinfo is not None else said.replace(tzinfo=zone.tzinfo)

    def _start(self, zone: Zone) -> datetime | date:
        start = self.table.start
        if start is None:
            raise ValueError("an example in place has a start")  # the schema lets none such through
        if isinstance(start, datetime) and start.tzinfo is None:
            return start.replace(tzinfo=zone.tzinfo)
        return start
