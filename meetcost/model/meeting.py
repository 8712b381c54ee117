# SPDX-License-Identifier: Apache-2.0
"""A meeting: one recurrence set of an iCalendar file, or one built by hand."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self
from zoneinfo import ZoneInfo

from meetcost.errors import Problem, UsageError
from meetcost.model.attendee import Attendee
from meetcost.model.moment import FLOATING, UTC_ZONE, Length, Moment, local_seconds
from meetcost.model.zone import ZoneReading, ZoneTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Period(NamedTuple):
    """A start with an end of its own, as in RDATE;VALUE=PERIOD (RFC 5545 §3.3.9)."""

    start: Moment
    end: Moment | Length


@dataclass(frozen=True, slots=True)
class Recurrence:
    """What makes a meeting recur (RFC 5545 §3.8.5): rules as written, further dates, dates taken out."""

    rules: tuple[str, ...] = ()
    rdates: tuple[Moment | Period, ...] = ()
    exdates: tuple[Moment, ...] = ()


class Place(NamedTuple):
    """Where a component stands in its document: octets [start, end), 1-based line of its BEGIN."""

    start: int
    end: int
    line: int


class _Fields(NamedTuple):
    uid: str
    title: str
    dtstart: Moment
    dtend: Moment | None
    duration: Length | None
    organizer: Attendee | None
    attendees: tuple[Attendee, ...]
    recurrence: Recurrence | None
    recurrence_id: Moment | None
    this_and_future: bool
    overrides: tuple[Meeting, ...]
    component: str
    status: str
    transparent: bool
    classification: str
    sequence: int
    location: str
    categories: tuple[str, ...]
    url: str
    long_text: str | Callable[[], str]
    zones: ZoneTable
    place: Place | None
    problems: tuple[Problem, ...]


class Meeting(_Fields):
    """One meeting, with the instances that were changed (`overrides`).

    A meeting read from a file carries all that its VEVENT (VTODO, VJOURNAL) says of it. An override without its
    master is a meeting whose `recurrence_id` is set. By hand: `Meeting(title=..., start=..., minutes=90, ...)`;
    `start` is a datetime (zoned, or naive for floating time) or a date (all day), attendees are addresses or
    `Attendee`s. Raises `UsageError` when the arguments contradict each other.

    Two meetings are equal if they say the same, wherever they stand in a file and whatever was wrong with it.
    """

    # A tuple below: making one from a file takes 0.4 µs, a frozen dataclass of as many fields 4.
    __slots__ = ()

    def __new__(
        cls,
        *,
        title: str,
        start: datetime | date,
        minutes: int | None = None,
        end: datetime | date | None = None,
        organizer: Attendee | str | None = None,
        attendees: Iterable[Attendee | str] = (),
        rrule: str | None = None,
        exdates: Sequence[datetime | date] = (),
        uid: str | None = None,
        description: str = "",
        location: str = "",
        categories: Sequence[str] = (),
    ) -> Self:
        """From what a person would say of it."""
        if minutes is not None and end is not None:
            raise UsageError("give `minutes` or `end`, not both")
        if minutes is not None and minutes < 0:
            raise UsageError("a meeting of {minutes} minutes; give 0 or more", minutes=minutes)
        dtstart = _moment(start)
        dtend = _moment(end) if end is not None else None
        if dtend is not None and dtend.is_date != dtstart.is_date:
            raise UsageError("`start` and `end` are both dates or both times")
        recurrence = None
        if rrule or exdates:
            recurrence = Recurrence((rrule,) if rrule else (), (), tuple(_moment(day) for day in exdates))
        values = (
            uid or f"{uuid.uuid4()}@meetcost", title, dtstart, dtend,
            Length(0, minutes * 60) if minutes is not None else None,
            Attendee.of(organizer) if organizer is not None else None,
            tuple(Attendee.of(who) for who in attendees),
            recurrence, None, False, (), "VEVENT", "", False, "", 0,
            location, tuple(categories), "", description, ZoneTable(), None, (),
        )  # fmt: skip
        return tuple.__new__(cls, values)

    @property
    def description(self) -> str:
        """DESCRIPTION; a reader may leave its decoding, a fifth of all its work, until somebody asks."""
        return self.long_text if isinstance(self.long_text, str) else self.long_text()

    def replace(self, **changes: Any) -> Meeting:
        """The same meeting with some fields changed; `UsageError` for a field it has not."""
        if "description" in changes:
            changes["long_text"] = changes.pop("description")
        unknown = ", ".join(f"`{name}`" for name in sorted(set(changes) - set(self._fields)))
        if unknown:
            raise UsageError("a meeting has no {unknown}", unknown=unknown)
        return self._replace(**changes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Meeting) and self[:_SAID] == other[:_SAID] and self.description == other.description

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:_SAID])

    def __reduce__(self) -> tuple[object, tuple[tuple[object, ...]]]:
        return Meeting._make, (tuple(self),)

    @property
    def start(self) -> datetime | date:
        """When it begins: zoned as written (by the name of the zone), naive for floating time, a date if all day."""
        return self.at(self.dtstart)

    @property
    def end(self) -> datetime | date:
        """When it ends, exclusive. With neither DTEND nor DURATION a DATE lasts a day, a time none (RFC 5545 3.6.1)."""
        if self.dtend is not None:
            return self.at(self.dtend)
        length = self.duration or Length(1 if self.dtstart.is_date else 0, 0)
        start = self.start
        try:
            return start + timedelta(seconds=length.nominal_seconds)  # by the wall clock, as `ics.expand`
        except OverflowError:
            if isinstance(start, datetime):
                return datetime.max.replace(microsecond=0, tzinfo=start.tzinfo)
            return date.max

    @property
    def all_day(self) -> bool:
        """Whether it begins with a date."""
        return self.dtstart.is_date

    @property
    def recurring(self) -> bool:
        """Whether it has, or is, an instance of a series."""
        return self.recurrence is not None or self.recurrence_id is not None or bool(self.overrides)

    @property
    def cancelled(self) -> bool:
        """STATUS:CANCELLED."""
        return self.status == "CANCELLED"

    @property
    def participants(self) -> tuple[Attendee, ...]:
        """Organiser and attendees, each address once; the ATTENDEE line outranks the ORGANIZER line."""
        seen: dict[str, Attendee] = {}
        for attendee in self.attendees:
            seen.setdefault(attendee.address, attendee)
        if self.organizer is not None:
            seen.setdefault(self.organizer.address, self.organizer)
        return tuple(seen.values())

    def at(self, moment: Moment) -> datetime | date:
        """`moment` as a date or datetime, its TZID read by name; a TZID that nobody knows gives a naive datetime."""
        if moment.is_date:
            return moment.day
        zone = self.zones.resolve(moment.zone, ZoneReading.NAME) if moment.zone else None
        return moment.wall.replace(tzinfo=zone.tzinfo) if zone is not None else moment.wall

    def __repr__(self) -> str:
        return f"<Meeting {self.title!r} {self.dtstart} uid={self.uid!r}>"


_SAID: Final = _Fields._fields.index("long_text")


def _moment(value: datetime | date) -> Moment:
    if not isinstance(value, datetime):
        return Moment(local_seconds(value), FLOATING, True)
    if value.tzinfo is None:
        return Moment(local_seconds(value))
    key = getattr(value.tzinfo, "key", None)
    if isinstance(key, str) and key not in ("UTC", "Etc/UTC"):
        return Moment(local_seconds(value), key)
    return Moment(local_seconds(value.astimezone(ZoneInfo("UTC"))), UTC_ZONE)


def _after(start: datetime | date, length: Length) -> datetime | date:
    """`length` after `start`: its days by the wall clock, its seconds in real time."""
    if not isinstance(start, datetime):
        return start + timedelta(seconds=length.nominal_seconds)
    nominal = start + timedelta(days=length.days)
    if start.tzinfo is None:
        return nominal + timedelta(seconds=length.seconds)
    from_utc = nominal.astimezone(ZoneInfo("UTC")) + timedelta(seconds=length.seconds)
    return from_utc.astimezone(start.tzinfo)
