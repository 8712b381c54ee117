# SPDX-License-Identifier: Apache-2.0
"""A way to run the command, and calendars to run it on."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from meetcost.cli.main import app

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


class Answer(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def lines(self):
        return self.out.splitlines()

    @property
    def objects(self):
        """Every line of standard output as JSON; a line that is none fails here."""
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def run(monkeypatch):
    """Runs `meetcost` with these arguments in this process; nothing of the environment's language counts."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*args, stdin=None):
        result = CliRunner().invoke(app, [str(arg) for arg in args], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def examples():
    return EXAMPLES


@pytest.fixture
def calendar(tmp_path):
    """Writes a VCALENDAR around components, CRLF and all; gives its path."""

    def write(body, name="some.ics"):
        text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//meetcost//test//EN\n{body.strip()}\nEND:VCALENDAR\n"
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.replace("\n", "\r\n").encode())
        return path

    return write


@pytest.fixture
def refusing(tmp_path):
    """The policy of the town office, from the day on which it refuses."""
    text = (EXAMPLES / "policies" / "town-office.toml").read_text(encoding="utf-8")
    path = tmp_path / "policy" / "refusing.toml"
    path.parent.mkdir()
    path.write_text(text.replace('mode = "observe"', 'mode = "refuse"'), encoding="utf-8")
    return path
