# SPDX-License-Identifier: Apache-2.0
"""How the wall-clock times of a component become instants, and how long it is by the wall clock and exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from meetcost.model.moment import DAY
from meetcost.model.zone import UTC_TIME, FixedZone

if TYPE_CHECKING:
    from meetcost.model.meeting import Meeting
    from meetcost.model.moment import Moment
    from meetcost.model.zone import Zone, ZoneReading


class Clock(NamedTuple):
    """How the times of one component become instants."""

    zone: Zone
    known: bool

    @classmethod
    def of(cls, meeting: Meeting, moment: Moment, assumed: Zone | None, reading: ZoneReading) -> Clock:
        """That of `moment`: dates, floating times and unknown names are read in `assumed`, in UTC without one."""
        zone = meeting.zones.resolve(moment.zone, reading) if moment.zone else None
        if zone is not None:
            return cls(zone, True)
        return cls(assumed or UTC_TIME, bool(moment.zone) and assumed is not None)


def wall_length(meeting: Meeting, clock: Clock, zone: Zone | None, reading: ZoneReading) -> int:
    """How long each instance is by the wall clock, in seconds."""
    start, end = meeting.dtstart, meeting.dtend
    if end is not None:
        if end.zone == start.zone:
            return max(end.local - start.local, 0)
        other = Clock.of(meeting, end, zone, reading)
        return max(other.zone.to_epoch(end.local) - clock.zone.to_epoch(start.local), 0)
    if meeting.duration is not None:
        return max(meeting.duration.nominal_seconds, 0)
    return DAY if start.is_date else 0


def exact_length(meeting: Meeting, clock: Clock, zone: Zone | None, reading: ZoneReading) -> int:
    """How long each instance is, in seconds, to programs that keep the first one's length exactly (RFC 5545 §3.8.5.3).

    ical.js takes that for the length by the wall clock. 0 where no clock changes.
    """
    start, end = meeting.dtstart, meeting.dtend
    if start.is_date or isinstance(clock.zone, FixedZone):
        return 0
    if end is None:
        return wall_length(meeting, clock, zone, reading)
    there = clock if end.zone == start.zone else Clock.of(meeting, end, zone, reading)
    return max(there.zone.to_epoch(end.local) - clock.zone.to_epoch(start.local), 0)
