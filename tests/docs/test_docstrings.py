# SPDX-License-Identifier: Apache-2.0
"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

import meetcost

MODULES = [
    one.name
    for one in pkgutil.walk_packages(meetcost.__path__, "meetcost.")
    if not one.ispkg and ">>>" in Path(one.module_finder.path, f"{one.name.rpartition('.')[2]}.py").read_text("utf-8")  # type: ignore[union-attr]
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    failed, tried = doctest.testmod(import_module(name))
    assert tried
    assert not failed
