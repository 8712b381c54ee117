# SPDX-License-Identifier: Apache-2.0
"""Files that change while a guard stands."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from guard_making import REFERENCE, WEDNESDAY, one
from hypothesis import given, settings
from hypothesis import strategies as st

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


# several processes of one server


def version(number):
    return REFERENCE.replace(b'name = "reference policy"', f'name = "{number}"'.encode())


def at(holder):
    name = holder.held.policy.name
    return int(name) if name.isdigit() else 0


def test_a_process_that_has_not_seen_a_change_takes_it_from_one_that_has(file, tmp_path, caplog):
    shared = {"last_good": str(tmp_path / "last-good")}
    one, idle = of(file, **shared), of(file, **shared)
    file.write_bytes(version(2))
    assert one.look() is True
    file.write_bytes(b"nonsense [")
    with caplog.at_level("INFO", "meetcost.guard"):
        assert (idle.look(), one.look()) == (False, False)
    assert (at(idle), at(one)) == (2, 2)
    assert "taken from another process" in caplog.text
    assert "nonsense" not in idle.held.policy.name
    file.write_bytes(version(3))
    assert (idle.look(), at(idle), at(one)) == (True, 3, 2)
    assert stat.S_IMODE((tmp_path / "last-good").stat().st_mode) == 0o600


@settings(max_examples=40)
@given(st.lists(st.one_of(st.sampled_from(["good", "broken"]), st.integers(0, 2)), max_size=14))
def test_no_process_falls_back_behind_what_another_has_applied(steps):
    with TemporaryDirectory() as folder:
        file = Path(folder, "meetcost.toml")
        file.write_bytes(version(1))
        holders = [of(file, last_good=str(Path(folder, "last-good"))) for _ in range(3)]
        written, applied, broken = 1, 1, False
        for step in steps:
            if step == "good":
                written, broken = written + 1, False
                file.write_bytes(version(written))
            elif step == "broken":
                broken = True
                file.write_bytes(b"nonsense [" + b" " * written)
            else:
                assert holders[step].look() is not broken
                assert at(holders[step]) == (applied if broken else written)
                applied = max(applied, at(holders[step]))


def test_what_an_earlier_run_had_taken_is_nothing_to_fall_back_on(file, tmp_path):
    shared = {"last_good": str(tmp_path / "last-good")}
    of(file, **shared)
    file.write_bytes(b"")
    holder = GuardFiles(str(file), **shared).watched(clock, bare=True)
    file.write_bytes(b"nonsense [")
    assert holder.look() is False
    assert holder.held.is_bare


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"/etc/passwd": "QQ=="}', b'{"x": 1}'])
def test_what_cannot_be_read_there_is_nothing(file, tmp_path, text):
    last_good = tmp_path / "last-good"
    holder = of(file, last_good=str(last_good))
    good = holder.held
    last_good.write_bytes(text)
    file.write_bytes(b"nonsense [")
    assert holder.look() is False
    assert holder.held is good


def test_where_nothing_can_be_kept_each_process_is_on_its_own(file, tmp_path, caplog):
    shared = {"last_good": str(tmp_path / "nowhere" / "last-good")}
    one, idle = of(file, **shared), of(file, **shared)
    assert "cannot be told" in caplog.text
    file.write_bytes(version(2))
    one.look()
    file.write_bytes(b"nonsense [")
    assert (idle.look(), at(idle), at(one)) == (False, 0, 2)


def test_the_directory_that_a_policy_names_is_followed_as_well(file, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("address,unit\nann@town.example,Finance\n")
    file.write_bytes(b'directory = "people.csv"\n' + REFERENCE)
    holder = of(file)
    assert holder.held.policy.directory.find("ann@town.example").unit == "Finance"
    people.write_text("address,unit\nann@town.example,Planning Office\n")
    assert holder.look() is True
    assert holder.held.policy.directory.find("ann@town.example").unit == "Planning Office"
    people.write_text("nonsense")
    assert holder.look() is False
    assert holder.look() is False
    assert holder.readings["refused"] == 1
