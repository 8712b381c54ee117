# SPDX-License-Identifier: Apache-2.0
"""Every release that there has been, kept beside the public folder: what was once public can be used for ever.

A file a release, compressed, with its figures alone. What differs from another in `as_of` only is not kept twice.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from meetcost.errors import ConfigError, Problem
from meetcost.feed.durable import flush_folders, replace_durably
from meetcost.feed.manifest import release_there
from meetcost.privacy.release_file import read_release

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from meetcost.privacy.release import Release
    from meetcost.privacy.release_file import Once

SUFFIXES: Final = (".json", ".json.gz")
_DOCUMENT: Final = "data.json"
_NO_MEETINGS: Final = b'"meetings":[]'
"""First in a file of sorted keys are those of the feed: all before it are names and figures."""
_MOST_OCTETS: Final = 1 << 29


def beside(out: Path) -> Path:
    """Where the releases of the public folder `out` are kept."""
    whole = out.resolve()
    return whole.with_name(f"{whole.name}.releases")


def release_at(path: Path, once: Once | None = None) -> Release:
    """The release in a file; `ConfigError` for anything else, OSError is the file system's."""
    octets = path.read_bytes()
    if octets[:2] == b"\x1f\x8b":
        octets = _decompressed(octets, path)
    return read_release(octets, path.name, once)


def releases_of(out: Path, once: Once | None = None) -> list[Release]:
    """All that is kept of the public folder `out`, and what stands in it now; `once` as for `read_release`."""
    parts = once if once is not None else {}
    folder, current = beside(out), out / _DOCUMENT
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    paths = [path for path in found if path.name.endswith(SUFFIXES)]
    if current.is_file() and not _is_kept(current, paths):
        paths.append(current)
    return distinct(release_at(path, parts) for path in paths)


def _is_kept(current: Path, kept: Iterable[Path]) -> bool:
    """Whether the document in the public folder is, octet by octet, that of a release that is kept."""
    release, sha256 = release_there(current.parent)
    if not any(release and path.name.endswith(_named(release)) for path in kept):
        return False
    with current.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def _named(digest: str) -> str:
    return f"-{digest}.json.gz"


def distinct(releases: Iterable[Release]) -> list[Release]:
    """Each once, whatever it is called and whenever it was made; the one that comes with its rates is preferred."""
    found: dict[Release, Release] = {}
    for one in releases:
        key = one._replace(name="", bands=())
        known = found.get(key)
        found[key] = one if known is None or (one.bands and not known.bands) else known
    return list(found.values())


class Packed(NamedTuple):
    """A release as it is kept: what names the file, and what it holds. Those of one `digest` differ in `as_of` only."""

    as_of: str
    digest: str
    octets: bytes


def packed(kept: dict[str, Any]) -> Packed:
    """What `kept_release` made, as a file."""
    packing = Packing(kept)
    for one in kept["feed"]["meetings"]:
        packing.add(one)
    return packing.done()


class Packing:
    """A release on its way into its file; meetings are added one by one, for all of them take much memory.

    `kept` is what `kept_release` made, without a look at its meetings.
    """

    def __init__(self, kept: dict[str, Any]) -> None:
        self._as_of = str(kept["feed"]["as_of"])
        feed = {**kept["feed"], "meetings": []}
        head, _, self._tail = _octets({**kept, "feed": feed}).partition(_NO_MEETINGS)
        undated = _octets({**kept, "feed": {name: value for name, value in feed.items() if name != "as_of"}})
        self._digest = hashlib.sha256(undated.partition(_NO_MEETINGS)[0] + _NO_MEETINGS[:-1])
        self._file = BytesIO()
        self._gzip = gzip.GzipFile(fileobj=self._file, mode="wb", mtime=0, filename="")
        self._gzip.write(head + _NO_MEETINGS[:-1])
        self._comma = b""

    def add(self, meeting: dict[str, Any]) -> None:
        """One more meeting, as `kept_part` made it."""
        octets = self._comma + _octets(meeting)
        self._comma = b","
        self._digest.update(octets)
        self._gzip.write(octets)

    def done(self) -> Packed:
        """The file."""
        end = b"]" + self._tail
        self._digest.update(end)
        self._gzip.write(end)
        self._gzip.close()
        as_of = re.sub("[^0-9TZ]", "", self._as_of)
        return Packed(as_of, self._digest.hexdigest()[:16], self._file.getvalue())


def keep(release: Packed, out: Path) -> Path | None:
    """Write it down; None where it is there already. Do this before it becomes public."""
    folder = beside(out)
    folder.mkdir(parents=True, exist_ok=True)
    if any(path.name.endswith(_named(release.digest)) for path in folder.iterdir()):
        return None
    path = folder / f"{release.as_of}{_named(release.digest)}"
    replace_durably(folder / f".{os.getpid()}.part", path, release.octets)
    flush_folders([folder.parent])
    return path


def _octets(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _decompressed(octets: bytes, path: Path) -> bytes:
    unpacked = zlib.decompressobj(wbits=31)
    try:
        found = unpacked.decompress(octets, _MOST_OCTETS)
    except zlib.error:
        found = b""
    if not unpacked.eof:
        message = "is damaged: it cannot be decompressed"
        raise ConfigError(path.name, [Problem("release", message, advice="restore it from a back-up")])
    return found
