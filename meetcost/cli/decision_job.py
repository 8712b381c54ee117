# SPDX-License-Identifier: Apache-2.0
"""One run of `meetcost guard --decide`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from meetcost.cli.serving import NEEDS_GUARD, log_to, tell_begun
from meetcost.errors import UsageError
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from meetcost.cli.shell import Shell
    from meetcost.decision.settings import Settings
    from meetcost.guard.address import Address
    from meetcost.guard.guard import Guard
    from meetcost.guard.sources import GuardFiles
    from meetcost.guard.watched import Watched


def decision_settings(listen: str, token_file: str) -> Settings:
    """What was typed. Raises `UsageError` where the extra is missing, `ConfigError` with all mistakes."""
    try:
        import aiohttp  # noqa: F401, PLC0415 - told before anything else

        from meetcost.decision.settings import settings_of  # noqa: PLC0415 - as above
    except ImportError:
        raise UsageError(NEEDS_GUARD) from None
    return settings_of(listen, token_file)


@dataclass
class DecisionJob:
    """One run, with all that was chosen."""

    shell: Shell
    settings: Settings
    files: GuardFiles
    clock: Callable[[], datetime]

    def run(self) -> None:
        """Until it is ended by a signal."""
        from meetcost.decision.serve import serve  # noqa: PLC0415 - needs the extra

        log_to(self.shell)
        policy = self.files.watched(self.clock)
        asyncio.run(serve(self.settings, policy, lambda listen: self._begun(policy, listen)))

    def _begun(self, policy: Watched[Guard], listen: Address) -> None:
        chosen = policy.held.policy
        text = say('deciding at {listen}, policy "{policy}"', self.shell.language, listen=listen, policy=chosen.name)
        tell_begun(self.shell, "meetcost.decision", listen, chosen.mode, text)
