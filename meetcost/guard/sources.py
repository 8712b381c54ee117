# SPDX-License-Identifier: Apache-2.0
"""The files that a guard is made of, and the guard that follows them while it stands."""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from meetcost.costing.rate_card import RateCard
from meetcost.errors import ConfigError, MeetcostError, Problem, said_by
from meetcost.guard.break_glass import names_in
from meetcost.guard.guard import Guard
from meetcost.guard.journal import Journal
from meetcost.guard.last_good import LastGood
from meetcost.guard.steady import SteadyClock
from meetcost.guard.watched import Watched
from meetcost.model.directory import Directory
from meetcost.paperwork.history_file import read_history
from meetcost.policy.policy import Policy
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from meetcost.guard.ledger_books import LedgerBooks
    from meetcost.paperwork.history import History

T = TypeVar("T")
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GuardFiles:
    """Paths; all but the policy may be empty. A mistake is told as one of `source`, at the option's name in `key`.

    `ledger` may be the URL of a database as well. `break_glass` is no path: login names with commas between them.
    `last_good` is a file in which several processes of one server tell each other what they have taken.
    """

    policy: str
    directory: str = ""
    rates: str = ""
    journal: str = ""
    history: str = ""
    ledger: str = ""
    ledger_key: str = ""
    break_glass: str = ""
    last_good: str = ""
    source: str = "guard"
    key: str = "{option}"

    def watched(self, clock: Callable[[], datetime], *, bare: bool = False) -> Watched[Guard]:
        """The guard they describe, made anew when policy, directory or rates have changed. Raises as `load`.

        A policy without rules is not taken, unless it is `bare` from the start: it may be a file that was emptied or is
        half written, and would let everything pass. Whoever decides twice in one request asks once. Leaps of the clock
        are not followed at once, see `SteadyClock`.
        """
        made: list[Guard] = []
        steady = SteadyClock(clock)
        octets: dict[Path, bytes] = {}
        paths: list[Path] = []
        last_good = LastGood(Path(self.last_good)) if self.last_good else None

        def read(file: Path) -> bytes:
            if file not in paths:  # it belongs to the policy, whether it can be read or not
                paths.append(file)
            octets[file] = file.read_bytes()
            return octets[file]

        def load() -> Guard:
            with last_good.alone() if last_good is not None else nullcontext():
                octets.clear()
                guard = self.load(steady, made[0] if made else None, read=read)
                if guard.is_bare and (made or not bare):
                    advice = "write at least one, or stop the guard if none is meant"
                    problem = Problem("no-rules", "has no rules, so that nothing would be refused", advice=advice)
                    raise ConfigError("policy", [problem])
                if last_good is not None:
                    last_good.keep(octets if not guard.is_bare else None)
            if not guard.is_bare:
                made[:] = [guard]
            paths[:] = octets
            return guard

        def other() -> Guard | None:
            taken = last_good.of_another() if last_good is not None else None
            if taken is not None:
                made[:] = [self.load(steady, made[0] if made else None, read=taken.__getitem__)]
            return made[0] if taken is not None else None

        files = [Path(name) for name in (self.policy, self.directory, self.rates) if name]
        told = "{0.state} is at work".format
        return Watched(load, *files, what="policy", told=told, other=other, also=lambda: paths)

    def load(
        self,
        clock: Callable[[], datetime],
        before: Guard | None = None,
        *,
        read: Callable[[Path], bytes] = Path.read_bytes,
    ) -> Guard:
        """The guard they describe, with journal, books and records of the one `before` it, if there is one.

        `read` gives the octets of policy, directory and rates. Raises `ConfigError` with the mistakes of a file, or
        where one is missing.
        """
        policy = self._loaded("policy", self.policy, lambda file: Policy.load(file, read=read))
        if self.directory:
            directory = self._loaded("directory", self.directory, lambda file: Directory.parse(read(file), file.name))
            policy = replace(policy, directory=directory)
        rates = None
        if self.rates:
            rates = self._loaded("rates", self.rates, lambda file: RateCard.parse(read(file), file.name))
        if before is not None:  # they know what they have written
            return replace(before, policy=policy, rates=rates)
        journal = self._loaded("journal", self.journal, Journal.open) if self.journal else None
        guard = Guard(policy, clock, rates, journal, books=self._books() if self.ledger else None)
        guard = replace(guard, break_glass=names_in(self.break_glass))
        return replace(guard, history=self._loaded("history", self.history, _records)) if self.history else guard

    def _books(self) -> LedgerBooks:
        """The books; `ConfigError` where they cannot be opened, or the extra is not installed."""
        try:
            from meetcost.guard.ledger_books import LedgerBooks  # noqa: PLC0415 - of an extra

            location = self.ledger if _URL.match(self.ledger) else str(Path(self.ledger).expanduser())
            return LedgerBooks.open(location, key=self.ledger_key or None)
        except ImportError:
            message, advice = "needs SQLAlchemy", "run: pip install 'meetcost[ledger]'"
        except MeetcostError as error:
            message, advice = said_by(error), ""
        raise ConfigError(self.source, [Problem("no-books", message, None, self._option("ledger"), "", advice)])

    def _loaded(self, option: str, path: str, load: Callable[[Path], T]) -> T:
        try:
            return load(Path(path))
        except OSError as error:
            message = Sentence.of("`{text}`: {why}", text=path, why=said_by(error))
            raise ConfigError(self.source, [Problem("no-file", message, None, self._option(option))]) from None

    def _option(self, name: str) -> str:
        return self.key.format(option=name.replace("_", "-") if self.key.startswith("-") else name)


def _records(file: Path) -> Watched[History]:
    return Watched(lambda: read_history(file.read_bytes(), file.name), file, what="history")
