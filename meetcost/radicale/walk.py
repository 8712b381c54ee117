# SPDX-License-Identifier: Apache-2.0
"""Radicale's collections, one after another; whoever asks holds its lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from radicale.storage import multifilesystem

if TYPE_CHECKING:
    from collections.abc import Iterator


def collections(storage: multifilesystem.Storage, path: str, depth: str = "0") -> Iterator[multifilesystem.Collection]:
    """That at a path, if there is one; with a `depth` of 1 those right below it as well."""
    for one in list(storage.discover(path, depth=depth)):
        if isinstance(one, multifilesystem.Collection):
            yield one


def below(storage: multifilesystem.Storage, path: str) -> Iterator[multifilesystem.Collection]:
    """All collections below a path."""
    for one in collections(storage, path, "1"):
        if one.path != path.strip("/"):
            yield one
            if not one.tag:
                yield from below(storage, f"/{one.path}/")
