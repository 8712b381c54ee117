# SPDX-License-Identifier: Apache-2.0
"""The files that a guard is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from meetcost.costing.rate_card import RateCard
from meetcost.errors import ConfigError, Problem
from meetcost.guard.guard import Guard
from meetcost.guard.journal import Journal
from meetcost.model.directory import Directory
from meetcost.policy.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GuardFiles:
    """Paths; all but the policy may be empty. A mistake is told as one of `source`, at the option's name in `key`."""

    policy: str
    directory: str = ""
    rates: str = ""
    journal: str = ""
    source: str = "guard"
    key: str = "{option}"

    def load(self, clock: Callable[[], datetime]) -> Guard:
        """The guard they describe. Raises `ConfigError` with the mistakes of a file, or where one is missing."""
        policy = self._loaded("policy", self.policy, Policy.load)
        if self.directory:
            policy = replace(policy, directory=self._loaded("directory", self.directory, Directory.load))
        rates = self._loaded("rates", self.rates, RateCard.load) if self.rates else None
        journal = self._loaded("journal", self.journal, Journal.open) if self.journal else None
        return Guard(policy, clock, rates, journal)

    def _loaded(self, option: str, path: str, load: Callable[[Path], T]) -> T:
        try:
            return load(Path(path))
        except OSError as error:
            message = f"`{path}`: {(error.strerror or str(error)).lower()}"
            problem = Problem("no-file", message, None, self.key.format(option=option))
            raise ConfigError(self.source, [problem]) from None
