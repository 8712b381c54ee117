# SPDX-License-Identifier: Apache-2.0
"""The guard that the files of an administrator make, for every adapter in the same way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

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


class GuardFiles(NamedTuple):
    """Paths; empty where there is none."""

    policy: str = ""
    directory: str = ""
    rates: str = ""
    journal: str = ""


def guard_of(files: GuardFiles, clock: Callable[[], datetime], *, where: str, option: str, advice: str) -> Guard:
    """The guard of these files. `where` names the configuration, `option` an option in it (`storage.{}`).

    Raises `ConfigError` with the mistakes of a file, or where one is missing or no policy is named (then with
    `advice`): nothing is started then, since a guard without rules would let everything pass.
    """

    def loaded(name: str, load: Callable[[str], T]) -> T:
        path = str(getattr(files, name))
        try:
            return load(path)
        except OSError as error:
            message = f"`{path}`: {(error.strerror or str(error)).lower()}"
            raise ConfigError(where, [Problem("no-file", message, None, option.format(name))]) from None

    if not files.policy:
        named = option.format("policy").rpartition(".")[0]
        raise ConfigError(where, [Problem("no-policy", "names no policy", None, named, "", advice)])
    policy = loaded("policy", Policy.load)
    if files.directory:
        policy = replace(policy, directory=loaded("directory", Directory.load))
    rates = loaded("rates", RateCard.load) if files.rates else None
    journal = Journal.open(Path(files.journal)) if files.journal else None
    return Guard(policy, clock, rates, journal)
