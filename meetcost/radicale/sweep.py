# SPDX-License-Identifier: Apache-2.0
"""Endless series, judged again as the horizon moves: each day some more of their dates can be known."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from radicale.item import Item
from radicale.storage import multifilesystem

from meetcost.guard.again import Daily, may_step_further, stepped_further
from meetcost.radicale.walk import below, collections

if TYPE_CHECKING:
    from collections.abc import Callable

    from meetcost.guard.guard import Guard

_log = logging.getLogger("radicale")


class Sweeper:
    """Goes through the calendars once a day, one at a time, so that nobody waits long for the lock."""

    def __init__(self, storage: multifilesystem.Storage, guard: Callable[[], Guard]) -> None:
        self._storage = storage
        self._guard = guard
        self._daily = Daily()

    def due(self) -> bool:
        """Whether a day has passed since the last time; the first time, at once. Says yes once."""
        return self._daily.due("", self._guard().clock())

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
                octets = item.serialize().encode()
                if may_step_further(octets) and item.href is not None:
                    changed += self._object(collection, item.href, octets)
        return changed

    def _object(self, collection: multifilesystem.Collection, href: str, octets: bytes) -> bool:
        guard = self._guard()
        decision = stepped_further(guard, octets, collection.path)
        if decision is None:
            return False
        item = Item(collection_path=collection.path, text=decision.octets.decode())
        multifilesystem.Collection.upload(collection, href, item)
        guard.settle(decision, stored=True, calendar=collection.path)
        return True
