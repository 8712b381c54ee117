# SPDX-License-Identifier: Apache-2.0
"""How far long work has come, for those who watch."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on standard error with the time that is left; the caller says how many of how many are done."""
    if not sys.stderr.isatty():
        yield _silently
        return
    from rich import progress as parts  # noqa: PLC0415 - only for who sees it
    from rich.console import Console  # noqa: PLC0415 - as above

    columns = (
        parts.TextColumn("{task.description}", markup=False),
        parts.BarColumn(),
        parts.MofNCompleteColumn(),
        parts.TimeRemainingColumn(),
    )
    with parts.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _silently(done: int, of: int | None) -> None:
    """Nobody is watching."""
