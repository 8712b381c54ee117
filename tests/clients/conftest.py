# SPDX-License-Identifier: Apache-2.0
"""`pytest tests/clients` with `--evolution` or `--desktop` runs these tests; else they are deselected, and said to be.

`--evolution` needs Evolution Data Server, a message bus and the bindings of the system's Python (Debian:
evolution-data-server, dbus, python3-gi, gir1.2-ecal-2.0). `--desktop` needs these, a screen and the programs on it
(evolution, thunderbird, thunderbird-l10n-zh-cn, and what `screen.py` and `tests/cyrus` name); with `--captures FOLDER`
the pictures of docs/explanation/captures are taken anew. What is missing with an option is a failure: they are never
skipped by chance.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

_HERE = Path(__file__).parent
sys.path.insert(0, str(_HERE.parents[1]))  # whichever way pytest was started

from tests.clients.evolution import Evolution, missing  # noqa: E402 - found by the line above, as those that follow
from tests.clients.screen import Screen  # noqa: E402
from tests.clients.screen import missing as no_screen  # noqa: E402
from tests.clients.thunderbird import Thunderbird  # noqa: E402
from tests.invites import POLICY  # noqa: E402
from tests.proxy.proxying import start_proxy  # noqa: E402
from tests.radicale.serving import Server, free_port, start  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_OPTIONS = {"test_evolution.py": "--evolution", "test_captures.py": "--captures"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--evolution", action="store_true", help="run Evolution Data Server against the guard")
    parser.addoption("--desktop", action="store_true", help="run Thunderbird, Evolution and khal against all servers")
    parser.addoption("--captures", type=Path, help="take the pictures of the calendar programs, into this folder")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [
        item
        for item in items
        if item.path.is_relative_to(_HERE)
        and not config.getoption(_OPTIONS.get(item.path.name, "--desktop"), default=None)
    ]
    items[:] = [item for item in items if item not in left_out]
    if left_out:
        config.hook.pytest_deselected(items=left_out)


class Guarded(NamedTuple):
    """Where clients connect, and the Radicale that stores: the same where the guard is a plugin."""

    door: Server
    behind: Server


@pytest.fixture(scope="session")
def evolution(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evolution]:
    lacks = missing()
    if lacks:
        pytest.fail(f"not installed: {lacks}")
    made = Evolution(tmp_path_factory.mktemp("evolution"))
    yield made
    made.stop()


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    lacks = no_screen()
    if lacks:
        pytest.fail(f"not installed: {lacks}")
    with Screen(tmp_path_factory.mktemp("screen")) as made:
        yield made


@pytest.fixture(scope="session")
def thunderbird(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Thunderbird]:
    if not shutil.which("thunderbird"):
        pytest.fail("not installed: thunderbird")
    with Thunderbird(tmp_path_factory.mktemp("thunderbird"), screen.environment, free_port()) as made:
        yield made


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Guarded]]:
    """Gives a guarded server: by the plugin, or a plain one behind the proxy; the same one for the same policy."""
    running: dict[tuple[str, str], Guarded] = {}

    def one(through: str, policy: str = POLICY) -> Guarded:
        key = (through, policy)
        if key not in running:
            folder = tmp_path_factory.mktemp(through)
            server = start(folder / "server", "launcher" if through == "plugin" else "bare", policy)
            door = server if through == "plugin" else start_proxy(folder / "proxy", server.url, policy)
            running[key] = Guarded(door, server)
        return running[key]

    yield one
    for found in running.values():
        for server in {found.door, found.behind}:
            server.stop()
