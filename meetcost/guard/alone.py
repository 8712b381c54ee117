# SPDX-License-Identifier: Apache-2.0
"""A lock on a folder between processes that use this; it is open again when whoever holds it ends, however that is."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While the others wait. Where the system has no such locks (Windows), or no such folder, nobody does."""
    handle = None
    try:
        with suppress(ImportError, OSError):
            from fcntl import LOCK_EX, flock  # noqa: PLC0415 - not everywhere

            handle = os.open(folder, os.O_RDONLY)
            flock(handle, LOCK_EX)
        yield
    finally:
        if handle is not None:
            os.close(handle)
