# SPDX-License-Identifier: Apache-2.0
"""Raised one level: refused, asked for, granted, and the same client's same PUT passes; whatever is wider does not."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from invites import FRIDAY, PEOPLE, POLICY, THURSDAY, WEDNESDAY, calendar, component, invite
from serving import ROOT

from meetcost.ledger.ledger import Ledger
from meetcost.ledger.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from serving import Home

MORE = (*PEOPLE, "dora@town.example")
CLAIMS = """
[[exemption]]
class = "emergency"
claim = ["#emergency"]
passes = "at once"
confirm_within = "2 working days"
[[exemption]]
class = "unplanned"
claim = ["#unplanned"]
passes = "after approval"
"""


@pytest.fixture
def guarded(home: Callable[..., Home], tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Path]:
    """A user of a server with books, and the books."""
    books = tmp_path_factory.mktemp("books") / "books.db"
    return home(policy=POLICY.replace("skip", "refuse") + CLAIMS, storage=f"ledger = {books}"), books


def waiver(*words: object, code: int = 0) -> list[dict[str, object]]:
    """`meetcost waiver` in a process of its own."""
    command = [sys.executable, "-m", "meetcost", "waiver", *map(str, words), "--json"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def requested(home: Home, books: Path, octets: bytes) -> object:
    file = books.with_name("invite.ics")
    file.write_bytes(octets)
    policy = home.server.folder / "meetcost.toml"
    (said,) = waiver("request", books, file, "-p", policy, "--reason", "the plan is due", "--class", "statutory")
    assert said["rules"] == ["wednesday"]
    assert said["people"] == len(PEOPLE)
    return said["waiver"]


def test_one_waiver_is_not_for_a_series_of_meetings_moved_to_its_time(guarded: tuple[Home, Path]) -> None:
    home, books = guarded
    octets = invite("many", WEDNESDAY)
    waiver("grant", books, requested(home, books, octets), "--unit", "Mayor's Office")
    days = (THURSDAY, FRIDAY)
    others = [
        component(
            "many",
            WEDNESDAY,
            f"RECURRENCE-ID;TZID=Europe/Berlin:{day:%Y%m%d}T100000",
            people=(PEOPLE[0], f"{number}@town.example"),
        )
        for number, day in enumerate(days)
    ]
    assert (
        home.put("work/many.ics", calendar(component("many", THURSDAY, "RRULE:FREQ=DAILY;COUNT=2"), *others)).status
        == 403
    )
    assert home.put("work/many.ics", octets).status == 201


def test_what_was_granted_passes_and_nothing_wider_does(guarded: tuple[Home, Path]) -> None:
    home, books = guarded
    octets = invite("one", WEDNESDAY)
    assert home.put("work/one.ics", octets).status == 403
    number = requested(home, books, octets)
    assert home.put("work/one.ics", octets).status == 403  # asked for is not granted
    waiver("grant", books, number, "--unit", "Mayor's Office")
    for wider in (
        invite("one", WEDNESDAY, people=MORE),
        invite("one", WEDNESDAY, "DURATION:PT2H").replace(b"DTEND", b"X-END"),
        invite("one", WEDNESDAY, at=15),
        invite("one", WEDNESDAY, "RRULE:FREQ=WEEKLY;COUNT=2"),
        invite("two", WEDNESDAY),
    ):
        assert home.put("work/other.ics", wider).status == 403
    assert home.put("work/one.ics", octets).status in (201, 204)
    assert home.put("work/one.ics", invite("one", WEDNESDAY, people=MORE)).status == 403  # nor does it grow in place
    assert home.put("work/one.ics", invite("one", WEDNESDAY, title="Budget, second reading")).status in (201, 204)
    waiver("revoke", books, number, "--unit", "Mayor's Office")
    assert home.put("work/one.ics", invite("one", WEDNESDAY, people=MORE)).status == 403
    assert home.put("work/one.ics", invite("one", WEDNESDAY, title="Budget")).status in (201, 204)  # stored, it stands
    assert home.send("DELETE", "work/one.ics").status in (200, 204)
    assert home.put("work/one.ics", octets).status == 403  # and does not come back
    with Ledger.open(books) as ledger:
        assert verify(ledger).sound
        kinds = [one.kind for one in ledger.rows()]
        assert kinds.count("waiver") == 3
        assert "verdict" in kinds


def test_a_class_that_passes_after_approval(guarded: tuple[Home, Path]) -> None:
    home, books = guarded
    octets = invite("claimed", WEDNESDAY, title="Review #unplanned")
    answer = home.put("work/claimed.ics", octets)
    assert answer.status == 403
    assert "has to be approved first" in answer.text
    number = requested(home, books, octets)
    (said,) = waiver("grant", books, number, "--unit", "Mayor's Office")
    assert said["exemption"] == "unplanned"
    assert home.put("work/claimed.ics", octets).status == 201


def test_a_claim_that_passes_at_once_waits_to_be_confirmed(guarded: tuple[Home, Path]) -> None:
    home, books = guarded
    assert home.put("work/flood.ics", invite("flood", WEDNESDAY, title="Flood #emergency")).status == 201
    (claim,) = waiver("list", books, "--unconfirmed")
    assert claim["exemption"] == "emergency"
    assert claim["days"] == [WEDNESDAY.isoformat()]
    assert claim["overdue"] is False
    (late,) = waiver("list", books, "--unconfirmed", "--now", FRIDAY.replace(year=FRIDAY.year + 1), code=1)
    assert late["overdue"] is True
    waiver("confirm", books, claim["claim"], "--unit", "Mayor's Office")
    assert waiver("list", books, "--unconfirmed") == []


def test_without_its_books_the_guard_refuses_and_says_why(guarded: tuple[Home, Path]) -> None:
    home, books = guarded
    octets = invite("lost", WEDNESDAY)
    number = requested(home, books, octets)
    waiver("grant", books, number, "--unit", "Mayor's Office")
    with closing(sqlite3.connect(books)) as connection:
        connection.execute("DROP TABLE payloads")
    answer = home.put("work/lost.ics", octets)
    assert answer.status == 403
    assert "the books cannot be read" in answer.text
    assert home.put("work/friday.ics", invite("friday", FRIDAY)).status == 201
