# SPDX-License-Identifier: Apache-2.0
"""The file of own records: read, and written so that nothing is lost if writing stops halfway."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from meetcost.errors import UsageError
from meetcost.paperwork.history import NO_RECORDS
from meetcost.paperwork.history_file import read_history, write_history

if TYPE_CHECKING:
    from meetcost.paperwork.history import History


def history_at(path: str) -> History:
    """The records in a file; `UsageError` if there is none, `ConfigError` with its mistakes."""
    file = Path(path)
    if not file.is_file():
        raise UsageError("--history: there is no file `{path}`; `meetcost paperwork learn` writes one", path=path)
    return read_history(file.read_bytes(), file.name)


def history_of(path: str | None) -> History:
    """The records in a file; none where no file is named. Raises as `history_at`."""
    return history_at(path) if path is not None else NO_RECORDS


def save_history(path: str, history: History) -> None:
    """Write beside the file and put it in its place: whoever reads sees the old records or the new ones."""
    file = Path(path)
    with NamedTemporaryFile("wb", dir=file.parent, prefix=f".{file.name}.", delete=False) as beside:
        try:
            beside.write(write_history(history))
            beside.flush()
            os.fsync(beside.fileno())
            Path(beside.name).replace(file)
        except BaseException:
            Path(beside.name).unlink(missing_ok=True)
            raise
