# SPDX-License-Identifier: Apache-2.0
"""kill -9 of a guard under load: `python -m tests.proxy.kills [KILLS] [SEED] [--plugin]`.

Eight clients create, change, delete, and try what is banned, each on connections of its own, and repeat a request
until it is answered. Meanwhile the proxy or the plain Radicale behind it, or both at once, are killed at random
moments, the proxy at times while it is still starting, and started again; with `--plugin` it is a Radicale that guards
itself. A quota counts the meetings of the week.

After each kill the stored files are looked at. At the end all clients finish what they have begun, and what is stored,
what was acknowledged and what the books have counted is compared, meeting by meeting.

A deletion that was cut off is repeated as well, until it is answered: with 404 where it had been done. Then it has to
have been given back to the quota.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, NamedTuple

from meetcost.ledger.ledger import Ledger
from meetcost.ledger.quota import Quotas
from meetcost.ledger.verify import verify
from tests.invites import FRIDAY, POLICY, THURSDAY, WEDNESDAY, invite
from tests.proxy.proxying import start_proxy
from tests.radicale.serving import Answer, Home, Server, start

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

CLIENTS = 8
LIMIT = 25
QUOTA = f'{POLICY}[[quota]]\nid = "weekly"\nlimit = {LIMIT}\nperiod = "week"\n'


class Version(NamedTuple):
    """What a client has written of a meeting."""

    title: str
    day: date


@dataclass
class Figures:
    """What it came to. All after `cut_off` have to be 0."""

    kills: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    cut_off: int = 0
    banned_stored: int = 0
    banned_accepted: int = 0
    lost: int = 0
    other_than_acknowledged: int = 0
    back_from_the_dead: int = 0
    over_the_limit: int = 0
    not_counted: int = 0
    counted_twice: int = 0
    not_given_back: int = 0
    books_broken: int = 0

    def __str__(self) -> str:
        return "\n".join(f"{name.replace('_', ' ')}: {_said(value)}" for name, value in vars(self).items())

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong that is never to be."""
        wrong = (
            self.banned_stored, self.banned_accepted, self.lost, self.other_than_acknowledged, self.back_from_the_dead,
            self.over_the_limit, self.not_counted, self.counted_twice, self.not_given_back, self.books_broken,
        )  # fmt: skip
        return not any(wrong)


class Client:
    """Writes meetings of its own, one request at a time, and keeps what it was told of each."""

    def __init__(self, number: int, home: Callable[[], Home], over: Event, seed: int) -> None:
        self.name, self.home, self.over = f"client{number}", home, over
        self.dice = random.Random(f"{seed} {number}")
        self.stands: dict[str, Version] = {}
        self.deleted: set[str] = set()
        self.answers: Counter[str] = Counter()
        self.unanswered = self.banned_accepted = 0

    def run(self) -> None:
        step = 0
        while not self.over.is_set():
            step += 1
            self._step(step)

    def _step(self, step: int) -> None:
        chosen, mine = self.dice.random(), sorted(self.stands)
        title = f"Round {step} of {self.name}"
        if chosen < 0.25:
            uid = self.dice.choice(mine) if mine and chosen < 0.12 else f"{self.name}-{step}"
            self._write(uid, Version(title, WEDNESDAY))
        elif mine and chosen < 0.45:
            self._delete(self.dice.choice(mine))
        elif mine and chosen < 0.7:
            self._write(self.dice.choice(mine), Version(title, self.dice.choice([THURSDAY, FRIDAY])))
        else:
            self._write(f"{self.name}-{step}", Version(title, THURSDAY))

    def _write(self, uid: str, version: Version) -> None:
        octets = invite(uid, version.day, title=version.title)
        answer = self._until_answered(lambda home: home.put(f"work/{uid}.ics", octets))
        if answer.status in (201, 204):
            self.stands[uid] = version
            self.banned_accepted += version.day == WEDNESDAY
            self.answers["stored"] += 1
        else:
            assert answer.status == 403, answer
            self.answers["refused, quota" if answer.reason.startswith("Quota") else "refused, day"] += 1

    def _delete(self, uid: str) -> None:
        del self.stands[uid]
        answer = self._until_answered(lambda home: home.send("DELETE", f"work/{uid}.ics"))
        assert answer.status in (200, 204, 404), answer
        self.deleted.add(uid)
        self.answers["deleted" if answer.status != 404 else "deleted before"] += 1

    def _until_answered(self, ask: Callable[[Home], Answer]) -> Answer:
        """A connection that ends and a 5xx leave it open what became of a request: it is made again."""
        while True:
            try:
                answer = ask(self.home())
                if answer.status < 500:
                    return answer
                self.unanswered += 1
            except ConnectionRefusedError:  # nobody was there to send it to
                pass
            except (OSError, HTTPException):
                self.unanswered += 1
            time.sleep(0.05)


