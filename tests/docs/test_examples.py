# SPDX-License-Identifier: Apache-2.0
"""The programs in examples/ run and say what is true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAID = {
    "budget_round.py": [
        "13.5 person-hours, EUR 621.00",  # 9 people x 1.5 h = 13.5 h; nobody is in a directory, so all at 46 EUR
        "“Budget round” would have been refused. Wed 9 Dec: every Wednesday is a no-meeting day",
        "“Budget round”本应拒绝保存",
        "Mon 14 Dec 11:00 []",  # the week of the 8th is over, and Ann is away until 11
        "45 min instead: saves 6.75 person-hours, EUR 310.50",
    ],
    "from_icalendar.py": [
        "“Report on the state of reports” would have been refused.",
        "2026-12-14T09:00:00+01:00 Permitted: Mon 14 Dec 09:00 (no calendar was looked at).",
        "Report on the state of reports 2026-12-14T09:00:00+01:00",
    ],
}


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "examples").glob("*.py")))
def test_the_example_runs(name: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, ROOT / "examples" / name]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", env=environment)
    assert done.returncode == 0, done.stderr
    for said in SAID[name]:
        assert said in done.stdout
