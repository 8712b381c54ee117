# SPDX-License-Identifier: Apache-2.0
"""Every guard case through the proxy, before real servers: no bypass, no false refusal, the judged octets the sent ones.

On a server whose own reader refuses first, its 4xx counts as a rejection, and a rejection counts for a denial.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from guard_cases import CASES, octets
from proxying import NOW, REFERENCE, Home, Proxy, start_proxy, start_xandikos

from meetcost.assessment import check
from meetcost.policy.policy import Policy
from tests.radicale.serving import start

if TYPE_CHECKING:
    from collections.abc import Iterator

REFUSED = {"deny", "reject", "error"}
POLICY = Policy.load(REFERENCE)


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


@pytest.mark.parametrize("case", CASES, ids=[f"{case['id']} {case['description'][:40]}" for case in CASES])
def test_case(before: Before, case: dict[str, Any]) -> None:
    outcomes = {case["expect"]["outcome"], *case.get("alt", ())}
    path, body = f"{before.work}{case['id']}.ics", octets(case)
    answer = before.home.put(path, body)
    stored = before.bare.get(path)
    try:
        if answer.status in (201, 204):
            assert outcomes & {"allow", "flag"}, answer
            assert stored.status == 200
            verdict, _ = check(stored.body, policy=POLICY, now=datetime.fromisoformat(NOW))
            assert verdict.allowed  # both servers write anew what they are sent: what is stored has to be permitted
        else:
            assert 400 <= answer.status < 500, answer
            assert stored.status == 404
            if not outcomes & REFUSED:
                assert before.bare.put(path, body).status == answer.status, answer
    finally:
        before.bare.send("DELETE", path)
