# SPDX-License-Identifier: Apache-2.0
"""The fuse over real HTTP: many clients at once, what is deleted, a server that is killed while it writes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from invites import FRIDAY, POLICY, THURSDAY, invite
from radicale_app import Server as Application
from serving import Home, start

from meetcost.guard.ledger_books import LedgerBooks
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.quota import Quotas
from meetcost.ledger.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from serving import Answer

QUOTA = '[[quota]]\nid = "weekly"\nlimit = 10\nperiod = "week"\n'


def used(books: Path) -> int:
    with Ledger.open(books) as ledger:
        assert verify(ledger).sound
        quotas = Quotas(ledger)
        assert quotas.open() == ()
        return sum(quotas.by_unit("weekly/body", 0, 1 << 40).values())


def stored(home: Home) -> int:
    return home.get("work/").text.count("BEGIN:VEVENT")


def test_fifty_clients_of_three_processes_get_exactly_ten(home: Callable[..., Home], tmp_path: Path) -> None:
    books = tmp_path / "books.db"
    one = home("gunicorn", policy=POLICY + QUOTA, storage=f"ledger = {books}")

    def put(number: int) -> Answer:
        while True:
            with suppress(ConnectionError):  # Radicale's own server lets few wait
                return one.put(f"work/{number}.ics", invite(f"{number}", THURSDAY, at=8 + number % 10))
            time.sleep(0.05)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(put, range(50)))
    assert {answer.status for answer in answers} <= {201, 204, 403}
    assert sum(answer.status != 403 for answer in answers) == stored(one) == used(books) == 10
    refused = next(answer for answer in answers if answer.status == 403)
    assert refused.reason.startswith("Quota weekly used up, begins anew on ")
    assert "10 meetings" in refused.text
    assert one.send("DELETE", "work/").status in (200, 204)
    assert used(books) == 0
    one.calendar()
    assert put(50).status == 201


def test_what_is_moved_stays_counted_and_what_is_deleted_is_not(home: Callable[..., Home], tmp_path: Path) -> None:
    books = tmp_path / "books.db"
    one = home(policy=POLICY + QUOTA.replace("10", "1"), storage=f"ledger = {books}")
    assert one.put("work/a.ics", invite("a", THURSDAY)).status == 201
    assert one.put("work/b.ics", invite("b", FRIDAY)).status == 403
    assert one.put("work/a.ics", invite("a", FRIDAY)).status in (201, 204)
    assert one.move("work/a.ics", "work/c.ics").status in (201, 204)
    assert one.put("work/b.ics", invite("b", FRIDAY)).status == 403
    assert used(books) == 1
    assert one.send("DELETE", "work/c.ics").status in (200, 204)
    assert used(books) == 0
    assert one.put("work/b.ics", invite("b", FRIDAY)).status == 201


@pytest.mark.parametrize("knows_move", [True, False])
def test_what_is_moved_to_another_calendar_counts_there_until_it_is_deleted(
    home: Callable[..., Home], tmp_path: Path, knows_move: bool
) -> None:
    """A program that knows no MOVE stores a copy and deletes the first; so does somebody who deletes only their own."""
    books = tmp_path / "books.db"
    one = home(policy=POLICY + QUOTA.replace("10", "1"), storage=f"ledger = {books}")
    one.calendar("home")
    assert one.put("work/a.ics", invite("a", THURSDAY)).status == 201
    if knows_move:
        assert one.move("work/a.ics", "home/a.ics").status in (201, 204)
    else:
        assert one.put("home/a.ics", invite("a", THURSDAY)).status == 201
        assert one.send("DELETE", "work/a.ics").status in (200, 204)
    assert used(books) == 1
    for day in (THURSDAY, FRIDAY):
        assert one.put("work/b.ics", invite("b", day)).status == 403
    assert one.send("DELETE", "home/a.ics").status in (200, 204)
    assert used(books) == 0
    assert one.put("work/b.ics", invite("b", FRIDAY)).status == 201


def test_what_a_whole_calendar_no_longer_holds_is_given_back(home: Callable[..., Home], tmp_path: Path) -> None:
    books = tmp_path / "books.db"
    one = home(policy=POLICY + QUOTA, storage=f"ledger = {books}")
    for uid in ("a", "b"):
        assert one.put(f"work/{uid}.ics", invite(uid, THURSDAY)).status == 201
    assert used(books) == 2
    assert one.put("work/", invite("b", FRIDAY)).status == 201
    assert stored(one) == used(books) == 1


def test_a_deletion_that_a_crash_cut_off_is_settled_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books, policy = tmp_path / "books.db", tmp_path / "policy.toml"
    policy.write_text(POLICY + QUOTA, encoding="utf-8")
    now = datetime.now(UTC)
    server = Application(tmp_path / "server", policy, now=now, ledger=str(books))
    path = server.calendar()
    for uid in ("a", "b"):
        assert server.ask("PUT", f"{path}{uid}.ics", invite(uid, THURSDAY)).code == 201
    with monkeypatch.context() as crash:
        crash.setattr(LedgerBooks, "confirm", lambda *_: None)
        assert server.ask("DELETE", f"{path}a.ics").code in (200, 204)
        server.storage.guard.removing(invite("b", THURSDAY), calendar=path.strip("/"))  # and was not deleted
    with Ledger.open(books) as ledger:
        assert len(Quotas(ledger).open()) == 2
    Application(tmp_path / "server", policy, now=now, ledger=str(books))
    assert used(books) == 1


def test_what_a_crash_left_open_is_settled_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books, policy = tmp_path / "books.db", tmp_path / "policy.toml"
    policy.write_text(POLICY + QUOTA, encoding="utf-8")
    now = datetime.now(UTC)
    server = Application(tmp_path / "server", policy, now=now, ledger=str(books))
    path = server.calendar()
    with monkeypatch.context() as crash:
        crash.setattr(LedgerBooks, "confirm", lambda *_: None)
        assert server.ask("PUT", f"{path}a.ics", invite("a", THURSDAY)).code == 201
    server.storage.guard.decide(invite("b", THURSDAY), calendar=path.strip("/"))
    with Ledger.open(books) as ledger:
        assert len(Quotas(ledger).open()) == 2
    Application(tmp_path / "server", policy, now=now, ledger=str(books))
    assert used(books) == 1


def test_a_clock_set_back_after_a_crash_leaves_nothing_open(tmp_path: Path) -> None:
    books, policy = tmp_path / "books.db", tmp_path / "policy.toml"
    policy.write_text(POLICY + QUOTA, encoding="utf-8")
    now = datetime.now(UTC)
    server = Application(tmp_path / "server", policy, now=now + timedelta(days=2), ledger=str(books))
    path = server.calendar()
    server.storage.guard.decide(invite("a", THURSDAY), calendar=path.strip("/"))
    Application(tmp_path / "server", policy, now=now, ledger=str(books))
    assert used(books) == 0  # and nothing is open


def test_a_server_that_was_killed_counts_what_it_has_stored(tmp_path: Path) -> None:
    books = tmp_path / "books.db"
    folder, policy = tmp_path / "server", POLICY + QUOTA.replace("10", "30")
    server = start(folder, "launcher", policy, storage=f"ledger = {books}")
    server.add_user("ann")
    one = Home(server, "ann")
    one.calendar()
    acknowledged = []

    def put(number: int) -> None:
        with suppress(OSError, ConnectionError):
            if one.put(f"work/{number}.ics", invite(f"{number}", THURSDAY)).status == 201:
                acknowledged.append(number)

    try:
        with ThreadPoolExecutor(8) as pool:
            futures = [pool.submit(put, number) for number in range(40)]
            while len(acknowledged) < 6 and not all(future.done() for future in futures):
                time.sleep(0.005)
            server.process.kill()
        server.process.wait()
        again = start(folder, "launcher", policy, storage=f"ledger = {books}")
    finally:
        server.stop()
    try:
        home = Home(again, "ann")
        assert len(acknowledged) <= stored(home) == used(books) <= 30
    finally:
        again.stop()
