# SPDX-License-Identifier: Apache-2.0
"""Endless series go on being judged as the horizon moves; what stood before the guard stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from radicale_app import Server

from meetcost.ics.read import read

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """name = "Town"
zone = "Europe/Berlin"
mode = "refuse"
series = "skip"
horizon_days = 60
[[no_meeting_week]]
nth = 2
definition = "week-of-the-8th"
"""
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def weekly(start: str = "20260105T090000Z") -> bytes:
    lines = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:weekly
DTSTAMP:20260101T000000Z
DTSTART:{start}
DURATION:PT1H
RRULE:FREQ=WEEKLY
SUMMARY:Weekly
ORGANIZER:mailto:a@town.example
ATTENDEE:mailto:a@town.example
ATTENDEE:mailto:b@town.example
END:VEVENT
END:VCALENDAR
"""
    return lines.replace("\n", "\r\n").encode()


@pytest.fixture
def server(tmp_path: Path) -> Server:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY, "utf-8")
    made = Server(tmp_path, policy, now=NOW)
    made.calendar()
    return made


def left_out(server: Server) -> list[str]:
    (meeting,) = read(server.get("/ann/work/weekly.ics")).meetings
    assert meeting.recurrence is not None
    return [str(moment) for moment in meeting.recurrence.exdates]


def test_a_series_steps_over_the_dates_of_the_horizon(server: Server) -> None:
    assert server.ask("PUT", "/ann/work/weekly.ics", weekly()).code == 201
    assert [when[:8] for when in left_out(server)] == ["20260105", "20260202", "20260302"]


def test_a_month_later_it_steps_over_one_more(server: Server) -> None:
    server.ask("PUT", "/ann/work/weekly.ics", weekly())
    before = server.ask("GET", "/ann/work/weekly.ics")
    assert server.storage.sweeper.run() == 0
    assert server.ask("GET", "/ann/work/weekly.ics").headers["etag"] == before.headers["etag"]
    server.set_clock(NOW + timedelta(days=35))
    assert server.storage.sweeper.run() == 1
    assert [when[:8] for when in left_out(server)] == ["20260105", "20260202", "20260302", "20260406"]
    assert server.storage.sweeper.run() == 0


def test_an_edit_after_the_horizon_has_moved_does_the_same(server: Server) -> None:
    server.ask("PUT", "/ann/work/weekly.ics", weekly())
    server.set_clock(NOW + timedelta(days=35))
    stored = server.get("/ann/work/weekly.ics")
    reply = stored.replace(b"ATTENDEE:mailto:b", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:b")
    assert server.ask("PUT", "/ann/work/weekly.ics", reply).code in (201, 204)
    assert "20260406" in [when[:8] for when in left_out(server)]


def test_a_date_that_was_stepped_over_does_not_come_back_when_it_is_past(server: Server) -> None:
    server.ask("PUT", "/ann/work/weekly.ics", weekly())
    server.set_clock(NOW + timedelta(days=10))
    renamed = server.get("/ann/work/weekly.ics").replace(b"SUMMARY:Weekly", b"SUMMARY:Every week")
    assert server.ask("PUT", "/ann/work/weekly.ics", renamed).code in (201, 204)
    assert "20260105" in [when[:8] for when in left_out(server)]


def test_what_stood_before_the_guard_stays(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "collection-root" / "ann" / "work"
    (folder / "weekly.ics").write_bytes(weekly())
    assert server.storage.sweeper.run() == 0
    assert left_out(server) == []
    reply = weekly().replace(b"ATTENDEE:mailto:b", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:b")
    assert server.ask("PUT", "/ann/work/weekly.ics", reply).code in (201, 204)
    assert left_out(server) == []


def test_once_a_day_is_enough(server: Server) -> None:
    server.storage.sweeper.due()
    assert not server.storage.sweeper.due()
    server.set_clock(NOW + timedelta(days=2))
    assert server.storage.sweeper.due()
