# SPDX-License-Identifier: Apache-2.0
"""Erasure: nothing of it is left behind, the chain verifies, and the figures of others stand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from ledger_making import NOW, VERSIONS, filled, meeting_row

from meetcost.errors import UsageError
from meetcost.ledger import store, tables
from meetcost.ledger.erase import Selection, erase, finish, ranges, selected
from meetcost.ledger.quota import Claim, Quotas
from meetcost.ledger.rows import CorrectionRow, CostRow, WaiverRow
from meetcost.ledger.verify import verify

ANN = "ann@town.example"
MARK = "Unforgettable"  # what must not be found any more


@pytest.fixture
def ledger(own_books):
    """Ten meetings; the third was called by Ann, who has approved of another."""
    ledger = filled(own_books.open(), 2)
    names = ledger.pseudonyms
    uid = names.uid("third")
    rows = [
        meeting_row(3, uid=uid, title=f"{MARK} third", organiser=names.person(ANN)),
        CostRow(uid=uid, method="hours-only", person_seconds=3600),
        WaiverRow(state="granted", exemption="emergency", reason=f"{MARK} reason", approver=names.person(ANN)),
    ]
    ledger.append(rows, operation="third", now=NOW, versions=VERSIONS)
    ledger.append([meeting_row(9)], operation="later", now=NOW + timedelta(days=400), versions=VERSIONS)
    return ledger


def erased(ledger, chosen, operation="erase"):
    done = erase(ledger, chosen, ground="request", operation=operation, now=NOW, versions=VERSIONS)
    assert done.wiped
    found = verify(ledger)
    assert found.sound, found
    assert found.erased == len(done.rows)
    return done


def in_the_files(books, server, *texts):
    """Which of `texts` stand in any file of the database but the server's own write-ahead log."""
    if "://" in books.location:
        books.sql("CHECKPOINT")
        ((oid,),) = books.sql("SELECT oid FROM pg_database WHERE datname = current_database()")
        files = list((server.data / "base" / str(oid)).iterdir())
    else:
        files = list(Path(books.location).parent.glob("books.db*"))
    assert files
    octets = b"".join(one.read_bytes() for one in files)
    return {text for text in texts if text.encode() in octets}


def test_of_a_meeting_nothing_is_left(ledger, own_books, request):
    server = request.getfixturevalue("server") if "://" in own_books.location else None
    uid, person = ledger.pseudonyms.uid("third"), ledger.pseudonyms.person(ANN)
    salts = [salt for (salt,) in own_books.sql("SELECT salt FROM payloads WHERE seq IN (3, 4)")]
    assert in_the_files(own_books, server, MARK, uid, *salts) == {MARK, uid, *salts}
    done = erased(ledger, Selection(uid="third"))
    assert done.rows == (3, 4)
    assert in_the_files(own_books, server, f"{MARK} third", uid, *salts) == set()
    assert in_the_files(own_books, server, person) == {person}  # in the waiver of another meeting
    assert [one.row for one in ledger.rows(uid="third")] == []
    assert ledger.find("third") is not None  # and is not recorded again


def test_of_a_person_nothing_is_left_and_the_figures_stand(ledger, own_books, request):
    server = request.getfixturevalue("server") if "://" in own_books.location else None
    person = ledger.pseudonyms.person(ANN)
    before = [one.row.people for one in ledger.rows(kind="meeting")]
    assert erased(ledger, Selection(person="MAILTO:Ann@Town.example")).rows == (3, 5)
    assert in_the_files(own_books, server, MARK, person, ANN) == set()
    assert [one.row.people for one in ledger.rows(kind="meeting")] == before
    changed = next(one.row for one in ledger.rows(kind="meeting", uid="third"))
    assert (changed.title, changed.withheld, changed.organiser) == (None, "erasure", None)
    waiver = next(ledger.rows(kind="waiver")).row
    assert (waiver.state, waiver.approver, waiver.reason) == ("granted", None, "")


