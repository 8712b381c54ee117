# SPDX-License-Identifier: Apache-2.0
"""Connections on which nothing has been asked: ended in time, so that who only opens them keeps nobody out.

aiohttp waits for the head of a first request as long as the client likes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from asyncio import BaseProtocol

    from aiohttp.web_protocol import RequestHandler


class Heard:
    """Which connections are still silent."""

    def __init__(self) -> None:
        self._silent: set[BaseProtocol] = set()

    def opened(self, connection: BaseProtocol) -> None:
        """A new one."""
        self._silent.add(connection)

    def has_asked(self, connection: BaseProtocol) -> None:
        """The head of a request has come in on it."""
        self._silent.discard(connection)

    def is_silent(self, connection: BaseProtocol) -> bool:
        """Whether nothing has been asked on it; asked once, at the end of its time."""
        silent = connection in self._silent
        self._silent.discard(connection)
        return silent


class Server(web.Server):
    """aiohttp's, with `within` seconds for the head of the first request of a connection."""

    def __init__(self, *handler: Any, heard: Heard, within: float, **options: Any) -> None:
        super().__init__(*handler, **options)
        self._heard, self._within = heard, within

    def __call__(self) -> RequestHandler:
        """The protocol of a new connection."""
        made = super().__call__()
        self._heard.opened(made)
        self._loop.call_later(self._within, self._look_at, made)
        return made

    def _look_at(self, connection: RequestHandler) -> None:
        if self._heard.is_silent(connection) and connection.transport is not None:
            connection.transport.abort()
