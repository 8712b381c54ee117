# SPDX-License-Identifier: Apache-2.0
"""MOVE and COPY: what stands at the source is read and judged, and has to stand there still when it is moved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from multidict import CIMultiDict

from meetcost.errors import said_by
from meetcost.guard.body import may_be_calendar
from meetcost.guard.judge import Judged
from meetcost.guard.reply import Reply, malformed
from meetcost.proxy.conditions import Conditions, Current
from meetcost.proxy.look import calendar_of, current
from meetcost.proxy.refused import EndedError, RefusedError
from meetcost.proxy.target import WrongTargetError, destination_path, parent
from meetcost.proxy.writes import ATTEMPTS, Told, busy, send

if TYPE_CHECKING:
    from meetcost.proxy.asked import Asked
    from meetcost.proxy.writes import Work


async def move(work: Work, asked: Asked) -> Told:
    """One object from here to there. Whole collections are refused: what is in them cannot all be seen."""
    destination = asked.headers.get("Destination")
    if destination is None:
        raise EndedError.malformed("No Destination")
    try:
        to = destination_path(destination, asked.host)
    except WrongTargetError as error:
        raise EndedError.malformed(said_by(error)) from None
    headers = CIMultiDict(asked.headers)
    headers["Destination"] = f"{work.settings.server.scheme}://{asked.host}{to}"  # as the server sees itself
    asked = replace(asked, headers=headers)
    if work.settings.exempt and to.startswith(work.settings.exempt):
        return Told(await work.upstream.ask(asked.method, asked.target, headers, asked.body), "exempt")
    if asked.path.endswith("/") or asked.body:
        raise EndedError.malformed("The guard lets no whole collection be moved or copied", 403)
    conditions = Conditions.of(headers)
    async with work.locks.of(asked.path, to):
        calendar = await calendar_of(work.upstream, asked, to, work.guard)
        last: tuple[Current, Told] | None = None
        for _ in range(ATTEMPTS):
            there = await current(work.upstream, asked, asked.target)
            if isinstance(there, Reply):
                return Told(there)
            if last is not None and last[0] == there:
                return last[1]
            told, more = await _move_once(work, asked, to, conditions, there, calendar)
            if told.reply.status != 412 or not more:
                return told
            last = there, told
    return Told(busy())


async def _move_once(  # noqa: PLR0917 - the same as of a PUT, and where to
    work: Work, asked: Asked, to: str, conditions: Conditions, there: Current, calendar: str
) -> tuple[Told, bool]:
    if not there.exists:
        return Told(malformed("Not Found", 404)), False
    if not conditions.hold(there):
        return Told(malformed("Precondition Failed", 412), "stale"), False
    if not there.known or there.octets is None:
        return Told(malformed("The guard cannot read what is to be moved", 403), "reject"), False
    onward = CIMultiDict(asked.headers)
    more = conditions.narrowed(onward, there) if there.bound else False
    asked = replace(asked, headers=onward)
    if not may_be_calendar(there.octets):
        return Told(await send(work, asked, Judged(b"")), "contact"), more
    target, source = there, calendar
    if asked.method == "COPY" or parent(asked.path) != parent(to):
        found = await current(work.upstream, asked, to)
        if isinstance(found, Reply):
            return Told(found), False
        target = found
        if asked.method == "MOVE" and work.guard.policy.quotas:
            source = await calendar_of(work.upstream, asked, asked.path, work.guard)
    verdict = await work.judge(asked, there.octets, target.octets, calendar, as_is=True)
    if verdict.refuse is not None:
        path = to if target.exists and target is not there else parent(to)
        raise RefusedError(verdict.refuse, calendar, path)
    leaving = []
    if source != calendar:
        leaving.append(await work.removing(there.octets, source, asked.looked_at))
    if target is not there:  # what stood there may have been another meeting
        leaving.append(await work.removing(target.octets, calendar, by=there.octets))
    reply = await send(work, asked, replace(verdict, octets=b""), leaving)
    return Told(reply, verdict.outcome), more
