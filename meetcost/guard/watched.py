# SPDX-License-Identifier: Apache-2.0
"""Files that may change while a server runs: read again when they have; a broken one leaves what held before."""

from __future__ import annotations

import logging
from collections import Counter
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

from meetcost.errors import MeetcostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

T = TypeVar("T")
_State: TypeAlias = tuple[int, int, int] | None
_EVERY: Final = 1.0
"""Seconds between two looks at the files."""
_log = logging.getLogger("meetcost.guard")


class Watched(Generic[T]):
    """What `load` makes of files. Loads at once, and raises what `load` raises.

    `what` names it in the log, where `told` says what is at work. Each process that has one looks by itself: where what
    the files say is not taken, `other` gives what another process has taken since. `also` are further files that have
    turned out to belong to it.
    """

    def __init__(
        self,
        load: Callable[[], T],
        *files: Path,
        what: str = "file",
        told: Callable[[T], str] | None = None,
        other: Callable[[], T | None] = lambda: None,
        also: Callable[[], Iterable[Path]] = tuple,
    ) -> None:
        self._load, self._files, self._what, self._told = load, files, what, told
        self._other, self._also = other, also
        self._lock = Lock()
        self._looked = monotonic()
        state = self._now()
        self.held: T = load()
        """What holds, without a look at the files."""
        self._state = self._read_at(state)
        self.problem = ""
        """Why what the files say now was not taken; empty if it was."""
        self.readings: Counter[str] = Counter()
        """How often changed files were `taken`, and `refused`."""

    def __call__(self) -> T:
        """The content, at most a second old. What cannot be read is told to the log, once for each change."""
        with self._lock:
            if monotonic() - self._looked >= _EVERY:
                self._look()
            return self.held

    def look(self) -> bool:
        """Look at once, and say in the log how it stands; False where what the files say now is not taken."""
        with self._lock:
            if not self._look():
                self._say()
            return not self.problem

    def _look(self) -> bool:
        """Whether anything had changed."""
        self._looked = monotonic()
        state = self._now()
        if state == self._state:
            return False
        self._state = state  # before it is read: what is written meanwhile is another change
        try:
            self.held, self.problem = self._load(), ""
        except (OSError, MeetcostError) as error:
            self.problem = str(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, what held before holds
            _log.exception("could not read what has changed")
            self.problem = type(error).__name__
        self._state = self._read_at(state)
        self.readings["refused" if self.problem else "taken"] += 1
        self._say()
        return True

    def _say(self) -> None:
        if self.problem:
            _log.error("the new %s is not taken, and what held before stays in force: %s", self._what, self.problem)
            self._catch_up()
        else:
            names = ", ".join(map(str, self._files))
            _log.info("%s", self._told(self.held) if self._told is not None else f"the {self._what} is read: {names}")

    def _catch_up(self) -> None:
        """Take what another process has taken while this one did not look."""
        try:
            found = self._other()
        except Exception:  # noqa: BLE001 - as above
            _log.exception("could not read what another process has taken")
            return
        if found is not None:
            self.held = found
            _log.warning("taken from another process: %s", self._told(found) if self._told is not None else self._what)

    def _read_at(self, state: Mapping[Path, _State]) -> dict[Path, _State]:
        """The state in which all that belongs to it was read; what has only now turned out to is taken as it is."""
        return {file: state.get(file, found) for file, found in self._now().items()}

    def _now(self) -> dict[Path, _State]:
        """What differs when a file was written, replaced or taken away."""
        return {file: _state(file) for file in (*self._files, *self._also())}


def _state(file: Path) -> _State:
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
