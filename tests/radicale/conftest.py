# SPDX-License-Identifier: Apache-2.0
"""Real servers, one for each way of starting and each policy, shared by the tests of a module."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from invites import POLICY
from serving import Home, Server, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_numbers = count(1)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Gives a server for `how` (see `serving.COMMANDS`), a policy and options; the same one for the same."""
    running: dict[tuple[str, str, str, float], Server] = {}

    def server(how: str = "launcher", policy: str = POLICY, storage: str = "", delay: float = 0) -> Server:
        key = (how, policy, storage, delay)
        if key not in running:
            running[key] = start(tmp_path_factory.mktemp(how), how, policy, storage=storage, delay=delay)
        return running[key]

    yield server
    for one in running.values():
        one.stop()


@pytest.fixture
def home(servers: Callable[..., Server], request: pytest.FixtureRequest) -> Iterator[Callable[..., Home]]:
    """Gives a new user of such a server, with a calendar `work`. A test that fails shows the server's log."""
    used: list[tuple[Server, int]] = []

    def home(how: str = "launcher", policy: str = POLICY, storage: str = "", delay: float = 0) -> Home:
        server = servers(how, policy, storage, delay)
        used.append((server, len(server.log)))
        one = Home(server, f"user{next(_numbers)}")
        server.add_user(one.user)
        one.calendar()
        return one

    yield home
    for server, before in used:
        print(f"log of the server:\n{server.log[before:]}")  # pytest shows what is printed where a test fails
