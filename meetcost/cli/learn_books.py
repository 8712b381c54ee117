# SPDX-License-Identifier: Apache-2.0
"""`meetcost paperwork learn --ledger`: what was measured, into the books."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from meetcost.audit.paperwork import record_paperwork
from meetcost.cli.ledger_job import books_text, present
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.making import RowMaker
from meetcost.ledger.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from meetcost.cli.shell import Shell
    from meetcost.ledger.rows import PaperworkRow
    from meetcost.paperwork.history import Record
    from meetcost.paperwork.minutes import Measured


class LearnBooks(NamedTuple):
    """The books that were chosen."""

    shell: Shell
    location: str
    key: str | None
    now: str | None

    def keep(self, records: Iterable[Record], lengths: Mapping[tuple[str, str], Measured]) -> None:
        """A row for each record; those without a measured length left no minutes.

        Records without a UID stay out: nobody could tell which meeting they belong to.
        """
        now = present(self.now)
        with Ledger.open(self.location, key=self.key, create=True) as books:
            make = RowMaker(books.pseudonyms)
            rows: dict[str, list[PaperworkRow]] = {}
            for one in (one for one in records if one.uid):
                rows.setdefault(one.uid, []).append(make.paperwork(one, lengths.get(one.key)))
            entered = record_paperwork(rows, books, now=now, versions=Versions.of())
            head, name = books.head(), books.store.name
        if self.shell.json:
            about = {"ledger": name, **entered._asdict(), "length": head.length, "hash": head.hash}
            self.shell.object(about)
            return
        self.shell.line(books_text(name, entered.rows, entered.corrections, head, self.shell.language))
