# SPDX-License-Identifier: Apache-2.0
"""One writer of a folder at a time; two processes are in `tests/cli/test_cli_publish_twice.py`."""

from __future__ import annotations

import errno
import os

import pytest

from meetcost.errors import UsageError
from meetcost.feed import lock
from meetcost.feed.lock import LOCK, one_at_a_time


def failing(number):
    def take(handle):
        raise OSError(number, os.strerror(number))

    return take


@pytest.mark.parametrize("number", [errno.ENOTSUP, errno.ENOLCK, errno.EIO])
def test_a_file_system_without_locks_is_not_taken_for_another_run(tmp_path, monkeypatch, number):
    monkeypatch.setattr(lock, "_take", failing(number))
    with pytest.raises(UsageError) as said, one_at_a_time(tmp_path / "new" / "public"):
        pytest.fail("it holds nothing")
    assert f"cannot be locked ({os.strerror(number).lower()})" in str(said.value)
    assert "another run" not in str(said.value)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_could_not_be_tried_stays_with_whoever_has_it(tmp_path, monkeypatch):
    with one_at_a_time(tmp_path / "public"):
        with monkeypatch.context() as patched:
            patched.setattr(lock, "_take", failing(errno.ENOLCK))
            with pytest.raises(UsageError, match="cannot be locked"), one_at_a_time(tmp_path / "public"):
                pytest.fail("it holds nothing")
        assert (tmp_path / "public.releases" / LOCK).exists()
        with pytest.raises(UsageError, match="another run"), one_at_a_time(tmp_path / "public"):
            pytest.fail("two at once")


def test_a_run_that_fails_leaves_no_folder(tmp_path):
    with pytest.raises(ZeroDivisionError), one_at_a_time(tmp_path / "new" / "public"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_folders_that_were_there_or_have_something_in_them_stay(tmp_path):
    (tmp_path / "old").mkdir()
    with one_at_a_time(tmp_path / "old" / "new" / "public"):
        (tmp_path / "old" / "new" / "public").mkdir()
    assert [path.name for path in (tmp_path / "old" / "new").iterdir()] == ["public"]
    with pytest.raises(ZeroDivisionError), one_at_a_time(tmp_path / "old" / "public"):
        raise ZeroDivisionError
    assert [path.name for path in (tmp_path / "old").iterdir()] == ["new"]
