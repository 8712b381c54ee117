# SPDX-License-Identifier: Apache-2.0
"""Files that change under a running Xandikos are taken without a restart; broken ones are not, and it says so."""

from __future__ import annotations

import json
import time
from itertools import count
from typing import TYPE_CHECKING

import pytest
from invites import BLOCK, OBSERVING, POLICY, THURSDAY, WEDNESDAY, invite
from xandikos_serving import User, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_WITHIN = 60.0
_numbers = count(1)


@pytest.fixture(scope="module")
def ann(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    server = start(tmp_path_factory.mktemp("reload"), POLICY)
    yield User(server, "ann")
    server.stop()


def put(ann: User, day: object) -> int:
    name = f"n{next(_numbers)}"
    return ann.put(f"calendar/{name}.ics", invite(name, day)).status


def until(holds: Callable[[], bool], ann: User) -> None:
    end = time.monotonic() + _WITHIN
    while not holds():
        assert time.monotonic() < end, ann.server.log
        time.sleep(0.1)


def replace(file: Path, text: str) -> None:
    new = file.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)


def test_a_policy_that_changes_is_taken_and_a_broken_one_is_not(ann: User) -> None:
    file, server = ann.server.folder / "meetcost.toml", ann.server
    assert (put(ann, WEDNESDAY), put(ann, THURSDAY)) == (403, 201)
    replace(file, POLICY.replace('"wednesday"', '"thursday"'))
    until(lambda: put(ann, THURSDAY) == 403, ann)
    assert put(ann, WEDNESDAY) == 201
    for text in ("nonsense [", "name = 'no rules'\n", None):
        told = server.log.count("is not taken")
        if text is None:
            file.unlink()
        else:
            replace(file, text)
        until(lambda told=told: put(ann, THURSDAY) == 403 and server.log.count("is not taken") > told, ann)
        assert put(ann, THURSDAY) == 403
    replace(file, POLICY)
    until(lambda: put(ann, WEDNESDAY) == 403, ann)
    assert put(ann, THURSDAY) == 201


def test_a_policy_that_only_observes_from_now_on_lets_pass_and_writes_it_down(ann: User) -> None:
    file = ann.server.folder / "meetcost.toml"
    replace(file, OBSERVING)
    until(lambda: put(ann, WEDNESDAY) == 201, ann)
    (line,) = [
        one
        for one in map(json.loads, ann.server.journal.read_text("utf-8").splitlines())
        if (one["mode"], one["outcome"]) == ("observe", "allow")
    ]
    assert line["would_be"] == "deny"
    replace(file, POLICY)
    until(lambda: put(ann, WEDNESDAY) == 403, ann)


def test_no_cost_is_written_once_the_policy_says_so(ann: User) -> None:
    file = ann.server.folder / "meetcost.toml"
    replace(file, POLICY + "[disclosure]\nattach = false\n")

    def is_bare() -> bool:
        name = f"n{next(_numbers)}"
        ann.put(f"calendar/{name}.ics", invite(name, THURSDAY))
        return BLOCK not in ann.get(f"calendar/{name}.ics").text

    until(is_bare, ann)
