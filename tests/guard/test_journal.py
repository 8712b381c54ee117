# SPDX-License-Identifier: Apache-2.0
"""The journal: counted in public, so it names nobody; written by several processes, so no line is lost."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import resource
import signal
import stat
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from guard_making import ANN, BOB, MONDAY, NOW, OBSERVE, REFUSE, SKIP, TUESDAY, WEDNESDAY, calendar, decided, one, part

from meetcost.errors import ConfigError
from meetcost.guard.decide import Context
from meetcost.guard.journal import Journal, record, worth_telling
from meetcost.model.directory import Directory, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from meetcost.policy.policy import Policy

KNOWN = replace(REFUSE, directory=Directory([Entry("ann@example.test", name="Ann Berger", unit="Planning")]))
KEYS = (
    "at outcome would_be mode rules reasons unit exemption confirm_by dates rewritten policy policy_digest id".split()
)


def added(journal: Journal, octets: bytes, policy: Policy = REFUSE, old: bytes | None = None) -> None:
    journal.add(decided(octets, old, policy), Context(policy, NOW))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_refusal_is_a_line(tmp_path: Path) -> None:
    added(Journal.open(tmp_path / "new" / "journal.jsonl"), one(*WEDNESDAY), KNOWN)
    (line,) = lines(tmp_path / "new" / "journal.jsonl")
    assert list(line) == KEYS
    assert line["outcome"] == line["would_be"] == "deny"
    assert (line["mode"], line["unit"], line["dates"], line["rules"]) == ("refuse", "Planning", 1, ["1"])
    assert line["reasons"] == ["every Wednesday is a no-meeting day"]
    assert datetime.fromisoformat(line["at"]) == NOW


def test_nobody_is_named(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j")
    people = (*WEDNESDAY, "LOCATION:Room 2", "DESCRIPTION:Salaries", f"ATTENDEE;CN=Cara Neumann:{BOB}")
    for octets in (one(*people), one("DTSTART:soon", "SUMMARY:Salaries"), calendar(part(*people, uid="bob-17@host"))):
        added(journal, octets, KNOWN)
    text = (tmp_path / "j").read_text("utf-8")
    assert text.count("\n") == 3
    for private in (ANN, BOB, "ann@", "bob", "Ann", "Berger", "Cara", "Budget", "Salaries", "Room", "host", "one"):
        assert private not in text


@pytest.mark.parametrize(
    ("octets", "policy", "outcome", "would_be"),
    [
        (one(*WEDNESDAY), REFUSE, "deny", "deny"),
        (one(*WEDNESDAY), OBSERVE, "allow", "deny"),
        (one(*MONDAY, "RRULE:FREQ=DAILY;COUNT=5"), SKIP, "skip", "skip"),
        (one(*MONDAY, "RRULE:FREQ=DAILY;COUNT=5"), OBSERVE, "allow", "skip"),
        (b"nothing", REFUSE, "reject", "reject"),
        (b"nothing", OBSERVE, "reject", "reject"),
        (one(*WEDNESDAY, people=(ANN,)).replace(b"ORGANIZER", b"X-ORGANIZER"), REFUSE, "flag", "flag"),
    ],
)
def test_what_happened_and_what_would_have(
    tmp_path: Path, octets: bytes, policy: Policy, outcome: str, would_be: str
) -> None:
    added(Journal.open(tmp_path / "j"), octets, policy)
    (line,) = lines(tmp_path / "j")
    assert (line["outcome"], line["would_be"], line["mode"]) == (outcome, would_be, str(policy.mode))


def test_a_meeting_on_a_permitted_day_leaves_no_trace(tmp_path: Path) -> None:
    added(Journal.open(tmp_path / "j"), one(*TUESDAY))
    added(Journal.open(tmp_path / "j"), one(*WEDNESDAY), old=one(*WEDNESDAY))
    assert not (tmp_path / "j").exists()
    assert not worth_telling(decided(one(*TUESDAY)))


def test_retries_are_written_once(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j")
    for _ in range(5):
        added(journal, one(*WEDNESDAY))
    assert len(lines(tmp_path / "j")) == 1
    added(journal, one(*WEDNESDAY, "SEQUENCE:1"))
    added(journal, one(*WEDNESDAY), OBSERVE)
    assert len(lines(tmp_path / "j")) == 3


def test_the_key_is_its_owners_alone_and_the_same_for_all(tmp_path: Path) -> None:
    first, second = Journal.open(tmp_path / "j"), Journal.open(tmp_path / "j")
    assert first.key == second.key
    assert len(first.key) >= 32
    assert stat.S_IMODE((tmp_path / "j.key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["j.key"]
    decision, context = decided(one(*WEDNESDAY)), Context(REFUSE, NOW)
    other = record(decision, context, key=b"other")["id"]
    assert record(decision, context, key=first.key)["id"] != other


def test_a_line_that_a_full_disk_cut_short_is_not_taken_for_written_and_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "j"
    added(Journal.open(path), one(*WEDNESDAY, "SEQUENCE:1"))
    full = path.stat().st_size + 40
    journal = Journal.open(path)
    with file_size_limit(full), pytest.raises(OSError, match=r"."):
        added(journal, one(*WEDNESDAY))
    assert path.stat().st_size == full
    added(journal, one(*WEDNESDAY))
    first, torn, last = path.read_text("utf-8").splitlines()
    assert len(torn) == 40
    assert json.loads(first)["id"] != json.loads(last)["id"]


@contextmanager
def file_size_limit(octets: int) -> Iterator[None]:
    """No file grows beyond it: a write up to there is a short one, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_file_system_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")  # what link(2) says on FAT

    monkeypatch.setattr(os, "link", refused)
    assert Journal.open(tmp_path / "j").key == Journal.open(tmp_path / "j").key
    assert stat.S_IMODE((tmp_path / "j.key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["j.key"]


def test_a_key_that_hides_nothing_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "j.key").touch()
    with pytest.raises(ConfigError, match="too short to hide anything; remove it"):
        Journal.open(tmp_path / "j")


def _write(path: Path, name: str) -> None:
    journal = Journal.open(path)
    for number in range(100):
        added(journal, one(*WEDNESDAY).replace(b"UID:one", f"UID:{name}-{number}".encode()))


def test_processes_neither_mix_nor_lose_lines(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_write, args=(tmp_path / "j", name)) for name in "abcd"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert len({line["id"] for line in lines(tmp_path / "j")}) == 400
    assert sorted(path.name for path in tmp_path.iterdir()) == ["j", "j.key"]
