# SPDX-License-Identifier: Apache-2.0
"""Two processes that publish into one folder."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

PERIOD = ("--from", "2026-12-01", "--to", "2027-01-01", "--as-of", "2027-01-04T08:00Z")


@pytest.fixture
def publisher(tmp_path):
    """Starts a run of its own that reads its calendar from a pipe: it ends when that is closed."""
    env = {**os.environ, "LC_ALL": "C.UTF-8"}

    def start():
        command = [sys.executable, "-m", "meetcost", "publish", "-", *PERIOD, "--out", str(tmp_path / "public")]
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, env=env, **streams)

    return start


@contextmanager
def holding(process, lock):
    """Until `process` holds the folder, and to its end."""
    until = time.monotonic() + 60
    while not held(lock):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()


def held(lock):
    if not lock.exists():
        return False
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def meetings(examples):
    return (examples / "calendars" / "budget-round.ics").read_bytes()


def test_the_second_of_two_at_once_is_told_to_wait_and_the_first_is_whole(publisher, examples, tmp_path):
    with holding(publisher(), tmp_path / "public.releases" / ".lock") as first:
        second = publisher()
        _, said = second.communicate(meetings(examples))
        assert second.returncode == 2
        assert "is being written by another run; wait for it to end" in said.decode()
        assert not (tmp_path / "public").exists()
        _, said = first.communicate(meetings(examples))
        assert first.returncode == 0, said
    assert (tmp_path / "public" / "zh" / "index.html").exists()
    third = publisher()
    out, said = third.communicate(meetings(examples))
    assert third.returncode == 0, said
    assert b"0 files written" in out


def test_a_run_that_is_killed_holds_nothing(publisher, examples, tmp_path):
    with holding(publisher(), tmp_path / "public.releases" / ".lock") as first:
        first.send_signal(signal.SIGKILL)
        first.wait()
        second = publisher()
        _, said = second.communicate(meetings(examples))
        assert second.returncode == 0, said
