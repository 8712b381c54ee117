# SPDX-License-Identifier: Apache-2.0
"""Whatever ends a write: what was acknowledged stands, nothing stands twice, and the chain verifies.

kill -9 of the writer and of the server, a full disk, a connection cut at each message and at COMMIT, a torn write-ahead
log (scenario cases K013, K014, K029).
"""

from __future__ import annotations

import json
import os
import pwd
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from cutting_proxy import CuttingProxy
from ledger_making import NOW, VERSIONS, Books, filled, meeting_row

from meetcost.ledger.faults import LedgerError
from meetcost.ledger.verify import verify

WRITER = Path(__file__).with_name("writer.py")
K014 = Path(__file__).parents[1] / "data" / "ledger" / "K014.json"


def writer(books, first, last, *more, **kwargs):
    command = [sys.executable, str(WRITER), books.location, str(books.key), str(first), str(last), *map(str, more)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **kwargs)


def assert_whole(books, acknowledged):
    """Both rows of each operation once, all that were acknowledged among them."""
    ledger = books.open(create=False)
    titles = Counter(one.row.title for one in ledger.rows())
    assert set(titles.values()) <= {2}
    assert {f"Meeting {number}" for number in acknowledged} <= titles.keys()
    assert verify(ledger).sound
    ledger.close()


def test_a_writer_killed_at_any_moment_loses_and_doubles_nothing(books):
    """kill -9 after a random number of acknowledgements and a random moment more; then it begins anew."""
    random.seed(9)
    acknowledged, at = set(), 0
    for _ in range(12):
        running = writer(books, max(0, at - 3), 10_000)  # some that are there already
        for _ in range(random.randint(1, 30)):
            at = int(running.stdout.readline())
            acknowledged.add(at)
        time.sleep(random.random() * 0.02)
        running.kill()
        acknowledged |= set(map(int, running.communicate()[0].split()))
        assert_whole(books, acknowledged)
    assert len(acknowledged) > 50


def test_a_server_killed_at_any_moment_loses_nothing_it_acknowledged(server, tmp_path):
    books = Books(server.database(), tmp_path / "key")
    running = writer(books, 0, 400)
    acknowledged = set()
    for kill_at in (40, 120):
        while len(acknowledged) < kill_at:
            acknowledged.add(int(running.stdout.readline()))
        server.kill()
        server.start()
    said, errors = running.communicate(timeout=120)
    acknowledged |= set(map(int, said.split()))
    assert (running.returncode, errors) == (0, "")  # it went on by itself once the server was back
    assert acknowledged == set(range(400))
    assert_whole(books, acknowledged)
    books.close()


def test_a_full_disk_is_told_and_takes_nothing_with_it(sqlite_books):
    """Files cannot grow beyond a limit of the process: each write past it fails, as on a full disk."""
    acknowledged, full = set(), 0
    for limit in (60_000, 200_000, 400_000, 900_000):
        running = writer(sqlite_books, max(0, len(acknowledged) - 2), 10_000, limit)
        said, errors = running.communicate(timeout=120)
        acknowledged |= set(map(int, said.split()))
        assert running.returncode == 1
        assert errors.startswith("told: ")
        assert "disk" in errors
        full += 1
        if Path(sqlite_books.location).exists() and acknowledged:
            assert_whole(sqlite_books, acknowledged)
    assert full == 4
    assert len(acknowledged) > 20
    running = writer(sqlite_books, 0, len(acknowledged) + 10)  # there is room again
    assert running.communicate(timeout=120)[1] == ""
    assert_whole(sqlite_books, set(range(len(acknowledged) + 10)))


def test_books_that_reach_the_limit_of_their_file_say_so(sqlite_books):
    ledger = filled(sqlite_books.open(), 3)
    with ledger.store.reading() as connection:  # the connection goes back into the pool with this limit
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LedgerError, match="the disk is full"):
        filled(ledger, 300)
    stands = ledger.head().length
    assert verify(ledger).sound
    with ledger.store.reading() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages * 1000}")
    filled(ledger, stands + 5)
    assert ledger.head().length == stands + 5
    assert verify(ledger).sound


def test_a_torn_write_ahead_log_leaves_whole_books(sqlite_books, tmp_path):
    """Cut at every 512 octets, as a power failure may leave it: a beginning of the books, and nothing but that."""
    (step,) = map(int, re.findall(r"\d+", json.loads(K014.read_text())["fault"]))
    ledger = filled(sqlite_books.open(), 4)
    log = Path(f"{sqlite_books.location}-wal").read_bytes()
    lengths = []
    for size in (*range(0, len(log), step), len(log)):
        torn = tmp_path / "torn.db"
        shutil.copy(sqlite_books.location, torn)
        Path(f"{torn}-shm").unlink(missing_ok=True)
        Path(f"{torn}-wal").write_bytes(log[:size])
        connection = sqlite3.connect(torn)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        has_books = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'head'").fetchone()[0]
        connection.close()
        if not has_books:
            continue
        books = Books(str(torn), sqlite_books.key)
        opened = books.open(create=False)
        found = verify(opened)
        assert found.sound
        lengths.append(found.head.length)
        books.close()
    assert lengths == sorted(lengths)
    assert set(lengths) == set(range(5))
    ledger.close()


