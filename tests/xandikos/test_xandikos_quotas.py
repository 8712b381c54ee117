# SPDX-License-Identifier: Apache-2.0
"""The fuse on Xandikos: each meeting counts once however it comes in, what is deleted no more, a crash is settled."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from invites import FRIDAY, POLICY, THURSDAY, invite, weekly
from xandikos_serving import Server, User, start

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
