# SPDX-License-Identifier: Apache-2.0
"""Endless series go on being judged as the horizon moves; what stood before the guard stays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from horizon import NOW, SIXTY_DAYS, endless, left_out
from radicale_app import Server

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def server(tmp_path: Path) -> Server:
    policy = tmp_path / "policy.toml"
    policy.write_text(SIXTY_DAYS, "utf-8")
    made = Server(tmp_path, policy, now=NOW)
    made.calendar()
    return made


def test_a_series_steps_over_the_dates_of_the_horizon(server: Server) -> None:
    assert server.ask("PUT", "/ann/work/weekly.ics", endless()).code == 201
    assert left_out(server.get("/ann/work/weekly.ics")) == ["20260105", "20260202", "20260302"]


def test_a_month_later_it_steps_over_one_more(server: Server) -> None:
    server.ask("PUT", "/ann/work/weekly.ics", endless())
    before = server.ask("GET", "/ann/work/weekly.ics")
    assert server.storage.sweeper.run() == 0
    assert server.ask("GET", "/ann/work/weekly.ics").headers["etag"] == before.headers["etag"]
    server.set_clock(NOW + timedelta(days=35))
    assert server.storage.sweeper.run() == 1
    assert left_out(server.get("/ann/work/weekly.ics")) == ["20260105", "20260202", "20260302", "20260406"]
    assert server.storage.sweeper.run() == 0


def test_an_edit_after_the_horizon_has_moved_does_the_same(server: Server) -> None:
    server.ask("PUT", "/ann/work/weekly.ics", endless())
    server.set_clock(NOW + timedelta(days=35))
    stored = server.get("/ann/work/weekly.ics")
    reply = stored.replace(b"ATTENDEE:mailto:b", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:b")
    assert server.ask("PUT", "/ann/work/weekly.ics", reply).code in (201, 204)
    assert "20260406" in left_out(server.get("/ann/work/weekly.ics"))


def test_a_date_that_was_stepped_over_does_not_come_back_when_it_is_past(server: Server) -> None:
    server.ask("PUT", "/ann/work/weekly.ics", endless())
    server.set_clock(NOW + timedelta(days=10))
    renamed = server.get("/ann/work/weekly.ics").replace(b"SUMMARY:Weekly", b"SUMMARY:Every week")
    assert server.ask("PUT", "/ann/work/weekly.ics", renamed).code in (201, 204)
    assert "20260105" in left_out(server.get("/ann/work/weekly.ics"))


def test_what_stood_before_the_guard_stays(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "collection-root" / "ann" / "work"
    (folder / "weekly.ics").write_bytes(endless())
    assert server.storage.sweeper.run() == 0
    assert left_out(server.get("/ann/work/weekly.ics")) == []
    reply = endless().replace(b"ATTENDEE:mailto:b", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:b")
    assert server.ask("PUT", "/ann/work/weekly.ics", reply).code in (201, 204)
    assert left_out(server.get("/ann/work/weekly.ics")) == []


def test_once_a_day_is_enough(server: Server) -> None:
    server.storage.sweeper.due()
    assert not server.storage.sweeper.due()
    server.set_clock(NOW + timedelta(days=2))
    assert server.storage.sweeper.due()
