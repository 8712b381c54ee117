# SPDX-License-Identifier: Apache-2.0
"""Meetings as `icalendar` objects: what users of that package hold.

The other way needs nothing here: `read` takes `icalendar` components.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from meetcost.ics.file_zone import FileZone
from meetcost.model.attendee import CuType, PartStat, Role
from meetcost.model.meeting import Period
from meetcost.model.moment import Length

if TYPE_CHECKING:
    from icalendar import Calendar, Event
    from icalendar import vCalAddress as CalAddress

    from meetcost.model.attendee import Attendee
    from meetcost.model.meeting import Meeting
    from meetcost.model.moment import Moment


def to_calendar(meeting: Meeting, *, stamp: datetime) -> Calendar:
    """An `icalendar.Calendar` with the meeting, its overrides and the time zones they use; `stamp` is its DTSTAMP."""
    from icalendar import Calendar, Timezone  # noqa: PLC0415 - 60 ms that most callers need not wait

    calendar = Calendar.new(prodid="-//meetcost//meetcost//EN")
    for zone in meeting.zones.own.values():
        if isinstance(zone, FileZone):
            calendar.add_component(Timezone.from_ical(zone.octets.decode("utf-8", "replace")))
    for component in (meeting, *meeting.overrides):
        calendar.add_component(to_event(component, stamp=stamp))
    calendar.add_missing_timezones()
    return calendar


def to_event(meeting: Meeting, *, stamp: datetime) -> Event:
    """The component alone, without its overrides, as an `icalendar.Event`; `stamp` is its DTSTAMP."""
    from icalendar import Event, vRecur  # noqa: PLC0415 - as above

    event = Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", stamp)
    event.add("summary", meeting.title)
    event.add("dtstart", meeting.start)
    if meeting.dtend is not None:
        event.add("dtend", meeting.at(meeting.dtend))
    elif meeting.duration is not None:
        event.add("duration", _timedelta(meeting.duration))
    if meeting.recurrence_id is not None:
        parameters = {"RANGE": "THISANDFUTURE"} if meeting.this_and_future else {}
        event.add("recurrence-id", meeting.at(meeting.recurrence_id), parameters)
    if meeting.recurrence is not None:
        for rule in meeting.recurrence.rules:
            event.add("rrule", vRecur.from_ical(rule))
        for rdate in meeting.recurrence.rdates:
            event.add("rdate", [_rdate(meeting, rdate)])
        for exdate in meeting.recurrence.exdates:
            event.add("exdate", [meeting.at(exdate)])
    if meeting.organizer is not None:
        event.add("organizer", _address(meeting.organizer, organizer=True))
    for attendee in meeting.attendees:
        event.add("attendee", _address(attendee))
    for name, value in _texts(meeting):
        event.add(name, value)
    return event


def _texts(meeting: Meeting) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = [
        ("description", meeting.description),
        ("location", meeting.location),
        ("status", meeting.status),
        ("class", meeting.classification),
        ("url", meeting.url),
        ("sequence", meeting.sequence),
        ("categories", list(meeting.categories)),
        ("transp", "TRANSPARENT" if meeting.transparent else ""),
    ]
    return [(name, value) for name, value in found if value]


def _rdate(meeting: Meeting, rdate: Moment | Period) -> object:
    if not isinstance(rdate, Period):
        return meeting.at(rdate)
    end: datetime | date | timedelta
    end = _timedelta(rdate.end) if isinstance(rdate.end, Length) else meeting.at(rdate.end)
    return meeting.at(rdate.start), end


def _timedelta(length: Length) -> timedelta:
    return timedelta(days=length.days, seconds=length.seconds)


def _address(attendee: Attendee, *, organizer: bool = False) -> CalAddress:
    from icalendar import vCalAddress  # noqa: PLC0415 - as above

    address = vCalAddress(attendee.address)
    if attendee.name:
        address.params["CN"] = attendee.name
    if organizer:
        return address
    if attendee.cutype is not CuType.INDIVIDUAL:
        address.params["CUTYPE"] = attendee.cutype.value
    if attendee.role is not Role.REQ_PARTICIPANT:
        address.params["ROLE"] = attendee.role.value
    if attendee.partstat is not PartStat.NEEDS_ACTION:
        address.params["PARTSTAT"] = attendee.partstat.value
    return address
