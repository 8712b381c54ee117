# SPDX-License-Identifier: Apache-2.0
"""Measured paperwork into the books: once, corrected where it changes, beside the occurrence it belongs to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.audit.entering import Entered, correction, enter
from meetcost.audit.paperwork import record_paperwork
from meetcost.ledger.erase import Selection, erase
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.making import RowMaker
from meetcost.ledger.pseudonym import Pseudonyms
from meetcost.ledger.rows import PaperworkRow, payload_of, row_of
from meetcost.ledger.verify import verify
from meetcost.ledger.versions import Versions
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.history import Record
from meetcost.paperwork.minutes import Measured

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from meetcost.ledger.rows import Written
    from meetcost.ledger.sources import Standing

NOW = datetime(2026, 12, 10, tzinfo=UTC)
VERSIONS = Versions("0.1.0", tzdata="2026a")
FEATURES = Features(Kind.SUMMARY, 60, 9, 5, "en")
FIRST, SECOND = "20261207T080000Z", "20261214T080000Z"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "books.db", create=True) as books:
        yield books


def row(ledger: Ledger, words: int, recurrence_id: str = FIRST, uid: str = "weekly") -> PaperworkRow:
    record = Record(uid, recurrence_id, date(2026, 12, 7), words, FEATURES, title="Talk with Ann")
    return RowMaker(ledger.pseudonyms).paperwork(record, Measured(0, words) if words else None)


def recorded(ledger: Ledger, *rows: PaperworkRow, uid: str = "weekly") -> Entered:
    return record_paperwork({uid: rows}, ledger, now=NOW, versions=VERSIONS)


def standing(ledger: Ledger) -> list[tuple[str, int | None]]:
    assert verify(ledger).sound
    rows = [one.row for one in ledger.rows(kind="paperwork", uid="weekly")]
    return [(one.recurrence_id, one.words) for one in rows if isinstance(one, PaperworkRow)]


def test_twice_is_once(ledger: Ledger) -> None:
    rows = row(ledger, 400), row(ledger, 500, SECOND)
    assert recorded(ledger, *rows) == Entered(2, 0)
    assert recorded(ledger, *rows) == Entered()
    assert recorded(ledger, rows[1]) == Entered()
    assert standing(ledger) == [(FIRST, 400), (SECOND, 500)]
    assert ledger.head().length == 2


def test_minutes_that_have_changed_are_corrected_and_back_again(ledger: Ledger) -> None:
    recorded(ledger, row(ledger, 400), row(ledger, 500, SECOND))
    assert recorded(ledger, row(ledger, 450), row(ledger, 500, SECOND)) == Entered(0, 1)
    assert standing(ledger) == [(FIRST, 450), (SECOND, 500)]
    assert recorded(ledger, row(ledger, 400)) == Entered(0, 1)
    assert standing(ledger) == [(FIRST, 400), (SECOND, 500)]
    assert ledger.head().length == 4


def test_a_meeting_without_minutes_has_a_row_of_no_documents(ledger: Ledger) -> None:
    none = row(ledger, 0)
    assert (none.documents, none.words, none.characters, none.writing_seconds, none.reading_seconds) == (0, 0, 0, 0, 0)
    recorded(ledger, none)
    recorded(ledger, row(ledger, 400))  # they came late
    assert standing(ledger) == [(FIRST, 400)]


def test_an_erased_meeting_is_not_recorded_again(ledger: Ledger) -> None:
    recorded(ledger, row(ledger, 400))
    erase(ledger, Selection(uid="weekly"), ground="request", operation="erase 1", now=NOW, versions=VERSIONS)
    assert recorded(ledger, row(ledger, 450)) == Entered()
    assert standing(ledger) == []
    assert recorded(ledger, row(ledger, 450, uid="other"), uid="other") == Entered(1, 0)


def test_there_may_be_many_meetings(ledger: Ledger) -> None:
    many = {f"meeting {number}": [row(ledger, number, uid=f"meeting {number}")] for number in range(250)}
    assert record_paperwork(many, ledger, now=NOW, versions=VERSIONS) == Entered(250, 0)
    assert record_paperwork(many, ledger, now=NOW, versions=VERSIONS) == Entered()


def test_nothing_is_nothing(ledger: Ledger) -> None:
    assert record_paperwork({}, ledger, now=NOW, versions=VERSIONS) == Entered()


@given(
    st.text(max_size=60),
    st.text(max_size=60),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.sampled_from(list(Kind)),
    st.sampled_from(["en", "zh", None]),
)
def test_a_row_holds_counts_and_no_text(
    uid: str, title: str, characters: int, words: int, kind: Kind, language: str | None
) -> None:
    names = Pseudonyms(b"k" * 32)
    measured = Measured(characters, words)
    features = Features(kind, None, None, None, language)  # type: ignore[arg-type]
    record = Record(uid, FIRST, date(2026, 12, 7), measured.word_equivalents, features, title=title)
    made = RowMaker(names).paperwork(record, measured)
    assert row_of(payload_of(made)) == made
    assert (made.uid, made.characters, made.words) == (names.uid(uid), characters, words)
    held = made.model_dump(exclude={"uid", "recurrence_id", "kind"})
    assert all(value is None or isinstance(value, int) for value in held.values())


def test_what_somebody_else_writes_in_between_is_seen(ledger: Ledger) -> None:
    mine, theirs = row(ledger, 400), row(ledger, 450)
    seen: list[int] = []

    def difference(uid: str, there: Mapping[tuple[str, str], Standing]) -> list[Written]:
        seen.append(len(there))
        if len(seen) == 1:
            recorded(ledger, theirs)
        before = there.get(("paperwork", FIRST))
        return [correction(before, mine, "changed") if before is not None else mine]

    entered = enter(ledger, ["weekly"], difference, operation="test", now=NOW, versions=VERSIONS)
    assert (entered, seen) == ({"weekly": Entered(0, 1)}, [0, 1])
    assert standing(ledger) == [(FIRST, 400)]
