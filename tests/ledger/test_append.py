# SPDX-License-Identifier: Apache-2.0
"""What is appended stands, once, in its order; the same on both databases."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ledger_making import NOW, VERSIONS, filled, meeting_row

from meetcost.ledger.chain import BEGINNING, Head
from meetcost.ledger.faults import LedgerError, MovedError, OtherRowsError
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.making import made
from meetcost.ledger.pseudonym import key_at
from meetcost.ledger.rows import CorrectionRow, ErasureRow, WaiverRow
from meetcost.ledger.verify import verify
from meetcost.model.verdict import Approval


def test_new_books_are_empty_and_sound(books):
    ledger = books.open()
    assert ledger.head() == Head(0, BEGINNING)
    assert list(ledger.rows()) == []
    assert verify(ledger).sound


def test_rows_come_back_as_they_were_given(books):
    rows = [meeting_row(1, title="预算碰头会"), meeting_row(2, title='"quoted", \\ and \n and \0 and \u2028 😀')]
    ledger = books.open()
    receipt = ledger.append(rows, operation="one", now=NOW, versions=VERSIONS)
    assert receipt[:2] == (1, 2)
    assert not receipt.repeated
    assert [one.row for one in ledger.rows()] == rows
    assert {one.recorded for one in ledger.rows()} == {"2026-12-01T08:00:00Z"}
    assert ledger.head(NOW) == Head(2, receipt.hash, "2026-12-01T08:00:00Z")
    again = books.open(create=False)
    assert [one.row for one in again.rows()] == rows
    assert verify(again).sound


def test_the_same_operation_again_changes_nothing(books):
    ledger = books.open()
    first = ledger.append([meeting_row(1)], operation="one", now=NOW, versions=VERSIONS)
    later = NOW + timedelta(days=1)
    again = ledger.append([meeting_row(1)], operation="one", now=later, versions=VERSIONS)
    assert again == first._replace(repeated=True)
    assert ledger.find("one") == again
    assert ledger.find("two") is None
    assert ledger.head().length == 1


@pytest.mark.parametrize("rows", [[meeting_row(2)], [meeting_row(1), meeting_row(2)]])
def test_an_operation_id_is_not_used_for_something_else(books, rows):
    ledger = filled(books.open(), 1)
    ledger.append([meeting_row(1)], operation="one", now=NOW, versions=VERSIONS)
    with pytest.raises(OtherRowsError, match="row 2, with other content"):
        ledger.append(rows, operation="one", now=NOW, versions=VERSIONS)
    assert ledger.head().length == 2


def test_books_that_moved_refuse_what_was_decided_before(books):
    ledger = filled(books.open(), 3)
    decided_on = ledger.head()
    filled(ledger, 4)
    with pytest.raises(MovedError, match="had 3 rows when it was decided and have 4 now"):
        ledger.append([meeting_row(9)], operation="late", now=NOW, versions=VERSIONS, after=decided_on)
    ledger.append([meeting_row(9)], operation="late", now=NOW, versions=VERSIONS, after=ledger.head())
    # asked again with the old head, it has been done already
    assert ledger.append([meeting_row(9)], operation="late", now=NOW, versions=VERSIONS, after=decided_on).repeated


def test_an_operation_has_rows(books):
    with pytest.raises(LedgerError, match="without rows"):
        books.open().append([], operation="none", now=NOW, versions=VERSIONS)


def test_a_correction_takes_the_place_of_a_row_and_leaves_it_there(books):
    ledger = filled(books.open(), 3)
    better = meeting_row(7)
    for replaces, row in ((2, meeting_row(8)), (2, better), (3, None)):
        correction = CorrectionRow(replaces=replaces, row=row, reason="counted again")
        operation = f"correct {replaces} by {row}"
        ledger.append([correction], operation=operation, now=NOW, versions=VERSIONS)
    assert [(one.seq, one.row.people, one.replaced) for one in ledger.rows()] == [(1, 0, False), (2, 7, True)]
    assert [one.row.replaces for one in ledger.rows(kind="correction")] == [2, 2, 3]
    assert books.sql("SELECT count(*) FROM entries WHERE kind = 'meeting'") == [(3,)]
    assert verify(ledger).sound


def test_a_correction_speaks_of_the_same_meeting():
    with pytest.raises(LedgerError, match="speak of the same meeting"):
        made(CorrectionRow, replaces=1, reason="", row=meeting_row(uid="0" * 32))


def test_the_tally_holds_the_waivers_in_force_and_the_head_they_were_read_at(books):
    ledger = books.open()
    uid = ledger.pseudonyms.uid("a@b.example")

    def waive(state, exemption, expires=None):
        row = WaiverRow(uid=uid, state=state, exemption=exemption, expires=expires)
        ledger.append([row], operation=f"{state} {exemption}", now=NOW, versions=VERSIONS)

    waive("requested", "emergency")
    waive("granted", "statutory", "2026-12-01T08:00:01Z")
    waive("granted", "from-above")
    waive("revoked", "from-above")
    waive("confirmed", "other")
    tally, head = ledger.tally("a@b.example", NOW)
    assert tally.approvals == {Approval("a@b.example", "statutory"), Approval("a@b.example", "other")}
    assert head == ledger.head()
    assert ledger.tally("a@b.example", NOW + timedelta(seconds=1))[0].approvals == {Approval("a@b.example", "other")}
    assert ledger.tally("b@b.example", NOW)[0].approvals == frozenset()


def test_rows_of_one_meeting_or_one_kind(books):
    ledger = books.open()
    uid = ledger.pseudonyms.uid("one")
    rows = [meeting_row(1), meeting_row(2, uid=uid), WaiverRow(uid=uid, state="granted", exemption="x")]
    ledger.append(rows, operation="one", now=NOW, versions=VERSIONS)
    assert [one.seq for one in ledger.rows(uid="one")] == [2, 3]
    assert [one.seq for one in ledger.rows(kind="meeting")] == [1, 2]
    assert [one.seq for one in ledger.rows(kind="meeting", uid="one")] == [2]


def test_time_is_utc_to_the_second(books):
    ledger = books.open()
    berlin = datetime(2026, 12, 1, 9, 0, 0, 999_999, tzinfo=UTC).astimezone(None)
    ledger.append([meeting_row(1)], operation="one", now=berlin, versions=VERSIONS)
    assert next(ledger.rows()).recorded == "2026-12-01T09:00:00Z"


# opening


def test_the_file_and_what_lies_beside_it_are_for_their_owner_alone(sqlite_books):
    filled(sqlite_books.open(), 1)
    beside = list(Path(sqlite_books.location).parent.glob("books.db*"))
    assert len(beside) > 2
    assert {stat.S_IMODE(one.stat().st_mode) for one in beside} == {0o600}


def test_reading_needs_no_key_and_writing_does(books):
    filled(books.open(), 2)
    books.key.unlink()
    ledger = books.open(create=False)
    assert verify(ledger).sound
    with pytest.raises(LedgerError, match="the key is needed"):
        ledger.append([meeting_row(1)], operation="x", now=NOW, versions=VERSIONS)


def test_books_keep_to_their_key(books):
    filled(books.open(), 1)
    books.key.unlink()
    key_at(books.key, create=True)
    with pytest.raises(LedgerError, match="begun with another key"):
        books.open()


def test_books_of_a_later_version_are_left_alone(books):
    filled(books.open(), 1)
    books.sql("UPDATE meta SET value = '99' WHERE name = 'schema'")
    with pytest.raises(LedgerError, match=r"tables of version 99.*; update it"):
        books.open()
    with pytest.raises(LedgerError, match="version 99"):
        books.open(create=False)


def test_a_database_without_books_holds_none(books):
    books.sql("CREATE TABLE other (a INTEGER)")
    with pytest.raises(LedgerError, match="holds no books"):
        books.open(create=False)


def test_a_row_of_another_shape_in_an_erasure_is_refused():
    with pytest.raises(LedgerError, match="`ground`"):
        made(ErasureRow, ground="because", ranges=())


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("mysql://u@h/d", "books in `mysql` are not known"),
        ("postgresql://h:port/d", "URL of the books cannot be read"),
        ("sqlite://", "books in `sqlite` are not known"),
    ],
)
def test_places_that_are_none(location, says):
    with pytest.raises(LedgerError, match=says):
        Ledger.open(location, create=True)


def test_a_password_is_in_no_error(server, tmp_path):
    url = f"postgresql://meetcost:hunter2@127.0.0.1:{server.port}/nowhere"
    with pytest.raises(LedgerError) as caught:
        Ledger.open(url, key=tmp_path / "key", create=True)
    assert "does not exist" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