class Campaign:
    """Who kills a guarded Radicale, and looks at what it has stored. `door` is what clients write to."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.dice, self.figures = folder, random.Random(seed), Figures()
        self.books, self.collections = folder / "books.db", folder / "server" / "collections"
        self.door = self._begun()
        self.over = Event()
        self.clients = [Client(at, lambda: Home(self.door, "ann"), self.over, seed) for at in range(CLIENTS)]

    def _begun(self) -> Server:
        """The server for the first time, with a user and a calendar."""
        server = self._started()
        server.add_user("ann")
        Home(server, "ann").calendar()
        return server

    def _started(self, port: int = 0, *, waits: bool = True) -> Server:
        storage = f"ledger = {self.books}"
        return start(self.folder / "server", "launcher", QUOTA, storage=storage, port=port, waits=waits)

    def run(self, kills: int) -> Figures:
        with ThreadPoolExecutor(CLIENTS) as pool:
            running = [pool.submit(client.run) for client in self.clients]
            try:
                while sum(self.figures.kills.values()) < kills and not any(one.done() for one in running):
                    time.sleep(self.dice.uniform(0, 3))
                    self._kill()
                    self._look()
            finally:
                self.over.set()
            for one in running:
                one.result(120)
        _kill_one(self.door)
        self.door = self._started(self.door.port)  # what a crash has left open is settled at the start
        self._compare()
        return self.figures

    def stop(self) -> None:
        self.over.set()
        self.door.stop()

    def _kill(self) -> None:
        self._kill_door("server")
        self.figures.kills["server"] += 1
        self.door.wait()

    def _kill_door(self, what: str) -> None:
        """Until it is let start; nobody waits for it."""
        _kill_one(self.door)
        while self.dice.random() < 0.2:
            self.door = self._started(self.door.port, waits=False)
            time.sleep(self.dice.uniform(0, 2))
            _kill_one(self.door)
            self.figures.kills[f"{what}, while it starts"] += 1
        self.door = self._started(self.door.port, waits=False)

    def _stored(self) -> dict[str, bytes]:
        """The files of the calendar by their UIDs, read from the disk: nobody stands between."""
        found = {}
        for path in (self.collections / "collection-root" / "ann" / "work").glob("*.ics"):
            try:
                found[path.stem] = path.read_bytes()
            except FileNotFoundError:  # deleted meanwhile
                continue
        return found

    def _look(self) -> None:
        """What holds at each moment, with writes under way."""
        stored = self._stored()
        banned = f"DTSTART;TZID=Europe/Berlin:{WEDNESDAY:%Y%m%d}".encode()
        self.figures.banned_stored += sum(banned in octets for octets in stored.values())
        self.figures.over_the_limit = max(self.figures.over_the_limit, len(stored) - LIMIT, 0)

    def _compare(self) -> None:
        self._look()
        figures, stored = self.figures, self._stored()
        with Ledger.open(self.books) as ledger:
            figures.books_broken = (not verify(ledger).sound) + len(Quotas(ledger).open())
            names = ledger.pseudonyms
            counted: Counter[str] = Counter()
            for one in ledger.rows(kind="quota"):
                counted[one.row.uid] += sum(draw.amount for draw in one.row.draws)
        for client in self.clients:
            figures.answers += client.answers
            figures.cut_off += client.unanswered
            figures.banned_accepted += client.banned_accepted
            for uid, version in client.stands.items():
                octets = stored.pop(uid, None)
                figures.lost += octets is None
                figures.other_than_acknowledged += octets is not None and not _is(octets, version)
                figures.not_counted += counted[names.uid(uid)] < 1
            figures.back_from_the_dead += sum(stored.pop(uid, None) is not None for uid in client.deleted)
            figures.not_given_back += sum(counted[names.uid(uid)] > 0 for uid in client.deleted)
        figures.back_from_the_dead += len(stored)  # what no client was told to be stored
        figures.counted_twice = sum(amount > 1 for amount in counted.values())
        stands = sum(len(client.stands) for client in self.clients)
        figures.counted_twice += abs(sum(counted.values()) - stands - figures.not_given_back + figures.not_counted)


class ProxyCampaign(Campaign):
    """The same of a plain Radicale and the proxy before it."""

    def _begun(self) -> Server:
        self.server = start(self.folder / "server", "bare", "")
        self.server.add_user("ann")
        Home(self.server, "ann").calendar()
        return self._started()

    def _started(self, port: int = 0, *, waits: bool = True) -> Server:
        options = ("--ledger", str(self.books), "--timeout", "10")
        return start_proxy(self.folder / "proxy", self.server.url, QUOTA, *options, port=port, waits=waits)

    def stop(self) -> None:
        super().stop()
        self.server.stop()

    def _kill(self) -> None:
        whom = self.dice.choices(["proxy", "server behind", "both"], [6, 3, 1])[0]
        if whom != "proxy":
            _kill_one(self.server)
        if whom != "server behind":
            self._kill_door("proxy")
        self.figures.kills[whom] += 1
        if whom != "proxy":
            time.sleep(self.dice.uniform(0, 0.5))
            self.server = start(self.folder / "server", "bare", "", port=self.server.port)
        self.door.wait()


def _kill_one(one: Server) -> None:
    one.process.kill()
    one.process.wait()


def _said(value: int | Counter[str]) -> str:
    return (
        ", ".join(f"{count} {name}" for name, count in sorted(value.items())) if isinstance(value, dict) else f"{value}"
    )


def _is(octets: bytes, version: Version) -> bool:
    unfolded = octets.replace(b"\r\n", b"\n").replace(b"\n ", b"")
    said = (f"SUMMARY:{version.title}\n", f"DTSTART;TZID=Europe/Berlin:{version.day:%Y%m%d}T")
    return all(one.encode() in unfolded for one in said)


def kills(folder: Path, number: int, *, seed: int = 1, plugin: bool = False) -> Figures:
    """In an empty folder."""
    campaign = (Campaign if plugin else ProxyCampaign)(folder, seed)
    try:
        return campaign.run(number)
    finally:
        campaign.stop()


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--plugin"]
    number_of, chosen = ([int(word) for word in words] + [100, 1][len(words) :])[:2]
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        result = kills(Path(name), number_of, seed=chosen, plugin="--plugin" in sys.argv)
    print(result, f"seconds: {time.monotonic() - begun:.0f}", sep="\n")
    sys.exit(not result.sound)
