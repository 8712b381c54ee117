# SPDX-License-Identifier: Apache-2.0
"""The server behind the proxy, asked in requests of our own making.

A write is sent once, on a connection of its own: a client library that sends it again, because a kept connection turned
out to be closed, does not know what came of the first time. What only reads may have a kept one where a new one would
cost a TLS handshake. Without TLS a new one is quicker: on one that is kept, the kernel here waits 40 ms with its
acknowledgement, and a server that sends head and body apart waits for it (RFC 1122 §4.2.3.2, RFC 896).
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Self

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from meetcost.guard.reply import Reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from types import TracebackType

    from aiohttp import ClientResponse

    from meetcost.proxy.settings import Settings

READS: Final = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT", "SEARCH"})
"""Methods that change nothing (RFC 9110 §9.2.1, RFC 4918 §9.1, RFC 3253 §3.6, RFC 5323)."""
_AUTOMATIC: Final = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
_PIECE: Final = 65_536
_MOST_ANSWER: Final = 100_000_000
_AS_LONG: Final = 3
"""How many times the timeout of one piece all of them may take, before an answer begins or until one ends that is kept:
a server that sends a little of it again and again would hold the lock of an object for ever."""
_SENDING: Final = 2.0
"""Seconds that a body may still be on its way when its acceptance is here already."""


class UpstreamError(Exception):
    """The server did not answer as it should: said nothing for too long (504), or broke off (502).

    `sent`: whether it may have got the request.
    """

    def __init__(self, reason: str, *, late: bool = False, sent: bool = True) -> None:
        super().__init__(reason)
        self.status = 504 if late else 502
        self.sent = sent


class Upstream:
    """Asks the server; an async context manager."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._reading: aiohttp.ClientSession | None = None
        self._writing: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._reading = self._session(keep=self._settings.server.scheme == "https")
        self._writing = self._session(keep=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in (self._reading, self._writing):
            if session is not None:
                await session.close()

    def _session(self, *, keep: bool) -> aiohttp.ClientSession:
        path, context = self._settings.server.address.path, self._settings.asking
        connector: aiohttp.BaseConnector
        if path:
            connector = aiohttp.UnixConnector(path, force_close=not keep, limit=0)
        else:
            connector = aiohttp.TCPConnector(ssl=context or True, force_close=not keep, limit=0)
        seconds = self._settings.timeout
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=_AUTOMATIC,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=min(10.0, seconds), sock_read=seconds),
            trust_env=False,
            max_line_size=32_768,
            max_field_size=32_768,
        )

    async def ask(
        self, method: str, target: str, headers: CIMultiDict[str], body: bytes = b"", *, most: int = _MOST_ANSWER
    ) -> Reply:
        """The whole answer. Raises `UpstreamError`, also for one that breaks off, does not end, or is beyond `most`."""
        try:
            async with asyncio.timeout(self._settings.timeout * _AS_LONG):
                return await self._whole(method, target, headers, body, most)
        except TimeoutError as error:
            raise _failure(error) from error

    async def _whole(self, method: str, target: str, headers: CIMultiDict[str], body: bytes, most: int) -> Reply:
        async with self.open(method, target, headers, body) as answer:
            pieces: list[bytes] = []
            size = 0
            async for piece in answer.content.iter_any():
                size += len(piece)
                if size > most:
                    raise UpstreamError("the answer is too large")
                pieces.append(piece)
            return Reply(answer.status, answer.reason or "", tuple(answer.headers.items()), b"".join(pieces))

    @asynccontextmanager
    async def open(
        self, method: str, target: str, headers: CIMultiDict[str], body: bytes = b""
    ) -> AsyncIterator[ClientResponse]:
        """An answer, of which the body is still to be read. Raises `UpstreamError`, while it is read as well."""
        try:
            async with asyncio.timeout(self._settings.timeout * _AS_LONG):
                answer = await self._answer(method, target, headers, body)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _failure(error) from error
        try:
            if answer.status < 200:  # 101: a connection that is no longer HTTP
                raise UpstreamError("the server left HTTP")
            yield answer
        except (aiohttp.ClientPayloadError, aiohttp.ServerConnectionError) as error:
            raise _failure(error) from error
        finally:
            answer.close()

    async def is_there(self) -> bool:
        """Whether somebody listens there."""
        address = self._settings.server.address
        try:
            async with asyncio.timeout(2):
                if address.path:
                    _, writer = await asyncio.open_unix_connection(address.path)
                else:
                    _, writer = await asyncio.open_connection(address.host, address.port)
        except OSError:
            return False
        writer.close()
        return True

    async def _answer(self, method: str, target: str, headers: CIMultiDict[str], body: bytes) -> ClientResponse:
        session = self._reading if method in READS else self._writing
        if session is None:
            raise RuntimeError("not entered")
        url = URL(self._settings.server.origin + target, encoded=True)
        if method in READS:
            try:
                return await session.request(method, url, headers=headers, data=body or None, allow_redirects=False)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):  # most often a kept one that was closed
                return await session.request(method, url, headers=headers, data=body or None, allow_redirects=False)
        sent = asyncio.Event()
        framed = CIMultiDict(headers)
        framed["Content-Length"] = str(len(body))
        data = _pieces(body, sent) if body else None
        answer = await session.request(method, url, headers=framed, data=data, allow_redirects=False)
        if body and answer.status < 300:
            try:
                async with asyncio.timeout(_SENDING):
                    await sent.wait()
            except TimeoutError:
                answer.close()
                raise aiohttp.ClientPayloadError("accepted before it was sent") from None
        return answer


async def _pieces(body: bytes, sent: asyncio.Event) -> AsyncIterator[bytes]:
    for at in range(0, len(body), _PIECE):
        yield body[at : at + _PIECE]
    sent.set()


def _failure(error: Exception) -> UpstreamError:
    late = isinstance(error, TimeoutError)
    unsent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return UpstreamError(type(error).__name__, late=late, sent=not unsent)
