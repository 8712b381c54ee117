# SPDX-License-Identifier: Apache-2.0
"""What only a process of its own can show: what is imported, closed pipes, standard input, odd names."""

import json
import os
import subprocess
import sys

import pytest

from meetcost import __version__

HEAVY = {"pydantic", "icalendar", "pendulum", "holidays", "babel", "numpy", "scipy", "sqlalchemy"}
WINDOW = ("--from", "2026-01-01", "--to", "2027-01-01", "--json")


def meetcost(*args, **kwargs):
    env = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "meetcost", *map(str, args)]
    return subprocess.run(command, capture_output=True, env=env, timeout=60, check=False, **kwargs)


@pytest.mark.parametrize(
    ("args", "allowed"),
    [
        (["--help"], set()),
        (["--version"], set()),
        (["cost", "--help"], {"pydantic"}),  # newer versions of typer read the arguments of a command with it
        (["policy", "init", "--help"], {"pydantic"}),
    ],
)
def test_help_waits_for_nothing_heavy(args, allowed):
    code = (
        "import sys\nfrom meetcost.cli.main import run\n"
        f"sys.argv = ['meetcost', *{args!r}]\n"
        "try:\n    run()\nexcept SystemExit:\n    pass\n"
        f"print('HEAVY', sorted({HEAVY - allowed!r} & sys.modules.keys()), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert "HEAVY []" in result.stderr
    assert "meetcost" in result.stdout


def test_version():
    assert meetcost("--version").stdout.decode() == f"meetcost {__version__}\n"


def test_without_arguments_there_is_help():
    result = meetcost()
    assert result.returncode == 2
    assert b"expand" in result.stdout + result.stderr


def test_a_closed_pipe_is_no_traceback(examples):
    """Enough output that the pipe is full when its reader goes away."""
    command = [sys.executable, "-m", "meetcost", "expand", str(examples / "calendars")]
    command += ["--from", "1990-01-01", "--to", "2100-01-01", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
        code = process.wait(timeout=60)
    assert errors == b""
    assert code == 141


def test_standard_input_and_output_are_octets(examples):
    octets = (examples / "calendars/chinese-invite.ics").read_bytes()
    result = meetcost("expand", "-", *WINDOW, input=octets)
    assert result.returncode == 0
    assert json.loads(result.stdout)["summary"] == "预算碰头会"


def test_a_file_name_that_is_no_utf_8(tmp_path, examples):
    try:
        (tmp_path / os.fsdecode(b"\xff.ics")).write_bytes((examples / "calendars/workshop.ics").read_bytes())
    except OSError:
        pytest.skip("the file system takes no such name")
    result = meetcost("expand", tmp_path, *WINDOW)
    assert result.returncode == 0
    assert json.loads(result.stdout)["file"].endswith("\N{REPLACEMENT CHARACTER}.ics")


def test_no_colour_where_there_is_no_terminal(examples):
    assert b"\x1b" not in meetcost("cost", examples / "calendars").stdout


def test_an_unknown_option_is_usage():
    result = meetcost("cost", "--nope")
    assert result.returncode == 2
    assert b"Traceback" not in result.stderr
