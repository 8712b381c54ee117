# SPDX-License-Identifier: Apache-2.0
"""Files into a folder: whole or not at all, nothing written twice, nothing deleted that is not ours.

`.meetcost-feed.json` in the folder lists what was written; only what it lists is ever removed, and only if it is still
as it was written. What a run is about to write is noted beside it first, so that one that is killed leaves nothing
behind that the next takes for somebody else's.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MANIFEST: Final = ".meetcost-feed.json"
_NOTES: Final = ".meetcost-feed.notes"
"""A digest and a path a line; it is there while a run is under way."""
_SAFE: Final = re.compile(r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9]+)?")


class Written(NamedTuple):
    """What became of the files of a folder."""

    written: int
    unchanged: int
    removed: int
    octets: int


def write_folder(files: Iterable[tuple[str, bytes]], folder: Path) -> Written:
    """Write `files` below `folder`, which is made if need be; remove what an earlier run wrote and this one did not.

    Each file is written beside its place and renamed, so that a reader meets the old one or the new one. Raises
    `UsageError` where a file of another origin stands in the way, OSError as the file system does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = {**_manifest(folder), **_noted(folder)}
    _keep(folder, before)
    now: dict[str, str] = {}
    written = unchanged = octets = 0
    try:
        with (folder / _NOTES).open("w", encoding="ascii") as notes:
            for path, content in files:
                target, digest = _place(folder, path), hashlib.sha256(content).hexdigest()
                same = _same(target, content)
                if not same:
                    _free(target, ours=path in before)
                    notes.write(f"{digest} {path}\n")
                    notes.flush()
                    _write(target, content)
                now[path] = digest
                written, unchanged, octets = written + (not same), unchanged + same, octets + len(content)
    except BaseException:
        _keep(folder, {**before, **now})  # what was written is on record, whatever stopped the rest
        raise
    removed = sum(_remove(folder, path, digest) for path, digest in before.items() if path not in now)
    _keep(folder, now)
    return Written(written, unchanged, removed, octets)


def _manifest(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
        files = found["files"]
        return {path: digest for path, digest in files.items() if _is_safe(path) and isinstance(digest, str)}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"`{folder / MANIFEST}` cannot be read; remove it and the files beside it") from None


def _noted(folder: Path) -> dict[str, str]:
    """What a run that was killed wrote, or was about to."""
    try:
        lines = (folder / _NOTES).read_bytes().decode("ascii", "replace").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition(" ") for line in lines)
    return {path: digest for digest, _, path in pairs if _is_safe(path)}


def _keep(folder: Path, files: dict[str, str]) -> None:
    content = json.dumps(
        {"schema": "urn:meetcost:schema:feed-folder:1", "files": dict(sorted(files.items()))}, indent=0
    )
    if not _same(folder / MANIFEST, content.encode()):
        _write(folder / MANIFEST, content.encode())
    (folder / _NOTES).unlink(missing_ok=True)


def _is_safe(path: str) -> bool:
    return all(_SAFE.fullmatch(part) for part in path.split("/"))


def _place(folder: Path, path: str) -> Path:
    if not _is_safe(path):
        raise UsageError(f"`{path}` is no path for a page")
    return folder.joinpath(*path.split("/"))


def _same(target: Path, content: bytes) -> bool:
    try:
        return not target.is_symlink() and target.stat().st_size == len(content) and target.read_bytes() == content
    except OSError:
        return False


def _free(target: Path, *, ours: bool) -> None:
    if target.exists() and not ours:
        raise UsageError(f"`{target}` stands there already and is none of ours; name another folder")


def _write(target: Path, content: bytes) -> None:
    beside = target.parent / f".meetcost-{os.getpid()}"
    try:
        beside.write_bytes(content)
        beside.replace(target)
    except FileNotFoundError:
        target.parent.mkdir(parents=True)
        _write(target, content)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _remove(folder: Path, path: str, digest: str) -> bool:
    target = _place(folder, path)
    try:
        if target.is_symlink() or hashlib.sha256(target.read_bytes()).hexdigest() != digest:
            return False
        target.unlink()
    except OSError:
        return False
    with suppress(OSError):
        target.parent.rmdir()  # fails, as it should, where anything is left
    return True
