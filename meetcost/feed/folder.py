# SPDX-License-Identifier: Apache-2.0
"""Files into a folder: all of them or none, nothing made or written twice, nothing deleted that is not ours.

    parts | made from the same as last time, and lying as left   -> kept, and not made
          | else made, and compared with what lies there         -> kept
          | else written into `.meetcost-next`
          v
    all of these are put in their places, one rename each; what is left over of an earlier run is removed

Each step is on the disk before the next is taken: what the files hold, what is noted of them, the renames and removals,
the list. So a power cut leaves what a run leaves that is killed, and never a page that is cut short.

Whatever stops a run before the renames leaves the folder as it was. Only what the list (`manifest`) names is ever
removed, and only if it is still as it was written; what could not be removed stays on the list.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from itertools import chain
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import UsageError
from meetcost.feed.durable import flush_files, flush_folders, replace_durably
from meetcost.feed.manifest import MANIFEST, NOTES, Record, is_safe, notes_file, read_notes, read_records, records_file
from meetcost.feed.new_folder import make_folder, remove_empty
from meetcost.feed.part import Part

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["MANIFEST", "Written", "write_folder"]

STAGE: Final = ".meetcost-next"
"""Where files wait until all of them are made."""
_PIECE: Final = 1 << 20


class Written(NamedTuple):
    """What became of the files of a folder."""

    written: int
    unchanged: int
    removed: int
    octets: int


def write_folder(
    files: Iterable[Part | tuple[str, bytes]],
    folder: Path,
    *,
    release: str = "",
    when_made: Callable[[], object] | None = None,
) -> Written:
    """Write `files` below `folder`, which is made if need be; remove what an earlier run wrote and this one did not.

    `release` names what they are (`releases.Packed.digest`), for the record. `when_made` is called when all files are
    made and none of them is public yet; what it raises leaves the folder as it was.

    A reader of the folder meets the old files until all new ones are made. Nobody else may write into it meanwhile
    (`one_at_a_time`). Raises `UsageError` where a file of another origin stands in the way, OSError as the file system
    does.
    """
    new = make_folder(folder)
    try:
        run = _Run(folder)
        for one in files:
            run.take(one if isinstance(one, Part) else Part.of(*one))
        flush_folders(one.parent for one in new)
        if when_made is not None:
            when_made()
        run.put()
        return run.end(release)
    finally:
        shutil.rmtree(folder / STAGE, ignore_errors=True)
        remove_empty(new)


class _Run:
    """One writing of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        listed = read_records(folder)
        self._noted = read_notes(folder)
        for path, digests in self._noted.items():
            if path in listed and (sha256 := Record.of(listed[path]).sha256) not in digests:
                digests.insert(0, sha256)
        # of what is noted only the digest goes on record, so that the file is looked at and not believed
        self._before = {**listed, **{path: digests[-1] for path, digests in self._noted.items()}}
        self._now: dict[str, str] = {}
        self._staged: list[str] = []
        self._octets = 0
        shutil.rmtree(folder / STAGE, ignore_errors=True)  # of a run that was killed
        (folder / STAGE).mkdir()

    def take(self, part: Part) -> None:
        """Make a file, if it may have changed, and lay it by if it has."""
        target = _place(self._folder, part.path)
        known = self._before.get(part.path)
        before = Record.of(known) if known is not None else None
        found = _stat(target)
        same = bool(part.inputs) and before is not None and before.inputs == part.inputs
        if same and before is not None and found is not None and before.lies(found):
            self._keep(part.path, before)
            return
        if found is not None and before is None:
            raise UsageError("`{target}` stands there already and is none of ours; name another folder", target=target)
        pieces = iter(part.pieces())
        whole, more = next(pieces, b""), next(pieces, None)
        if more is None and found is not None and _holds(target, found, before, whole):
            self._keep(part.path, Record.at(hashlib.sha256(whole).hexdigest(), part.inputs, found))
            return
        staged = self._folder / STAGE / str(len(self._staged))
        sha256 = _write(staged, chain((whole,), () if more is None else (more,), pieces))
        new = staged.stat()
        if more is not None and found is not None and found.st_size == new.st_size and _sha256(target) == sha256:
            self._keep(part.path, Record.at(sha256, part.inputs, found))
            staged.unlink()
            return
        self._staged.append(part.path)
        self._keep(part.path, Record.at(sha256, part.inputs, new))

    def _keep(self, path: str, record: Record) -> None:
        self._now[path] = record.text()
        self._octets += record.octets

    def put(self) -> None:
        """Put everything that was laid by in its place."""
        if not self._staged:
            return
        flush_files([self._folder / STAGE / str(number) for number in range(len(self._staged))])
        made = ((path, Record.of(self._now[path]).sha256) for path in self._staged)
        _replace(self._folder / NOTES, notes_file(chain(self._notes(self._noted), made)))
        for number, path in enumerate(self._staged):
            target = _place(self._folder, path)
            staged = self._folder / STAGE / str(number)
            try:
                staged.replace(target)
            except FileNotFoundError:
                target.parent.mkdir(parents=True, exist_ok=True)
                staged.replace(target)
        self._flush(self._staged)

    def end(self, release: str) -> Written:
        """Remove what is left over, and write down what is there."""
        removed: list[str] = []
        stay = {}
        for path, text in self._before.items():
            if path in self._now:
                continue
            if _remove(self._folder, path, self._noted.get(path) or [Record.of(text).sha256]):
                removed.append(path)
            elif _is_there(_place(self._folder, path)):
                stay[path] = text
        self._flush(removed)
        content, manifest = records_file({**self._now, **stay}, release), self._folder / MANIFEST
        if not (manifest.is_file() and manifest.read_bytes() == content):
            _replace(manifest, content)
        if notes := notes_file(self._notes(stay)):
            _replace(self._folder / NOTES, notes)
        else:
            (self._folder / NOTES).unlink(missing_ok=True)
        written = len(self._staged)
        return Written(written, len(self._now) - written, len(removed), self._octets)

    def _flush(self, paths: Iterable[str]) -> None:
        """The folders of these files, and those that these folders lie in."""
        folders = {PurePosixPath(one) for one in {path.rpartition("/")[0] for path in paths}}
        flush_folders(self._folder / one for one in folders.union(*(one.parents for one in folders)))

    def _notes(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """What earlier runs noted of these paths."""
        return ((path, sha256) for path in paths for sha256 in self._noted.get(path, ()))


def _place(folder: Path, path: str) -> Path:
    if not is_safe(path):
        raise UsageError("`{path}` is no path for a page", path=path)
    return folder.joinpath(*path.split("/"))


def _stat(target: Path) -> os.stat_result | None:
    """Of the file itself: what a link leads to is none of ours."""
    try:
        return target.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_there(target: Path) -> bool:
    """Also where that cannot be told: better on the list for nothing than public for ever."""
    try:
        return _stat(target) is not None
    except OSError:
        return True


def _holds(target: Path, found: os.stat_result, before: Record | None, content: bytes) -> bool:
    """Whether a file holds just that: as is on record, if it lies as it was left, or else as it says itself."""
    if found.st_size != len(content):
        return False
    if before is not None and before.lies(found):
        return before.sha256 == hashlib.sha256(content).hexdigest()
    return _sha256(target) == hashlib.sha256(content).hexdigest()


def _write(target: Path, pieces: Iterable[bytes]) -> str:
    """Write a file, piece by piece; its SHA-256."""
    found = hashlib.sha256()
    with target.open("wb") as file:
        for piece in pieces:
            file.write(piece)
            found.update(piece)
    return found.hexdigest()


def _replace(target: Path, content: bytes) -> None:
    replace_durably(target.with_name(f"{target.name}.part"), target, content)


def _sha256(target: Path) -> str:
    """Of a file; empty for a link or one that cannot be read."""
    found = hashlib.sha256()
    try:
        if target.is_symlink():
            return ""
        with target.open("rb") as file:
            while piece := file.read(_PIECE):
                found.update(piece)
    except OSError:
        return ""
    return found.hexdigest()


def _remove(folder: Path, path: str, ours: Sequence[str]) -> bool:
    """Whether it is removed: it is if it holds any of what is `ours`."""
    target = _place(folder, path)
    try:
        found = _sha256(target)
        if not found or found not in ours:
            return False
        target.unlink()
    except OSError:
        return False
    with suppress(OSError):
        target.parent.rmdir()  # fails, as it should, where anything is left
    return True
