# SPDX-License-Identifier: Apache-2.0
"""Files that change under a running server."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from meetcost.errors import UsageError
from meetcost.guard import watched
from meetcost.guard.watched import Watched

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "_EVERY", 0.0)


def _numbers(file: Path) -> Watched[int]:
    def load() -> int:
        text = file.read_text("utf-8")
        if not text.isdigit():
            raise UsageError(f"`{text}` is no number")
        return int(text)

    return Watched(load, file)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "n"
    file.write_text("1")
    held = _numbers(file)
    assert held() == 1
    other = tmp_path / "m"
    other.write_text("2")
    other.replace(file)
    assert held() == 2


def test_a_broken_file_leaves_what_held_and_says_so_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "n"
    file.write_text("1")
    held = _numbers(file)
    file.write_text("one!")
    with caplog.at_level(logging.ERROR, "meetcost.guard"):
        assert [held(), held()] == [1, 1]
    assert [record.getMessage() for record in caplog.records] == [
        "the new file is not taken, and what held before stays in force: `one!` is no number"
    ]
    file.unlink()
    assert held() == 1
    file.write_text("30")
    assert held() == 30


def test_without_a_file_there_is_nothing_to_hold(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        _numbers(tmp_path / "none")
