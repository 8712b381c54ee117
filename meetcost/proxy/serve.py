# SPDX-License-Identifier: Apache-2.0
"""The proxy as a process: follows its files, and ends on SIGTERM when what is under way has ended."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web

from meetcost.proxy.app import Proxy
from meetcost.proxy.heard import Server
from meetcost.proxy.upstream import Upstream

if TYPE_CHECKING:
    from collections.abc import Callable

    from meetcost.guard.guard import Guard
    from meetcost.guard.watched import Watched
    from meetcost.proxy.settings import Settings

_log = logging.getLogger("meetcost.proxy")
_KEEPALIVE: Final = 75.0
_LINGERING: Final = 5.0
_HEADER: Final = 16_384


async def serve(settings: Settings, policy: Watched[Guard], ready: Callable[[], None]) -> None:
    """Until SIGTERM or SIGINT; `ready` is called when it listens. OSError where it cannot."""
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2), thread_name_prefix="guard") as pool:
        async with Upstream(settings) as upstream:
            await loop.run_in_executor(pool, lambda: policy.held.settle_open(None))  # only clients may look
            proxy = Proxy(settings, policy, upstream, pool)
            server = Server(
                proxy.handle,
                heard=proxy.heard,
                within=settings.timeout,
                access_log=None,
                auto_decompress=False,
                keepalive_timeout=_KEEPALIVE,
                lingering_time=_LINGERING,
                max_line_size=_HEADER,
                max_field_size=_HEADER,
                logger=logging.getLogger("meetcost.proxy.http"),
            )
            runner = web.ServerRunner(server, shutdown_timeout=settings.drain)
            await runner.setup()
            try:
                await _site(runner, settings).start()
                for name in (signal.SIGTERM, signal.SIGINT):
                    loop.add_signal_handler(name, ending.set)
                loop.add_signal_handler(signal.SIGHUP, lambda: loop.run_in_executor(pool, policy.look))
                following = asyncio.create_task(_follow(policy, pool))
                ready()
                await ending.wait()
                following.cancel()
                proxy.metrics.draining = True
                _log.info("ending: nothing new is taken, what is under way goes on")
            finally:
                await runner.cleanup()


def _site(runner: web.ServerRunner, settings: Settings) -> web.BaseSite:
    path = settings.listen.path
    if path:
        with suppress(FileNotFoundError):
            if stat.S_ISSOCK(Path(path).stat().st_mode):  # what a proxy left that did not end by itself
                Path(path).unlink()
        return web.UnixSite(runner, path, ssl_context=settings.listening)
    return web.TCPSite(runner, settings.listen.host, settings.listen.port, ssl_context=settings.listening)


async def _follow(policy: Watched[Guard], pool: ThreadPoolExecutor) -> None:
    """Look at the files every second, in a thread: requests go on, with what holds."""
    while True:
        await asyncio.sleep(1)
        await asyncio.get_running_loop().run_in_executor(pool, policy)
