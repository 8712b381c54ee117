# SPDX-License-Identifier: Apache-2.0
"""Books behind the proxy: quotas are counted and given back, and an administrator may break the glass."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from invites import POLICY, THURSDAY, WEDNESDAY, invite
from serving import Home

from meetcost.guard.guard import Guard
from meetcost.guard.ledger_books import LedgerBooks
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.quota import Quotas
from meetcost.policy.policy import Policy
from tests.proxy.proxying import start_proxy, start_xandikos
from tests.proxy.recorder import Recorder, Store, response

QUOTA = POLICY + '[[quota]]\nid = "weekly"\nlimit = 1\nperiod = "week"\n'


def used(books):
    with Ledger.open(books) as ledger:
        assert Quotas(ledger).open() == ()
        return sum(Quotas(ledger).by_unit("weekly/body", 0, 1 << 40).values())


def test_what_is_stored_counts_and_what_is_deleted_does_not(home, tmp_path):
    books = tmp_path / "books.db"
    ann = home(QUOTA, "--ledger", str(books))
    assert ann.put("work/a.ics", invite("a", THURSDAY)).status == 201
    refused = ann.put("work/b.ics", invite("b", THURSDAY))
    assert (refused.status, refused.reason.startswith("Quota weekly used up")) == (403, True)
    assert ann.put("work/x.ics", invite("x", THURSDAY), If_Match='"none"').status in (403, 412)
    assert ann.send("DELETE", "work/a.ics", If_Match='"none"').status == 412
    assert used(books) == 1
    assert ann.send("DELETE", "work/a.ics").status in (200, 204)
    assert used(books) == 0
    assert ann.put("work/b.ics", invite("b", THURSDAY)).status == 201


def test_what_is_moved_to_another_calendar_counts_there_until_it_is_deleted(home, tmp_path):
    books = tmp_path / "books.db"
    ann = home(QUOTA, "--ledger", str(books))
    ann.calendar("home")
    assert ann.put("work/a.ics", invite("a", THURSDAY)).status == 201
    assert ann.move("work/a.ics", "home/a.ics", If_Match='"none"').status == 412
    assert ann.move("work/a.ics", "work/b.ics").status in (201, 204)
    assert ann.move("work/b.ics", "home/a.ics").status in (201, 204)
    assert used(books) == 1
    assert ann.put("work/b.ics", invite("b", THURSDAY)).status == 403
    assert ann.send("DELETE", "home/a.ics").status in (200, 204)
    assert used(books) == 0
    assert ann.put("work/b.ics", invite("b", THURSDAY)).status == 201


def test_what_is_put_into_another_calendar_and_then_deleted_stays_counted(home, tmp_path):
    books = tmp_path / "books.db"
    ann = home(QUOTA, "--ledger", str(books))
    ann.calendar("home")
    assert ann.put("work/a.ics", invite("a", THURSDAY)).status == 201
    assert ann.put("home/a.ics", invite("a", THURSDAY)).status == 201
    assert ann.send("DELETE", "work/a.ics").status in (200, 204)
    assert used(books) == 1
    assert ann.put("work/b.ics", invite("b", THURSDAY)).status == 403
    assert ann.send("DELETE", "home/a.ics").status in (200, 204)
    assert used(books) == 0


@pytest.fixture
def losing(tmp_path):
    """A proxy before a server that answers no DELETE while `loses`, whether it carries it out (`deletes`) or not."""

    class Losing:
        books, loses, deletes = tmp_path / "books.db", True, True
        store = Store()

        def answer(self, one):
            if one.method != "DELETE":
                return self.store(one)
            there = one.target in self.store.objects
            if there and (self.deletes or not self.loses):
                del self.store.objects[one.target]
            return None if self.loses else response("204 No Content" if there else "404 Not Found")

    made = Losing()
    recorder = Recorder(made.answer)
    proxy = start_proxy(tmp_path / "proxy", recorder.url, QUOTA, "--timeout", "1", "--ledger", str(made.books))
    made.ann, made.eve = Home(proxy, "ann"), Home(proxy, "eve")
    yield made
    proxy.stop()
    recorder.stop()


@pytest.mark.parametrize("deletes", [True, False])
def test_a_deletion_whose_answer_was_lost_is_settled_when_it_is_repeated(losing, deletes):
    losing.deletes = deletes
    assert losing.ann.put("work/a.ics", invite("a", THURSDAY)).status == 201
    assert losing.ann.send("DELETE", "work/a.ics").status == 502
    assert losing.ann.put("work/b.ics", invite("b", THURSDAY)).status == 403  # it may stand still
    losing.loses = False
    assert losing.ann.send("DELETE", "work/a.ics").status == (404 if deletes else 204)
    assert used(losing.books) == 0
    assert losing.ann.put("work/b.ics", invite("b", THURSDAY)).status == 201


def test_somebody_who_sees_nothing_there_settles_no_deletion_of_another(losing):
    assert losing.ann.put("work/a.ics", invite("a", THURSDAY)).status == 201
    assert losing.ann.send("DELETE", "work/a.ics").status == 502
    losing.loses = False
    assert losing.eve.send("DELETE", "/ann/work/a.ics").status == 404
    with Ledger.open(losing.books) as ledger:
        assert len(Quotas(ledger).open()) == 1


def test_what_is_written_again_after_a_lost_deletion_stays_counted(losing):
    losing.deletes = False
    assert losing.ann.put("work/a.ics", invite("a", THURSDAY)).status == 201
    assert losing.ann.send("DELETE", "work/a.ics").status == 502
    losing.loses = False
    assert losing.ann.put("work/c.ics", invite("a", THURSDAY)).status == 201  # this server lets it stand twice
    assert losing.ann.send("DELETE", "work/x.ics").status == 404
    assert used(losing.books) == 1


def test_what_a_crash_left_open_counts_as_stored(home, tmp_path):
    books = tmp_path / "books.db"
    opened = LedgerBooks.open(books)
    guard = Guard(Policy.parse(QUOTA.encode()), lambda: datetime.now(UTC), books=opened)
    guard.decide(invite("a", THURSDAY), calendar="user/work")
    assert len(Quotas(opened.ledger).open()) == 1
    opened.ledger.close()
    ann = home(QUOTA + "\n# after a crash\n", "--ledger", str(books))
    assert used(books) == 1
    assert ann.put("work/b.ics", invite("b", THURSDAY)).status == 403
    assert ann.put("work/a.ics", invite("a", THURSDAY)).status == 201  # the same meeting again
    assert used(books) == 1


def test_a_clock_set_back_after_a_crash_leaves_nothing_open(home, tmp_path):
    books = tmp_path / "books.db"
    opened = LedgerBooks.open(books)
    guard = Guard(Policy.parse(QUOTA.encode()), lambda: datetime.now(UTC) + timedelta(days=2), books=opened)
    guard.decide(invite("a", THURSDAY), calendar="user/work")
    opened.ledger.close()
    ann = home(QUOTA + "\n# after a crash and a clock set back\n", "--ledger", str(books))
    assert used(books) == 1
    assert ann.put("work/a.ics", invite("a", THURSDAY)).status == 201  # the same meeting, counted once
    assert used(books) == 1


def test_quotas_without_books_are_told_at_the_start(tmp_path):
    with pytest.raises(AssertionError, match="ledger"):
        start_proxy(tmp_path, "http://127.0.0.1:9", QUOTA)


def test_an_administrator_whom_the_server_knows_breaks_the_glass(home):
    ann = home(POLICY, "--break-glass", "chief")
    chief = Home(ann.server, "chief")
    ann.behind.add_user("chief")
    chief.calendar()
    assert ann.put("work/a.ics", invite("a", WEDNESDAY)).status == 403
    assert Home(ann.server, "chief", "wrong").put("work/a.ics", invite("a", WEDNESDAY)).status == 401
    assert chief.get("work/a.ics").status == 404
    assert chief.put("work/a.ics", invite("a", WEDNESDAY)).status == 201
    line = json.loads((ann.server.folder / "journal.jsonl").read_text("utf-8").splitlines()[-1])
    assert (line["outcome"], line["would_be"], line["break_glass"]) == ("allow", "deny", True)
    assert chief.put("work/b.ics", invite("b", THURSDAY, "RRULE:FREQ=SECONDLY")).status == 403


def test_a_server_that_believes_every_name_knows_nobody(tmp_path):
    server = start_xandikos(tmp_path / "server")
    proxy = start_proxy(tmp_path / "proxy", server.url, POLICY, "--break-glass", "user")
    try:
        user = Home(proxy, "user")
        assert user.put("calendars/calendar/ok.ics", invite("ok", THURSDAY)).status == 201
        assert user.put("calendars/calendar/a.ics", invite("a", WEDNESDAY)).status == 403
    finally:
        proxy.stop()
        server.stop()
