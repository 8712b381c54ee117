# SPDX-License-Identifier: Apache-2.0
"""Folders that are made for a run, and taken away again if nothing came to lie in them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def make_folder(folder: Path) -> list[Path]:
    """Make a folder and those that it lies in; what was not there before, innermost first. OSError as of the system."""
    new: list[Path] = []
    for one in (folder, *folder.parents):
        if one.exists():
            break
        new.append(one)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        remove_empty(new)
        raise
    return new


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove those in which nothing lies."""
    for one in folders:
        with suppress(OSError):  # fails, as it should, where anything is left
            one.rmdir()
