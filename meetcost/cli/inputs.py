# SPDX-License-Identifier: Apache-2.0
"""From what was typed to the octets of each calendar."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import Problem, said_by
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SUFFIXES: Final = (".ics", ".ical", ".icalendar", ".ifb")
STANDARD_INPUT: Final = "-"
_LONG_OCTETS: Final = 4_000_000
_LONG_FILES: Final = 40


class Input(NamedTuple):
    """One calendar to read; `path` is None for standard input, `problem` says why there is nothing to open."""

    name: str
    path: Path | None
    problem: Problem | None = None


class FileKind(NamedTuple):
    """Which files of a folder are meant: what one is called, and how its name ends."""

    name: str
    suffixes: tuple[str, ...]


CALENDARS: Final = FileKind("calendar", SUFFIXES)


def inputs(given: Iterable[str], kind: FileKind = CALENDARS) -> list[Input]:
    """Every file that is named, or is of `kind` below a folder that is named: as given, folders sorted, each once."""
    found: dict[str, Input] = {}
    for text in given:
        for one in _below(text, kind) if text != STANDARD_INPUT else [Input(STANDARD_INPUT, None)]:
            found.setdefault(str(one.path or one.name), one)  # names may be shown alike that are not
    return list(found.values())


def octets_of(source: Input) -> bytes | Problem:
    """What the file holds, or why it cannot be read."""
    if source.problem is not None:
        return source.problem
    try:
        return sys.stdin.buffer.read() if source.path is None else source.path.read_bytes()
    except OSError as error:
        return Problem("unreadable", Sentence.of("cannot be read: {why}", why=said_by(error)))


def opened(
    given: Iterable[str], cannot: Callable[[str, Problem], None], kind: FileKind = CALENDARS
) -> Iterator[tuple[Input, bytes]]:
    """Each input with its octets, with progress; `cannot` is told of each unreadable one, and the rest goes on."""
    sources = inputs(given, kind)
    with progress(sources) as next_one:
        for source in sources:
            next_one(source)
            octets = octets_of(source)
            if isinstance(octets, Problem):
                cannot(source.name, octets)
            else:
                yield source, octets


@contextmanager
def progress(sources: list[Input]) -> Iterator[Callable[[Input], None]]:
    """A bar on standard error while long work goes to a file or a pipe; the caller says which file comes next."""
    if not _long(sources) or not sys.stderr.isatty() or sys.stdout.isatty():
        yield _silently
        return
    from rich import progress as parts  # noqa: PLC0415 - only for who sees it
    from rich.console import Console  # noqa: PLC0415 - as above

    columns = (
        parts.SpinnerColumn(),
        parts.BarColumn(),
        parts.MofNCompleteColumn(),
        parts.TimeElapsedColumn(),
        parts.TextColumn("{task.description}", markup=False),
    )
    with parts.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(sources))
        begun = -1

        def next_one(source: Input) -> None:
            nonlocal begun
            begun += 1
            bar.update(task, completed=begun, description=source.name[-60:])

        yield next_one


def _silently(source: Input) -> None:
    """Nobody is watching."""


def _long(sources: list[Input]) -> bool:
    if len(sources) >= _LONG_FILES:
        return True
    total = 0
    for source in sources:
        if source.path is not None and source.path.is_file():
            total += source.path.stat().st_size
    return total >= _LONG_OCTETS


def _below(text: str, kind: FileKind) -> list[Input]:
    path = Path(text)
    if not path.is_dir():
        return [Input(_shown(text), path)]
    found = sorted(
        os.path.join(folder, name)  # noqa: PTH118 - Path would drop the `./` that was typed
        for folder, _, names in os.walk(text)
        for name in names
        if name.lower().endswith(kind.suffixes)
    )
    if not found:
        message = Sentence.of("holds no {kind} ({suffixes})", kind=Sentence.of(kind.name), suffixes=kind.suffixes)
        return [Input(_shown(text), None, Problem(f"no-{kind.name}s", message, advice="name the files themselves"))]
    return [Input(_shown(name), Path(name), _no_file(name)) for name in found]


def _no_file(name: str) -> Problem | None:
    """Why what only lies in a folder is not opened: reading a pipe or a device might never end."""
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116 - of a million names
    except OSError:
        return None  # told when it is opened
    return None if stat.S_ISREG(mode) else Problem("unreadable", "is no file to be read")


def _shown(name: str) -> str:
    """The name as text that can be written anywhere; octets that are no UTF-8 become U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")
