# SPDX-License-Identifier: Apache-2.0
"""The guard leaves a real Radicale: what stands there afterwards is what programs had sent, octet for octet."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from invites import BLOCK, FRIDAY, POLICY, THURSDAY, WEDNESDAY, calendar, component, invite, weekly
from radicale import pathutils
from serving import ROOT, Home, configured, start

from meetcost.errors import UsageError
from meetcost.radicale.detach import detach_all

if TYPE_CHECKING:
    from pathlib import Path

MONDAY = WEDNESDAY - timedelta(days=2)
ZONED = [
    *("BEGIN:VTIMEZONE", "TZID:Europe/Berlin", "BEGIN:STANDARD", "DTSTART:19701025T030000", "TZOFFSETFROM:+0200"),
    *("TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "END:STANDARD", "END:VTIMEZONE"),
]
SENT = {
    "plain": invite("plain", THURSDAY),
    "text": invite(
        "text", THURSDAY, "DESCRIPTION:议程：预算\\nÄ 1", "X-ALT-DESC;FMTTYPE=text/html:<p>Ä</p>", "X-Own:kept "
    ),
    "folded": invite("folded", FRIDAY, f"COMMENT:{'x' * 60}\r\n  {'y' * 40}"),
    "daily": invite("daily", MONDAY, "RRULE:FREQ=DAILY;COUNT=5"),
    "left-out": invite(
        "left-out", MONDAY, "RRULE:FREQ=DAILY;COUNT=5", f"EXDATE;TZID=Europe/Berlin:{FRIDAY:%Y%m%d}T100000"
    ),
    "endless": weekly("endless", THURSDAY).replace(b"FREQ=WEEKLY;COUNT=6", b"FREQ=DAILY"),
    "changed": calendar(
        ZONED,
        component("changed", MONDAY, "RRULE:FREQ=DAILY;COUNT=5"),
        component("changed", THURSDAY, f"RECURRENCE-ID;TZID=Europe/Berlin:{THURSDAY:%Y%m%d}T100000", at=14),
    ),
    "private": invite("private", THURSDAY, people=()),
    "unix-lines": invite("unix-lines", THURSDAY).replace(b"\r\n", b"\n"),
}
STANDS = {**SENT, "unix-lines": SENT["unix-lines"].replace(b"\n", b"\r\n")}
"""What is to stand there without ours: the guard stores CRLF for any line end, without which Radicale loses objects."""
SYNC = (
    '<D:sync-collection xmlns:D="DAV:"><D:sync-token>{}</D:sync-token><D:sync-level>1</D:sync-level>'
    "<D:prop><D:getetag/></D:prop></D:sync-collection>"
)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a Radicale that was guarded, with two homes."""
    folder = tmp_path_factory.mktemp("guarded")
    server = start(folder, "launcher", POLICY)
    try:
        for name, uids in (("ann", list(SENT)), ("ben", ["daily"])):
            server.add_user(name)
            home = Home(server, name)
            home.calendar()
            for uid in uids:
                assert home.put(f"work/{uid}.ics", SENT[uid]).status == 201, uid
            assert home.put("work/no.ics", invite("no", WEDNESDAY)).status == 403
            assert home.notices.status == 200
    finally:
        server.stop()
    return folder


@pytest.fixture
def folder(guarded: Path, tmp_path: Path) -> Path:
    """A copy of it, with a configuration without the guard."""
    shutil.copytree(guarded, tmp_path / "left")
    configured(tmp_path / "left", "bare", POLICY, 1)
    return tmp_path / "left"


@pytest.fixture
def left(folder: Path):
    """A Radicale without the guard on that copy."""
    server = start(folder, "bare", POLICY)
    yield server
    server.stop()


