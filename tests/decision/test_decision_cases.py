# SPDX-License-Identifier: Apache-2.0
"""Every guard case through the decision service over HTTP, judged as `check` judges it."""

from __future__ import annotations

import asyncio
import http.client
import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from guard_cases import CASES, octets

from meetcost.decision.service import Service
from meetcost.guard.sources import GuardFiles
from meetcost.invite import detach

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parents[1]
NOW = datetime(2026, 1, 2, tzinfo=UTC)
REFUSED = {"deny", "reject", "error"}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of a service in a thread of this process, so that it can be told what the present is."""
    service = Service(GuardFiles(str(TESTS / "reference-policy.toml")).watched(lambda: NOW))
    loop, started, ports = asyncio.new_event_loop(), Event(), list[int]()
    runner = web.AppRunner(service.application(), access_log=None)

    async def serve() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ports.append(runner.addresses[0][1])
        started.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(30)
    yield ports[0]
    loop.call_soon_threadsafe(loop.stop)
    thread.join(30)


def ask(port: int, new: bytes) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        body = json.dumps({"new": b64encode(new).decode()})
        try:
            connection.request("POST", "/decide", body, {"Content-Type": "application/json"})
        except (BrokenPipeError, ConnectionResetError):  # it has read enough of what is too large
            return 413, {}
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


@pytest.mark.parametrize("case", CASES, ids=[f"{case['id']} {case['description'][:40]}" for case in CASES])
def test_case(port: int, case: dict[str, Any]) -> None:
    outcomes = {case["expect"]["outcome"], *case.get("alt", ())}
    body = octets(case)
    status, answer = ask(port, body)
    if status == 413:
        assert outcomes & REFUSED
        return
    assert status == 200
    if answer["outcome"] == "refuse":
        assert outcomes & REFUSED, answer["verdict"]
        assert answer["refusal"]["status"] == 403
    else:
        assert outcomes & {"allow", "flag"}, answer["verdict"]
        stored = b64decode(answer["octets"]) if answer["outcome"] == "rewrite" else body
        assert detach(stored) == detach(body)
