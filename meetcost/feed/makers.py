# SPDX-License-Identifier: Apache-2.0
"""What makes the files beside the publication: this package, as it is installed, and those it makes them with."""

from __future__ import annotations

import sys
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("babel", "icalendar", "jinja2", "markupsafe", "tzdata")


def makers() -> str:
    """A digest that another one takes the place of when a file could come out differently from the same figures.

    It is taken of every file of the package: words, templates and code, for a page depends on more of them than anybody
    would keep a list of. Some 40 ms. Empty where the package does not lie in a folder, so that nothing is known of it.
    """
    root = Path(__file__).parents[1]
    files = sorted(path for path in root.rglob("*") if path.suffix != ".pyc" and path.is_file())
    if not files:
        return ""
    found = blake2b(sys.version.encode(), digest_size=16)
    for name in _PACKAGES:
        found.update(f"{name} {_version(name)}\n".encode())
    for path in files:
        octets = path.read_bytes()
        found.update(f"{path.relative_to(root).as_posix()} {len(octets)}\n".encode())
        found.update(octets)
    return found.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # tzdata: the system's zones are read
        return ""
