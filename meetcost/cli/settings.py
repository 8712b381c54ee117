# SPDX-License-Identifier: Apache-2.0
"""What an organisation chose, from the files that the options name."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from meetcost.cli.shell import MistakesError
from meetcost.costing.rate_card import RateCard
from meetcost.errors import ConfigError, UsageError
from meetcost.model.directory import Directory
from meetcost.policy.policy import Policy
from meetcost.rules.ruleset import RuleSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from meetcost.model.zone import Zone

T = TypeVar("T")


def policy_at(path: str) -> Policy:
    """The policy in a file; `MistakesError` with all its mistakes."""
    return _loaded(Policy.load, path)


def policy_with(path: str, directory: str | None) -> Policy:
    """The policy in a file, with another directory than its own if one is named."""
    policy = policy_at(path)
    return policy if directory is None else replace(policy, directory=directory_at(directory))


def policy_of(path: str | None, directory: str | None, zone: Zone | None) -> Policy | None:
    """The policy, with the directory and the zone that other options name in place of its own; None without any."""
    if path is None and directory is None and zone is None:
        return None
    policy = policy_at(path) if path is not None else Policy(RuleSet())
    if directory is not None:
        policy = replace(policy, directory=directory_at(directory))
    if zone is not None:
        policy = replace(policy, rules=replace(policy.rules, zone=zone))
    return policy


def rates_of(rate: str | None, path: str | None) -> RateCard | None:
    """The rate card of `--rate` or `--rates`; `UsageError` for both."""
    if rate is None and path is None:
        return None
    if rate is not None and path is not None:
        raise UsageError("--rate and --rates say the same thing twice; give one of them")
    return RateCard.flat(rate) if rate is not None else _loaded(RateCard.load, path or "")


def published_rates(rate: str | None, path: str | None) -> RateCard | None:
    """The rate card of `--rates`; `UsageError` for `--rate`, which names no table that a reader could look up."""
    if rate is not None:
        raise UsageError(
            "in public, money is said by a published rate card only; write the rate into a file with "
            "`published = true` and name it by --rates"
        )
    return rates_of(None, path)


def directory_at(path: str) -> Directory:
    """The directory in a file; `MistakesError` with all its mistakes."""
    return _loaded(Directory.load, path)


def personal_rates(rates: RateCard | None, policy: Policy | None) -> bool:
    """Whether anybody's own pay would be used: such figures are private."""
    if rates is None or policy is None or not rates.personal:
        return False
    return any(entry.rate is not None for entry in policy.directory)


def _loaded(load: Callable[[str], T], path: str) -> T:
    try:
        return load(path)
    except ConfigError as error:
        at = Path(path).parent / error.source
        octets = at.read_bytes() if at.is_file() else b""
        people = load == Directory.load or error.source != Path(path).name  # a policy names its directory
        raise MistakesError(error, b"" if people and _may_hold_pay(error, octets) else octets) from None


def _may_hold_pay(error: ConfigError, octets: bytes) -> bool:
    """Whether a line of a directory may hold somebody's pay: it has rates, or no header that would say so."""
    return _PAY.search(octets) is not None or any(one.code == "directory-header" for one in error.problems)


_PAY: Final = re.compile(r"\brate\b|时薪".encode() + b"|" + "时薪".encode("gb18030"), re.IGNORECASE)
