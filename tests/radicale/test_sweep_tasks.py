# SPDX-License-Identifier: Apache-2.0
"""A task that recurs for ever is swept like a meeting: new banned dates are left out as they come nearer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from radicale_app import Server

REFERENCE = Path(__file__).parents[1] / "reference-policy.toml"
TASK = "\r\n".join(
    [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//meetcost//tests//EN", "BEGIN:VTODO", "UID:t"),
        *("DTSTAMP:20260101T000000Z", "DTSTART:20260105T090000Z", "RRULE:FREQ=DAILY", "SUMMARY:Stand-up"),
        *("ORGANIZER:mailto:ann@example.test", "ATTENDEE:mailto:bob@example.test", "END:VTODO", "END:VCALENDAR", ""),
    ]
).encode()


def test_a_task_is_swept(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_bytes(REFERENCE.read_bytes().replace(b'series = "refuse"', b'series = "skip"'))
    server = Server(tmp_path / "server", policy)
    path = f"{server.calendar()}t.ics"
    assert server.ask("PUT", path, TASK).code == 201
    assert b"EXDATE;X-MEETCOST=SKIPPED:20260107T090000Z" in server.get(path)
    assert b"20270210T090000Z" not in server.get(path)
    server.set_clock(datetime(2026, 2, 2, tzinfo=UTC))
    assert server.storage.sweeper.run() == 1
    assert b"EXDATE;X-MEETCOST=SKIPPED:20270210T090000Z" in server.get(path)
