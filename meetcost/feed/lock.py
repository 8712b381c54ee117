# SPDX-License-Identifier: Apache-2.0
"""One writer of a public folder at a time."""

from __future__ import annotations

import os
from contextlib import contextmanager
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
    says. The system lets go of the lock with the process, however that ends; the file stays.
    """
    place = beside(out)
    place.mkdir(parents=True, exist_ok=True)
    handle = os.open(place / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            _take(handle)
        except OSError:
            raise UsageError(f"`{out}` is being written by another run; wait for it to end and try again") from None
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    if os.name == "nt":
        import msvcrt  # noqa: PLC0415 - that system's only

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        import fcntl  # noqa: PLC0415 - of all others

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
