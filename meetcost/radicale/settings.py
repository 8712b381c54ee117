# SPDX-License-Identifier: Apache-2.0
"""The options of `[storage]` in Radicale's configuration, and the guard they make."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from radicale.config import filepath

from meetcost.errors import ConfigError, Problem
from meetcost.guard.sources import GuardFiles

if TYPE_CHECKING:
    from radicale.config import Configuration

    from meetcost.guard.guard import Guard
    from meetcost.guard.watched import Watched

LAST_GOOD: Final = ".Radicale.tmp-meetcost-last-good"
"""Beside Radicale's own lock: what the policy, directory and rates last said without a mistake. Who keeps the folder in
Git has been told to leave `.Radicale.tmp-*` out, and rates must not get into a history."""
SCHEMA: Final[dict[str, Any]] = {
    "storage": {
        "policy": {"value": "", "type": filepath, "help": "the rules, a TOML file"},
        "directory": {"value": "", "type": filepath, "help": "who belongs to which unit, in place of the policy's own"},
        "rates": {"value": "", "type": filepath, "help": "a published rate card, a TOML file; hours only without one"},
        "journal": {"value": "", "type": filepath, "help": "where decisions are written down, a JSON Lines file"},
        "history": {"value": "", "type": filepath, "help": "own records, as `meetcost paperwork learn` writes them"},
        "ledger": {"value": "", "type": str, "help": "the books: a file (SQLite) or postgresql://user@host/database"},
        "ledger_key": {"value": "", "type": filepath, "help": "the key of their pseudonyms; FILE.key without it"},
        "break_glass": {"value": "", "type": str, "help": "login names, with commas, whose writes no rule refuses"},
        "notices": {"value": "True", "type": bool, "help": "keep what was refused in a calendar of its user"},
    }
}


def the_clock() -> datetime:
    """Now."""
    return datetime.now(UTC)


def guard_of(configuration: Configuration) -> Watched[Guard]:
    """The guard that the options describe, which follows its files.

    Raises `ConfigError` with the mistakes of a file, or where one is missing or no policy is named: Radicale does not
    start then, since a guard without rules would let everything pass.
    """
    named = {name: configuration.get("storage", name) for name in SCHEMA["storage"]}
    if not named["policy"]:
        advice = "add `policy = /path/to/meetcost.toml` to [storage]"
        raise ConfigError(
            "radicale configuration", [Problem("no-policy", "names no policy", None, "storage", "", advice)]
        )
    files = GuardFiles(
        policy=named["policy"],
        directory=named["directory"],
        rates=named["rates"],
        journal=named["journal"],
        history=named["history"],
        ledger=named["ledger"],
        ledger_key=named["ledger_key"],
        break_glass=named["break_glass"],
        last_good=str(Path(configuration.get("storage", "filesystem_folder")) / LAST_GOOD),
        source="radicale configuration",
        key="storage.{option}",
    )
    return files.watched(the_clock, bare=True)
