# SPDX-License-Identifier: Apache-2.0
"""An administrator stores what a rule refuses, over real HTTP, and it is on record; nobody else does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from invites import BLOCK, POLICY, THURSDAY, WEDNESDAY, invite

from meetcost.ledger.ledger import Ledger
from meetcost.ledger.quota import Quotas

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from serving import Home

QUOTA = '[[quota]]\nid = "weekly"\nlimit = 1\nperiod = "week"\n'


def test_an_administrator_stores_what_a_rule_refuses(home: Callable[..., Home], tmp_path: Path) -> None:
    books = tmp_path / "books.db"
    options = f"ledger = {books}\nbreak_glass = root, chief"
    ben = home(policy=POLICY + QUOTA, storage=options)
    server = ben.server
    server.add_user("chief")
    chief = type(ben)(server, "chief")
    chief.calendar()
    assert ben.put("work/a.ics", invite("a", WEDNESDAY)).status == 403
    assert type(ben)(server, "chief", "wrong").put("/chief/work/a.ics", invite("a", WEDNESDAY)).status == 401
    assert chief.put("work/a.ics", invite("a", WEDNESDAY)).status == 201
    assert BLOCK not in chief.get("work/a.ics").text
    line = json.loads(server.journal.read_text("utf-8").splitlines()[-1])
    assert (line["outcome"], line["would_be"], line["break_glass"]) == ("allow", "deny", True)
    assert "chief" not in server.journal.read_text("utf-8")
    # beyond a quota as well, and counted
    assert ben.put("work/b.ics", invite("b", THURSDAY)).status == 403
    assert chief.put("work/b.ics", invite("b", THURSDAY)).status == 201
    with Ledger.open(books) as ledger:
        assert Quotas(ledger).open() == ()
        assert sum(Quotas(ledger).by_unit("weekly/body", 0, 1 << 40).values()) == 2
        assert [one.row.break_glass for one in ledger.rows(kind="verdict")].count(True) == 2
    # what would harm the server is refused to them too
    assert chief.put("work/c.ics", invite("c", THURSDAY, "RRULE:FREQ=SECONDLY")).status == 403
    assert chief.put("work/d.ics", b"BEGIN:VCALENDAR\r\n").status in (400, 403)
