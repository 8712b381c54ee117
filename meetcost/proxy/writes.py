# SPDX-License-Identifier: Apache-2.0
"""PUT and POST: read what stands there, judge, send on under the condition that it still stands there."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from multidict import CIMultiDict

from meetcost.guard.body import UTF_8, charset_of, may_be_calendar
from meetcost.guard.guard import Removing, to_move
from meetcost.guard.judge import Judged, judged
from meetcost.guard.reply import Reply, malformed
from meetcost.model.verdict import Mode
from meetcost.proxy.conditions import Conditions, Current
from meetcost.proxy.free_busy import known_busy
from meetcost.proxy.look import NOT_THERE, calendar_of, current, is_known, no_right
from meetcost.proxy.refused import EndedError, RefusedError
from meetcost.proxy.target import parent
from meetcost.proxy.upstream import UpstreamError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from meetcost.guard.decide import Refuse
    from meetcost.guard.guard import Guard
    from meetcost.proxy.asked import Asked
    from meetcost.proxy.locks import Locks
    from meetcost.proxy.settings import Settings
    from meetcost.proxy.upstream import Upstream

ATTEMPTS: Final = 5
_MEETINGS: Final = (b"VEVENT", b"VTODO", b"VJOURNAL", b"VPOLL", b"VAVAILABILITY")
_OF_TIMES: Final = frozenset({b"VCALENDAR", b"VFREEBUSY", b"VTIMEZONE", b"STANDARD", b"DAYLIGHT"})
_PLAIN: Final = re.compile("(?:\r\n|[\n\t -~\xa0-\u2027\u202a-\ud7ff\ue000-\U0010ffff])*")
"""No control character, nor anything else at which some reader begins a new line."""
_OF_A_CALENDAR: Final = frozenset({"", "text/calendar", "text/plain", "application/octet-stream", "application/ics"})
_PARAMETER: Final = re.compile("(?:component|method)=[A-Za-z-]+", re.IGNORECASE)
_CONTACTS: Final = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
_OF_CONTACTS: Final = _CONTACTS | {"", "text/plain", "application/octet-stream"}


@dataclass(frozen=True)
class Told:
    """An answer, and what the log says of it."""

    reply: Reply
    outcome: str = ""
    etag: bool = True


@dataclass(frozen=True)
class Work:
    """What one request is worked on with; the same guard from its beginning to its end."""

    settings: Settings
    upstream: Upstream
    guard: Guard
    locks: Locks
    pool: Executor

    async def judge(
        self, asked: Asked, octets: bytes, old: bytes | None, calendar: str | None, *, as_is: bool = False
    ) -> Judged:
        """`judge.judged`, in a thread: the other requests go on."""
        loop = asyncio.get_running_loop()
        as_is, user = as_is or self.settings.as_is, asked.login
        if user not in self.guard.break_glass or not await is_known(self.upstream, asked, parent(asked.path)):
            user = ""
        judging = loop.run_in_executor(
            self.pool, lambda: judged(self.guard, octets, old, calendar, as_is=as_is, user=user)
        )
        try:
            return await asyncio.shield(judging)
        except asyncio.CancelledError:  # what it holds of quotas is let go when it is done
            judging.add_done_callback(lambda done: done.result().settle(self.guard, stored=False))
            raise

    async def removing(
        self, octets: bytes | None, calendar: str | None, path: str = "", *, by: bytes | None = None
    ) -> Removing:
        """`Guard.removing`, in a thread; nothing where `octets` are not known."""
        guard = self.guard
        if octets is None or not guard.policy.quotas:
            return Removing((), calendar)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self.pool, lambda: guard.removing(octets, by=by, calendar=calendar, path=path)
        )

    async def settle_removal(self, one: Removing, *, removed: bool) -> None:
        """`Guard.settle_removal`, in a thread; it goes on where the request is ended."""
        if one.operations:
            loop = asyncio.get_running_loop()
            ending = loop.run_in_executor(self.pool, lambda: self.guard.settle_removal(one, removed=removed))
            await asyncio.shield(ending)

    async def gone(self, path: str) -> None:
        """`Guard.gone`, in a thread: somebody has looked, and nothing stands there."""
        if self.guard.policy.quotas:
            loop = asyncio.get_running_loop()
            await asyncio.shield(loop.run_in_executor(self.pool, lambda: self.guard.gone(path)))

    async def settle(self, verdict: Judged, *, stored: bool) -> None:
        """`Judged.settle`, in a thread, since it writes to a disk; it goes on where the request is ended."""
        loop = asyncio.get_running_loop()
        await asyncio.shield(loop.run_in_executor(self.pool, lambda: verdict.settle(self.guard, stored=stored)))

    async def refused(self, asked: Asked, refuse: Refuse, calendar: str | None, path: str) -> Told:
        """The words of a refusal, for who may write at `path`. Nobody else waits for it: no lock is held meanwhile."""
        answer = await no_right(self.upstream, asked, path)
        if answer is not None:
            return Told(answer, "not shown")
        guard, meeting = self.guard, to_move(refuse)
        known = None
        if meeting is not None:
            known = await known_busy(self.upstream, asked, path, meeting, policy=guard.policy, now=guard.clock())
        loop = asyncio.get_running_loop()
        refusal = await loop.run_in_executor(
            self.pool, lambda: guard.refusal(refuse, calendar=calendar, busy=lambda _meeting: known)
        )
        return Told(refusal.reply, str(refuse.verdict.would_be))


async def put(work: Work, asked: Asked) -> Told:
    """A calendar object, or a whole calendar; contacts are not looked at. Anything else is refused."""
    asked = replace(asked, headers=_as_utf_8(asked))
    if not may_be_calendar(asked.body):
        return Told(await work.upstream.ask("PUT", asked.target, asked.headers, asked.body), "contact")
    conditions = Conditions.of(asked.headers)
    async with work.locks.of(asked.path):
        calendar = await calendar_of(work.upstream, asked, asked.path, work.guard)
        last: tuple[Current, Told] | None = None
        for _ in range(ATTEMPTS):
            there = await current(work.upstream, asked, asked.target)
            if isinstance(there, Reply):
                return Told(there)
            if last is not None and last[0] == there:
                return last[1]  # it was another condition that did not hold
            told, more = await _put_once(work, asked, conditions, there, calendar)
            if told.reply.status != 412 or not more:
                return told
            last = there, told
    return Told(busy())


async def _put_once(
    work: Work, asked: Asked, conditions: Conditions, there: Current, calendar: str
) -> tuple[Told, bool]:
    """One attempt; and whether it was under a condition that the client had not made."""
    holds = not there.known or conditions.hold(there)
    sure = holds and there.bound  # else it is judged as if nothing stood there, which is never the milder way
    verdict = await work.judge(asked, asked.body, there.octets if sure else None, calendar)
    if verdict.refuse is not None:
        if not holds:
            return Told(malformed("Precondition Failed", 412), "stale"), False
        path = asked.path if there.exists else parent(asked.path)
        raise RefusedError(verdict.refuse, calendar, path)
    onward = CIMultiDict(asked.headers)
    more = conditions.narrowed(onward, there) if sure else False
    leaving = await work.removing(there.octets, calendar, asked.looked_at, by=asked.body)
    reply = await send(work, replace(asked, headers=onward), verdict, [leaving])
    return Told(reply, verdict.outcome, etag=not verdict.rewritten), more


async def send(work: Work, asked: Asked, verdict: Judged, leaving: Sequence[Removing] = ()) -> Reply:
    """Send on what was judged, once, and tell the guard what came of it; `leaving` is what it takes out of a calendar.

    Where nobody knows how it ended it may have been stored, and counts; what would be out of a calendar then counts as
    well, until somebody looks and nothing is there.
    """
    try:
        reply = await work.upstream.ask(asked.method, asked.target, asked.headers, verdict.octets)
    except UpstreamError as error:
        await work.settle(verdict, stored=error.sent)
        raise  # `leaving` stays open, even if it seems not to have been sent: a DELETE may have been sent twice
    except BaseException:
        verdict.settle(work.guard, stored=True)
        raise
    stored = 200 <= reply.status < 300
    await work.settle(verdict, stored=stored)
    gone = stored or (asked.method == "DELETE" and reply.status in NOT_THERE)  # one before it came late
    for one in leaving:  # last, so that what was moved is known where it is
        await work.settle_removal(one, removed=gone)
    return reply


async def post(work: Work, asked: Asked) -> Told:
    """A new object of a collection (RFC 5995), or a question for free and busy times (RFC 6638 §5).

    Any other POST that could write is refused: nobody could say what it means to the server.
    """
    asked = replace(asked, headers=_as_utf_8(asked))
    if not asked.body:
        raise EndedError.malformed("The guard does not know what this POST does", 403)
    if not may_be_calendar(asked.body):
        return Told(await work.upstream.ask("POST", asked.target, asked.headers, asked.body), "contact")
    if _asks_for_times(asked.body):
        return Told(await work.upstream.ask("POST", asked.target, asked.headers, asked.body), "free-busy")
    calendar = await calendar_of(work.upstream, asked, asked.path, work.guard)
    message = _is_message(asked.body)
    verdict = await work.judge(asked, asked.body, None, calendar, as_is=message)
    if verdict.refuse is not None:
        raise RefusedError(verdict.refuse, calendar, asked.path)
    if message and work.guard.policy.mode is not Mode.OBSERVE:
        await work.settle(verdict, stored=False)
        answer = await no_right(work.upstream, asked, asked.path)
        reason = "Scheduling messages are sent by the server, not by POST"
        return Told(answer if answer is not None else malformed(reason, 403), "reject")
    return Told(await send(work, asked, verdict), verdict.outcome, etag=not verdict.rewritten)


async def delete(work: Work, asked: Asked) -> Told:
    """What is deleted, and has not begun, is given back to the quotas; a whole calendar is not looked through."""
    if asked.path.endswith("/") or not work.guard.policy.quotas:
        return Told(await work.upstream.ask("DELETE", asked.target, asked.headers, asked.body))
    async with work.locks.of(asked.path):
        there = await current(work.upstream, asked, asked.target)
        if isinstance(there, Reply) and there.status >= 500:  # nobody would know what it was that is gone
            return Told(there)
        leaving = []
        if isinstance(there, Current) and not there.exists:
            await work.gone(asked.looked_at)
        elif isinstance(there, Current):
            calendar = await calendar_of(work.upstream, asked, asked.path, work.guard)
            leaving.append(await work.removing(there.octets, calendar, asked.looked_at))
        return Told(await send(work, asked, Judged(asked.body), leaving))


def busy() -> Reply:
    """The answer where an object never stood still long enough to be judged."""
    reply = malformed("Others write this object all the time; try again", 503)
    return reply._replace(headers=(*reply.headers, ("Retry-After", "5")))


def _as_utf_8(asked: Asked) -> CIMultiDict[str]:
    """The headers, with a Content-Type that leaves the server one way to read the body. Raises `EndedError`."""
    given = asked.headers.get("Content-Type", "")
    kind = given.partition(";")[0].strip().lower()
    calendar = may_be_calendar(asked.body)
    if charset_of(given) not in UTF_8:
        raise EndedError.malformed("Only UTF-8 is accepted", 415, "supported-calendar-data")
    if kind not in (_OF_A_CALENDAR if calendar else _OF_CONTACTS):
        raise EndedError.malformed("Only text/calendar is accepted", 415, "supported-calendar-data")
    try:
        asked.body.decode("utf-8")
    except UnicodeDecodeError:
        if not calendar:  # of a calendar it is told with its line
            raise EndedError.malformed("Only UTF-8 is accepted", 415, "supported-calendar-data") from None
    headers = CIMultiDict(asked.headers)
    named = kind if kind == "text/calendar" or kind in _CONTACTS else "text/calendar" if calendar else "text/vcard"
    if given.lower() != f"{named}; charset=utf-8":  # what says it twice is read in two ways
        said = [one.strip() for one in given.split(";")[1:]]
        others = [one for one in said if _PARAMETER.fullmatch(one)]
        headers["Content-Type"] = "; ".join([named, "charset=utf-8", *others])
    return headers


def _unfolded(octets: bytes) -> bytes:
    return octets.upper().replace(b"\r\n", b"\n").replace(b"\n ", b"").replace(b"\n\t", b"")


def _asks_for_times(octets: bytes) -> bool:
    """Whether it is a VFREEBUSY request and nothing else, however its lines are read."""
    lines = _unfolded(octets)
    if any(name in lines for name in _MEETINGS) or not _PLAIN.fullmatch(octets.decode("utf-8", "surrogateescape")):
        return False
    said = {line.strip() for line in lines.split(b"\n")}
    begun = {line.removeprefix(b"BEGIN:") for line in said if line.startswith(b"BEGIN:")}
    return b"VFREEBUSY" in begun and begun <= _OF_TIMES and b"METHOD:REQUEST" in said


def _is_message(octets: bytes) -> bool:
    """Whether it is an iTIP message (RFC 5546): an object in a calendar has no METHOD (RFC 4791 §4.1)."""
    return any(line.startswith((b"METHOD:", b"METHOD;")) for line in _unfolded(octets).split(b"\n"))
