# SPDX-License-Identifier: Apache-2.0
"""What has to be on the disk before the next step is taken, so that a power cut finds the steps in their order."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_MANY: Final = 100
_NO_PROMISE: Final = frozenset({errno.EINVAL, errno.ENOTSUP})
"""What a file system says that has nothing to write of a folder; all else is an error."""


def flush_files(files: Sequence[Path]) -> None:
    """Return when what the files hold is on the disk; OSError as of the system."""
    if len(files) > _MANY and hasattr(os, "sync"):
        os.sync()  # all in one go, in half the time; nobody says whether it worked, so that each is asked after it
    for path in files:
        with path.open("r+b") as file:
            os.fsync(file.fileno())


def flush_folders(folders: Iterable[Path]) -> None:
    """The same of which files there are in some folders, and under which names; one that is gone has none."""
    if os.name != "posix":
        return  # no folder can be opened there
    for folder in folders:
        with suppress(FileNotFoundError):
            _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_PROMISE:
            raise
    finally:
        os.close(handle)


def replace_durably(beside: Path, target: Path, octets: bytes) -> None:
    """Put a small file in its place, for good when this returns; `beside` is where it is written first."""
    try:
        beside.write_bytes(octets)
        flush_files([beside])
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    flush_folders([target.parent])
