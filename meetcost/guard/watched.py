# SPDX-License-Identifier: Apache-2.0
"""Files that may change while a server runs: read again when they have; a broken one leaves what held before."""

from __future__ import annotations

import logging
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from meetcost.errors import MeetcostError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
_EVERY: Final = 1.0
"""Seconds between two looks at the file."""
_log = logging.getLogger("meetcost.guard")


class Watched(Generic[T]):
    """What `load` makes of files. Loads at once, and raises what `load` raises; `OSError` where a file is missing."""

    def __init__(self, load: Callable[[], T], *files: Path) -> None:
        self._load, self._files = load, files
        self._lock = Lock()
        self._looked = monotonic()
        self._state = self._now()
        self._held = load()

    def __call__(self) -> T:
        """The content, at most a second old. What cannot be read is told to the log, once for each change."""
        with self._lock:
            if monotonic() - self._looked >= _EVERY:
                self._looked = monotonic()
                self._look()
            return self._held

    def _look(self) -> None:
        try:
            state = self._now()
            if state == self._state:
                return
            self._state = state  # before it is read: what is written meanwhile is another change
            self._held = self._load()
        except (OSError, MeetcostError) as error:
            _log.error("cannot read what has changed, and what held before stays in force: %s", error)
        else:
            _log.info("read again: %s", ", ".join(map(str, self._files)))

    def _now(self) -> list[tuple[int, int, int]]:
        """What differs when a file was written or replaced."""
        stats = [file.stat() for file in self._files]
        return [(stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in stats]