def detach(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "meetcost", "detach", "--radicale", str(folder / "radicale.conf"), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def files(folder: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in (folder / "collections/collection-root/ann/work").glob("*.ics")}


def synchronised(home: Home, token: str = "") -> tuple[str, set[str]]:
    answer = home.send("REPORT", "work/", SYNC.format(token).encode())
    assert answer.status == 207, answer
    return re.search("sync-token>([^<]+)<", answer.text)[1], set(re.findall(r"work/([\w-]+)\.ics", answer.text))


def test_what_clients_had_sent_stands_there_and_clients_see_it(left, folder):
    ann, ben = Home(left, "ann"), Home(left, "ben")
    ours = {uid for uid, octets in files(folder).items() if octets != STANDS[uid]}
    assert ours == SENT.keys() - {"private"}
    assert BLOCK in ann.get("work/plain.ics").text
    assert b"EXDATE" in files(folder)["daily"]
    etags = {uid: ann.get(f"work/{uid}.ics").headers["ETag"] for uid in SENT}
    token, _ = synchronised(ann)

    answer = detach(folder, "--notices", "--json")  # while the server runs
    assert answer.returncode == 0, answer.stderr
    told = [json.loads(line) for line in answer.stdout.splitlines()]
    assert {one["path"] for one in told if one["octets"]} == {
        "ben/work/daily.ics",
        *(f"ann/work/{uid}.ics" for uid in ours),
    }
    assert sum(one["notice"] for one in told) == 4  # a notice and its calendar each

    assert files(folder) == STANDS
    for uid, body in STANDS.items():
        assert ann.get(f"work/{uid}.ics").body == body, uid
    assert ben.get("work/daily.ics").body == SENT["daily"]
    for home in (ann, ben):
        assert home.notices.status == 404
        assert home.get("work/").status == 200
    assert {uid for uid in SENT if ann.get(f"work/{uid}.ics").headers["ETag"] != etags[uid]} == ours
    assert synchronised(ann, token)[1] == ours
    assert "Traceback" not in left.log

    again = detach(folder, "--notices")
    assert (again.returncode, again.stdout.splitlines()[0]) == (0, "Invites changed: 0; octets taken out: 0.")


def test_notices_stay_where_nobody_asks_for_their_end_and_so_does_what_is_not_ours(left, folder):
    ann = Home(left, "ann")
    assert ann.put("meetcost-notices/mine.ics", invite("mine", THURSDAY)).status == 201
    assert detach(folder).returncode == 0
    assert "@meetcost-notice" in ann.notices.text
    assert detach(folder, "--notices").returncode == 0
    assert "@meetcost-notice" not in ann.notices.text
    assert ann.get("meetcost-notices/mine.ics").status == 200


def test_nothing_is_written_while_radicale_holds_its_lock(folder):
    before = files(folder)
    work = Thread(target=lambda: list(detach_all(str(folder / "radicale.conf"))))
    with pathutils.RwLock(str(folder / "collections/.Radicale.lock")).acquire("w"):
        work.start()
        time.sleep(0.5)
        assert work.is_alive()
        assert files(folder) == before
    work.join(60)
    assert files(folder) == STANDS


def test_what_radicale_itself_cannot_read_loses_our_lines_as_well(folder):
    broken = folder / "collections/collection-root/ann/work/plain.ics"
    known, unknown = (f"DTSTART;TZID=Europe/Berlin:{mark}".encode() for mark in ("", "x"))
    broken.write_bytes(broken.read_bytes().replace(known, unknown))
    latin = broken.with_name("latin.ics")
    latin.write_bytes(broken.read_bytes().replace(b"Budget", b"B\xfcdget"))
    assert detach(folder).returncode == 0
    bare = SENT["plain"].replace(known, unknown)
    assert files(folder) == {**STANDS, "plain": bare, "latin": bare.replace(b"Budget", b"B\xfcdget")}


def test_it_does_not_begin_while_the_guard_is_on_or_where_nothing_is(tmp_path):
    config = tmp_path / "radicale.conf"
    config.write_text(f"[storage]\ntype = meetcost.radicale\nfilesystem_folder = {tmp_path}\npolicy = x.toml\n")
    with pytest.raises(UsageError, match="still on"):
        list(detach_all(str(config)))
    config.write_text(f"[storage]\nfilesystem_folder = {tmp_path}/none\n")
    with pytest.raises(UsageError, match="no calendars"):
        list(detach_all(str(config)))
    assert not (tmp_path / "none").exists()
    config.write_text("[storage]\ntype = some.where.else\n")
    with pytest.raises(UsageError, match="none of Radicale"):
        list(detach_all(str(config)))
    for wrong in ("nonsense", "[storage]\nnonsense = 1\ntype = x.y.z\n"):
        config.write_text(wrong)
        with pytest.raises(UsageError):
            list(detach_all(str(config)))
    with pytest.raises(UsageError):
        list(detach_all(str(tmp_path / "missing.conf")))
    for options in (["x.ics"], ["--in-place"], ["--out", "o"], ["--xandikos", "."]):
        answer = detach(tmp_path, *options)
        assert (answer.returncode, "stand alone" in answer.stderr) == (2, True)
