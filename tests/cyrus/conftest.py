# SPDX-License-Identifier: Apache-2.0
"""`pytest tests/cyrus --cyrus` runs these tests on a real Cyrus; without the option they are deselected."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

_HERE = Path(__file__).parent
_TESTS = _HERE.parent
_PATHS = [_TESTS.parent, *(_TESTS / name for name in ("account", "disclosing", "proxy", "radicale"))]
sys.path[:0] = [str(path) for path in _PATHS]  # whichever way pytest was started

from cyrus_serving import Cyrus, Person, missing  # noqa: E402 - found by the line above, as those that follow
from invites import POLICY  # noqa: E402
from proxying import Proxy, start_proxy  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

_numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cyrus", action="store_true", help="guard, audit and disclose on a Cyrus server, without fail")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--cyrus", default=False):
        return
    left_out = [item for item in items if item.path.is_relative_to(_HERE)]
    items[:] = [item for item in items if not item.path.is_relative_to(_HERE)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def cyrus() -> Iterator[Cyrus]:
    """A running Cyrus."""
    if missing():
        pytest.fail(f"no Cyrus server is installed; not to be found: {', '.join(missing())}")
    server = Cyrus()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def guard(cyrus: Cyrus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """`meetcost guard` before it: Wednesdays are no-meeting days, and series step over them."""
    proxy = start_proxy(tmp_path_factory.mktemp("guard"), cyrus.url, POLICY)
    yield proxy
    proxy.stop()


@pytest.fixture
def pair(cyrus: Cyrus) -> tuple[Person, Person]:
    """Ann, who calls meetings, and Ben, who is asked: two new users, straight on the server."""
    number = next(_numbers)
    names = [f"{name}{number}" for name in ("ann", "ben")]
    for name in names:
        cyrus.add_user(name)
    ann, ben = (Person(cyrus, name) for name in names)
    return ann, ben


@pytest.fixture
def guarded(pair: tuple[Person, Person], guard: Proxy) -> tuple[Person, Person]:
    """The two of them, who both reach the server through the guard."""
    ann, ben = (Person(guard, one.user) for one in pair)
    return ann, ben
