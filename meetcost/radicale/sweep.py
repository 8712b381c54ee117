# SPDX-License-Identifier: Apache-2.0
"""Endless series, judged again as the horizon moves: each day some more of their dates can be known."""

from __future__ import annotations

import logging
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from radicale.item import Item
from radicale.storage import multifilesystem

from meetcost.disclosure.attach import JUDGED_UNTIL
from meetcost.guard.decide import Rewrite
from meetcost.ics.read import read
from meetcost.ics.scan import MEETINGS
from meetcost.radicale.walk import below, collections

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from meetcost.guard.guard import Guard

_log = logging.getLogger("radicale")
_EVERY: Final = timedelta(days=1)


class Sweeper:
    """Goes through the calendars once a day, one at a time, so that nobody waits long for the lock."""

    def __init__(self, storage: multifilesystem.Storage, guard: Callable[[], Guard]) -> None:
        self._storage = storage
        self._guard = guard
        self._last: datetime | None = None
        self._lock = Lock()

    def due(self) -> bool:
        """Whether a day has passed since the last time; the first time, at once. Says yes once."""
        now = self._guard().clock()
        with self._lock:
            if self._last is not None and now - self._last < _EVERY:
                return False
            self._last = now
            return True

    def run(self) -> int:
        """Judge every marked series again, and write the dates they have to step over by now; how many were written."""
        changed = 0
        for path in self._calendars():
            try:
                with self._storage.acquire_lock("w", "", path=path, request="SWEEP"):
                    changed += self._calendar(path)
            except Exception:  # noqa: BLE001 - the other calendars go on
                _log.exception("meetcost: could not look through a calendar")
        if changed:
            _log.info("meetcost: %d series step over more dates", changed)
        return changed

    def _calendars(self) -> list[str]:
        with self._storage.acquire_lock("r", ""):
            return [one.path for one in below(self._storage, "/") if one.tag == "VCALENDAR"]

    def _calendar(self, path: str) -> int:
        changed = 0
        for collection in collections(self._storage, f"/{path}/"):
            for item in collection.get_all():
                text = item.serialize()
                if JUDGED_UNTIL in text and item.href is not None:
                    changed += self._object(collection, item.href, text)
        return changed

    def _object(self, collection: multifilesystem.Collection, href: str, text: str) -> bool:
        octets = text.encode()
        guard = self._guard()
        decision = guard.decide(octets, octets, calendar=collection.path, quotas=False)
        if not isinstance(decision, Rewrite) or _skipped(decision.octets) == _skipped(octets):
            return False  # a new date in its lines is no reason to have every program read it again
        item = Item(collection_path=collection.path, text=decision.octets.decode())
        multifilesystem.Collection.upload(collection, href, item)
        guard.settle(decision, stored=True, calendar=collection.path)
        return True


def _skipped(octets: bytes) -> set[object]:
    meetings = read(octets, components=MEETINGS).meetings
    return {moment for one in meetings if one.recurrence is not None for moment in one.recurrence.exdates}
