# SPDX-License-Identifier: Apache-2.0
"""`pytest tests/corpus --corpus` runs these tests; without the option they are deselected, and said to be."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
sys.path.insert(0, str(_HERE.parents[1]))  # the workers import `tests.corpus`, whichever way pytest was started


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--corpus", action="store_true", help="compare with other readers on the calendars of packages")
    parser.addoption("--corpus-cache", type=Path, help="where the archives are kept (or $MEETCOST_CORPUS)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "corpus: needs source distributions that pip has to fetch")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--corpus", default=False):
        return
    left_out = [item for item in items if item.path.is_relative_to(_HERE)]
    items[:] = [item for item in items if not item.path.is_relative_to(_HERE)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def corpus_cache(request: pytest.FixtureRequest) -> Path:
    """A folder outside the tree that outlives the run."""
    chosen = request.config.getoption("--corpus-cache") or os.environ.get("MEETCOST_CORPUS")
    return Path(chosen) if chosen else Path(tempfile.gettempdir(), "meetcost-corpus")
