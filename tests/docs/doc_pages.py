# SPDX-License-Identifier: Apache-2.0
"""What the pages show, run: Python, doctests, commands with their output.

A block ```console holds commands (`$ meetcost ...`), each with all that it prints, standard error among it, and
`exit: 1` below if it ends with another code than 0. A line `...` stands for any lines, and `...` within a line for
any text. Commands run in a scratch copy of the files that a clone has, one after another for a page.

After a change of wording `python tests/docs/doc_pages.py` writes anew what holds no `...`; read the difference.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COPIED = ("examples", "docs", "README.md", "README.zh-CN.md")


def pages() -> list[Path]:
    """Every page of documentation that people write."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])


class Shown(NamedTuple):
    """A command and what the page says it prints."""

    command: str
    output: str


def shown(block: str) -> Iterator[Shown]:
    """The commands of a ```console block; a backslash at its end continues a command on the next line."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command = re.match(r"(?:.*\\\n)*.*", part)
        if command is not None:
            yield Shown(command[0], part[command.end() + 1 :])


class Clone:
    """A scratch copy of the repository's files with a `meetcost` and a `python` that are the ones under test."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "clone"
        self.root.mkdir()
        for name in _COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.root / name)
            elif source.exists():
                shutil.copy(source, self.root / name)
        programs = folder / "bin"
        programs.mkdir()
        for name, words in (("meetcost", "-m meetcost "), ("python", "")):
            command = programs / name
            command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n')
            command.chmod(0o755)
        self._environment = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, command: str) -> str:
        """All that it prints, and `exit: CODE` if that is not 0."""
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self.root,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        printed = done.stdout.decode("utf-8")
        return f"{printed}exit: {done.returncode}\n" if done.returncode else printed


def agrees(expected: str, printed: str) -> bool:
    """Whether `printed` is what the page shows."""
    if "..." not in expected:
        return expected.rstrip("\n") == printed.rstrip("\n")
    lines = [r"(?:.*\n)*?" if line == "..." else _line(line) for line in expected.rstrip("\n").split("\n")]
    return re.fullmatch("".join(lines), printed.rstrip("\n") + "\n") is not None


def _line(line: str) -> str:
    return ".*?".join(re.escape(part) for part in line.split("...")) + "\n"


def refreshed(text: str, clone: Clone) -> str:
    """The page with its outputs as they are now."""

    def again(match: re.Match[str]) -> str:
        told = []
        for one in shown(match[1]):
            printed = clone.run(one.command)
            told.append(f"$ {one.command}\n{one.output if '...' in one.output else printed}")
        return f"```console\n{''.join(told)}```"

    return CONSOLE.sub(again, text)


if __name__ == "__main__":
    for page in [Path(name) for name in sys.argv[1:]] or pages():
        with tempfile.TemporaryDirectory() as scratch:
            before = page.read_text("utf-8")
            after = refreshed(before, Clone(Path(scratch)))
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(page)
