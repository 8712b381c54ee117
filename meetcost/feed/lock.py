# SPDX-License-Identifier: Apache-2.0
"""One writer of a public folder at a time."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from meetcost.errors import UsageError
from meetcost.feed.releases import beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK: Final = ".lock"


@contextmanager
def one_at_a_time(out: Path) -> Iterator[None]:
    """Hold the folder `out` and its releases; `UsageError` where another process does.

    Two at once would mix their files, and each would be checked without the other: together they could say what neither
    says. The system lets go of the lock with the process, however that ends.
    """
    place = beside(out) / LOCK
    handle = _held(place, out)
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes no open file; the next run takes it as it is
            place.unlink()
            place.parent.rmdir()  # if nothing was published there
        os.close(handle)


def _held(place: Path, out: Path) -> int:
    while True:
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o644)
        except FileNotFoundError:
            continue  # another run has ended between the two lines
        try:
            _take(handle)
            if os.fstat(handle).st_nlink:
                return handle
        except OSError:
            os.close(handle)
            raise UsageError(f"`{out}` is being written by another run; wait for it to end and try again") from None
        os.close(handle)  # that of a run that has ended: whoever comes next would hold another file


def _take(handle: int) -> None:
    if os.name == "nt":
        import msvcrt  # noqa: PLC0415 - that system's only

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        import fcntl  # noqa: PLC0415 - of all others

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
