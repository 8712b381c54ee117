# SPDX-License-Identifier: Apache-2.0
"""Real servers, one for each policy, shared by the tests of a module."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from invites import POLICY
from xandikos_serving import Server, User, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_numbers = count(1)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Gives a server for a policy and options; the same one for the same."""
    running: dict[tuple[str, ...], Server] = {}

    def server(policy: str = POLICY, *options: str) -> Server:
        if (policy, *options) not in running:
            running[policy, *options] = start(tmp_path_factory.mktemp("xandikos"), policy, *options)
        return running[policy, *options]

    yield server
    for one in running.values():
        one.stop()


@pytest.fixture
def user(servers: Callable[..., Server]) -> Iterator[Callable[..., User]]:
    """Gives a new user of such a server. A test that fails shows the server's log."""
    used: list[tuple[Server, int]] = []

    def user(policy: str = POLICY, *options: str, address: str = "") -> User:
        server = servers(policy, *options)
        used.append((server, len(server.log)))
        return User(server, f"user{next(_numbers)}", address)

    yield user
    for server, before in used:
        print(f"log of the server:\n{server.log[before:]}")  # pytest shows what is printed where a test fails


@pytest.fixture
def ann(user: Callable[..., User]) -> User:
    return user()
