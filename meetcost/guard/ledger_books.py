# SPDX-License-Identifier: Apache-2.0
"""The books of a guard on a ledger (extra `ledger`): approvals are read from it, decisions become rows of it."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Final

from meetcost.guard.accounts import Accounts
from meetcost.guard.journal import worth_telling
from meetcost.ledger.faults import OtherRowsError
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.making import RowMaker
from meetcost.ledger.rows import payload_of
from meetcost.ledger.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime
    from pathlib import Path

    from meetcost.guard.decide import Context, Decision
    from meetcost.ledger.rows import VerdictRow
    from meetcost.model.meeting import Meeting
    from meetcost.model.verdict import Tally
    from meetcost.quotas.taken import Held, Taken

_REMEMBERED: Final = 10_000


class LedgerBooks:
    """`Books` on a ledger. Several threads may share one; each process opens its own."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._accounts = Accounts(ledger)
        self._lock = Lock()
        self._said: OrderedDict[str, None] = OrderedDict()

    @classmethod
    def open(cls, location: Path | str, *, key: Path | str | None = None) -> LedgerBooks:
        """The books in a file or behind a URL, made where there are none; raises `LedgerError`."""
        ledger = Ledger.open(location, key=key, create=True)
        _ = ledger.pseudonyms  # without the key nothing of a meeting can be found: told now rather than at a write
        return cls(ledger)

    def tally(self, uid: str, callers: Collection[str], now: datetime) -> Tally:
        """As `Books.tally`."""
        return self.ledger.tally(uid, now, callers)[0]

    def record(self, decision: Decision, context: Context) -> None:
        """As `Books.record`: a verdict row."""
        for row in self._rows(decision, context):
            name = f"decision {sha256(payload_of(row).encode()).hexdigest()} {context.policy.digest}"
            with self._lock:
                if name in self._said:
                    continue
            with suppress(OtherRowsError):  # put in other words by another version: it is on record all the same
                self.ledger.append([row], operation=name, now=context.now, versions=_versions(context))
            self._remember(name)

    def reserve(
        self, taken: Sequence[Taken], stood: Sequence[Taken], uid: str, context: Context, *, enforce: bool
    ) -> Held:
        """As `Books.reserve`."""
        return self._accounts.reserve(taken, stood, uid, context, enforce=enforce)

    def confirm(self, operation: str, context: Context) -> None:
        """As `Books.confirm`."""
        self._accounts.quotas.confirm(operation, (), now=context.now, versions=_versions(context))

    def release(self, operation: str) -> None:
        """As `Books.release`."""
        self._accounts.quotas.release(operation)

    def remove(self, uid: str, context: Context, path: str) -> str:
        """As `Books.remove`."""
        return self._accounts.remove(uid, context, path)

    def gone(self, path: str, context: Context) -> None:
        """As `Books.gone`."""
        self._accounts.gone(path, context, _versions(context))

    def settle(
        self, stored: Callable[[str, str], Sequence[Meeting] | None] | None, context: Context
    ) -> tuple[int, int]:
        """As `Books.settle`."""
        return self._accounts.settle(stored, context, _versions(context))

    def _remember(self, name: str) -> None:
        with self._lock:
            self._said[name] = None
            if len(self._said) > _REMEMBERED:
                self._said.popitem(last=False)

    def _rows(self, decision: Decision, context: Context) -> list[VerdictRow]:
        """A row for each decision by which a rule was met; what has no UID is in the journal alone."""
        if not worth_telling(decision) or not decision.meetings:
            return []
        meeting = decision.meetings[0]
        entry = context.policy.directory.find(meeting.organizer) if meeting.organizer is not None else None
        make = RowMaker(self.ledger.pseudonyms)
        return [make.verdict(decision.verdict, meeting.uid, calling_unit=entry.unit if entry is not None else "")]


def _versions(context: Context) -> Versions:
    return Versions.of(context.policy, context.rates.ref if context.rates is not None else None)
