# SPDX-License-Identifier: Apache-2.0
"""The rates in the documentation are those that the scripts measure."""

from __future__ import annotations

from pathlib import Path

from rates import table
from unseen import HEAD, rows

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "evasion.md"


def test_the_table_of_the_page_is_what_is_measured() -> None:
    assert table() in PAGE.read_text("utf-8")


def test_the_table_of_unseen_calendars_is_what_is_measured() -> None:
    text = PAGE.read_text("utf-8")
    assert HEAD in text
    assert "\n".join(rows("company")) in text  # the style that nothing was mended on; the others take as long again
