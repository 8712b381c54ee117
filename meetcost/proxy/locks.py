# SPDX-License-Identifier: Apache-2.0
"""One write at a time to a path: some servers do not look at If-Match when they move something."""

from __future__ import annotations

import asyncio
import unicodedata
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from meetcost.proxy.target import decoded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Locks:
    """Those of one proxy; whoever waits is served in order."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, *paths: str) -> AsyncIterator[None]:
        """Hold the paths, however their letters are written; in one order, so that nobody waits for ever."""
        names = sorted({unicodedata.normalize("NFKC", decoded(path)).casefold().rstrip("/") for path in paths})
        async with AsyncExitStack() as held:
            for name in names:
                lock = self._locks.get(name)
                if lock is None:
                    lock = self._locks[name] = asyncio.Lock()
                await held.enter_async_context(lock)
            yield
