# SPDX-License-Identifier: Apache-2.0
"""kill -9 of a guard, and of the server behind it, while clients write; with fewer kills than `kills` alone."""

from __future__ import annotations

import pytest

from tests.proxy.kills import kills


@pytest.mark.parametrize("plugin", [False, True], ids=["proxy", "plugin"])
def test_nothing_banned_is_stored_nothing_acknowledged_lost_and_every_meeting_counted_once(tmp_path, plugin):
    found = kills(tmp_path, 4, seed=7, plugin=plugin)
    print(found)
    assert found.sound
    assert sum(found.kills.values()) >= 4
    assert found.answers["stored"] > 5
