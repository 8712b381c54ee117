# SPDX-License-Identifier: Apache-2.0
"""The decision service as a process: follows its files, and ends on SIGTERM when all are answered."""

from __future__ import annotations

import asyncio
import logging
import signal
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web

from meetcost.decision.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from meetcost.decision.settings import Settings
    from meetcost.guard.address import Address
    from meetcost.guard.guard import Guard
    from meetcost.guard.watched import Watched

_DRAIN: Final = 10.0


async def serve(settings: Settings, policy: Watched[Guard], ready: Callable[[Address], None]) -> None:
    """Until SIGTERM or SIGINT; `ready` is told where it listens. OSError where it cannot."""
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    runner = web.AppRunner(
        Service(policy, token=settings.token).application(),
        access_log=None,
        shutdown_timeout=_DRAIN,
        logger=logging.getLogger("meetcost.decision.http"),
    )
    await asyncio.to_thread(policy.held.settle_open, None)  # whoever asked may be gone as well
    await runner.setup()
    try:
        await _site(runner, settings.listen).start()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, ending.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: loop.run_in_executor(None, policy.look))
        ready(settings.listen if settings.listen.path else settings.listen._replace(port=runner.addresses[0][1]))
        await ending.wait()
    finally:
        await runner.cleanup()


def _site(runner: web.AppRunner, listen: Address) -> web.BaseSite:
    if not listen.path:
        return web.TCPSite(runner, listen.host, listen.port)
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(Path(listen.path).stat().st_mode):  # what a service left that did not end by itself
            Path(listen.path).unlink()
    return web.UnixSite(runner, listen.path)
