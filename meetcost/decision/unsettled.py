# SPDX-License-Identifier: Apache-2.0
"""Decisions that let a write pass, until the server says how it has ended."""

from __future__ import annotations

import logging
import secrets
from collections import OrderedDict
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from meetcost.guard.guard import Guard
    from meetcost.guard.judge import Judged

_log = logging.getLogger("meetcost.decision")
WITHIN: Final = 600.0
"""Seconds in which a decision is to be settled."""
_MOST: Final = 10_000


class Unsettled:
    """Those of one service. What nobody settles in time counts as not stored, as does the oldest of too many."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._open: OrderedDict[str, tuple[float, Guard, Judged]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def add(self, guard: Guard, judged: Judged) -> str:
        """Its name, which nobody can guess."""
        name = secrets.token_urlsafe(18)
        with self._lock:
            dropped = self._outdated()
            self._open[name] = (self._clock(), guard, judged)
        for old_guard, old in dropped:
            old.settle(old_guard, stored=False)
        if dropped:
            _log.warning("%d decisions were never settled: taken as not stored", len(dropped))
        return name

    def settle(self, name: str, *, stored: bool) -> bool:
        """Say how it has ended; False where no such decision is open."""
        with self._lock:
            found = self._open.pop(name, None)
        if found is None:
            return False
        _, guard, judged = found
        judged.settle(guard, stored=stored)
        return True

    def _outdated(self) -> list[tuple[Guard, Judged]]:
        dropped = []
        before = self._clock() - WITHIN
        while self._open:
            at, guard, judged = next(iter(self._open.values()))
            if at > before and len(self._open) < _MOST:
                break
            self._open.popitem(last=False)
            dropped.append((guard, judged))
        return dropped
