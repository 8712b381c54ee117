# SPDX-License-Identifier: Apache-2.0
"""The other readers, each call in a process that can be ended: recurring-ical-events does not return on some files.

An occurrence is (start, end, kind): seconds since the epoch for zoned times (`z`), local seconds counted the same way
for floating times (`f`) and dates (`d`).
"""

from __future__ import annotations

import multiprocessing
import signal
import warnings
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from types import FrameType

CPU_SECONDS = 30
WALL_SECONDS = 180
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_DAY = 86_400

Row = tuple[int, int, str]
Window = tuple[int, int]


class Answer(NamedTuple):
    """What a peer gives: the rows of each window, or why it gives none."""

    rows: list[list[Row]] | None
    refusal: str = ""


def inside(row: Row, window: Window) -> bool:
    """Whether an occurrence overlaps the window; one without length belongs to where it starts."""
    return row[0] < window[1] and (row[1] > window[0] or row[0] >= window[0])


def recurring_ical_events(octets: bytes, windows: list[Window]) -> list[list[Row]]:
    """What that package finds in each window; it raises many types of exceptions."""
    import icalendar  # noqa: PLC0415 - in the worker only
    import recurring_ical_events as rie  # noqa: PLC0415 - as above

    icalendar.use_zoneinfo()  # forgets the zones of the file before, which would change this one's
    found: list[list[Row]] = []
    components = icalendar.Calendar.from_ical(octets, multiple=True)
    for window in windows:
        lo, hi = (_EPOCH + timedelta(seconds=instant) for instant in window)
        rows: list[Row] = []
        for component in components:
            for event in rie.of(component).between(lo - timedelta(days=2), hi + timedelta(days=2)):
                row = (*_instant(event.start), _instant(event.end)[0])
                rows.append((row[0], row[2], row[1]))
        found.append(sorted(row for row in rows if inside(row, window)))
    return found


def _instant(moment: date | datetime) -> tuple[int, str]:
    if not isinstance(moment, datetime):
        return (moment.toordinal() - _EPOCH_DAY) * _DAY, "d"
    if moment.tzinfo is None:
        return int((moment.replace(tzinfo=UTC) - _EPOCH).total_seconds()), "f"
    return int((moment - _EPOCH).total_seconds()), "z"


def dateutil_rule(rule: str, start: datetime, windows: list[tuple[datetime, datetime]]) -> list[list[datetime]]:
    """The starts, all naive, that python-dateutil gives in [lo, hi)."""
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - in the worker only

    found = rrulestr(rule, dtstart=start)
    return [[moment for moment in found.between(lo, hi, inc=True) if moment < hi] for lo, hi in windows]


class Worker:
    """A process that answers calls one by one; a call beyond its limit ends it, the next call starts another."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._process: Any = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def ask(self, function: Callable[..., Any], *arguments: object) -> tuple[Any, str]:
        """(answer, "") or (None, why there is none)."""
        if self._process is None or self._connection is None:
            self._connection, other = self._context.Pipe()
            self._process = self._context.Process(target=_serve, args=(other,), daemon=True)
            self._process.start()
        self._connection.send((function, arguments))
        if self._connection.poll(WALL_SECONDS):
            try:
                answer: tuple[Any, str] = self._connection.recv()
            except EOFError:
                answer = None, "the process died"
            else:
                return answer
        else:
            answer = None, f"no answer in {WALL_SECONDS} s"
        self._end()
        return answer

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._connection = None


class _TooLongError(Exception):
    """More CPU time than a call may take."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _TooLongError(f"more than {CPU_SECONDS} s of CPU time")


def _serve(connection: Connection) -> None:
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGPROF, _stop)
    while True:
        function, arguments = connection.recv()
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        try:
            answer = function(*arguments), ""
        except Exception as error:  # noqa: BLE001 - what a peer raises is an answer
            answer = None, f"{type(error).__name__}: {error}"[:200]
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        connection.send(answer)
