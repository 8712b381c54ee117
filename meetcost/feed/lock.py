# SPDX-License-Identifier: Apache-2.0
"""One writer of a public folder at a time."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from meetcost.errors import UsageError, said_by
from meetcost.feed.new_folder import make_folder, remove_empty
from meetcost.feed.releases import beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK: Final = ".lock"
_HELD: Final = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK})
"""What the system says of a lock that another process has; all else is about the place."""


@contextmanager
def one_at_a_time(out: Path) -> Iterator[None]:
    """Hold the folder `out` and its releases; `UsageError` where another process does, or where there are no locks.

    Two at once would mix their files, and each would be checked without the other: together they could say what neither
    says. The system lets go of the lock with the process, however that ends.
    """
    place = beside(out) / LOCK
    new = make_folder(place.parent)
    try:
        handle = _held(place, out)
    except BaseException:
        remove_empty(new)
        raise
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes no open file; the next run takes it as it is
            place.unlink()
            place.parent.rmdir()  # if nothing was published there
        remove_empty(new)
        os.close(handle)


def _held(place: Path, out: Path) -> int:
    while True:
        handle, is_new = _opened(place)
        try:
            _take(handle)
            if os.fstat(handle).st_nlink:
                return handle
        except OSError as error:
            os.close(handle)
            if error.errno in _HELD:
                raise UsageError(
                    "`{out}` is being written by another run; wait for it to end and try again", out=out
                ) from None
            if is_new:
                place.unlink(missing_ok=True)
            raise UsageError(
                "`{place}` cannot be locked ({why}), so nothing was written: two runs at once would mix their files; "
                "name a folder on a file system that has locks",
                place=place,
                why=said_by(error),
            ) from None
        os.close(handle)  # that of a run that has ended: whoever comes next would hold another file


def _opened(place: Path) -> tuple[int, bool]:
    """The file, and whether it was not there before."""
    while True:
        for flags in (os.O_CREAT | os.O_EXCL, os.O_CREAT):
            with suppress(FileExistsError, FileNotFoundError):  # another run began, or ended, between two lines
                return os.open(place, os.O_RDWR | flags, 0o644), bool(flags & os.O_EXCL)
        with suppress(FileNotFoundError):
            place.parent.mkdir(parents=True, exist_ok=True)


def _take(handle: int) -> None:
    if os.name == "nt":
        import msvcrt  # noqa: PLC0415 - that system's only

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        import fcntl  # noqa: PLC0415 - of all others

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
