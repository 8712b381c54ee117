# SPDX-License-Identifier: Apache-2.0
"""Whatever is done to the books behind their back is found: scenario K026, on both databases."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from ledger_making import NOW, VERSIONS, filled, meeting_row

from meetcost.ledger.chain import Head
from meetcost.ledger.erase import Selection, erase
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.quota import Claim, Quotas
from meetcost.ledger.verify import verify

SCENARIO = Path(__file__).parents[1] / "data" / "ledger" / "K026.json"
CUT = [
    "DELETE FROM payloads WHERE seq > 7",
    "DELETE FROM entries WHERE seq > 7",
    "DELETE FROM operations WHERE last > 7",
    "UPDATE head SET length = 7, hash = (SELECT hash FROM entries WHERE seq = 7)",
]
TAMPERING = {
    "edit": ["UPDATE payloads SET payload = replace(payload, 'Meeting 4', 'Meeting 5') WHERE seq = 5"],
    "delete": ["DELETE FROM payloads WHERE seq = 5", "DELETE FROM entries WHERE seq = 5"],
    "swap": [f"UPDATE entries SET seq = {new} WHERE seq = {old}" for old, new in ((3, 99), (7, 3), (99, 7))],
    "truncate": CUT,
    "rollback": CUT,
}
COLUMNS = "operation kind recorded versions commitment previous hash".split()


def codes(ledger, *heads):
    return {one.code for one in verify(ledger, against=heads).discrepancies}


@pytest.fixture
def ten(books):
    return filled(books.open(), 10)


def test_untouched_books_are_sound_against_every_head_they_ever_had(books):
    ledger = books.open()
    heads = [ledger.head()]
    for number in range(10):
        filled(ledger, number + 1)
        heads.append(ledger.head())
    found = verify(ledger, against=heads)
    assert found.sound
    assert found.head == ledger.head()
    assert found.erased == 0


@pytest.mark.parametrize("tampering", json.loads(SCENARIO.read_text())["tamper"])
def test_every_tampering_of_the_scenario_is_found(ten, books, tampering):
    published = ten.head()
    for statement in TAMPERING[tampering]:
        books.sql(statement)
    if tampering == "rollback":  # an older state that has gone on in its own way
        ten.append([meeting_row(at) for at in range(9)], operation="forged", now=NOW, versions=VERSIONS)
    assert codes(ten, published)
    assert bool(codes(ten)) is (tampering in {"edit", "delete", "swap"})  # the others need the head


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("seq", [1, 5, 10])
def test_an_edited_header_is_found(ten, books, column, seq):
    books.sql(f'UPDATE entries SET {column} = \'{{"a":"0"}}\' WHERE seq = {seq}')
    assert codes(ten) & {"row-edited", "link-broken", "head-edited"}


@pytest.mark.parametrize(
    "change",
    [
        "payload = replace(payload, 'Meeting 4', 'Meeting 5')",
        "payload = replace(payload, ':', ': ')",
        "payload = 'nonsense'",
        "salt = '00'",
        "salt = 'nonsense'",
        "uid = '0'",
        "recurrence_id = '20260101'",
    ],
)
def test_an_edited_payload_is_found(ten, books, change):
    books.sql(f"UPDATE payloads SET {change} WHERE seq = 5")
    assert codes(ten) & {"payload-edited", "payload-strange"}


@pytest.mark.parametrize("seq", [1, 5, 10])
def test_a_row_that_was_taken_out_is_found(ten, books, seq):
    books.sql(f"DELETE FROM payloads WHERE seq = {seq}")
    books.sql(f"DELETE FROM entries WHERE seq = {seq}")
    assert codes(ten) & {"row-missing", "rows-cut"}


def test_a_row_taken_out_and_the_others_moved_up_is_found(ten, books):
    books.sql("DELETE FROM payloads WHERE seq >= 5")
    books.sql("DELETE FROM entries WHERE seq = 5")
    for seq in range(6, 11):
        books.sql(f"UPDATE entries SET seq = {seq - 1} WHERE seq = {seq}")
    assert "link-broken" in codes(ten)


@pytest.mark.parametrize("tables", [["entries"], ["payloads"], ["entries", "payloads"]])
def test_swapped_rows_are_found(ten, books, tables):
    for table in tables:
        for old, new in ((3, 99), (7, 3), (99, 7)):
            books.sql(f"UPDATE {table} SET seq = {new} WHERE seq = {old}")
    assert codes(ten) & {"row-edited", "payload-edited"}


def test_a_cut_tail_is_found_by_the_head_that_the_books_keep(ten, books):
    books.sql("DELETE FROM payloads WHERE seq > 7")
    books.sql("DELETE FROM entries WHERE seq > 7")
    assert "rows-cut" in codes(ten)


def test_an_older_copy_in_the_place_of_the_books_is_found(sqlite_books, tmp_path):
    ledger = filled(sqlite_books.open(), 5)
    ledger.close()
    copy = shutil.copy(sqlite_books.location, tmp_path / "older.db")
    ledger = filled(sqlite_books.open(), 10)
    published = ledger.head()
    ledger.close()
    shutil.copy(copy, sqlite_books.location)
    ledger = sqlite_books.open()
    assert codes(ledger) == set()
    assert codes(ledger, published) == {"rolled-back"}
    filled(ledger, 12)  # the forged books go on beyond the length that was published
    assert codes(ledger) == set()
    assert codes(ledger, published) == {"other-history"}


def test_a_payload_that_was_taken_away_is_no_erasure(ten, books):
    books.sql("DELETE FROM payloads WHERE seq = 4")
    assert codes(ten) == {"payload-missing"}


def test_an_erasure_is_no_discrepancy_until_the_payload_is_back(ten, books):
    (kept,) = books.sql("SELECT seq, recurrence_id, salt, payload FROM payloads WHERE seq = 4")
    erase(ten, Selection(rows=(4,)), ground="order", operation="e", now=NOW, versions=VERSIONS)
    found = verify(ten)
    assert found.sound
    assert found.erased == 1
    seq, recurrence_id, salt, payload = kept
    books.sql(
        "INSERT INTO payloads (seq, recurrence_id, salt, payload) "
        f"VALUES ({seq}, '{recurrence_id}', '{salt}', '{payload}')"
    )
    assert codes(ten) == {"payload-back"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE head SET length = 9", "head-edited"),
        ("UPDATE head SET hash = 'x'", "head-edited"),
        ("DELETE FROM operations WHERE first = 3", "operation-edited"),
        ("UPDATE operations SET last = 4 WHERE first = 3", "operation-edited"),
        ("UPDATE draws SET amount = 0", "draws-edited"),
        ("DELETE FROM draws", "draws-edited"),
        ("INSERT INTO draws VALUES (1, 0, 'pool', 0, 1, '')", "draws-edited"),
    ],
)
def test_what_is_kept_beside_the_chain_is_compared(ten, books, change, code):
    quotas = Quotas(ten)
    quotas.reserve("q", [Claim("pool", 1, 10, NOW)], now=NOW)
    quotas.confirm("q", [], now=NOW, versions=VERSIONS)
    assert codes(ten) == set()
    books.sql(change)
    assert code in codes(ten)


@pytest.mark.parametrize("head", [Head(5, "0" * 64), Head(0, "1" * 64), Head(11, "0" * 64)])
def test_a_head_of_other_books_is_found(ten, head):
    assert codes(ten, head)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payloads SET payload = x'00ff' WHERE seq = 5",
        "UPDATE payloads SET payload = CAST(x'7bff7d' AS TEXT) WHERE seq = 5",
        "UPDATE payloads SET salt = 5 WHERE seq = 5",
        "UPDATE entries SET versions = 5 WHERE seq = 5",
        "UPDATE entries SET kind = x'00' WHERE seq = 5",
        "UPDATE entries SET recorded = CAST(x'ff' AS TEXT) WHERE seq = 5",
        "UPDATE entries SET operation = 7 WHERE seq = 5",
        "UPDATE operations SET first = 'one' WHERE first = 5",
        "UPDATE head SET length = 'ten'",
        "UPDATE head SET hash = x'00'",
        "DELETE FROM head",
        "INSERT INTO draws VALUES (1, 1, 'pool', 'now', 'much', 'unit')",
    ],
)
def test_a_cell_of_another_type_is_found(sqlite_books, change):
    """SQLite lets any cell hold anything."""
    ledger = filled(sqlite_books.open(), 10)
    sqlite_books.sql(change)
    found = verify(ledger)
    assert not found.sound
    assert all(one.text() and one.text("zh") for one in found.discrepancies)


@pytest.mark.parametrize("change", ["UPDATE head SET length = 'ten'", "DELETE FROM head", "UPDATE head SET length = 5"])
def test_books_that_contradict_themselves_take_no_rows(sqlite_books, change):
    ledger = filled(sqlite_books.open(), 10)
    sqlite_books.sql(change)
    with pytest.raises(LedgerError, match="verify them"):
        filled(ledger, 11)
    if change != "UPDATE head SET length = 5":
        with pytest.raises(LedgerError, match="verify them"):
            ledger.head()


def test_any_change_of_any_cell_is_found(sqlite_books):
    """Two hundred random edits of the stored text, each alone."""
    random.seed(26)
    ledger = filled(sqlite_books.open(), 6, each=2)
    ledger.close()
    file = Path(sqlite_books.location)
    untouched = file.read_bytes()
    for _ in range(200):
        table, column = random.choice(
            [("entries", name) for name in COLUMNS] + [("payloads", "salt"), ("payloads", "payload")]
        )
        seq = random.randint(1, 12)
        file.write_bytes(untouched)
        ((text,),) = sqlite_books.sql(f"SELECT {column} FROM {table} WHERE seq = {seq}")
        at = random.randrange(len(text) or 1)
        sign = random.choice([one for one in "0aZ" if one != text[at : at + 1]])
        changed = (text[:at] + sign + text[at + 1 :]).replace("'", "''")
        sqlite_books.sql(f"UPDATE {table} SET {column} = '{changed}' WHERE seq = {seq}")
        opened = sqlite_books.open(create=False)
        assert codes(opened), (table, column, seq, text, changed)
        opened.close()


def test_progress_is_told(books):
    ledger = books.open()
    ledger.append([meeting_row(at) for at in range(2_500)], operation="many", now=NOW, versions=VERSIONS)
    told = []
    verify(ledger, progress=lambda done, of: told.append((done, of)))
    assert told == [(1_000, 2_500), (2_000, 2_500)]
