# SPDX-License-Identifier: Apache-2.0
"""Every guard case through Radicale's own application: what the reference policy denies is not stored, by either way.

On a server whose own reader refuses first, its 400 counts as a rejection, and a rejection counts for a denial.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from guard_cases import CASES, octets
from radicale_app import NOW, Server

from meetcost.assessment import check
from meetcost.invite import detach

TESTS = Path(__file__).parents[1]
REFUSED = {"deny", "reject", "error"}


@pytest.fixture(scope="module", params=["door", "plugin"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Server:
    folder = tmp_path_factory.mktemp(request.param)
    made = Server(folder, TESTS / "reference-policy.toml", door=request.param == "door")
    made.calendar()
    return made


@pytest.mark.parametrize("case", CASES, ids=[f"{case['id']} {case['description'][:40]}" for case in CASES])
def test_case(server: Server, case: dict[str, Any]) -> None:
    outcomes = {case["expect"]["outcome"], *case.get("alt", ())}
    if not server.storage.has_door and case["class"] == "bomb":
        pytest.skip("without the door Radicale reads first, and some bombs keep it busy for ever")
    path = f"/ann/work/{case['id']}.ics"
    try:
        put(server, path, octets(case), outcomes)
    finally:
        server.ask("DELETE", path)


def put(server: Server, path: str, body: bytes, outcomes: set[str]) -> None:
    answer = server.ask("PUT", path, body)
    stored = server.ask("GET", path)
    if answer.code in (201, 204):
        assert stored.code == 200
        if server.storage.has_door:
            assert outcomes & {"allow", "flag"}, answer
            assert detach(stored.body) == detach(body)
            assert ("etag" in answer.headers) == (stored.body == body)
        else:  # Radicale writes anew what it is sent: what is stored is what has to be permitted
            verdict, _ = check(stored.body, policy=server.storage.guard.policy, now=NOW)
            assert verdict.allowed
    else:
        assert outcomes & REFUSED, answer
        assert stored.code == 404
        if server.storage.has_door:
            assert answer.code in (400, 403, 413)
        else:
            assert 400 <= answer.code < 500
            assert answer.code != 409
