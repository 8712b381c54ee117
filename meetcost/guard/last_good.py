# SPDX-License-Identifier: Apache-2.0
"""What was last taken of files that change, kept in one file for all processes of a server.

Each process looks at the files by itself, and one that was not asked for a while has not seen what stood in them
meanwhile. Where they have mistakes by then, it takes what another process had taken, and nothing older.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from base64 import b64decode, b64encode
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from meetcost.guard.alone import alone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

_log = logging.getLogger("meetcost.guard")
_NOTHING: Final = ""


class LastGood:
    """The file, readable by its owner only: a directory and rates may be in it. One of these a process."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: str | None = None

    def alone(self) -> AbstractContextManager[None]:
        """While files are read and kept: in the order in which processes read they keep."""
        return alone(self._file.parent)

    def keep(self, octets: Mapping[Path, bytes] | None) -> None:
        """What this process has taken, by the paths of its files; None where that is nothing to fall back on."""
        self._known = None
        try:
            if octets is None:
                self._file.unlink(missing_ok=True)
                self._known = _NOTHING
                return
            text = json.dumps({str(path): b64encode(value).decode() for path, value in octets.items()}).encode()
            for left in self._file.parent.glob(f"{self._file.name}.*"):  # by a process that was killed here
                left.unlink(missing_ok=True)
            made = self._file.with_name(f"{self._file.name}.{secrets.token_hex(4)}")
            try:
                with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(text)
                made.replace(self._file)
            finally:
                made.unlink(missing_ok=True)
            self._known = _digest(text)
        except OSError as error:
            _log.error("other processes cannot be told what was taken: %s: %s", self._file, error.strerror or error)
            with suppress(OSError):
                self._file.unlink(missing_ok=True)  # what is in it is older

    def of_another(self) -> dict[Path, bytes] | None:
        """What another process has taken after this one took anything; None if none has."""
        if self._known is None:
            return None
        try:
            text = self._file.read_bytes()
            if _digest(text) == self._known:
                return None
            found = {Path(path): b64decode(value) for path, value in json.loads(text).items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return None
        self._known = _digest(text)
        return found


def _digest(text: bytes) -> str:
    return sha256(text).hexdigest()
