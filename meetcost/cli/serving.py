# SPDX-License-Identifier: Apache-2.0
"""What the commands that serve until a signal ends them have in common: their log, and how they say that they began."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from meetcost.cli.shell import harmless

if TYPE_CHECKING:
    from meetcost.cli.shell import Shell
    from meetcost.guard.address import Address
    from meetcost.model.verdict import Mode

NEEDS_GUARD: Final = "this needs an extra: pip install 'meetcost[guard]'"


def tell_begun(shell: Shell, log: str, listen: Address, mode: Mode, text: str) -> None:
    """Say that it listens: `text` to people, a line of the log of that name to programs."""
    if shell.json:
        fields = {"listen": str(listen), "mode": str(mode)}
        logging.getLogger(log).info("listening", extra={"fields": fields})
    else:
        shell.note(text)


class _ToShell(logging.Handler):
    """Lines of the log: JSON on standard output, or words on standard error."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell

    def emit(self, record: logging.LogRecord) -> None:
        try:
            fields: dict[str, Any] = getattr(record, "fields", {})
            at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
            line = {"at": at, "level": record.levelname.lower(), "message": record.getMessage(), **fields}
            if record.exc_info is not None and record.exc_info[1] is not None:
                line["trace"] = logging.Formatter().formatException(record.exc_info)
            if self._shell.json:
                self._shell.object(line)
                sys.stdout.flush()
            else:
                self._shell.note(" ".join(harmless(str(value)) for value in line.values()))
        except Exception:  # noqa: BLE001 - a log that cannot be written ends no request
            self.handleError(record)


def log_to(shell: Shell) -> None:
    """Have the log of the guard told by the shell."""
    logger = logging.getLogger("meetcost")
    logger.handlers[:] = [_ToShell(shell)]
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logging.getLogger("meetcost.proxy.http").setLevel(logging.CRITICAL)  # what clients send that is not HTTP
