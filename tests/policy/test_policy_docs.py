# SPDX-License-Identifier: Apache-2.0
"""The pages on policies are true: their TOML loads, their tables are what the code computes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from meetcost.policy.policy import Policy
from meetcost.rules.weeks import WeekOfMonth, week_of_month

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("write-a-policy.md", "write-a-policy.zh-CN.md")
MONTHS = {"January": 1, "May": 5, "June": 6, "July": 7, "November": 11, "December": 12}


@pytest.mark.parametrize("page", PAGES)
def test_the_toml_of_the_page_is_one_policy(page: str) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (DOCS / "how-to" / page).read_text("utf-8"), re.DOTALL)
    seen: list[str] = []
    for block in blocks:  # the two [holidays] of a page are alternatives
        seen = [one for one in seen if not ("[holidays]" in one and block.startswith("[holidays]"))]
        seen.append(block)
    text = "\n".join(seen)
    if 'name = "' not in text:  # it stood beside the first [holidays]
        text = f"{blocks[0].split('[holidays]')[0]}\n{text}"
    policy = Policy.parse(text.encode(), page)
    assert len(policy.rules.rules) == 5
    assert policy.rules.exemptions[0].rules == {"1"}


def test_the_table_of_second_weeks() -> None:
    page = (DOCS / "explanation" / "no-meeting-weeks.md").read_text("utf-8")
    rows = re.findall(r"^\| (\w+) (20\d\d) \| (\w+) \| (.+) \|$", page, re.MULTILINE)
    assert len(rows) == 7
    for name, year, first, weeks in rows:
        month = date(int(year), MONTHS[name], 1)
        assert f"{month:%A}" == first
        for definition, shown in zip(WeekOfMonth, weeks.split(" | "), strict=True):
            week = week_of_month(month.year, month.month, 2, definition)
            assert week is not None
            assert shown == "–".join(str(date.fromordinal(day).day) for day in week), (name, definition)


@pytest.mark.parametrize("page", ["explanation/no-meeting-weeks.md", "how-to/write-a-policy.zh-CN.md"])
def test_the_worked_month(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    for definition in WeekOfMonth:
        week = week_of_month(2026, 12, 2, definition)
        assert week is not None
        shown = "[–—]".join(str(date.fromordinal(day).day) for day in week)
        assert re.search(rf"^\| `{definition}` \|.*\| {shown} (?:December|日) \|$", text, re.MULTILINE), definition
