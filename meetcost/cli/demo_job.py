# SPDX-License-Identifier: Apache-2.0
"""One run of the demonstration, told as it goes."""

from __future__ import annotations

import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from meetcost.cli.demo_text import show_bill, show_bookings, show_files, show_notices, show_server
from meetcost.cli.settings import policy_at
from meetcost.demo.bill import bill
from meetcost.demo.server import radicale
from meetcost.demo.story import booked, month_of, prepared, published
from meetcost.errors import UsageError
from meetcost.policy.starter import starter
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from meetcost.cli.shell import Shell
    from meetcost.demo.server import Radicale
    from meetcost.demo.story import Setting
    from meetcost.words.say import Language

_TERMINATED: Final = 143  # as of a program that SIGTERM ends
_USUAL: Final[Mapping[Language, str]] = {"en": "town-office", "zh": "zhangjiajie-2022"}


@dataclass
class DemoJob:
    """One run, with all that was chosen."""

    shell: Shell
    like: str
    policy: str | None
    keep: bool
    port: int
    out: str | None
    now: datetime

    def run(self) -> None:
        """From an empty folder to what the month cost."""
        text = self._policy_text()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))  # so that the server ends, too
        setting = prepared(self._folder(), text, self.shell.language, self.now)
        with radicale(setting.folder, setting.town.users, self.port, books=bool(setting.policy.quotas)) as server:
            template = "meetcost demo: the rules of {policy}, on a calendar server of its own ({url})"
            self.shell.line(say(template, self.shell.language, policy=setting.policy.name, url=server.url), "bold")
            done, notices = booked(setting, server.url)
            show_bookings(self.shell, done)
            show_notices(self.shell, notices)
            show_bill(self.shell, bill(month_of(setting, done), setting.policy.directory, setting.rates.currency))
            show_files(self.shell, setting, published(setting, done))
            if self.keep:
                self._wait(setting, server)

    def _folder(self) -> Path:
        """An empty folder that stays."""
        if self.out is None:
            return Path(tempfile.mkdtemp(prefix="meetcost-demo-"))
        folder = Path(self.out).resolve()
        if folder.exists() and any(folder.iterdir()):
            raise UsageError("{out} is not empty; name another folder", out=self.out)
        return folder

    def _policy_text(self) -> str:
        if self.policy is None:
            return starter(self.like or _USUAL[self.shell.language])
        if self.like:
            raise UsageError("--like and --policy name two policies; give one of them")
        policy_at(self.policy)  # its mistakes are told as they stand in the file
        return Path(self.policy).read_text("utf-8")

    def _wait(self, setting: Setting, server: Radicale) -> None:
        show_server(self.shell, setting, server)
        try:
            server.wait()
        except KeyboardInterrupt:
            self.shell.line()
