# SPDX-License-Identifier: Apache-2.0
"""What the documentation shows is what happens."""

from __future__ import annotations

import re
import shutil
import tomllib
from doctest import ELLIPSIS
from typing import TYPE_CHECKING

import pytest
from doc_pages import ROOT, Clone, agrees, pages, shown
from sybil.document import Document
from sybil.parsers.markdown import PythonCodeBlockParser

if TYPE_CHECKING:
    from pathlib import Path

PAGES = pages()
PICTURES = sorted(ROOT.glob("docs/**/*.png"))
API = ROOT / "docs" / "reference" / "api.md"  # its examples are docstrings, and run as such
FENCES = {"", "console", "python", "sh", "text", "toml", "html"}


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def holding(fence: str) -> list[Path]:
    return [page for page in PAGES if f"\n```{fence}\n" in page.read_text("utf-8")]


def blocks(page: Path, fence: str) -> list[str]:
    return re.findall(rf"^```{fence}\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    if shutil.which("sh") is None:
        pytest.skip("the commands of the documentation are for a POSIX shell")
    return Clone(tmp_path)


@pytest.mark.parametrize("page", holding("python"), ids=name_of)
def test_python_on_the_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    for example in Document.parse(str(page), PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)):
        example.evaluate()


@pytest.mark.parametrize("page", holding("console"), ids=name_of)
def test_commands_on_the_page_print_what_it_shows(page: Path, clone: Clone) -> None:
    for block in blocks(page, "console"):
        for command, output in shown(block):
            printed = clone.run(command)
            assert agrees(output, printed), f"$ {command}\n{printed}"


@pytest.mark.parametrize("page", holding("toml"), ids=name_of)
def test_toml_on_the_page_can_be_read(page: Path) -> None:
    assert all(tomllib.loads(block) for block in blocks(page, "toml"))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_says_what_it_is(page: Path) -> None:
    opened = re.findall(r"^```(.*)$", page.read_text("utf-8"), re.MULTILINE)
    kinds = set(opened[::2])
    assert set(opened[1::2]) <= {""}
    assert kinds <= FENCES | ({"pycon"} if page == API else set())


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        found = (page.parent / file).resolve() if file else page
        assert found.is_relative_to(ROOT), target
        assert found.exists(), target
        if anchor:
            assert anchor in anchors(found), target


def anchors(page: Path) -> set[str]:
    """The anchors of its headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    targets = [target for target in re.findall(r"\]\(([^)\s#]+)", index) if ":" not in target]
    linked = {(ROOT / "docs" / target).resolve() for target in targets}
    written = {page for page in ROOT.glob("docs/**/*") if page.is_file() and page.name != "README.md"}
    assert written - set(PICTURES) <= linked


def test_every_picture_stands_on_a_page_in_words_as_well_and_is_small() -> None:
    shown = {
        (page.parent / target).resolve(): words
        for page in PAGES
        for words, target in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", page.read_text("utf-8"))
    }
    for picture in PICTURES:
        octets = picture.read_bytes()
        assert octets.startswith(b"\x89PNG\r\n")
        assert len(octets) < 120_000, picture
        assert not re.search(b"tEXt|zTXt|iTXt|eXIf", octets), picture  # nothing about the machine that it was taken on
        assert len(shown[picture]) > 20, picture


def test_a_command_is_known_by_its_dollar_and_goes_on_behind_a_backslash() -> None:
    block = "$ meetcost cost \\\n    a.ics\none\ntwo\n$ true\n"
    assert list(shown(block)) == [("meetcost cost \\\n    a.ics", "one\ntwo\n"), ("true", "")]


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("...\nb\n", "a\na\nb\n", True),
        ("a ... c\n...\n", "a b c\n", True),
        ("a ... c\n", "a b\nc\n", False),
        ("...\nb\n", "a\nc\n", False),
    ],
)
def test_dots_stand_for_what_is_left_out(expected: str, printed: str, same: bool) -> None:
    assert agrees(expected, printed) is same


def test_a_command_that_fails_says_so(clone: Clone) -> None:
    assert clone.run("meetcost cost nowhere.ics").endswith("exit: 2\n")
