# SPDX-License-Identifier: Apache-2.0
"""Endless series, judged again once a day as the horizon moves; who is asked to one is sent the dates it leaves out."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from xandikos import caldav

from meetcost.guard.again import Daily, may_step_further, stepped_further
from meetcost.model.attendee import calendar_address
from meetcost.xandikos.admission import RefusedError, joined
from meetcost.xandikos.collections import below
from meetcost.xandikos.exchange import CURRENT, Exchange

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.guard.decide import Rewrite
    from meetcost.xandikos.collections import Guarded
    from meetcost.xandikos.writing import Writing

_log = logging.getLogger("meetcost.xandikos")
_TYPE: Final = "text/calendar"


class Sweeper:
    """Goes through the calendars of each principal once a day; `writing` is held for one object at a time.

    Xandikos delivers only to principals that it has seen since its start, and so only theirs are looked at: the others'
    turn comes with their first request.
    """

    def __init__(self, backend: Any, writing: Writing) -> None:
        self._backend, self._writing = backend, writing
        self._daily = Daily()
        self._task: asyncio.Task[int] | None = None

    def begin(self) -> None:
        """Have those whose turn it is looked through, beside the requests; unless it is being done."""
        if self._task is not None and not self._task.done():
            return
        now = self._backend.guard.clock()
        due = [path for path in sorted(self._backend.find_principals()) if self._daily.due(path, now)]
        if due:
            self._task = asyncio.create_task(self.run(due))

    async def run(self, principals: Iterable[str]) -> int:
        """Judge every marked series of these again, and write the dates they leave out by now; how many were."""
        changed, apart = 0, self._backend.apart()
        for principal in principals:
            for path in await asyncio.to_thread(_calendars_of, apart, principal):
                try:
                    changed += await self._calendar(apart, path)
                except Exception:  # noqa: BLE001 - the other calendars go on
                    _log.exception("could not look through a calendar")
        if changed:
            _log.info("%d series step over more dates", changed)
        return changed

    async def _calendar(self, apart: Any, path: str) -> int:
        changed = 0
        for name in await asyncio.to_thread(_marked, apart.get_resource(path)):
            async with self._writing:
                token = CURRENT.set(Exchange())
                try:
                    changed += await self._object(path, name)
                except RefusedError:  # by the rules of the calendar of somebody it asks
                    _log.warning("a series cannot step over more dates: a calendar it would come into refuses it")
                finally:
                    CURRENT.reset(token)
        return changed

    async def _object(self, path: str, name: str) -> bool:
        calendar = self._backend.get_resource(path)
        try:
            member = calendar.get_member(name) if calendar is not None else None
        except KeyError:
            member = None
        if member is None:  # somebody has deleted it meanwhile
            return False
        exchange, guard, path = CURRENT.get() or Exchange(), self._backend.guard, calendar.admission.calendar
        decision = await asyncio.to_thread(stepped_further, guard, joined(await member.get_body()), path)
        if decision is None:
            return False
        stored = decision.octets
        exchange.judged.add((path, stored))
        if _calls(decision, calendar.own()):  # as the organiser's own change of it, which is delivered
            stored = joined(await calendar.pre_put_hook(name, [stored], _TYPE) or [stored])
        await member.set_body([stored], await member.get_etag())
        await asyncio.to_thread(guard.settle, decision, stored=True, calendar=path)
        return True


def _calls(decision: Rewrite, own: frozenset[str]) -> bool:
    """Whether the owner of the calendar calls the meeting; else the server has nobody to tell."""
    organizer = decision.meetings[0].organizer if decision.meetings else None
    return organizer is not None and calendar_address(organizer.address) in own


def _marked(calendar: Guarded) -> list[str]:
    """The objects that may have dates to step over that were not known yet."""
    store: Any = calendar.store
    found = []
    for name, kind, etag in list(store.iter_with_etag()):
        if kind == _TYPE:
            with suppress(KeyError):  # somebody has deleted it meanwhile
                if may_step_further(b"".join(store.get_file(name, kind, etag).content)):
                    found.append(name)
    return found


def _calendars_of(backend: Any, principal: str) -> list[str]:
    """Those of a principal; none where they cannot be listed, so that the others are looked through all the same."""
    try:
        found = below(backend.get_resource(principal), principal)
        return [path for path, one in found if caldav.CALENDAR_RESOURCE_TYPE in one.resource_types]
    except Exception:  # noqa: BLE001 - of whatever kind: the other principals go on
        _log.exception("could not list the calendars of a principal")
        return []
