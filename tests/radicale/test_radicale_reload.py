# SPDX-License-Identifier: Apache-2.0
"""Files that change under a running server are taken by each of its processes; broken ones are not."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING

import pytest
from invites import POLICY, THURSDAY, WEDNESDAY, invite
from serving import RATES, Home, start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

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
