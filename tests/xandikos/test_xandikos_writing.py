# SPDX-License-Identifier: Apache-2.0
"""Nobody's edit is lost on guarded Xandikos: requests wait for each other, and for other commands in the folder."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from invites import POLICY, THURSDAY, invite
from xandikos_serving import ROOT, User, start

from meetcost.guard.alone import alone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def ann(tmp_path: Path) -> Iterator[User]:
    server = start(tmp_path, POLICY)
    yield User(server, "ann")
    server.stop()


def test_a_write_waits_for_another_command_and_reading_goes_on(ann: User) -> None:
    folder = ann.server.folder / "data"
    with ThreadPoolExecutor(1) as pool:
        with alone(folder):
            writing = pool.submit(ann.put, "calendar/a.ics", invite("a", THURSDAY))
            assert ann.get("calendar/a.ics").status == 404
            time.sleep(0.3)
            assert not writing.done()
            assert ann.get("calendar/a.ics").status == 404
        assert writing.result(60).status == 201


def test_what_is_edited_while_the_lines_are_taken_out_is_not_lost(ann: User) -> None:
    """Some are edited before their lines are out, some after: each keeps its edit."""
    names = [f"n{number}" for number in range(8)]
    for name in names:
        assert ann.put(f"calendar/{name}.ics", invite(name, THURSDAY)).status == 201
    folder = ann.server.folder / "data"
    command = [sys.executable, "-m", "meetcost", "detach", "--xandikos", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as detaching:
        while detaching.poll() is None:
            for name in names:
                there = ann.get(f"calendar/{name}.ics")
                count = int((re.findall(rb"SUMMARY:Edit (\d+)", there.body) or [b"0"])[0])
                edit = re.sub(rb"SUMMARY:[^\r\n]*", f"SUMMARY:Edit {count + 1}".encode(), there.body)
                if ann.put(f"calendar/{name}.ics", edit, If_Match=there.headers["ETag"]).status == 204:
                    again = ann.get(f"calendar/{name}.ics").body
                    assert f"SUMMARY:Edit {count + 1}\r\n".encode() in again
        assert detaching.returncode == 0, detaching.stdout.read()


def test_an_invitation_by_mail_waits_for_the_server(ann: User) -> None:
    folder = ann.server.folder / "data"
    options = ["--meetcost-policy", str(ann.server.folder / "meetcost.toml")]
    command = [sys.executable, "-m", "meetcost.xandikos", *options, "import-imip", "-d", str(folder)]
    body = invite("a", THURSDAY, people=("far@far.example", ann.address))
    message = body.replace(b"VERSION:2.0\r\n", b"VERSION:2.0\r\nMETHOD:REQUEST\r\n")
    mail = b"From: far@far.example\r\nTo: " + ann.address.encode() + b"\r\nMIME-Version: 1.0\r\n"
    mail += b"Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\n" + message
    command += ["--principal", "/ann/"]
    with alone(folder):
        importing = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        importing.stdin.write(mail)
        importing.stdin.close()
        with pytest.raises(subprocess.TimeoutExpired):
            importing.wait(4)
        assert ann.objects() == []
    assert importing.wait(60) == 0, importing.stdout.read()
    importing.stdout.close()
    (copy,) = ann.objects()
    assert b"X-MEETCOST-PERSON-HOURS:2" in copy
