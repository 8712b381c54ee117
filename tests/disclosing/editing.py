# SPDX-License-Identifier: Apache-2.0
"""Four editors of one invite while the writer writes into it, on whichever server."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING

from meetcost.disclosing.writer import NotKeptError

if TYPE_CHECKING:
    from collections.abc import Callable

    from writing import Desk

EDITORS = 4
EDITS = 6
ADDED = EDITORS * EDITS


def edited_beside_a_writer(desk: Desk, name: str, meanwhile: Callable[[], None] = lambda: None, **options) -> set[str]:
    """The attendees whom the editors have added with If-Match and who are there in the end, once all have finished.

    `meanwhile` is done beside them; `options` are those of the writer's runs.
    """
    running = threading.Event()
    running.set()
    failures = []
    user, path = desk.user, f"work/{name}.ics"

    def edit(number):
        added = 0
        while added < EDITS:
            answer = user.get(path)
            who = f"ATTENDEE:mailto:editor{number}.{added}@town.example\r\n".encode()
            body = answer.body.replace(b"END:VEVENT", who + b"END:VEVENT")
            done = user.put(path, body, If_Match=answer.headers["ETag"])
            if done.status in (201, 204):
                added += 1
            elif done.status not in (412, 423, 500):
                failures.append(done)
                return

    def write():
        while running.is_set():
            try:
                desk.run(**options)
            except NotKeptError as error:
                failures.append(error)
                return
            time.sleep(0.01)

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(EDITORS)]
    writer = threading.Thread(target=write)
    for thread in (*threads, writer):
        thread.start()
    try:
        meanwhile()
    finally:
        for thread in threads:
            thread.join()
        running.clear()
        writer.join()
    assert failures == []
    desk.run(**options)
    return set(re.findall(r"\r\nATTENDEE[^\r]*:mailto:(editor[^\r]+)", _unfolded(desk, name)))


def assert_the_figure_is_that_of(desk: Desk, name: str, people: int) -> None:
    """One block, less than a tenth off what so many people cost in an hour, and the books know that it was written."""
    assert desk.blocks(name) == 1
    (hours,) = re.findall(r"X-MEETCOST-PERSON-HOURS:([0-9]+)\r\n", _unfolded(desk, name))
    assert int(hours) * 11 > people * 10
    assert desk.open_intents() == 0


def _unfolded(desk: Desk, name: str) -> str:
    return desk.get(name).replace(b"\r\n ", b"").decode()
