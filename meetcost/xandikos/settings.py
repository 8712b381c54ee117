# SPDX-License-Identifier: Apache-2.0
"""Our options on the command line of Xandikos, and the guard they make."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import ConfigError, Problem
from meetcost.guard.sources import GuardFiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.guard.guard import Guard
    from meetcost.guard.watched import Watched

_OPTIONS: Final = {
    "policy": "the rules, a TOML file",
    "directory": "who belongs to which unit, in place of the policy's own",
    "rates": "a published rate card, a TOML file; hours only without one",
    "journal": "where decisions are written down, a JSON Lines file",
    "history": "own records, as `meetcost paperwork learn` writes them",
    "ledger": "the books: a file (SQLite) or postgresql://user@host/database",
    "ledger_key": "the key of their pseudonyms; FILE.key without it",
    "break_glass": "login names, with commas, whose writes no rule refuses",
}
_METAVARS: Final = {"ledger": "BOOKS", "break_glass": "NAMES"}


class Settings(NamedTuple):
    """What was given: the guard, whether refused meetings are kept as notices, and what is left for Xandikos."""

    guard: Watched[Guard]
    notices: bool
    rest: list[str]


def the_clock() -> datetime:
    """Now."""
    return datetime.now(UTC)


def parser() -> argparse.ArgumentParser:
    """Of our options alone."""
    made = argparse.ArgumentParser(
        prog="python -m meetcost.xandikos",
        usage="%(prog)s --meetcost-policy FILE [OPTIONS] [OPTIONS OF XANDIKOS]",
        description="Xandikos, guarded by a meeting policy. All other options are Xandikos's own.",
        allow_abbrev=False,
        add_help=False,
    )
    for name, text in _OPTIONS.items():
        made.add_argument(
            f"--meetcost-{name.replace('_', '-')}", metavar=_METAVARS.get(name, "FILE"), default="", help=text
        )
    made.add_argument(
        "--meetcost-no-notices",
        action="store_true",
        help="do not keep what was refused in a calendar of its user",
    )
    return made


def settings_of(arguments: Sequence[str]) -> Settings:
    """From a command line. Raises `ConfigError` with the mistakes of a file, or where there is no policy."""
    given, rest = parser().parse_known_args(arguments)
    named = {name: getattr(given, f"meetcost_{name}") for name in _OPTIONS}
    if not named["policy"]:
        advice = "add `--meetcost-policy /path/to/meetcost.toml`"
        raise ConfigError("command line", [Problem("no-policy", "names no policy", advice=advice)])
    files = GuardFiles(**named, source="command line", key="--meetcost-{option}")
    return Settings(files.watched(the_clock, bare=True), not given.meetcost_no_notices, rest)
