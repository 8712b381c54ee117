# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random points of an audit and of a run of writes: `python -m tests.disclosing.kill_nine [KILLS] [EVENTS]`.

A real Radicale stands behind a proxy that counts; `meetcost audit --url` and `meetcost disclose --url --write` are
processes that are killed and started again until they are through. A fifth of the kills goes into the audit, after a
random time. The others go into the writes: after a random number of requests, before one is passed on, after it was
carried out and before it is answered, or shortly after the answer, while the books are written.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from meetcost.disclosure.attach import detach
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.verify import verify
from tests.account.caldav_servers import BadDay
from tests.invites import BLOCK, THURSDAY, invite
from tests.radicale.serving import PASSWORD, start

ROOT = Path(__file__).parents[2]


class Figures(NamedTuple):
    """What it came to: invites without a block, with more than one, changed otherwise; rows that contradict that."""

    kills: int
    lost: int
    doubled: int
    changed: int
    extra_puts: int
    wrong_rows: int

    def __str__(self) -> str:
        return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in self._asdict().items())


class Killing:
    """Runs a command through the proxy and kills it after so many requests."""

    def __init__(self, day: BadDay, dice: random.Random) -> None:
        self.day, self.dice, self.running, self.left, self.how = day, dice, None, 0, ""
        self.puts: Counter[str] = Counter()
        day.rule = self.rule

    def rule(self, request, pass_on):
        now = request.method in ("GET", "PUT") and self.running is not None and self._count()
        if now and self.how == "before":
            self.running.kill()
            self.running.wait()
        answer = pass_on(request)
        if request.method == "PUT":
            self.puts[request.path] += 1
        if now and self.how == "unanswered":
            self.running.kill()
            self.running.wait()
        elif now and self.how == "answered":
            threading.Timer(self.dice.uniform(0, 0.02), self.running.kill).start()
        return answer

    def _count(self) -> bool:
        self.left -= 1
        return self.left == 0

    def run(self, words: list[str], *, requests: int = 0, seconds: float = 0) -> bool:
        """Whether it was killed; AssertionError if it ended in any other way than well."""
        self.left, self.how = requests, self.dice.choice(["before", "unanswered", "answered"])
        environment = {**os.environ, "MEETCOST_PASSWORD": PASSWORD, "PYTHONPATH": str(ROOT)}
        # only one at a time, so the proxy knows whom to kill
        self.running = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if seconds:
            timer = threading.Timer(seconds, self.running.kill)
            timer.start()
        output, _ = self.running.communicate()
        if seconds:
            timer.cancel()
        assert self.running.returncode in (0, -9), output.decode()
        return self.running.returncode == -9


def kill_nine(folder: Path, kills: int, events: int, *, seed: int = 1) -> Figures:
    """In an empty folder."""
    dice = random.Random(seed)
    calendar = folder / "collections" / "collection-root" / "ann" / "work"
    calendar.mkdir(parents=True)
    (calendar / ".Radicale.props").write_text('{"tag": "VCALENDAR"}')
    for number in range(events):
        octets = invite(f"{number}@x", THURSDAY, "DESCRIPTION:Bring the drafts", title=f"Meeting {number}")
        octets = re.sub(rb";TZID=Europe/Berlin:(\w+)", rb":\1Z", octets)  # Radicale would add the zone
        (calendar / f"{number}.ics").write_bytes(octets)
    server = start(folder, "bare", "")
    server.add_user("ann")
    try:
        with BadDay(server) as day:
            return _killed(folder, calendar, Killing(day, dice), kills, events)
    finally:
        server.stop()


def _killed(folder: Path, calendar: Path, killing: Killing, kills: int, events: int) -> Figures:
    books = folder / "books.db"
    common = ["--url", f"{killing.day.url}", "--user", "ann", "--ledger", str(books)]
    audit = [sys.executable, "-m", "meetcost", "audit", *common, "--from", "2026-01-01", "--to", "2028-01-01"]
    organizer = ["--organizer", "ann@town.example", "--write"]
    disclose = [sys.executable, "-m", "meetcost", "disclose", *common, *organizer]
    before = {path.name: path.read_bytes() for path in calendar.glob("*.ics")}
    done = sum(killing.run(audit, seconds=killing.dice.uniform(0.3, 4)) for _ in range(kills // 5))
    killing.run(audit)
    most = max(2, 6 * events // max(1, kills - done))
    while done < kills:
        if not killing.run(disclose, requests=killing.dice.randint(1, most)):
            break
        done += 1
    killing.run(disclose)
    killing.run(disclose)  # and one that finds nothing to do
    after = {path.name: path.read_bytes() for path in calendar.glob("*.ics")}
    blocks = [octets.replace(b"\r\n ", b"").count(BLOCK.encode()) for octets in after.values()]
    with Ledger.open(books) as ledger:
        assert verify(ledger).sound
        rows = [one.row for one in ledger.rows(kind="disclosure")]
        occurrences = Counter(one.row.uid for one in ledger.rows(kind="occurrence"))
    last = {row.uid: row.state for row in rows}
    results = Counter(row.uid for row in rows if row.state == "done")
    wrong = sum(state != "done" for state in last.values()) + sum(count != 1 for count in results.values())
    wrong += abs(events - len(results)) + abs(events - len(occurrences)) + sum(n != 1 for n in occurrences.values())
    return Figures(
        kills=done,
        lost=blocks.count(0) + len(before.keys() - after.keys()),
        doubled=sum(count > 1 for count in blocks),
        changed=sum(_said(detach(after[name])) != _said(octets) for name, octets in before.items() if name in after),
        extra_puts=sum(killing.puts.values()) - events,
        wrong_rows=wrong,
    )


def _said(octets: bytes) -> list[bytes]:
    """The lines, in whatever order: Radicale sorts the properties of what is put there."""
    return sorted(octets.replace(b"\r\n", b"\n").replace(b"\n ", b"").split(b"\n"))


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:3]] or [200, 1000]
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        print(kill_nine(Path(name), *numbers), f"({time.monotonic() - begun:.0f} s)")
