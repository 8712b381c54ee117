# SPDX-License-Identifier: Apache-2.0
"""The list of departures and what the reader tells are the same."""

from __future__ import annotations

import ast
from pathlib import Path

import meetcost
from meetcost.ics.quirks import QUIRKS

ICS = Path(meetcost.__file__).parent / "ics"


def test_what_the_list_says_is_told_stands_in_the_reader_and_nothing_else() -> None:
    written: set[str] = set()
    for module in ICS.glob("*.py"):
        if module.name != "quirks.py":
            nodes = ast.walk(ast.parse(module.read_text("utf-8")))
            written |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert {code for code, quirk in QUIRKS.items() if quirk.told} == set(QUIRKS) & written
