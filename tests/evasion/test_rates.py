# SPDX-License-Identifier: Apache-2.0
"""The rates in the documentation are those that the script measures."""

from __future__ import annotations

from pathlib import Path

from rates import table

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "evasion.md"


def test_the_table_of_the_page_is_what_is_measured() -> None:
    assert table() in PAGE.read_text("utf-8")
