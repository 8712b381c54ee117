# SPDX-License-Identifier: Apache-2.0
"""Xandikos's application: bounds what comes in, and gives the answer that Xandikos cannot.

The reason of a refusal, no ETag for what was changed, and the calendar of no-meeting days.
"""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xandikos import web, webdav

from meetcost.guard.body import UTF_8, charset_of
from meetcost.guard.no_meeting_days import no_meeting_days
from meetcost.guard.reply import malformed
from meetcost.xandikos import notices
from meetcost.xandikos.exchange import CURRENT, Exchange
from meetcost.xandikos.sweep import Sweeper
from meetcost.xandikos.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from meetcost.guard.guard import Guard
    from meetcost.guard.reply import Reply

DAYS_PATH: Final = "/.meetcost/no-meeting-days.ics"
_MOST_OCTETS: Final = 100_000_000
_WITH_OBJECT: Final = frozenset({"PUT", "POST"})
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})
_CONDITIONS: Final = ("If-Match", "If-None-Match", "If-Schedule-Tag-Match")


class _Read:
    """A request whose body has been read; in all else the one that came in."""

    def __init__(self, request: Any, body: bytes) -> None:
        self._request, self._body, self._size = request, io.BytesIO(body), len(body)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)

    @property
    def content(self) -> _Read:
        """What the body is read from."""
        return self

    @property
    def can_read_body(self) -> bool:
        """Whether any of it is left."""
        return self._body.tell() < self._size

    async def read(self, size: int = -1) -> bytes:
        """The next octets of the body; all that is left without a `size`."""
        return self._body.read(size)


class GuardedApp(web.XandikosApp):
    """Xandikos behind the guard of its backend."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._writing = Writing(Path(self.backend.path))  # what a decision rests on stands until its write has ended
        self.sweeper = Sweeper(self.backend, self._writing)

    async def _handle_request(self, request: Any, environ: Any, start_response: Any = None) -> Any:
        response = await self._responded(request, environ, start_response)
        self.sweeper.begin()
        return response

    async def _responded(self, request: Any, environ: Any, start_response: Any) -> Any:
        if "/" + request.match_info.get("path_info", "").lstrip("/") == DAYS_PATH and request.method in ("GET", "HEAD"):
            return self._days()
        if request.method in _READING:
            return await super()._handle_request(request, environ, start_response)  # type: ignore[no-untyped-call]
        reply = _unwelcome(request.headers) if request.method in _WITH_OBJECT else None
        body = reply or await _body(request)  # before the lock: somebody may send it slowly
        if not isinstance(body, bytes):
            return _response(body.said_in(self.backend.guard.language))
        async with self._writing:
            return await self._written(_Read(request, body), environ, start_response)

    async def _written(self, request: Any, environ: Any, start_response: Any) -> Any:
        exchange = Exchange(self._resolve_remote_user(request, environ) or "")
        token = CURRENT.set(exchange)
        stored = False
        try:
            response = await super()._handle_request(request, environ, start_response)  # type: ignore[no-untyped-call]
            stored = 200 <= getattr(response, "status", 500) < 300
        finally:
            CURRENT.reset(token)
            await self._settle(exchange, stored=stored)
        return self._answered(exchange, request, response)

    async def _settle(self, exchange: Exchange, *, stored: bool) -> None:
        """What became of the writes that were let pass, and of what was to be taken out of a calendar.

        The books and the journal are written in a thread, and to the end where the request is ended; the stores are for
        the event loop alone.
        """
        if exchange.passed or exchange.gone:
            ending = asyncio.to_thread(_tell, self.backend.guard, exchange, stored=stored)
            await asyncio.shield(ending)
        for decision, path in exchange.passed if stored and self.backend.keeps_notices else ():
            for meeting in decision.meetings[:1]:  # what was left to say of it is over
                notices.withdraw(self.backend, path, meeting.uid)

    def _answered(self, exchange: Exchange, request: Any, response: Any) -> Any:
        if not isinstance(response, webdav.Response):
            return response
        if exchange.reply is not None and response.status >= 400:
            return _response(exchange.reply)
        if response.status == 412 and request.method in _WITH_OBJECT and not _is_conditional(request):
            response.status, response.reason = 403, "Forbidden"  # Xandikos's own word for what it cannot store
        if exchange.rewritten:
            response.headers = [(name, value) for name, value in response.headers if name.lower() != "etag"]
        return response

    def _days(self) -> Any:
        """The no-meeting days, for everybody: what is forbidden is no secret."""
        guard = self.backend.guard
        octets = no_meeting_days(guard.policy, now=guard.clock(), language=guard.language)
        headers = {
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Length": str(len(octets)),
            "Cache-Control": "public, max-age=3600",
        }
        return webdav.Response(status=200, reason="OK", body=[octets], headers=headers)

    def _handle_git_request(self, request: Any, *args: Any) -> Any:
        """Xandikos's own, to read from: what is pushed nobody would judge."""
        if request.method not in ("GET", "HEAD"):
            return webdav.Response(status=403, reason="Forbidden")
        return super()._handle_git_request(request, *args)  # type: ignore[no-untyped-call]


def _tell(guard: Guard, exchange: Exchange, *, stored: bool) -> None:
    for decision, path in exchange.passed:
        guard.settle(decision, stored=stored, calendar=path.strip("/"))
    for one in exchange.gone:  # last, so that what was moved is known where it is
        guard.settle_removal(one, removed=stored)


def _unwelcome(headers: Mapping[str, str]) -> Reply | None:
    """Why an object that comes with such headers is not read: another program could read it as something else."""
    if headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        return malformed("Content-Encoding is not accepted", 415, "supported-calendar-data")
    if headers.get("Content-Range"):
        return malformed("Content-Range is not accepted")
    if charset_of(headers.get("Content-Type", "")) not in UTF_8:
        return malformed("Only UTF-8 is accepted", 415, "supported-calendar-data")
    return None


async def _body(request: Any) -> bytes | Reply:
    """What came in, unless it is too large."""
    pieces, size = list[bytes](), 0
    while piece := await request.content.read(65_536):
        pieces.append(piece)
        size += len(piece)
        if size > _MOST_OCTETS:
            return malformed("Too large", 413, "max-resource-size")
    return b"".join(pieces)


def _is_conditional(request: Any) -> bool:
    """Whether 412 can be the answer to what was asked (RFC 9110 §13)."""
    return any(name in request.headers for name in _CONDITIONS)


def _response(reply: Reply) -> Any:
    return webdav.Response(status=reply.status, reason=reply.reason, body=[reply.body], headers=list(reply.headers))
