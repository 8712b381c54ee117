# SPDX-License-Identifier: Apache-2.0
"""Endless series on Xandikos go on being judged as the horizon moves, and so do the copies of those who are asked."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from horizon import NOW, SIXTY_DAYS, endless, left_out
from xandikos_app import XandikosInThread
from xandikos_serving import SET_ADDRESS, commit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CALENDAR = "/a/calendars/calendar/"
SERIES = f"{CALENDAR}weekly.ics"
AT_FIRST = ["20260105", "20260202", "20260302"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[XandikosInThread]:
    """Two principals, who have the addresses of the organiser and of who is asked."""
    policy = tmp_path / "policy.toml"
    policy.write_text(SIXTY_DAYS, "utf-8")
    made = XandikosInThread(tmp_path / "data", policy, "a", "b")
    for name in "ab":
        body = SET_ADDRESS.format(f"{name}@town.example").encode()
        assert made.ask("PROPPATCH", f"/{name}/", body, Content_Type="application/xml").status == 207
    yield made
    made.stop()


def move_on(server: XandikosInThread, days: int) -> None:
    server.set_guard(replace(server.guard, clock=lambda: NOW + timedelta(days=days)))


def copies(server: XandikosInThread) -> list[bytes]:
    return [one.read_bytes() for one in (server.folder / "b/calendars/calendar").glob("*.ics")]


def wait_for(server: XandikosInThread, days: list[str]) -> None:
    """Until the organiser's series leaves these out; each request would begin a sweep that is due."""
    until = time.monotonic() + 60
    while (found := left_out(server.ask("GET", SERIES).body)) != days:
        assert time.monotonic() < until, found
        time.sleep(0.05)


def test_a_month_later_a_series_steps_over_one_more_for_everybody(server: XandikosInThread) -> None:
    assert server.ask("PUT", SERIES, endless()).status == 201
    assert left_out(server.ask("GET", SERIES).body) == AT_FIRST
    (before,) = copies(server)
    move_on(server, 35)
    wait_for(server, [*AT_FIRST, "20260406"])
    (copy,) = copies(server)
    assert (left_out(before), left_out(copy)) == (AT_FIRST, [*AT_FIRST, "20260406"])
    etag = server.ask("GET", SERIES).headers["ETag"]
    assert server.swept() == 0
    assert server.ask("GET", SERIES).headers["ETag"] == etag


def test_an_answer_given_before_stays(server: XandikosInThread) -> None:
    server.ask("PUT", SERIES, endless())
    (copy,) = (server.folder / "b/calendars/calendar").glob("*.ics")
    octets = copy.read_bytes().replace(b"\r\n ", b"")
    answered = octets.replace(b":mailto:b@town.example", b";PARTSTAT=ACCEPTED:mailto:b@town.example")
    assert server.ask("PUT", f"/b/calendars/calendar/{copy.name}", answered).status == 204
    move_on(server, 35)
    wait_for(server, [*AT_FIRST, "20260406"])
    for octets in (*copies(server), server.ask("GET", SERIES).body):
        assert b"PARTSTAT=ACCEPTED" in octets.replace(b"\r\n ", b"")


def test_a_copy_whose_organiser_is_elsewhere_steps_over_them_as_well(server: XandikosInThread) -> None:
    message = (
        endless()
        .replace(b"mailto:a@town", b"mailto:far@town")
        .replace(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:REQUEST")
    )
    assert server.ask("POST", "/b/inbox/", message).status == 200
    move_on(server, 35)
    server.swept()
    assert [left_out(octets) for octets in copies(server)] == [[*AT_FIRST, "20260406"]]


def test_what_stood_before_the_guard_stays(server: XandikosInThread) -> None:
    file = server.folder / "a/calendars/calendar/weekly.ics"
    file.write_bytes(endless())
    commit(file)
    move_on(server, 35)
    assert server.swept() == 0
    assert server.ask("GET", SERIES).body == endless()


def test_an_object_that_cannot_be_written_does_not_keep_the_others_from_it(server: XandikosInThread) -> None:
    other = endless().replace(b"UID:weekly", b"UID:other")
    server.ask("PUT", SERIES, endless())
    server.ask("PUT", f"{CALENDAR}other.ics", other)
    lock = server.folder / "b/calendars/calendar/.git/index.lock"
    lock.touch()  # whoever is asked cannot be delivered to
    move_on(server, 35)
    server.swept()
    lock.unlink()
    move_on(server, 37)
    server.swept()
    assert all("20260406" in left_out(octets) for octets in copies(server))
