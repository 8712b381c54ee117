# SPDX-License-Identifier: Apache-2.0
"""One write at a time: Xandikos looks at the entity tag of what is changed, and writes later without another look.

Between the two it waits, and whoever writes meanwhile is overwritten, though both had sent the tag that they had read.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from meetcost.guard.alone import alone

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path


class Writing:
    """`async with` it from before the look at what stands there until it is stored.

    The requests of this process wait for each other, and for other commands of ours that write below `folder`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = asyncio.Lock()
        self._held: AbstractContextManager[None] | None = None

    async def __aenter__(self) -> None:
        await self._lock.acquire()
        held = alone(self._folder)
        entering = asyncio.get_running_loop().run_in_executor(None, held.__enter__)
        try:
            await asyncio.shield(entering)
        except BaseException:  # ended while it waits for another process
            entering.add_done_callback(lambda _: held.__exit__(None, None, None))
            self._lock.release()
            raise
        self._held = held

    async def __aexit__(self, *_: object) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.__exit__(None, None, None)
        self._lock.release()