def test_a_person_in_corrections_is_erased_there_too(ledger):
    names = ledger.pseudonyms
    uid = names.uid("third")
    better = meeting_row(30, uid=uid, title=MARK, organiser=names.person(ANN))
    correction = CorrectionRow(uid=uid, replaces=3, row=better, reason="miscounted")
    ledger.append([correction], operation="correct", now=NOW, versions=VERSIONS)
    assert erased(ledger, Selection(person=ANN)).rows == (3, 5, 7)
    assert next(ledger.rows(kind="meeting", uid="third")).row.people == 30


def test_what_has_been_kept_long_enough(ledger):
    assert erased(ledger, Selection(before=NOW + timedelta(days=1))).rows == (1, 2, 3, 4, 5)
    assert [one.row.people for one in ledger.rows(kind="meeting") if one.row] == [9]


def test_single_rows_and_what_is_not_there(ledger):
    assert erased(ledger, Selection(rows=(2, 5, 77))).rows == (2, 5)
    again = erase(ledger, Selection(rows=(2,)), ground="order", operation="again", now=NOW, versions=VERSIONS)
    assert (again.rows, again.receipt) == ((), None)
    assert ledger.head().length == 7


def test_an_erasure_is_a_row_and_is_not_erased(ledger):
    erased(ledger, Selection(rows=(2, 3, 4)))
    (row,) = [one.row for one in ledger.rows(kind="erasure")]
    assert row.ranges == ((2, 4),)
    assert row.ground == "request"
    done = erase(ledger, Selection(rows=(7,)), ground="order", operation="x", now=NOW, versions=VERSIONS)
    assert done.rows == ()


def test_the_same_erasure_again_changes_nothing(ledger):
    first = erased(ledger, Selection(uid="third"))
    again = erase(ledger, Selection(uid="third"), ground="request", operation="erase", now=NOW, versions=VERSIONS)
    assert again.rows == ()
    assert again.receipt == first.receipt._replace(repeated=True)


def test_one_way_of_choosing(ledger):
    for chosen in (Selection(), Selection(uid="a", rows=(1,))):
        with pytest.raises(UsageError, match="in one way"):
            selected(ledger, chosen)


def test_draws_go_with_their_row(ledger):
    quotas = Quotas(ledger)
    quotas.reserve("q", [Claim("organiser", 2, 10, NOW)], now=NOW)
    receipt = quotas.confirm("q", [], now=NOW, versions=VERSIONS)
    assert quotas.usage("organiser") == (2, 0)
    erased(ledger, Selection(rows=(receipt.last,)))
    assert quotas.usage("organiser") == (0, 0)


def test_a_wipe_that_was_interrupted_is_told_and_made_up_for(ledger, own_books):
    """A crash between the erasure and the clearing of the files."""
    erase(ledger, Selection(uid="third"), ground="request", operation="e", now=NOW, versions=VERSIONS)
    with ledger.store.reading() as connection:
        assert connection.execute(tables.meta.select().where(tables.meta.c.name == tables.META_WIPE)).all() == []
    own_books.sql(f"INSERT INTO meta VALUES ('{tables.META_WIPE}', '1')")
    assert [one.code for one in verify(ledger).discrepancies] == ["wipe-due"]
    assert finish(ledger)
    assert verify(ledger).sound


def test_a_reader_that_holds_an_old_state_delays_the_wipe(sqlite_books, monkeypatch):
    monkeypatch.setattr(store, "_PATIENCE", 0.1)
    ledger, reader = filled(sqlite_books.open(), 3), sqlite_books.open()
    with reader.store.reading() as connection:
        connection.exec_driver_sql("SELECT * FROM entries").all()
        done = erase(ledger, Selection(rows=(2,)), ground="order", operation="e", now=NOW, versions=VERSIONS)
        assert done.rows == (2,)
        assert not done.wiped
        assert [one.code for one in verify(ledger).discrepancies] == ["wipe-due"]
    assert finish(ledger)
    assert verify(ledger).sound


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([], []), ([4], [(4, 4)]), ([1, 2, 3], [(1, 3)]), ([1, 3, 4, 9], [(1, 1), (3, 4), (9, 9)])],
)
def test_ranges(numbers, expected):
    assert list(ranges(numbers)) == expected
