# SPDX-License-Identifier: Apache-2.0
"""When whoever was refused is busy, as far as their own calendars on this server tell; nobody else's are opened."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from radicale import pathutils
from radicale.storage import multifilesystem

from meetcost.guard.own import is_login_of
from meetcost.ics.read import read
from meetcost.schedule.busy import busy_from
from meetcost.schedule.instead import window_after

if TYPE_CHECKING:
    from datetime import datetime

    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy
    from meetcost.schedule.busy import Busy

_log = logging.getLogger("radicale")
_MOST: Final = 5_000
_MOST_READ: Final = 200
"""Entries in these weeks: each takes a third of a millisecond, while nobody else can write."""


def own_busy(
    storage: multifilesystem.Storage, user: str, meeting: Meeting, policy: Policy, now: datetime
) -> Busy | None:
    """What takes up `user` in the weeks in which `meeting`, which they call, could be instead.

    None where that cannot be told: the name they log in with is not that of whoever calls it (an address of theirs, or
    what stands before the @), or there is too much to look at.
    """
    organizer = meeting.organizer
    if (
        organizer is None
        or not pathutils.is_safe_path_component(user)
        or not is_login_of(user, organizer.address, policy.directory)
    ):
        return None
    within = window_after(meeting, policy, now)
    lo, hi = within.seconds
    entries: list[str] = []
    looked = 0
    try:
        for collection in storage.discover(f"/{user}/", depth="1"):
            if not isinstance(collection, multifilesystem.Collection) or collection.tag != "VCALENDAR":
                continue
            for item in collection.get_all():
                looked += 1
                if looked > _MOST:
                    return None
                first, last = item.time_range
                if first < hi and last > lo:
                    entries.append(item.serialize())
        if len(entries) > _MOST_READ:
            return None
        found = [meeting for entry in entries for meeting in read(entry.encode()).meetings]
    except Exception:  # noqa: BLE001 - the times are proposed all the same, as permitted ones
        _log.exception("meetcost: could not look at a calendar")
        return None
    return busy_from({organizer.address: found}, within, policy.zone, directory=policy.directory)
