# SPDX-License-Identifier: Apache-2.0
"""The proxy: one request in, one answer out. Writes fail closed, reads go through."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from contextlib import suppress
from hashlib import sha256
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from meetcost.guard.decide import Refuse, failed
from meetcost.guard.no_meeting_days import no_meeting_days
from meetcost.guard.reply import Reply, malformed
from meetcost.proxy.asked import ALLOWED, JUDGED, Asked, asked
from meetcost.proxy.headers import backward
from meetcost.proxy.heard import Heard
from meetcost.proxy.locks import Locks
from meetcost.proxy.moves import move
from meetcost.proxy.refused import EndedError, RefusedError
from meetcost.proxy.status import Metrics
from meetcost.proxy.target import parent, same_host
from meetcost.proxy.upstream import READS, UpstreamError
from meetcost.proxy.writes import Told, Work, delete, post, put

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from meetcost.guard.guard import Guard
    from meetcost.guard.watched import Watched
    from meetcost.proxy.settings import Settings
    from meetcost.proxy.upstream import Upstream

OWN: Final = "/.meetcost/"
_WRITERS: Final = {"PUT": put, "POST": post, "MOVE": move, "COPY": move, "DELETE": delete}
_KEY: Final = secrets.token_bytes(32)
_log = logging.getLogger("meetcost.proxy")


class Proxy:
    """Answers requests with the guard of `policy`; `handle` is a handler of `aiohttp.web.Server`."""

    def __init__(self, settings: Settings, policy: Watched[Guard], upstream: Upstream, pool: Executor) -> None:
        self.settings = settings
        self.policy = policy
        self.upstream = upstream
        self.metrics = Metrics()
        self._pool = pool
        self._locks = Locks()
        self.heard = Heard()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        begin = perf_counter()
        self.heard.has_asked(request.protocol)
        self.metrics.in_flight += 1
        outcome, status = "", 0
        try:
            response, outcome = await self._answered(request)
            status = response.status
            return response
        finally:
            self.metrics.in_flight -= 1
            self.metrics.answered(request.method, status or 500, outcome)
            self._tell(request, status, outcome, perf_counter() - begin)

    async def _answered(self, request: web.BaseRequest) -> tuple[web.StreamResponse, str]:
        try:
            if request.raw_path.startswith(OWN):
                return await self._own(request), ""
            one = await asked(request, self.settings, self.policy.held.policy.limits.octets)
            if one.method in READS:
                return await self._stream(request, one), ""
            told = await self._written(one)
            return self._response(told.reply, one, etag=told.etag), told.outcome
        except EndedError as error:
            response = self._response(error.reply, None)
            if error.reply.status == 405:
                response.headers["Allow"] = ALLOWED
            if not request.content.at_eof():
                response.force_close()
            return response, "malformed"
        except UpstreamError as error:
            self.metrics.failures += 1
            _log.warning("the server behind failed: %s", error)
            return self._response(malformed("The calendar server did not answer", error.status), None), "upstream"
        except ConnectionError:  # the client went away: those of the server are UpstreamErrors
            _cut(request)
            return self._response(malformed("The client went away"), None), ""
        except Exception as error:  # noqa: BLE001 - a guard fails closed
            _log.exception("could not answer")
            return self._closed(request.method, error), "error"

    def _closed(self, method: str, error: Exception) -> web.StreamResponse:
        """Of a mistake of ours: no write is let pass, and none is told to have been by a 5xx."""
        if method in READS:
            return self._response(malformed("The guard failed", 500), None)
        guard = self.policy.held
        return self._response(guard.refusal(Refuse(failed(guard.policy, type(error).__name__))).reply, None)

    async def _written(self, one: Asked) -> Told:
        if one.method not in _WRITERS or (one.method in ("PUT", "POST") and one.is_below(self.settings.exempt)):
            reply = await self.upstream.ask(one.method, one.target, one.headers, one.body)
            return Told(reply, "exempt" if one.method in JUDGED else "")
        work = Work(self.settings, self.upstream, self.policy.held, self._locks, self._pool)
        try:
            return await _WRITERS[one.method](work, one)
        except RefusedError as error:
            return await work.refused(one, error.refuse, error.calendar, error.path)

    def _response(self, reply: Reply, one: Asked | None, *, etag: bool = True) -> web.Response:
        reply = reply.said_in(self.policy.held.language)
        headers = CIMultiDict(backward(reply.headers, etag=etag))
        if one is not None:
            self._rebase(headers, one)
        body = reply.body if reply.status not in (204, 304) else None
        return web.Response(status=reply.status, reason=_phrase(reply.reason), headers=headers, body=body)

    async def _stream(self, request: web.BaseRequest, one: Asked) -> web.StreamResponse:
        """What only reads, passed on piece by piece."""
        async with self.upstream.open(one.method, one.target, one.headers, one.body) as answer:
            headers = CIMultiDict(backward(answer.headers.items()))
            self._rebase(headers, one)
            if one.method == "OPTIONS" and "Allow" in headers:
                headers["Allow"] = _allowed(headers["Allow"])
            response = web.StreamResponse(status=answer.status, reason=_phrase(answer.reason), headers=headers)
            length = answer.headers.get("Content-Length", "")
            if length.isascii() and length.isdigit():
                response.headers["Content-Length"] = length
            await response.prepare(request)
            try:
                async for piece in answer.content.iter_any():
                    await response.write(piece)
            except ConnectionResetError:  # the client went away
                _cut(request)
                return response
            except (aiohttp.ClientError, TimeoutError) as error:  # half an answer must not look like a whole one
                self.metrics.failures += 1
                _log.warning("the server behind broke off: %s", type(error).__name__)
                _cut(request)
                return response
            except asyncio.CancelledError:
                _cut(request)
                raise
            with suppress(ConnectionError):
                await response.write_eof()
            return response

    def _rebase(self, headers: CIMultiDict[str], one: Asked) -> None:
        """Let links lead to the proxy: a server behind TLS of ours takes itself for http, or names itself."""
        for name in ("Location", "Content-Location"):
            scheme, mark, rest = headers.get(name, "").partition("://")
            authority, slash, path = rest.partition("/")
            server = self.settings.server.origin.partition("://")[2]
            if mark and (
                same_host(authority, one.host, scheme.lower()) or same_host(authority, server, scheme.lower())
            ):
                outside = "https" if self.settings.listening is not None else "http"
                headers[name] = f"{outside}://{one.host}{slash}{path}"

    async def _own(self, request: web.BaseRequest) -> web.StreamResponse:
        """What the proxy says itself; none of it is a secret."""
        if request.method not in ("GET", "HEAD"):
            raise EndedError.malformed("Only to be read", 405)
        name = request.raw_path.removeprefix(OWN)
        if name == "no-meeting-days.ics":
            guard = self.policy.held
            octets = await asyncio.get_running_loop().run_in_executor(
                self._pool, lambda: no_meeting_days(guard.policy, now=guard.clock(), language=guard.language)
            )
            return _own_text(octets, "text/calendar; charset=utf-8", cache="public, max-age=3600")
        if name == "health/live":
            return _own_text(b"alive\n", "text/plain; charset=utf-8")
        if name == "health/ready":
            ready = not self.metrics.draining and await self.upstream.is_there()
            return _own_text(
                b"ready\n" if ready else b"not ready\n", "text/plain; charset=utf-8", 200 if ready else 503
            )
        if name == "metrics":
            text = self.metrics.text(self.policy.readings)
            return _own_text(text.encode(), "text/plain; version=0.0.4; charset=utf-8")
        raise EndedError.malformed("Not Found", 404)

    def _tell(self, request: web.BaseRequest, status: int, outcome: str, seconds: float) -> None:
        """A line of the log. Paths name people: the calendar is a keyed hash, another one in each process."""
        calendar = parent(request.raw_path.partition("?")[0]).encode("utf-8", "surrogateescape")
        line: dict[str, Any] = {
            "method": request.method if request.method.isalpha() else "?",
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
            "calendar": hmac.new(_KEY, calendar, sha256).hexdigest()[:12],
        }
        if outcome:
            line["outcome"] = outcome
        _log.info("answered", extra={"fields": line})


def _own_text(octets: bytes, kind: str, status: int = 200, cache: str = "no-store") -> web.Response:
    return web.Response(status=status, body=octets, headers={"Content-Type": kind, "Cache-Control": cache})


def _allowed(value: str) -> str:
    ours = set(ALLOWED.split(", "))
    return ", ".join(one.strip() for one in value.split(",") if one.strip().upper() in ours)


def _phrase(reason: str | None) -> str | None:
    """A reason phrase of printable ASCII; None for the usual one of its status."""
    return "".join(one if " " <= one <= "~" else "?" for one in reason) if reason else None


def _cut(request: web.BaseRequest) -> None:
    """End the client's connection in the middle, so that it knows that something is missing."""
    if request.transport is not None:
        request.transport.abort()
