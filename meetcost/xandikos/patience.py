# SPDX-License-Identifier: Apache-2.0
"""Reading in Xandikos writes: the version of a collection is a tree that it stores in Git when it is first asked for.

Where two ask at once, in two threads or processes, the second finds the file locked, and its request would fail.
"""

from __future__ import annotations

import time
from typing import Any, Final

from dulwich.file import FileLocked

_LONGEST: Final = 5.0
"""Seconds. A lock that stands for longer was left by a process that ended: the administrator has to take it away."""
_PAUSE: Final = 0.002


def add_patiently(objects: Any) -> None:
    """Have a Git object store wait for whoever is writing the very same object, and then find it there."""
    if "add_object" in vars(objects):  # it does already
        return
    add = objects.add_object

    def add_object(item: Any) -> None:
        until = time.monotonic() + _LONGEST
        while True:
            try:
                add(item)
            except FileLocked:
                if time.monotonic() >= until:
                    raise
            else:
                return
            time.sleep(_PAUSE)

    objects.add_object = add_object
