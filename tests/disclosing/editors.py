# SPDX-License-Identifier: Apache-2.0
"""Several people who edit one invite at once, each as programs do: GET, change, PUT with `If-Match`, again after a 412.

How many of their edits a Xandikos loses that it had acknowledged:
`python -m tests.disclosing.editors plain|guarded [EDITORS] [EDITS] [RUNS] [writer]`. With `writer`, `meetcost disclose`
writes into the same invite all the while, in another language than the guard's, which puts its own in its place each
time: they never come to rest. The server, the editors and the writer share the machine.
"""

from __future__ import annotations

import re
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in (".", "account", "disclosing")]

from caldav_servers import Xandikos, start_xandikos  # noqa: E402
from invites import POLICY  # noqa: E402
from writing import Desk  # noqa: E402

from meetcost.disclosing.writer import NotKeptError  # noqa: E402
from meetcost.policy.policy import Policy  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

CHINESE = Policy.parse((POLICY + '[disclosure]\nlanguage = "zh"\n').encode())
_AGAIN = frozenset({412, 423, 500})
"""Answers after which an edit is tried again: the last two are Xandikos's, where two write at the same moment."""


class Edited(NamedTuple):
    """What came of it: edits that were acknowledged, those of them that are gone, and how often it answered what."""

    acknowledged: int
    lost: frozenset[bytes]
    answers: Counter[int]


def edited(desk: Desk, name: str, editors: int, edits: int, *, beside: Callable[[], Any] | None = None) -> Edited:
    """Each editor adds as many attendees to the invite `name`; `beside` is done again and again meanwhile."""
    running = threading.Event()
    running.set()
    answers: Counter[int] = Counter()
    acknowledged: set[bytes] = set()
    failures: list[BaseException] = []

    def edit(number: int) -> None:
        added = 0
        while added < edits:
            there = desk.user.get(f"work/{name}.ics")
            who = f"mailto:editor{number}.{added}@town.example".encode()
            body = there.body.replace(b"END:VEVENT", b"ATTENDEE:" + who + b"\r\nEND:VEVENT")
            status = desk.user.put(f"work/{name}.ics", body, If_Match=there.headers["ETag"]).status
            answers[status] += 1
            if status in (201, 204):
                added += 1
                acknowledged.add(who)
            elif status not in _AGAIN:
                return

    def go_on() -> None:
        while running.is_set() and beside is not None:
            try:
                beside()
            except BaseException as error:  # noqa: BLE001 - told by the thread that waits
                failures.append(error)
                return
            time.sleep(0.01)

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(editors)]
    other = threading.Thread(target=go_on)
    for thread in (*threads, other):
        thread.start()
    for thread in threads:
        thread.join()
    running.clear()
    other.join()
    for error in failures:
        raise error
    there = re.findall(rb"mailto:editor[0-9.]+@town\.example", desk.get(name).replace(b"\r\n ", b""))
    return Edited(len(acknowledged), frozenset(acknowledged - set(there)), answers)


def at_odds(desk: Desk) -> None:
    """A run of the writer, in another language than the guard's."""
    with suppress(NotKeptError):
        desk.run(policy=CHINESE)


def main(how: str, editors: int = 4, edits: int = 20, runs: int = 4, *, writer: bool = False) -> None:
    """Print what each run and all of them came to."""
    acknowledged = lost = 0
    with tempfile.TemporaryDirectory() as folder:
        server = start_xandikos(Path(folder), POLICY, guarded=how == "guarded")
        try:
            for run in range(runs):
                user = Xandikos(server, f"user{run}")
                assert user.send("OPTIONS", f"/{user.user}/").status == 200
                desk = Desk(user, Path(folder) / f"books{run}.db")
                desk.put("a", people=2)
                found = edited(desk, "a", editors, edits, beside=partial(at_odds, desk) if writer else None)
                print(found.acknowledged, len(found.lost), dict(found.answers), flush=True)
                acknowledged += found.acknowledged
                lost += len(found.lost)
        finally:
            server.stop()
    print(f"{how}, {editors} editors{' and a writer' if writer else ''}: {lost} of {acknowledged} edits lost")


if __name__ == "__main__":
    _how, *_rest = sys.argv[1:]
    main(_how, *map(int, (one for one in _rest if one != "writer")), writer="writer" in _rest)