@pytest.fixture
def direct(server, tmp_path):
    """Books on a database of their own, reached without the proxy."""
    made = Books(server.database(), tmp_path / "key")
    made.open()
    yield made
    made.close()


@contextmanager
def through_a_proxy(server, direct, **options):
    """The same books, their connection cut once the proxy is armed."""
    with CuttingProxy(server.port, **options) as proxy:
        books = Books(server.url(direct.location.rpartition("/")[2], proxy.port), direct.key)
        yield books.open(), proxy
        books.close()


@pytest.mark.parametrize("forwarded", [True, False])
def test_a_connection_lost_at_commit_is_settled_by_asking(server, direct, forwarded):
    """The server committed and the answer was lost, or COMMIT never reached it: the row stands once in either case."""
    with through_a_proxy(server, direct, at=b"COMMIT\0", forwarded=forwarded) as (ledger, proxy):
        proxy.arm(1)
        receipt = ledger.append([meeting_row(1)], operation="one", now=NOW, versions=VERSIONS)
        assert proxy.cuts == 1
        assert receipt.repeated is forwarded
    assert direct.open().head().length == 1
    assert verify(direct.open()).sound


@pytest.mark.parametrize("forwarded", [True, False])
def test_a_connection_cut_at_any_message_loses_and_doubles_nothing(server, direct, forwarded):
    cuts = 0
    for message in range(1, 16):
        with through_a_proxy(server, direct, forwarded=forwarded) as (ledger, proxy):
            proxy.arm(message)
            rows = [meeting_row(message), meeting_row(message)]
            ledger.append(rows, operation=f"{message}", now=NOW, versions=VERSIONS)
            cuts += proxy.cuts
        assert direct.open().head().length == 2 * message
    assert cuts > 5  # an append has fewer messages than that list
    assert Counter(one.row.people for one in direct.open().rows()) == dict.fromkeys(range(1, 16), 2)
    assert verify(direct.open()).sound


def test_a_server_that_is_away_is_told(tmp_path):
    books = Books("postgresql://meetcost@127.0.0.1:1/x", tmp_path / "key")
    with pytest.raises(LedgerError, match="the server cannot be reached"):
        books.open()


@pytest.mark.parametrize(
    ("content", "says"), [(b"no database at all, but long enough to be looked at" * 50, "is no SQLite database")]
)
def test_a_file_that_is_something_else_is_left_alone(sqlite_books, content, says):
    file = Path(sqlite_books.location)
    file.write_bytes(content)
    with pytest.raises(LedgerError, match=says):
        sqlite_books.open()
    assert file.read_bytes() == content


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(LedgerError, match="no such file"):
        Books(str(tmp_path / "none" / "books.db"), tmp_path / "none" / "key").open()
    with pytest.raises(LedgerError, match=r"books\.db: no such file"):
        Books(str(tmp_path / "none" / "books.db"), tmp_path / "key").open()


def test_read_only_books_are_told_and_nothing_is_written():
    """As a user who may read the files and not write them; root, who may everything, becomes nobody for it."""
    folder = Path(tempfile.mkdtemp(prefix="mc-books-"))
    books = Books(str(folder / "books.db"), folder / "key")
    filled(books.open(), 2)
    books.close()
    file, root = Path(books.location), os.geteuid() == 0
    file.chmod(0o444)
    folder.chmod(0o555)
    if root:
        nobody = pwd.getpwnam("nobody").pw_uid
        os.chown(books.key, nobody, -1)
        os.seteuid(nobody)
    try:
        with pytest.raises(LedgerError, match=r"read-only|cannot be opened|permission denied"):
            filled(books.open(), 3)
    finally:
        if root:
            os.seteuid(0)
            os.chown(books.key, 0, -1)
        folder.chmod(0o700)
        file.chmod(0o644)
        books.close()
    assert books.open().head().length == 2
    books.close()
    shutil.rmtree(folder)


def test_an_interrupted_thread_leaves_no_lock(sqlite_books):
    """An error inside a transaction lets the next writer in."""
    ledger = filled(sqlite_books.open(), 1)

    def fail(connection, head):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.store.write(fail)
    done = threading.Thread(target=filled, args=(ledger, 2))
    done.start()
    done.join(20)
    assert ledger.head().length == 2
