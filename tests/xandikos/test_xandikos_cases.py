# SPDX-License-Identifier: Apache-2.0
"""Every guard case through guarded Xandikos over HTTP: what the reference policy denies is not stored.

What Xandikos itself cannot read it refuses after the guard has let it pass; that counts as a rejection, and a rejection
counts for a denial.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from guard_cases import CASES, octets
from xandikos_app import XandikosInThread

from meetcost.invite import detach

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parents[1]
REFUSED = {"deny", "reject", "error"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[XandikosInThread]:
    made = XandikosInThread(tmp_path_factory.mktemp("cases"), TESTS / "reference-policy.toml")
    yield made
    made.stop()


@pytest.mark.parametrize("case", CASES, ids=[f"{case['id']} {case['description'][:40]}" for case in CASES])
def test_case(server: XandikosInThread, case: dict[str, Any]) -> None:
    outcomes = {case["expect"]["outcome"], *case.get("alt", ())}
    path, body = f"/ann/calendars/calendar/{case['id']}.ics", octets(case)
    try:
        answer, stored = server.ask("PUT", path, body), server.ask("GET", path)
        if answer.status in (201, 204):
            assert outcomes & {"allow", "flag"}, answer
            assert stored.status == 200
            assert detach(stored.body) == detach(body)
            assert ("ETag" in answer.headers) == (stored.body == body)
        else:
            assert outcomes & REFUSED, answer
            assert answer.status in (400, 403, 413)
            assert stored.status == 404
    finally:
        server.ask("DELETE", path)
