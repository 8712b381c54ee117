# SPDX-License-Identifier: Apache-2.0
"""The first page keeps its word, in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from doc_pages import CONSOLE, ROOT, Clone, shown

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH = (ROOT / "README.md").read_text("utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text("utf-8")
HEADINGS = {"Try it": "试用", "Run the tests": "运行测试"}


def section(text: str, heading: str) -> str:
    found = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(found) == 1, heading
    return found[0]


def set_up(text: str, heading: str) -> str:
    """The one ```sh block of a section, which is what continuous integration runs."""
    found = re.findall(r"^```sh\n(.*?)^```$", section(text, heading), re.MULTILINE | re.DOTALL)
    assert len(found) == 1, heading
    return found[0]


def plain(command: str) -> str:
    return " ".join(command.replace("\\\n", " ").replace("--lang zh", "").split())


def commands(text: str) -> list[str]:
    return [plain(one.command) for block in CONSOLE.findall(text) for one in shown(block)]


@pytest.mark.parametrize("heading", HEADINGS)
def test_both_languages_have_the_same_set_up(heading: str) -> None:
    assert set_up(ENGLISH, heading) == set_up(CHINESE, HEADINGS[heading])
    assert set_up(ENGLISH, heading).startswith("python3 -m venv .venv && .venv/bin/pip install ")


def test_both_languages_show_the_same_commands() -> None:
    assert commands(ENGLISH) == commands(CHINESE)


def test_what_is_shown_below_is_what_try_it_runs() -> None:
    run = set_up(ENGLISH, "Try it").partition("&& .venv/bin/meetcost ")[2]
    assert [f"meetcost {plain(run)}"] == commands(section(ENGLISH, "Try it"))


def test_three_of_the_example_calendars_would_be_refused(tmp_path: Path) -> None:
    clone = Clone(tmp_path)
    policy = clone.root / "examples" / "policies" / "town-office.toml"
    policy.write_text(policy.read_text("utf-8").replace('mode = "observe"', 'mode = "refuse"'), "utf-8")
    printed = clone.run(next(one for one in commands(ENGLISH) if one.startswith("meetcost check")))
    assert len(re.findall(r": denied$", printed, re.MULTILINE)) == 3
    assert printed.endswith("exit: 1\n")
