# SPDX-License-Identifier: Apache-2.0
"""One run of `meetcost guard --upstream`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from meetcost.cli.serving import NEEDS_GUARD, log_to, tell_begun
from meetcost.errors import UsageError
from meetcost.guard.sources import GuardFiles
from meetcost.model.verdict import Mode
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

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
        raise UsageError(NEEDS_GUARD) from None
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
        chosen, language = policy.held.policy, self.shell.language
        names = {"server": self.settings.server.origin, "listen": self.settings.listen, "policy": chosen.name}
        if chosen.mode is Mode.OBSERVE:
            text = say("observing {server} at {listen}, policy “{policy}”", language, **names)
        else:
            text = say("guarding {server} at {listen}, policy “{policy}”", language, **names)
        tell_begun(self.shell, "meetcost.proxy", self.settings.listen, chosen.mode, text)
