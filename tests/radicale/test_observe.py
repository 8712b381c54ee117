# SPDX-License-Identifier: Apache-2.0
"""A policy that observes lets pass even what nobody can judge, but what would keep the server busy for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from radicale_app import Server

if TYPE_CHECKING:
    from pathlib import Path

EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:one\r\nDTSTAMP:20260101T000000Z\r\n"
    "DTSTART:20260107T090000Z\r\nDURATION:PT1H\r\nSUMMARY:{}\r\nORGANIZER:mailto:a@town.example\r\n"
    "ATTENDEE:mailto:a@town.example\r\nATTENDEE:mailto:b@town.example\r\n{}END:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def server(tmp_path: Path) -> Server:
    policy = tmp_path / "policy.toml"
    policy.write_text('mode = "observe"\n[[no_meeting_day]]\nweekdays = ["wednesday"]\n', "utf-8")
    made = Server(tmp_path, policy, journal=str(tmp_path / "journal.jsonl"))
    made.calendar()
    return made


def test_a_wednesday_passes_with_its_cost_and_is_written_down(server: Server, tmp_path: Path) -> None:
    assert server.ask("PUT", "/ann/work/one.ics", EVENT.format("Wednesday", "").encode()).code == 201
    assert b"X-MEETCOST-PERSON-HOURS:2" in server.get("/ann/work/one.ics")
    assert '"would_be":"deny"' in (tmp_path / "journal.jsonl").read_text("utf-8")


def test_what_is_no_utf_8_is_stored_as_radicale_reads_it(server: Server) -> None:
    octets = EVENT.format("Käse", "").encode("latin-1")
    assert server.ask("PUT", "/ann/work/one.ics", octets, content_type="text/calendar").code == 201
    assert "Käse" in server.get("/ann/work/one.ics").decode()


def test_a_rule_without_end_is_refused_all_the_same(server: Server) -> None:
    octets = EVENT.format("Every second", "RRULE:FREQ=SECONDLY\r\n").encode()
    assert server.ask("PUT", "/ann/work/one.ics", octets).code == 403
