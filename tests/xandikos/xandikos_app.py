# SPDX-License-Identifier: Apache-2.0
"""Guarded Xandikos in a thread of this process, so that a test can say what the present is."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from aiohttp import web
from processes import Answer, ask

from meetcost.guard.sources import GuardFiles
from meetcost.xandikos.app import GuardedApp
from meetcost.xandikos.backend import GuardedBackend

if TYPE_CHECKING:
    from pathlib import Path

    from meetcost.guard.guard import Guard

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class XandikosInThread:
    """Principals, `/ann/` alone unless others are named, with Xandikos's default collections.

    `set_guard` gives it another guard.
    """

    def __init__(self, folder: Path, policy: Path, *principals: str) -> None:
        class Backend(GuardedBackend):
            pass

        Backend.guards = GuardFiles(str(policy)).watched(lambda: NOW)
        Backend.keeps_notices = False
        self.folder, self._kind = folder, Backend
        self.backend = Backend(str(folder))
        for name in principals or ("ann",):
            self.backend.create_principal(f"/{name}/", create_defaults=True)
        self.app = GuardedApp(self.backend, "/ann/")
        self._started, self._loop = Event(), asyncio.new_event_loop()
        self.port = 0
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._started.wait(30)

    @property
    def guard(self) -> Guard:
        return self._kind.guards()

    def set_guard(self, guard: Guard) -> None:
        self._kind.guards = staticmethod(lambda: guard)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.run_forever()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        """As `asyncio.run` does."""
        await self._runner.cleanup()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self) -> None:
        async def handler(request: Any) -> Any:
            return await self.app.aiohttp_handler(request, "/")

        application = web.Application()
        application.router.add_route("*", "/{path_info:.*}", handler)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._started.set()

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        return ask(self.port, method, path, body, **{"Content_Type": "text/calendar; charset=utf-8", **headers})

    def swept(self) -> int:
        """How many series a sweep through all calendars has changed."""
        sweep = self.app.sweeper.run(sorted(self.backend.find_principals()))
        return asyncio.run_coroutine_threadsafe(sweep, self._loop).result(60)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
