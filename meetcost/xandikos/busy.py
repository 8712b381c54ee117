# SPDX-License-Identifier: Apache-2.0
"""When whoever was refused is busy, as far as their own calendars on this server tell; nobody else's are opened."""

from __future__ import annotations

import logging
import posixpath
from typing import TYPE_CHECKING, Any, Final

from xandikos import caldav, scheduling

from meetcost.guard.own import is_address_of
from meetcost.ics.read import read
from meetcost.schedule.busy import busy_from
from meetcost.schedule.instead import window_after

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy
    from meetcost.schedule.busy import Busy

_log = logging.getLogger("meetcost.xandikos")
_TYPE: Final = "text/calendar"
_MOST: Final = 2_000
"""Objects: Xandikos has to open each of them, and others wait to write meanwhile."""


def own_busy(backend: Any, path: str, meeting: Meeting, policy: Policy, now: datetime) -> Busy | None:
    """What takes up the owner of the calendar at `path` in the weeks in which `meeting`, which they call, could be.

    None where that cannot be told: it is not the owner who calls it, by their calendar-user-address-set or, where that
    names no address, by the name of their principal; or there is too much to look at.
    """
    organizer = meeting.organizer
    if organizer is None:
        return None
    found: list[Meeting] = []
    try:
        owning = scheduling.find_owning_principal(backend, path)
        if owning is None:
            return None
        at, principal = owning
        addresses, login = principal.get_calendar_user_address_set(), posixpath.basename(at.rstrip("/"))
        if not is_address_of(addresses, login, organizer.address, policy.directory):
            return None
        for number, octets in enumerate(_objects(backend, at, principal), 1):
            if number > _MOST:
                return None
            found += read(octets).meetings
    except Exception:  # noqa: BLE001 - the times are proposed all the same, as permitted ones
        _log.exception("could not look at a calendar")
        return None
    within = window_after(meeting, policy, now)
    return busy_from({organizer.address: found}, within, policy.zone, directory=policy.directory)


def _objects(backend: Any, at: str, principal: Any) -> Iterator[bytes]:
    """All that is in the calendars of a principal that take up time (RFC 6638 §9.1)."""
    for home in principal.get_calendar_home_set():
        collection = backend.get_resource(posixpath.join(at, home))
        for _, calendar in collection.members() if collection is not None else ():
            if (
                caldav.CALENDAR_RESOURCE_TYPE not in calendar.resource_types
                or calendar.get_schedule_calendar_transparency() == caldav.TRANSPARENCY_TRANSPARENT
            ):
                continue
            for name, kind, etag in calendar.store.iter_with_etag():
                if kind == _TYPE:
                    yield b"".join(calendar.store.get_file(name, kind, etag).content)
