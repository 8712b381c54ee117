# SPDX-License-Identifier: Apache-2.0
"""A guard whose files may change while it stands: the last good ones hold until there are better ones."""

from __future__ import annotations

import logging
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from meetcost.errors import ConfigError, MeetcostError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from meetcost.guard.guard import Guard

_log = logging.getLogger("meetcost.guard")


class Reloading:
    """Gives the guard at work, and takes a new one in its place when told to. Made by `load`, whose errors it raises.

    A policy without rules is taken for a file that was emptied or is half written: it would let everything pass.
    Whoever decides twice in one request asks for `guard` once.
    """

    def __init__(self, load: Callable[[], Guard]) -> None:
        self._load = load
        self._lock = Lock()
        self.problem = ""
        """Why the last reload was not taken; empty if it was."""
        self.guard: Guard = self._loaded()

    def reload(self) -> bool:
        """Take what the files say now; False, and said in the log, if they cannot be used: nothing changes then."""
        with self._lock:
            try:
                new = self._loaded()
            except (MeetcostError, OSError) as error:
                self.problem = str(error)
                _log.error("the new policy is not taken, the one of before holds: %s", error)
                return False
            except Exception as error:  # noqa: BLE001 - whatever it is, the good policy holds
                self.problem = type(error).__name__
                _log.exception("the new policy is not taken, the one of before holds")
                return False
            old, self.problem = self.guard, ""
            if old.journal is not None and new.journal is not None and old.journal.path == new.journal.path:
                new = replace(new, journal=old.journal)  # it knows what it has written
            self.guard = new
            rules = len(new.policy.rules.clauses)
            _log.info('policy "%s" is at work (%d rules, %s)', new.policy.name, rules, new.policy.mode)
            return True

    def _loaded(self) -> Guard:
        guard = self._load()
        if not guard.policy.rules.clauses and not guard.policy.quotas:
            advice = "write at least one, or stop the guard if none is meant"
            problem = Problem("no-rules", "has no rules, so that nothing would be refused", advice=advice)
            raise ConfigError("policy", [problem])
        return guard
