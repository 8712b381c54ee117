# SPDX-License-Identifier: Apache-2.0
"""Every command and option is documented, and the page is that of the commands."""

from pathlib import Path

import pytest

from meetcost.cli.main import app
from meetcost.cli.reference import commands, parameters, reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"
COMMANDS = dict(commands(app, "meetcost"))


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == reference(), (
        "run: python -m meetcost.cli.reference > docs/reference/cli.md"
    )


def test_all_commands_are_found():
    assert COMMANDS.keys() >= {
        f"meetcost {name}"
        for name in ("cost", "check", "expand", "slots", "forecast", "policy check", "policy schema", "policy init")
    }


@pytest.mark.parametrize("path", COMMANDS)
def test_everything_has_its_words(path):
    section = PAGE.read_text(encoding="utf-8").partition(f"## `{path}`\n")[2].partition("\n## ")[0]
    assert COMMANDS[path].__doc__
    for parameter in parameters(COMMANDS[path]):
        assert parameter.text.strip(), parameter
        assert all(name.replace("|", "\\|") in section for name in parameter.names)


@pytest.mark.parametrize("path", COMMANDS)
def test_help_of_the_command_itself_names_them_too(run, path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    shown = run(*path.split()[1:], "--help").out
    for parameter in parameters(COMMANDS[path]):
        assert all(name.removesuffix("...") in shown for name in parameter.names), parameter


def test_no_option_has_two_meanings():
    """A short option means the same in every command."""
    meanings = {}
    for command in COMMANDS.values():
        for parameter in parameters(command):
            short = [name for name in parameter.names if len(name) == 2]
            long = next((name for name in parameter.names if len(name) > 2), "")
            for name in short:
                meanings.setdefault(name, set()).add(long)
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}
