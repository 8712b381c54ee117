# SPDX-License-Identifier: Apache-2.0
"""One run of `meetcost guard`, and its log."""

from __future__ import annotations

import asyncio
import logging
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from meetcost.cli.shell import harmless
from meetcost.errors import UsageError
from meetcost.guard.sources import GuardFiles
from meetcost.model.verdict import Mode
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from meetcost.cli.shell import Shell
    from meetcost.guard.guard import Guard
    from meetcost.guard.watched import Watched
    from meetcost.proxy.settings import Settings


def settings_of(**typed: Any) -> Settings:
    """What was typed. Raises `UsageError` where the extra is missing, `ConfigError` with all mistakes."""
    try:
        import aiohttp  # noqa: F401, PLC0415 - whether it is there

        from meetcost.proxy.settings import Typed  # noqa: PLC0415 - not for --help
    except ImportError:
        raise UsageError("this needs an extra: pip install 'meetcost[guard]'") from None
    return Typed(**typed).settings()


def files_of(**typed: str | None) -> GuardFiles:
    """The files of the guard, by the names of their options."""
    return GuardFiles(**{name: value or "" for name, value in typed.items()}, source="guard", key="--{option}")


@dataclass
class GuardJob:
    """One run, with all that was chosen."""

    shell: Shell
    settings: Settings
    files: GuardFiles
    clock: Callable[[], datetime]

    def run(self) -> None:
        """Until it is ended by a signal."""
        from meetcost.proxy.serve import serve  # noqa: PLC0415 - needs the extra

        log_to(self.shell)
        policy = self.files.watched(self.clock)
        asyncio.run(serve(self.settings, policy, lambda: self._begun(policy)))

    def _begun(self, policy: Watched[Guard]) -> None:
        chosen = policy.held.policy
        if self.shell.json:
            logging.getLogger("meetcost.proxy").info(
                "listening", extra={"fields": {"listen": str(self.settings.listen), "mode": str(chosen.mode)}}
            )
            return
        names = {"server": self.settings.server.origin, "listen": self.settings.listen, "policy": chosen.name}
        if chosen.mode is Mode.OBSERVE:
            text = say("observing {server} at {listen}, policy “{policy}”", self.shell.language, **names)
        else:
            text = say("guarding {server} at {listen}, policy “{policy}”", self.shell.language, **names)
        self.shell.note(text)


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
