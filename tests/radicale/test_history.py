# SPDX-License-Identifier: Apache-2.0
"""Own records at the server: what was measured of a meeting is in the invite, whatever its program sends."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from radicale_app import Server
from test_observe import EVENT

from meetcost.errors import ConfigError
from meetcost.guard import watched
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.history import History, Record
from meetcost.paperwork.history_file import write_history

if TYPE_CHECKING:
    from pathlib import Path

RECORD = Record("one", "", date(2026, 1, 7), 910, Features(Kind.SUMMARY, 60, 2, None, "en"))


def test_measured_minutes_are_said_as_soon_as_they_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "_EVERY", 0.0)
    policy, history = tmp_path / "policy.toml", tmp_path / "history.json"
    policy.write_text('[[no_meeting_day]]\nweekdays = ["monday"]\n', "utf-8")
    history.write_bytes(write_history(History.of()))
    server = Server(tmp_path, policy, history=str(history))
    server.calendar()
    octets = EVENT.format("Budget", "").encode()
    assert server.ask("PUT", "/ann/work/one.ics", octets).code == 201
    assert b"PAPERWORK-MEASURED" not in server.get("/ann/work/one.ics")
    history.write_bytes(write_history(History.of([RECORD])))
    assert server.ask("PUT", "/ann/work/one.ics", octets).code in (201, 204)
    assert b"X-MEETCOST-PAPERWORK-MEASURED" in server.get("/ann/work/one.ics")


def test_records_that_cannot_be_read_stop_the_start(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[[no_meeting_day]]\nweekdays = ["monday"]\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        Server(tmp_path, policy, history=str(tmp_path / "none.json"))
    assert "none.json" in str(caught.value.problems[0])
