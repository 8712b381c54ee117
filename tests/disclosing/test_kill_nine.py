# SPDX-License-Identifier: Apache-2.0
"""kill -9, again and again, while costs are written: K001, with fewer events and kills than `kill_nine` takes alone."""

from __future__ import annotations

import json
from pathlib import Path

from kill_nine import kill_nine

CASES = Path(__file__).parents[1] / "data" / "disclosing"


def test_nothing_is_lost_and_nothing_doubled(tmp_path):
    assert json.loads((CASES / "K001.json").read_text())["events"] == 1000
    found = kill_nine(tmp_path, kills=10, events=25)
    assert found.kills >= 8
    assert (found.lost, found.doubled, found.changed, found.wrong_rows) == (0, 0, 0, 0)
    assert 0 <= found.extra_puts <= found.kills
