# SPDX-License-Identifier: Apache-2.0
"""An administrator stores what a rule refuses on a real Xandikos, and it is on record; nobody else does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from invites import BLOCK, POLICY, THURSDAY, WEDNESDAY, invite
from xandikos.webdav import _parse_trusted_hosts
from xandikos_app import XandikosInThread
from xandikos_serving import User, commit, start

from meetcost.ledger.ledger import Ledger
from meetcost.ledger.quota import Quotas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xandikos_serving import Server

TESTS = Path(__file__).parents[1]
QUOTA = '[[quota]]\nid = "weekly"\nlimit = 1\nperiod = "week"\n'


@pytest.fixture
def books(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


@pytest.fixture
def server(tmp_path: Path, books: Path) -> Iterator[Server]:
    options = ("--meetcost-ledger", str(books), "--meetcost-break-glass", "root, chief")
    made = start(tmp_path / "server", POLICY + QUOTA, *options)
    yield made
    made.stop()


def test_an_administrator_stores_what_a_rule_refuses(server: Server, books: Path) -> None:
    ben, chief = User(server, "ben"), User(server, "chief")
    assert ben.put("calendar/a.ics", invite("a", WEDNESDAY)).status == 403
    assert ben.put("calendar/a.ics", invite("a", WEDNESDAY), Remote_User="chief").status == 403
    asked = invite("a", WEDNESDAY, people=(chief.address, ben.address))
    assert chief.put("calendar/a.ics", asked).status == 201
    assert BLOCK not in chief.get("calendar/a.ics").text
    assert len(ben.objects()) == 1  # whoever is asked is told of it
    line = json.loads(server.journal.read_text("utf-8").splitlines()[-1])
    assert (line["outcome"], line["would_be"], line["break_glass"]) == ("allow", "deny", True)
    assert "chief" not in server.journal.read_text("utf-8")
    # beyond a quota as well, and counted once
    assert ben.put("calendar/b.ics", invite("b", THURSDAY)).status == 403
    assert chief.put("calendar/b.ics", invite("b", THURSDAY)).status == 201
    with Ledger.open(books) as ledger:
        assert Quotas(ledger).open() == ()
        assert sum(Quotas(ledger).by_unit("weekly/body", 0, 1 << 40).values()) == 2
        assert [one.row.break_glass for one in ledger.rows(kind="verdict")].count(True) == 2
    # what would harm the server is refused to them too
    assert chief.put("calendar/c.ics", invite("c", THURSDAY, "RRULE:FREQ=SECONDLY")).status == 403
    assert chief.put("calendar/d.ics", b"BEGIN:VCALENDAR\r\n").status == 403


def test_a_calendar_that_an_administrator_copies_is_on_record(server: Server) -> None:
    chief = User(server, "chief")
    daily = invite("a", WEDNESDAY - timedelta(days=1), "RRULE:FREQ=DAILY;COUNT=2")
    assert chief.put("calendar/a.ics", invite("a", WEDNESDAY, "STATUS:CANCELLED")).status == 201
    folder = server.folder / "data/chief/calendars/calendar"
    (folder / "b.ics").write_bytes(daily.replace(b"UID:a", b"UID:b"))
    before = server.journal.read_text("utf-8") if server.journal.exists() else ""
    commit(folder / "b.ics")
    assert chief.to("COPY", "calendar/", "other/").status == 201
    told = server.journal.read_text("utf-8").removeprefix(before).splitlines()
    assert [json.loads(line).get("break_glass") for line in told] == [True]


def test_a_name_that_nobody_vouches_for_opens_nothing(tmp_path: Path) -> None:
    """Xandikos takes it from whoever it was told to trust, and so does the guard."""
    server = XandikosInThread(tmp_path, TESTS / "reference-policy.toml")
    try:
        server.set_guard(replace(server.guard, break_glass=frozenset({"chief"})))
        banned = invite("a", date(2026, 1, 7))
        assert server.ask("PUT", "/ann/calendars/calendar/a.ics", banned, X_Remote_User="chief").status == 403
        server.app.trusted_x_remote_user_hosts = _parse_trusted_hosts(["127.0.0.1"])
        assert server.ask("PUT", "/ann/calendars/calendar/a.ics", banned, X_Remote_User="else").status == 403
        assert server.ask("PUT", "/ann/calendars/calendar/a.ics", banned, X_Remote_User="chief").status == 201
    finally:
        server.stop()
