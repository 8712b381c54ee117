# SPDX-License-Identifier: Apache-2.0
"""The present, where the clock of the machine may be set wrong while a guard stands.

What has begun is not judged, so a clock that leaps forward would let pass what is banned tomorrow, and one that leaps
back would make every notice period long enough. Time itself does not leap: a clock that does is not believed at once.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LEAP: Final = timedelta(minutes=1)
"""More than clocks are slewed by between two looks at them."""
BELIEVED_AFTER: Final = timedelta(minutes=10)
UNSET_BEFORE: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""No guard is older: a clock that tells less has not been set yet since the machine was started."""
_log = logging.getLogger("meetcost")


def elapsed() -> float:
    """Seconds that nobody sets, with those in which the machine slept where the system counts them."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class SteadyClock:
    """A clock that follows another one but for its leaps; call it for the present. Several threads may share it.

    After a leap by more than `LEAP` it goes on by the seconds that pass. A leap that has lasted for `BELIEVED_AFTER`
    was a correction, and is followed. The log is told of both. A clock that is set for the first time since the machine
    was started is followed at once.
    """

    def __init__(self, clock: Callable[[], datetime], passed: Callable[[], float] = elapsed) -> None:
        self._clock, self._passed = clock, passed
        self._lock = Lock()
        self._then, self._at = clock(), passed()
        self._leap: timedelta | None = None
        self._since = 0.0

    def __call__(self) -> datetime:
        """The present."""
        with self._lock:
            told, at = self._clock(), self._passed()
            counted = self._then + timedelta(seconds=at - self._at)
            leap = told - counted
            if abs(leap) <= LEAP or counted < UNSET_BEFORE <= told:
                self._leap = None
            elif self._leap is None or abs(leap - self._leap) > LEAP:  # a new one, or yet another
                _log.error(
                    "the clock has leapt by %s, to %s; it is believed if it stays there for %s",
                    leap,
                    told,
                    BELIEVED_AFTER,
                )
                self._leap, self._since = leap, at
                return counted
            elif at - self._since < BELIEVED_AFTER.total_seconds():
                return counted
            else:
                _log.warning("the clock is believed from now on: %s", told)
                self._leap = None
            self._then, self._at = told, at
            return told
