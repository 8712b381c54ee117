# SPDX-License-Identifier: Apache-2.0
"""Where `meetcost publish` takes measured minutes from: the books, and the file of own records."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from meetcost.cli.guard_books import NEEDS_LEDGER
from meetcost.cli.histories import history_at
from meetcost.errors import UsageError
from meetcost.feed.publication import Measured
from meetcost.paperwork.measured import measured_paperwork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from meetcost.ledger.rows import PaperworkRow
    from meetcost.paperwork.history import History

    Lookup = Callable[[str, str], Measured | None]


@contextmanager
def measured_minutes(history: str | None, ledger: str | None, key: str | None) -> Iterator[Lookup | None]:
    """Minutes by UID and RECURRENCE-ID; None where neither file is named.

    Where both have an occurrence the books count: what stands in them was written once, and is never changed unseen.
    """
    records = _of_history(history_at(history)) if history is not None else None
    if ledger is None:
        yield records
        return
    if find_spec("sqlalchemy") is None:
        raise UsageError(NEEDS_LEDGER)
    from meetcost.ledger.ledger import Ledger  # noqa: PLC0415 - needs the extra

    with Ledger.open(ledger, key=key) as books:
        rows = {
            (one.row.uid, one.row.recurrence_id): one.row
            for one in books.rows(kind="paperwork")
            if one.row is not None and one.row.kind == "paperwork"
        }
        pseudonym = books.pseudonyms.uid

        def found(uid: str, id_: str) -> Measured | None:
            row = rows.get((pseudonym(uid), id_))
            return _of_row(row) if row is not None else records(uid, id_) if records is not None else None

        yield found


def _of_history(history: History) -> Lookup:
    def found(uid: str, id_: str) -> Measured | None:
        record = history.records.get((uid, id_))
        if record is None:
            return None
        measured = measured_paperwork(record)
        hours = measured.hours
        return Measured(measured.length, measured.unit, hours.seconds if hours is not None else None)

    return found


def _of_row(row: PaperworkRow) -> Measured:
    characters, words = row.characters or 0, row.words or 0
    seconds = None if row.writing_seconds is None else row.writing_seconds + (row.reading_seconds or 0)
    if characters > words:
        return Measured(characters, "characters", seconds)
    return Measured(words, "words", seconds)
