# SPDX-License-Identifier: Apache-2.0
"""What goes wrong in the guard itself lets nothing pass, and is no error of the server's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xandikos
from invites import invite
from xandikos_app import NOW, XandikosInThread

from meetcost.guard.guard import Guard
from meetcost.policy.policy import Policy
from meetcost.xandikos import launch

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parents[1]
PATH = "/ann/calendars/calendar/a.ics"
TUESDAY = date(2026, 1, 6)
WEDNESDAY = date(2026, 1, 7)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[XandikosInThread]:
    made = XandikosInThread(tmp_path, TESTS / "reference-policy.toml")
    yield made
    made.stop()


def failing(*_: object, **__: object) -> None:
    raise RuntimeError("this is a test")


@pytest.mark.parametrize("broken", ["decide", "refusal"])
def test_a_guard_that_fails_refuses_and_reading_goes_on(server, monkeypatch, broken):
    assert server.ask("PUT", PATH, invite("a", TUESDAY)).status == 201
    before = server.ask("GET", PATH).body
    monkeypatch.setattr(Guard, broken, failing)
    answer = server.ask("PUT", PATH, invite("a", WEDNESDAY))
    assert (answer.status, b"DAV:" in answer.body) == (403, True)
    assert server.ask("GET", PATH).body == before


def test_a_guard_that_fails_while_it_observes_lets_pass(server, monkeypatch):
    observing = (TESTS / "reference-policy.toml").read_bytes().replace(b'mode = "refuse"', b'mode = "observe"')
    server.set_guard(replace(server.guard, policy=Policy.parse(observing)))
    monkeypatch.setattr(Guard, "decide", failing)
    assert server.ask("PUT", PATH, invite("a", WEDNESDAY)).status == 201


def test_the_present_is_the_clock_s(server):
    assert server.ask("PUT", PATH, invite("a", WEDNESDAY)).status == 403
    server.set_guard(replace(server.guard, clock=lambda: NOW.replace(month=2)))
    assert server.ask("PUT", PATH, invite("a", WEDNESDAY)).status == 201  # it is over by now


@pytest.mark.parametrize("version", [(0, 3, 9), (0, 4, 9), (0, 5, 0), (1, 0)])
def test_a_xandikos_that_nobody_looked_at_is_not_guarded(monkeypatch, capsys, version):
    monkeypatch.setattr(xandikos, "__version__", version)
    assert launch.run(["-d", "nowhere"]) == 2
    assert "is installed; this guards 0.4.10" in capsys.readouterr().err
