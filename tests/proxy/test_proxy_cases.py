# SPDX-License-Identifier: Apache-2.0
"""Every guard case through the proxy, before real servers: no bypass, no false refusal.

On a server whose own reader refuses first, its 4xx counts as a rejection, and a rejection counts for a denial.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from guard_cases import CASES, octets
from proxying import NOW, REFERENCE, Home, Proxy, start_proxy, start_xandikos

from meetcost.assessment import check
from meetcost.guard.objects import objects_of
from meetcost.model.verdict import Outcome
from meetcost.policy.policy import Policy
from tests.radicale.serving import start

if TYPE_CHECKING:
    from collections.abc import Iterator

REFUSED = {"deny", "reject", "error"}
POLICY = Policy.load(REFERENCE)
SLOW = {"B046", "B047"}
"""10,000 of something, for which the servers themselves take their time; they go to a server that does not look."""


class Before:
    """A proxy before a server of one kind, and the client of one calendar of it."""

    def __init__(self, proxy: Proxy, home: Home, bare: Home, work: str) -> None:
        self.proxy, self.home, self.bare, self.work = proxy, home, bare, work


@pytest.fixture(scope="module", params=["radicale", "xandikos"])
def before(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Before]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "radicale":
        server = start(folder / "server", "bare", "")
        server.add_user("ann")
        user, work = "ann", "/ann/work/"
    else:
        server = start_xandikos(folder / "server")
        user, work = "", "/user/calendars/calendar/"
    proxy = start_proxy(folder / "proxy", server.url, REFERENCE, now=NOW)
    made = Before(proxy, Home(proxy, user), Home(server, user), work)
    if user:
        made.bare.calendar()
    yield made
    proxy.stop()
    server.stop()


QUICK = [case for case in CASES if case["id"] not in SLOW]


@pytest.mark.parametrize("case", QUICK, ids=[f"{case['id']} {case['description'][:40]}" for case in QUICK])
def test_case(before: Before, case: dict[str, Any]) -> None:
    outcomes = {case["expect"]["outcome"], *case.get("alt", ())}
    path, body = f"{before.work}{case['id']}.ics", octets(case)
    answer = before.home.put(path, body)
    stored = before.bare.get(path)
    try:
        if answer.status in (201, 204):
            assert outcomes & {"allow", "flag"}, answer
            assert stored.status == 200
            for part in objects_of(stored.body).values():  # both servers write anew what they are sent
                verdict, _ = check(part, policy=POLICY, now=datetime.fromisoformat(NOW))
                assert verdict.would_be is not Outcome.DENY, verdict.text()
        else:
            assert 400 <= answer.status < 500, answer
            assert stored.status == 404
            if not outcomes & REFUSED:
                assert before.bare.put(path, body).status == answer.status, answer
    finally:
        before.bare.send("DELETE", path)
