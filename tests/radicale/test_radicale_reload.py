# SPDX-License-Identifier: Apache-2.0
"""Files that change under a running server are taken by each of its processes; broken ones are not."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from invites import POLICY, THURSDAY, WEDNESDAY, invite
from serving import RATES, Home, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

_ROUNDS = 30
"""Requests, so that each of three processes is asked."""
_WITHIN = 60.0


@pytest.fixture(scope="module", params=["launcher", "gunicorn"])
def ann(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("reload")
    rates = folder / "rates.toml"
    rates.write_bytes(RATES.read_bytes())
    server = start(folder, request.param, POLICY, rates=rates)
    home = Home(server, "ann")
    server.add_user("ann")
    home.calendar()
    _ask_all(home, 3 if request.param == "gunicorn" else 1)
    yield home
    server.stop()


def _ask_all(home: Home, processes: int) -> None:
    """Each process reads its files when it is first asked: ask many at once until all of them have."""
    until, asked = time.monotonic() + _WITHIN, count()
    with ThreadPoolExecutor(6) as pool:
        while True:
            names = [f"ok{next(asked)}" for _ in range(6)]
            list(pool.map(lambda name: home.put(f"work/{name}.ics", invite(name, THURSDAY)), names))
            if home.server.log.count("meetcost: guarding") >= processes:
                return
            assert time.monotonic() < until, home.server.log


def _replace(file: Path, text: str) -> None:
    new = file.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)


def _all_say(ann: Home, day: date, status: int) -> None:
    """Every process answers so: what each holds is at most a second old."""
    time.sleep(1.5)
    uids = [f"n{day}{status}{at}" for at in range(_ROUNDS)]
    with ThreadPoolExecutor(6) as pool:  # many at once, or one process may answer them all
        answers = list(pool.map(lambda uid: ann.put(f"work/{uid}.ics", invite(uid, day)), uids))
    assert {answer.status for answer in answers} == {status}, ann.server.log


def test_a_policy_that_changes_is_taken_and_a_broken_one_is_not(ann: Home) -> None:
    file = ann.server.folder / "meetcost.toml"
    _replace(file, POLICY.replace('"wednesday"', '"thursday"'))
    _all_say(ann, THURSDAY, 403)
    assert ann.put("work/free.ics", invite("free", WEDNESDAY)).status == 201
    for text in ("nonsense [", "name = 'no rules'\n", None):
        told = ann.server.log.count("is not taken")
        if text is None:
            file.unlink()
        else:
            _replace(file, text)
        until = time.monotonic() + _WITHIN
        while ann.server.log.count("is not taken") == told:
            assert ann.put("work/no.ics", invite("no", THURSDAY)).status == 403
            assert time.monotonic() < until, ann.server.log
            time.sleep(0.1)
        assert ann.put("work/no.ics", invite("no", THURSDAY)).status == 403
    _replace(file, POLICY)
    _all_say(ann, WEDNESDAY, 403)
    assert ann.put("work/yes.ics", invite("yes", THURSDAY)).status == 201


def test_rates_that_change_are_in_the_next_invite(ann: Home) -> None:
    file = ann.server.folder / "rates.toml"
    assert "EUR" in ann.get("work/ok0.ics").text
    _replace(file, file.read_text("utf-8").replace("EUR", "CHF"))
    until, at = time.monotonic() + _WITHIN, 0
    while True:
        at += 1
        assert ann.put(f"work/r{at}.ics", invite(f"r{at}", THURSDAY)).status == 201
        if "CHF" in ann.get(f"work/r{at}.ics").text:
            return
        assert time.monotonic() < until, ann.server.log
        time.sleep(0.1)


def test_a_process_that_stood_still_meanwhile_takes_what_another_has_applied(tmp_path: Path) -> None:
    """Two of three workers see nothing of the policy that was in force for a while, and then a broken one."""
    server = start(tmp_path, "gunicorn", POLICY)
    ann = Home(server, "ann")
    server.add_user("ann")
    ann.calendar()
    workers, asked = list[int](), count()

    def refused(day: date) -> bool:
        name = f"a{next(asked)}"  # another one each time: what stands there may stay
        return ann.put(f"work/{name}.ics", invite(name, day)).status == 403

    try:
        _ask_all(ann, 3)
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
        workers = [int(one) for one in children.read_text("ascii").split()]
        assert len(workers) == 3
        for one in workers[:2]:
            os.kill(one, signal.SIGSTOP)
        _replace(tmp_path / "meetcost.toml", POLICY.replace('"wednesday"', '"thursday"'))
        _until(lambda: refused(THURSDAY))
        _replace(tmp_path / "meetcost.toml", "nonsense [")
        _until(lambda: refused(THURSDAY) and "is not taken" in server.log)
        for one in workers[:2]:
            os.kill(one, signal.SIGCONT)
        os.kill(workers[2], signal.SIGSTOP)
        with ThreadPoolExecutor(2) as pool:
            assert all(pool.map(refused, [THURSDAY] * 12)), server.log
        assert "taken from another process" in server.log
    finally:
        for one in workers:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGCONT)
        server.stop()


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + _WITHIN
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)
