# SPDX-License-Identifier: Apache-2.0
"""In which line of a TOML file a key stands; `tomllib` does not say.

Reads tables, arrays of tables and keys of one line; a value of several lines is at the line of its key.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_TABLE: Final = re.compile(r"[ \t]*+(\[\[?)([^\[\]]++)\]\]?[ \t]*+(?:#.*)?$")
_KEY: Final = re.compile(r"([A-Za-z0-9_\-.\"' \t]++)=(.*)$", re.DOTALL)


def lines_of(text: str) -> dict[Path, int]:
    """The 1-based line of each table and key of a TOML text that `tomllib` accepts."""
    places: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    prefix: Path = ()
    closing = ""  # what ends the value of several lines that we are inside of
    depth = 0
    for number, line in enumerate(text.split("\n"), 1):
        if closing:
            if closing in line:
                closing = ""
            continue
        if depth > 0:
            depth += _opened(line)
            continue
        if table := _TABLE.match(line):
            prefix = _entered(_parts(table[2]), counts, array=table[1] == "[[")
            places.setdefault(prefix, number)
        elif key := _KEY.match(line):
            places.setdefault((*prefix, *_parts(key[1])), number)
            value = key[2]
            closing = next((mark for mark in ('"""', "'''") if value.count(mark) % 2), "")
            depth = 0 if closing else max(_opened(value), 0)
    return places


def line_of(path: Path, places: dict[Path, int]) -> int | None:
    """The line of `path`, or of the nearest table or key that holds it."""
    while path:
        if path in places:
            return places[path]
        path = path[:-1]
    return None


def _entered(names: Path, counts: dict[Path, int], *, array: bool) -> Path:
    path: Path = ()
    for at, name in enumerate(names):
        path = (*path, name)
        if array and at == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(name: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in name.split("."))


def _opened(text: str) -> int:
    """Brackets opened and not closed, strings and comments aside."""
    bare = re.sub(r'"(?:\\.|[^"\\])*"|\'[^\']*\'', "", text).split("#", 1)[0]
    return sum(bare.count(mark) for mark in "[{") - sum(bare.count(mark) for mark in "]}")
