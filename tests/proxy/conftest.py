# SPDX-License-Identifier: Apache-2.0
"""A proxy before a bare Radicale, in place of the guarded Radicale that the tests of its clients were written for."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

_TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(_TESTS.parent), str(_TESTS / "radicale"), str(_TESTS / "proxy")]  # whichever way it was started

from invites import POLICY  # noqa: E402 - found by the line above, as those that follow
from proxying import Proxy, start_proxy  # noqa: E402
from serving import Home, Server, start  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_numbers = count(1)


@pytest.fixture(scope="module")
def proxies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable]:
    """Gives a proxy for a policy and options, before a Radicale of its own; the same one for the same."""
    running: dict[tuple[str, ...], tuple[Server, Proxy]] = {}

    def proxy(policy: str = POLICY, *options: str) -> tuple[Server, Proxy]:
        key = (policy, *options)
        if key not in running:
            folder = tmp_path_factory.mktemp("proxied")
            server = start(folder / "server", "bare", "")
            running[key] = server, start_proxy(folder / "proxy", server.url, policy, *options)
        return running[key]

    yield proxy
    for server, one in running.values():
        one.stop()
        server.stop()


@pytest.fixture
def home(proxies: Callable) -> Iterator[Callable]:
    """Gives a new user of such a proxy, with a calendar `work`. A test that fails shows the logs."""
    used = []

    def home(policy: str = POLICY, *options: str) -> Home:
        server, proxy = proxies(policy, *options)
        used.append((proxy, len(proxy.log)))
        used.append((server, len(server.log)))
        one = Home(proxy, f"user{next(_numbers)}")
        server.add_user(one.user)
        one.behind = server
        one.calendar()
        return one

    yield home
    for server, before in used:
        print(f"log:\n{server.log[before:]}")  # pytest shows what is printed where a test fails
