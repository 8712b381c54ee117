# SPDX-License-Identifier: Apache-2.0
"""Files that change while a guard stands."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from guard_making import REFERENCE, WEDNESDAY, one

from meetcost.errors import ConfigError
from meetcost.guard.decide import Refuse
from meetcost.guard.sources import GuardFiles
from meetcost.guard.watched import Watched


def clock() -> datetime:
    return datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "meetcost.toml"
    file.write_bytes(REFERENCE)
    return file


def of(file, **more):
    return GuardFiles(str(file), **more).watched(clock)


@pytest.mark.parametrize("text", [b"", b"name = 'x'\n", b'mode = "sleep"', b"\xff", REFERENCE[:-200] + b"[", None])
def test_what_cannot_be_used_is_not_taken(file, text):
    holder = of(file)
    good = holder.held
    if text is None:
        file.unlink()
    else:
        file.write_bytes(text)
    assert holder.look() is False
    assert holder.problem
    assert holder.held is good
    assert isinstance(holder.held.decide(one(*WEDNESDAY)), Refuse)
    file.write_bytes(REFERENCE.replace(b'mode = "refuse"', b'mode = "observe"'))
    assert holder.look() is True
    assert holder.problem == ""
    assert not isinstance(holder.held.decide(one(*WEDNESDAY)), Refuse)


def test_a_mistake_of_ours_is_not_taken_either(file):
    made = [GuardFiles(str(file)).load(clock)]
    holder = Watched(made.pop, file)
    file.write_bytes(REFERENCE + b"\n")
    assert holder.look() is False
    assert holder.problem == "IndexError"


def test_without_rules_it_does_not_begin(file):
    file.write_bytes(b"")
    with pytest.raises(ConfigError, match="no rules"):
        of(file)


def test_the_journal_knows_what_it_wrote(file, tmp_path):
    journal = tmp_path / "journal.jsonl"
    holder = of(file, journal=str(journal))
    for _ in range(3):
        before = holder.held
        before.decide(one(*WEDNESDAY))
        os.utime(file)
        assert holder.look()
        assert holder.held is not before
    assert len(journal.read_text("utf-8").splitlines()) == 1


def test_a_missing_file_is_told_by_its_option(file):
    with pytest.raises(ConfigError, match=r"storage\.rates.*none\.toml"):
        GuardFiles(str(file), rates="none.toml", source="configuration", key="storage.{option}").load(clock)
