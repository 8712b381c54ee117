# SPDX-License-Identifier: Apache-2.0
"""Many writers at once, threads and processes, on both databases: nothing is lost, nothing doubled (K028)."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ledger_making import NOW, VERSIONS, filled, meeting_row
from sqlalchemy import text

from meetcost.ledger.faults import LedgerError, MovedError, QuotaError
from meetcost.ledger.quota import Claim, Quotas
from meetcost.ledger.verify import verify

WRITER = Path(__file__).with_name("writer.py")
K028 = Path(__file__).parents[1] / "data" / "ledger" / "K028.json"


def process(books, *args, **kwargs):
    command = [sys.executable, str(WRITER), books.location, str(books.key), *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **kwargs)


def titles(ledger):
    return Counter(one.row.title for one in ledger.rows(kind="meeting"))


def test_threads_that_share_the_books_lose_nothing(books):
    ledger = books.open()
    writers = json.loads(K028.read_text())["writers"]

    def write(writer):
        for number in range(20):
            rows = [meeting_row(writer * 100 + number)]
            ledger.append(rows, operation=f"{writer} {number}", now=NOW, versions=VERSIONS)

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    assert titles(ledger) == {
        f"Meeting {writer * 100 + number}": 1 for writer in range(writers) for number in range(20)
    }
    assert verify(ledger).sound


def test_processes_lose_nothing_even_where_they_write_the_same(books):
    """Six processes begin the books at once; each operation is written by two of them."""
    running = [process(books, first, first + 20) for first in (0, 10, 20, 30, 40, 0)]
    for one in running:
        said, errors = one.communicate(timeout=120)
        assert (one.returncode, errors) == (0, "")
        assert len(said.split()) == 20
    ledger = books.open(create=False)
    assert titles(ledger) == {f"Meeting {number}": 2 for number in range(60)}
    assert verify(ledger).sound


def test_decisions_on_a_head_that_has_moved_are_made_again(books):
    """Each writer reads the last number and writes the next: without `after` some would be written twice."""
    books.open()

    def count(writer):
        ledger, written = books.open(), 0
        while written < 10:
            head = ledger.head()
            last = max((one.row.people for one in ledger.rows()), default=0)
            try:
                ledger.append(
                    [meeting_row(last + 1)], operation=f"{writer} {last}", now=NOW, versions=VERSIONS, after=head
                )
                written += 1
            except MovedError:
                continue

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    assert [one.row.people for one in books.open().rows()] == list(range(1, 41))


def test_fifty_writers_against_a_quota_of_ten_get_ten(books):
    books.open()
    start = threading.Barrier(50)

    def ask(writer):
        ledger = books.open(create=False)
        quotas = Quotas(ledger)
        start.wait()
        try:
            quotas.reserve(f"w{writer}", [Claim("meetings", 1, 10, NOW)], now=NOW)
        except QuotaError:
            return False
        finally:
            ledger.close()
        quotas.confirm(f"w{writer}", [meeting_row(writer)], now=NOW, versions=VERSIONS)
        return True

    with ThreadPoolExecutor(50) as pool:
        got = list(pool.map(ask, range(50)))
    assert sum(got) == 10
    ledger = books.open(create=False)
    assert Quotas(ledger).usage("meetings") == (10, 0)
    assert sum(titles(ledger)[f"Meeting {writer}"] for writer in range(50) if got[writer]) == 10
    assert ledger.head().length == 20
    assert verify(ledger).sound


def test_a_reader_sees_one_state_while_others_write(books):
    ledger = filled(books.open(), 5)
    seen = []
    for one in ledger.rows():
        seen.append(one.seq)
        filled(books.open(), 5 + one.seq)
    assert seen == [1, 2, 3, 4, 5]
    assert ledger.head().length == 10


def test_a_writer_waits_for_another(sqlite_books):
    """SQLITE_BUSY: a report holds the lock for a while."""
    ledger = filled(sqlite_books.open(), 1)
    other = sqlite3.connect(sqlite_books.location, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.5, other.execute, ["COMMIT"])
    timer.start()
    filled(ledger, 2)
    timer.join()
    other.close()
    assert ledger.head().length == 2


@pytest.mark.parametrize("state", ["40001", "40P01", "57P01"])
def test_what_postgresql_wants_tried_again_is_tried_again(postgres_books, state):
    """Serialization failure, deadlock (K029): the server says it, the work runs a second time."""
    ledger = postgres_books.open()
    tries = []

    def work(connection, head):
        tries.append(head.length)
        if len(tries) < 3:
            connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"))
        return "done"

    assert ledger.store.write(work) == "done"
    assert len(tries) == 3


def test_what_is_no_accident_is_not_tried_again(postgres_books):
    ledger, tries = postgres_books.open(), []

    def work(connection, head):
        tries.append(head.length)
        connection.execute(text("SELECT secret_column FROM entries"))

    with pytest.raises(LedgerError, match="PostgreSQL error 42703") as caught:
        ledger.store.write(work)
    assert len(tries) == 1
    assert "secret_column" not in str(caught.value)
