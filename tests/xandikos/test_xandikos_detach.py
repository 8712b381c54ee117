# SPDX-License-Identifier: Apache-2.0
"""The guard leaves a real Xandikos: what stands there afterwards is what programs had sent, octet for octet."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from invites import BLOCK, POLICY, THURSDAY, WEDNESDAY, invite
from xandikos_serving import ROOT, User, start

from meetcost.errors import UsageError
from meetcost.xandikos.detach import detach_all

if TYPE_CHECKING:
    from pathlib import Path

SENT = {
    "plain": invite("plain", THURSDAY, "DESCRIPTION:议程\\nÄ"),
    "daily": invite("daily", WEDNESDAY - timedelta(days=1), "RRULE:FREQ=DAILY;COUNT=4"),
    "private": invite("private", THURSDAY, people=()),
}


def detach(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "meetcost", "detach", "--xandikos", str(folder), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def test_what_clients_had_sent_stands_there(tmp_path):
    server = start(tmp_path, POLICY)
    try:
        ann, ben = User(server, "one"), User(server, "two")
        for uid, body in SENT.items():
            assert ann.put(f"calendar/{uid}.ics", body).status == 201
        scheduled = invite("both", THURSDAY, people=(ann.address, ben.address))
        assert ann.put("calendar/both.ics", scheduled).status == 201
        assert ann.put("calendar/no.ics", invite("no", WEDNESDAY)).status == 403
        assert all(BLOCK in octets.decode().replace("\r\n ", "") for octets in ben.objects())
        (copy,) = ben.objects()
        assert ann.objects("meetcost-notices/")
    finally:
        server.stop()
    place = tmp_path / "data/one/calendars/calendar"
    assert b"EXDATE" in (place / "daily.ics").read_bytes()
    commits = git(place, "rev-list", "--count", "HEAD")

    server = start(tmp_path, POLICY, guarded=False)
    try:
        ann, ben = User(server, "one"), User(server, "two")
        etag = ann.get("calendar/plain.ics").headers["ETag"]
        answer = detach(tmp_path / "data", "--notices")  # while the server runs
        assert answer.returncode == 0, answer.stderr
        for uid, body in SENT.items():
            assert (place / f"{uid}.ics").read_bytes() == body
            assert ann.get(f"calendar/{uid}.ics").body == body
        assert ann.get("calendar/plain.ics").headers["ETag"] != etag
        everything = [*ann.objects(), *ben.objects(), *ann.inbox, *ben.inbox]
        assert len(everything) >= 6
        assert not any(word in octets.lower() for octets in everything for word in (b"x-meetcost", b"meeting cost"))
        (bare,) = ben.objects()
        assert len(bare) < len(copy)
        assert ann.objects("meetcost-notices/") == []
        assert ann.put("calendar/after.ics", invite("after", WEDNESDAY)).status == 201
    finally:
        server.stop()
    assert git(place, "status", "--porcelain") == ""
    assert int(git(place, "rev-list", "--count", "HEAD")) == int(commits) + 4  # three were changed, one came after
    assert list(detach_all(str(tmp_path / "data"), notices=True)) == []


def test_a_calendar_that_is_being_written_to_is_told_and_stays(tmp_path):
    server = start(tmp_path, POLICY)
    try:
        ann = User(server, "one")
        assert ann.put("calendar/plain.ics", SENT["plain"]).status == 201
    finally:
        server.stop()
    place = tmp_path / "data/one/calendars/calendar"
    before = (place / "plain.ics").read_bytes()
    (place / ".git/index.lock").touch()
    answer = detach(tmp_path / "data")
    assert (answer.returncode, "plain.ics" in answer.stderr) == (2, True)
    assert (place / "plain.ics").read_bytes() == before
    (place / ".git/index.lock").unlink()
    assert detach(tmp_path / "data").returncode == 0
    assert (place / "plain.ics").read_bytes() == SENT["plain"]


def test_a_folder_that_is_none_of_xandikos_is_told(tmp_path):
    with pytest.raises(UsageError, match="no calendars of Xandikos"):
        list(detach_all(str(tmp_path)))
