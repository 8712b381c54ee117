# SPDX-License-Identifier: Apache-2.0
"""What is on record of a public folder: which files are ours, as they were written and from what.

`.meetcost-feed.json` lists them. What a run is about to put in its place is noted beside it first, so that one that is
killed leaves nothing behind that the next takes for somebody else's. Until a run has come to its end, a file may hold
what is listed or whatever is noted of it: all of these are ours.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from meetcost.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import stat_result
    from pathlib import Path

MANIFEST: Final = ".meetcost-feed.json"
NOTES: Final = ".meetcost-feed.notes"
"""A digest and a path a line, of a path as many as it may hold; it is there while files are put in their places."""
_SCHEMA: Final = "urn:meetcost:schema:feed-folder:2"
_SAFE: Final = re.compile(r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9]+)?")


class Record(NamedTuple):
    """A file as it was written: SHA-256, what it was made from (`Part.inputs`), octets, time of its last change in ns.

    On record it is one text, because there may be hundreds of thousands: `SHA-256 INPUTS OCTETS TIME`, or only the
    first where no more is known.
    """

    sha256: str
    inputs: str = ""
    octets: int = -1
    changed: int = -1

    @classmethod
    def of(cls, text: str) -> Record:
        """What was written down; without `inputs` where that cannot be read."""
        sha256, *more = text.split(" ")
        if len(more) != 3 or not (more[1].isdecimal() and more[2].isdecimal()):
            return cls(sha256)
        return cls(sha256, more[0], int(more[1]), int(more[2]))

    @classmethod
    def at(cls, sha256: str, inputs: str, found: stat_result) -> Record:
        """Of a file as it lies there."""
        return cls(sha256, inputs, found.st_size, found.st_mtime_ns)

    def text(self) -> str:
        """As it is written down."""
        return f"{self.sha256} {self.inputs} {self.octets} {self.changed}"

    def lies(self, found: stat_result) -> bool:
        """Whether the file looks as it was left."""
        return (found.st_size, found.st_mtime_ns) == (self.octets, self.changed)


def read_records(folder: Path) -> dict[str, str]:
    """Path -> the text of its `Record`; `UsageError` where there is a list that cannot be read."""
    try:
        files = _manifest(folder)["files"]
        return {path: text for path, text in files.items() if is_safe(path) and isinstance(text, str)}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError("`{path}` cannot be read; remove it and the files beside it", path=folder / MANIFEST) from None


def release_there(folder: Path) -> tuple[str, str]:
    """The release that was written: what names it, and the SHA-256 of its document; empty where that is not known."""
    try:
        manifest = _manifest(folder)
        return str(manifest["release"]), Record.of(manifest["files"]["data.json"]).sha256
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", ""


def records_file(files: Mapping[str, str], release: str) -> bytes:
    """The octets of the list; `release` names the release that was written."""
    document = {"schema": _SCHEMA, "release": release, "files": dict(sorted(files.items()))}
    return json.dumps(document, indent=0).encode()


def _manifest(folder: Path) -> Any:
    return json.loads((folder / MANIFEST).read_bytes())


def notes_file(files: Iterable[tuple[str, str]]) -> bytes:
    """Notes of what is about to be put in place: (path, SHA-256)."""
    return "".join(f"{sha256} {path}\n" for path, sha256 in files).encode("ascii")


def read_notes(folder: Path) -> dict[str, list[str]]:
    """Path -> the SHA-256 of all that runs that were killed put in place, or were about to."""
    try:
        lines = (folder / NOTES).read_bytes().decode("ascii", "replace").splitlines()
    except FileNotFoundError:
        return {}
    found: dict[str, list[str]] = {}
    for digest, _, path in (line.partition(" ") for line in lines):
        if is_safe(path) and digest not in found.setdefault(path, []):
            found[path].append(digest)
    return found


def is_safe(path: str) -> bool:
    """Whether it is one of the plain paths that a publication has, and leads nowhere else."""
    return all(_SAFE.fullmatch(part) for part in path.split("/"))
