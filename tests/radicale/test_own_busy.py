# SPDX-License-Identifier: Apache-2.0
"""The times proposed to whoever was refused leave out what stands in their own calendars, and open nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from radicale_app import Server

from meetcost.radicale import busy

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """name = "Town"
zone = "UTC"
mode = "refuse"
[[no_meeting_day]]
weekdays = ["wednesday"]
"""


def meeting(uid: str, start: str, *people: str) -> bytes:
    attendees = "".join(f"ATTENDEE:mailto:{name}@town.example\n" for name in people)
    organizer = f"ORGANIZER:mailto:{people[0]}@town.example\n" if people else ""
    return (
        f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\nBEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20260101T000000Z\n"
        f"DTSTART:{start}\nDURATION:PT1H\nSUMMARY:{uid}\n{organizer}{attendees}END:VEVENT\nEND:VCALENDAR\n"
    ).replace("\n", "\r\n").encode()  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Server:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY, "utf-8")
    made = Server(tmp_path, policy)
    made.calendar("/ann/work/")
    made.calendar("/ann/private/")
    return made


def refused(server: Server) -> str:
    answer = server.ask("PUT", "/ann/work/w.ics", meeting("w", "20260107T090000Z", "ann", "bob"))
    assert answer.code == 403
    return answer.body.decode()


def test_a_free_calendar_gives_the_first_hour(server: Server) -> None:
    assert "Thu 8 Jan 09:00" in refused(server)
    assert "calendars of 1 of 2 looked at" in refused(server)


def test_what_stands_in_any_calendar_of_theirs_is_left_out(server: Server) -> None:
    assert server.ask("PUT", "/ann/private/d.ics", meeting("dentist", "20260108T090000Z")).code == 201
    said = refused(server)
    assert "Thu 8 Jan 10:00" in said
    assert "09:00" not in said
    assert "dentist" not in said


def test_where_there_is_too_much_the_times_are_only_permitted_ones(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody who writes waits meanwhile."""
    monkeypatch.setattr(busy, "_MOST_READ", 1)
    for day in (8, 9):
        octets = meeting(f"dentist-{day}", f"202601{day:02}T090000Z")
        assert server.ask("PUT", f"/ann/private/{day}.ics", octets).code == 201
    said = refused(server)
    assert "Thu 8 Jan 09:00" in said
    assert "no calendar was looked at" in said


def test_the_calendars_of_others_are_not_opened(server: Server) -> None:
    server.ask("MKCALENDAR", "/bob/work/", user="bob")
    assert server.ask("PUT", "/bob/work/d.ics", meeting("d", "20260108T090000Z"), user="bob").code == 201
    assert "Thu 8 Jan 09:00" in refused(server)


def test_who_writes_for_somebody_else_is_proposed_what_is_permitted(server: Server) -> None:
    answer = server.ask("PUT", "/ann/work/w.ics", meeting("w", "20260107T090000Z", "carla", "ann"))
    assert "no calendar was looked at" in answer.body.decode()
