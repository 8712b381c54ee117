# SPDX-License-Identifier: Apache-2.0
"""Endless series, judged again as the horizon moves: each day some more of their dates can be known."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from meetcost.disclosure.attach import JUDGED_UNTIL
from meetcost.guard.decide import Rewrite
from meetcost.ics.read import read
from meetcost.ics.scan import MEETINGS

if TYPE_CHECKING:
    from datetime import datetime

    from meetcost.guard.guard import Guard

_EVERY: Final = timedelta(days=1)
_MARK: Final = JUDGED_UNTIL.encode()


class Daily:
    """Says once a day that it is time for something, by its name; the first time at once. Threads may share one."""

    def __init__(self) -> None:
        self._last: dict[str, datetime] = {}
        self._lock = Lock()

    def due(self, name: str, now: datetime) -> bool:
        """Whether a day has passed. Says yes once."""
        with self._lock:
            last = self._last.get(name)
            if last is not None and timedelta(0) <= now - last < _EVERY:
                return False
            self._last[name] = now
            return True


def may_step_further(octets: bytes) -> bool:
    """Whether it is a series that was judged up to some day only."""
    return _MARK in octets


def stepped_further(guard: Guard, octets: bytes, calendar: str) -> Rewrite | None:
    """The decision by which what stands in a calendar steps over more dates by now; None if over no more.

    A new date in its lines alone is no reason to have every program read it again. To be settled as any other.
    """
    decision = guard.decide(octets, octets, calendar=calendar, quotas=False)
    if isinstance(decision, Rewrite) and _left_out(decision.octets) != _left_out(octets):
        return decision
    return None


def _left_out(octets: bytes) -> set[object]:
    meetings = read(octets, components=MEETINGS).meetings
    return {moment for one in meetings if one.recurrence is not None for moment in one.recurrence.exdates}
