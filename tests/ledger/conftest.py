# SPDX-License-Identifier: Apache-2.0
"""Books for the tests, on both databases.

Tests on PostgreSQL start a server of their own where its programs are installed, and are skipped where they are not.
`pytest tests/ledger --postgres` runs these alone, and fails where there is no server: they are never skipped by chance.
"""

from __future__ import annotations

import pytest
from ledger_making import Books
from postgres_server import PostgresServer, programs


def pytest_addoption(parser):
    parser.addoption("--postgres", action="store_true", help="only the tests on PostgreSQL, without fail")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--postgres", default=False):
        return
    others = [item for item in items if not _on_postgres(item)]
    items[:] = [item for item in items if _on_postgres(item)]
    config.hook.pytest_deselected(items=others)


def _on_postgres(item):
    chosen = getattr(item, "callspec", None)
    return "server" in item.fixturenames or (chosen is not None and "postgres" in chosen.params.values())


@pytest.fixture(scope="session")
def server(request):
    """A running PostgreSQL server."""
    found = programs()
    if found is None:
        if request.config.getoption("--postgres", default=False):
            pytest.fail("no PostgreSQL server is installed: initdb is not to be found")
        pytest.skip("no PostgreSQL server is installed")
    started = PostgresServer(found)
    yield started
    started.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def books(request, tmp_path):
    """Empty books on each of the two databases, and ways to look at them from outside."""
    yield from _books(request, tmp_path, own=False)


@pytest.fixture(params=["sqlite", "postgres"])
def own_books(request, tmp_path):
    """As `books`, in a database of their own, whose files can be looked into."""
    yield from _books(request, tmp_path, own=True)


def _books(request, tmp_path, *, own):
    if request.param == "sqlite":
        made = Books(str(tmp_path / "books.db"), tmp_path / "books.db.key")
    else:
        server = request.getfixturevalue("server")
        made = Books(server.database() if own else server.schema(), tmp_path / "key")
    yield made
    made.close()


@pytest.fixture
def sqlite_books(tmp_path):
    made = Books(str(tmp_path / "books.db"), tmp_path / "books.db.key")
    yield made
    made.close()


@pytest.fixture
def postgres_books(server, tmp_path):
    made = Books(server.schema(), tmp_path / "key")
    yield made
    made.close()
