# SPDX-License-Identifier: Apache-2.0
"""`meetcost audit --url` on a Radicale of its own: `python -m tests.bench.audit_account [EVENTS]`.

Prints seconds and peak memory of a first audit, of one that finds nothing changed, and of one that finds ten changes.
The events are put into the server's folder, so the first audit meets a server that has looked at none of them yet.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from tests.invites import invite
from tests.radicale.serving import PASSWORD, Home, start

ROOT = Path(__file__).parents[2]
FIRST = date(2026, 1, 1)


def event(number: int, dice: random.Random) -> bytes:
    """One hour of three to ten people on some day of the year, one in ten of them a series of ten weeks."""
    people = [f"p{dice.randrange(500)}@town.example" for _ in range(dice.randint(3, 10))]
    series = ["RRULE:FREQ=WEEKLY;COUNT=10"] if number % 10 == 0 else []
    text = f"DESCRIPTION:{'Agenda and papers are in the folder. ' * 8}"
    return invite(f"{number}@town.example", FIRST + timedelta(dice.randrange(280)), text, *series, people=people)


def main(events: int) -> None:
    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        calendar = folder / "collections" / "collection-root" / "ann" / "work"
        calendar.mkdir(parents=True)
        (calendar / ".Radicale.props").write_text('{"tag": "VCALENDAR"}')
        for number in range(events):
            (calendar / f"{number}.ics").write_bytes(event(number, dice))
        server = start(folder, "bare", "")
        server.add_user("ann")
        try:
            audit(server.url, folder, "first, server cold")
            audit(server.url, folder, "again, nothing changed")
            home = Home(server, "ann")
            for number in range(10):
                assert home.put(f"work/{number}.ics", event(number, dice)).status in (201, 204)
            audit(server.url, folder, "again, ten changed")
            (folder / "books.db").unlink()
            for one in folder.glob("books.db-*"):
                one.unlink()
            audit(server.url, folder, "first, server warm")
        finally:
            server.stop()


def audit(url: str, folder: Path, what: str) -> None:
    words = [sys.executable, "-m", "meetcost", "audit", "--url", url, "--user", "ann"]
    words += ["--ledger", str(folder / "books.db"), "--from", "2026-01-01", "--to", "2027-01-01"]
    environment = {**os.environ, "MEETCOST_PASSWORD": PASSWORD, "PYTHONPATH": str(ROOT)}
    begun = time.perf_counter()
    child = os.posix_spawn(sys.executable, words, environment)
    _, status, used = os.wait4(child, 0)
    seconds = time.perf_counter() - begun
    assert status == 0, status
    print(
        f"{what}: {seconds:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of ours, {used.ru_maxrss >> 10} MiB",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
