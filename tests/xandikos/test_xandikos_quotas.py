# SPDX-License-Identifier: Apache-2.0
"""The fuse on Xandikos: each meeting counts once however it comes in, what is deleted no more, a crash is settled."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from invites import FRIDAY, POLICY, THURSDAY, invite, weekly
from xandikos_app import XandikosInThread
from xandikos_serving import Server, User, start, uncommit

from meetcost.guard.guard import Guard
from meetcost.guard.ledger_books import LedgerBooks
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.quota import Quotas
from meetcost.policy.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime.now(UTC)
QUOTA = POLICY + '[[quota]]\nid = "weekly"\nlimit = 2\nperiod = "week"\n'


def used(books: Path) -> int:
    with Ledger.open(books) as ledger:
        assert Quotas(ledger).open() == ()
        return sum(Quotas(ledger).by_unit("weekly/body", 0, 1 << 40).values())


@pytest.fixture
def books(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


@pytest.fixture
def server(tmp_path: Path, books: Path) -> Iterator[Server]:
    made = start(tmp_path / "server", QUOTA, "--meetcost-ledger", str(books))
    yield made
    made.stop()
    print(made.log)


def test_each_meeting_counts_once_and_what_is_deleted_no_more(server: Server, books: Path) -> None:
    ann, ben = User(server, "ann"), User(server, "ben")
    assert ann.put("calendar/a.ics", invite("a", THURSDAY)).status == 201  # comes into Ben's calendar as well
    assert len(ben.objects()) == 1
    assert used(books) == 1
    assert ann.put("calendar/a.ics", invite("a", FRIDAY)).status == 204
    assert used(books) == 1
    assert ann.send("POST", "calendar/", invite("c", THURSDAY), Content_Type="text/calendar").status == 200
    refused = ann.put("calendar/d.ics", invite("d", THURSDAY))
    assert (refused.status, refused.reason.startswith("Quota weekly used up")) == (403, True)
    assert used(books) == 2
    assert ann.send("DELETE", "calendar/a.ics").status == 204
    assert used(books) == 1
    assert ann.put("calendar/d.ics", weekly("d", THURSDAY, 3)).status == 201
    assert used(books) == 4


@pytest.mark.parametrize("whole", [False, True], ids=["object", "calendar"])
def test_what_is_moved_to_another_calendar_counts_there_until_it_is_deleted(
    server: Server, books: Path, whole: bool
) -> None:
    ann = User(server, "ann")
    assert ann.send("MKCALENDAR", "work/").status == 201
    assert ann.put("work/a.ics", invite("a", THURSDAY, people=("ann@town.example", "eve@far.example"))).status == 201
    if whole:
        assert ann.to("MOVE", "work/", "home/").status == 201
    else:
        assert ann.send("MKCALENDAR", "home/").status == 201
        assert ann.to("MOVE", "work/a.ics", "home/a.ics").status == 201
    assert used(books) == 1
    assert ann.send("DELETE", "home/a.ics").status == 204
    assert used(books) == 0


def test_what_is_copied_to_another_calendar_and_then_deleted_stays_counted(server: Server, books: Path) -> None:
    ann = User(server, "ann")
    for name in ("work", "home"):
        assert ann.send("MKCALENDAR", f"{name}/").status == 201
    octets = invite("a", THURSDAY, people=("ann@town.example", "eve@far.example"))
    assert ann.put("work/a.ics", octets).status == 201
    assert ann.to("COPY", "work/a.ics", "home/a.ics").status == 201
    assert ann.send("DELETE", "work/a.ics").status == 204
    assert used(books) == 1
    assert ann.send("DELETE", "home/a.ics").status == 204
    assert used(books) == 0


def nobodys(uid: str) -> bytes:
    """A meeting without an organiser, which is one in each calendar."""
    return invite(uid, THURSDAY).replace(b"ORGANIZER:mailto:", b"ATTENDEE:mailto:")


@pytest.mark.parametrize("method", ["COPY", "MOVE"])
def test_a_calendar_that_is_copied_is_counted_and_one_that_is_moved_no_second_time(
    server: Server, books: Path, method: str
) -> None:
    ann = User(server, "ann")
    assert ann.send("MKCALENDAR", "work/").status == 201
    assert ann.put("work/a.ics", nobodys("a")).status == 201
    assert used(books) == 1
    assert ann.to(method, "work/", "home/").status == 201
    assert used(books) == (2 if method == "COPY" else 1)
    assert ann.send("DELETE", "home/").status == 204
    assert used(books) == (1 if method == "COPY" else 0)


def test_a_calendar_that_finds_no_room_in_a_quota_is_not_copied(server: Server, books: Path) -> None:
    ann = User(server, "ann")
    assert ann.send("MKCALENDAR", "work/").status == 201
    for uid in ("a", "b"):
        assert ann.put(f"work/{uid}.ics", nobodys(uid)).status == 201
    refused = ann.to("COPY", "work/", "home/")
    assert (refused.status, refused.reason.startswith("Quota weekly used up")) == (403, True)
    assert ann.send("GET", "home/a.ics").status == 404
    assert used(books) == 2


def test_what_a_calendar_that_is_copied_replaces_is_given_back(server: Server, books: Path) -> None:
    ann = User(server, "ann")
    for name in ("work", "home"):
        assert ann.send("MKCALENDAR", f"{name}/").status == 201
    assert ann.put("work/a.ics", nobodys("a")).status == 201
    assert ann.put("home/b.ics", nobodys("b")).status == 201
    assert ann.send("DELETE", "work/a.ics").status == 204
    assert used(books) == 1
    assert ann.to("COPY", "work/", "home/").status == 204
    assert used(books) == 0


def test_a_deletion_that_a_crash_cut_off_is_settled_at_the_start(server: Server, books: Path, tmp_path: Path) -> None:
    ann = User(server, "ann")
    octets = {name: invite(name, THURSDAY, people=("ann@town.example", "eve@far.example")) for name in ("a", "b")}
    for name, sent in octets.items():
        assert ann.put(f"calendar/{name}.ics", sent).status == 201
    books_open = LedgerBooks.open(books)
    guard = Guard(Policy.parse(QUOTA.encode()), lambda: NOW, books=books_open)
    for sent in octets.values():
        guard.removing(sent, calendar="ann/calendars/calendar")
    books_open.ledger.close()
    server.stop()
    uncommit(server.folder / "data/ann/calendars/calendar/a.ics")
    with Ledger.open(books) as ledger:
        assert len(Quotas(ledger).open()) == 2
    again = start(tmp_path / "server", QUOTA, "--meetcost-ledger", str(books))
    try:
        assert used(books) == len(User(again, "ann").objects()) == 1
    finally:
        again.stop()


def test_nothing_is_settled_in_the_event_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Books that another writer holds keep nobody else waiting."""
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY, "utf-8")
    threads = []
    for name in ("settle", "removing", "settle_removal"):
        method = getattr(Guard, name)

        def noted(*args, method=method, **kwargs):
            threads.append((method.__name__, threading.current_thread()))
            return method(*args, **kwargs)

        monkeypatch.setattr(Guard, name, noted)
    server = XandikosInThread(tmp_path / "data", policy)
    opened = LedgerBooks.open(tmp_path / "books.db")
    server.set_guard(Guard(Policy.parse(QUOTA.encode()), lambda: NOW, books=opened))
    try:
        path = "/ann/calendars/calendar/"
        assert server.ask("PUT", f"{path}a.ics", nobodys("a"), Content_Type="text/calendar").status == 201
        to = {"Destination": f"http://127.0.0.1:{server.port}/ann/calendars/home/"}
        assert server.ask("MOVE", path, **to).status == 201
        assert server.ask("DELETE", "/ann/calendars/home/a.ics").status == 204
    finally:
        server.stop()
        opened.ledger.close()
    assert {name for name, _ in threads} == {"settle", "removing", "settle_removal"}
    assert server._thread not in {thread for _, thread in threads}


def test_what_a_crash_left_open_is_settled_at_the_start(server: Server, books: Path, tmp_path: Path) -> None:
    ann = User(server, "ann")
    for name in ("a", "b"):
        assert ann.put(f"calendar/{name}.ics", invite(name, THURSDAY)).status == 201
    server.stop()
    books_open = LedgerBooks.open(books)
    guard = Guard(Policy.parse(QUOTA.replace("limit = 2", "limit = 9").encode()), lambda: NOW, books=books_open)
    for name in ("a", "z"):  # one write that changes what stands there, and one of what does not
        guard.decide(invite(name, FRIDAY), calendar="ann/calendars/calendar")
    assert len(Quotas(books_open.ledger).open()) == 2
    books_open.ledger.close()
    again = start(tmp_path / "server", QUOTA, "--meetcost-ledger", str(books))
    try:
        assert used(books) == len(User(again, "ann").objects()) == 2
    finally:
        again.stop()
