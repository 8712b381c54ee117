# SPDX-License-Identifier: Apache-2.0
"""The options of `[storage]` in Radicale's configuration, and the guard they make."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from radicale.config import filepath

from meetcost.costing.rate_card import RateCard
from meetcost.errors import ConfigError, MeetcostError, Problem
from meetcost.guard.guard import Guard
from meetcost.guard.journal import Journal
from meetcost.guard.watched import Watched
from meetcost.model.directory import Directory
from meetcost.paperwork.history_file import read_history
from meetcost.policy.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from radicale.config import Configuration

    from meetcost.guard.ledger_books import LedgerBooks
    from meetcost.paperwork.history import History

T = TypeVar("T")
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
SCHEMA: Final[dict[str, Any]] = {
    "storage": {
        "policy": {"value": "", "type": filepath, "help": "the rules, a TOML file"},
        "directory": {"value": "", "type": filepath, "help": "who belongs to which unit, in place of the policy's own"},
        "rates": {"value": "", "type": filepath, "help": "a published rate card, a TOML file; hours only without one"},
        "journal": {"value": "", "type": filepath, "help": "where decisions are written down, a JSON Lines file"},
        "history": {"value": "", "type": filepath, "help": "own records, as `meetcost paperwork learn` writes them"},
        "ledger": {"value": "", "type": str, "help": "the books: a file (SQLite) or postgresql://user@host/database"},
        "ledger_key": {"value": "", "type": filepath, "help": "the key of their pseudonyms; FILE.key without it"},
        "notices": {"value": "True", "type": bool, "help": "keep what was refused in a calendar of its user"},
    }
}


def the_clock() -> datetime:
    """Now."""
    return datetime.now(UTC)


def guard_of(configuration: Configuration) -> Guard:
    """The guard that the options describe.

    Raises `ConfigError` with the mistakes of a file, or where one is missing or no policy is named: Radicale does not
    start then, since a guard without rules would let everything pass.
    """
    named = {name: configuration.get("storage", name) for name in SCHEMA["storage"]}
    if not named["policy"]:
        advice = "add `policy = /path/to/meetcost.toml` to [storage]"
        raise ConfigError(
            "radicale configuration", [Problem("no-policy", "names no policy", None, "storage", "", advice)]
        )
    policy = _loaded("policy", named["policy"], Policy.load)
    if named["directory"]:
        policy = replace(policy, directory=_loaded("directory", named["directory"], Directory.load))
    rates = _loaded("rates", named["rates"], RateCard.load) if named["rates"] else None
    journal = Journal.open(Path(named["journal"])) if named["journal"] else None
    books = _books(named["ledger"], named["ledger_key"] or None) if named["ledger"] else None
    guard = Guard(policy, the_clock, rates, journal, books=books)
    if not named["history"]:
        return guard
    return replace(guard, history=_loaded("history", named["history"], _records))


def _books(location: str, key: str | None) -> LedgerBooks:
    """The books; `ConfigError` where they cannot be opened, or the extra is not installed."""
    try:
        from meetcost.guard.ledger_books import LedgerBooks  # noqa: PLC0415 - of an extra

        return LedgerBooks.open(location if _URL.match(location) else filepath(location), key=key)
    except ImportError:
        message, advice = "needs SQLAlchemy", "run: pip install 'meetcost[ledger]'"
    except MeetcostError as error:
        message, advice = str(error), ""
    problem = Problem("no-books", message, None, "storage.ledger", "", advice)
    raise ConfigError("radicale configuration", [problem])


def _records(path: str) -> Watched[History]:
    file = Path(path)
    return Watched(lambda: read_history(file.read_bytes(), file.name), file)


def _loaded(option: str, path: str, load: Callable[[str], T]) -> T:
    try:
        return load(path)
    except OSError as error:
        message = f"`{path}`: {(error.strerror or str(error)).lower()}"
        raise ConfigError("radicale configuration", [Problem("no-file", message, None, f"storage.{option}")]) from None
