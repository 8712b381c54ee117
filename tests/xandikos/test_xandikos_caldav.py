# SPDX-License-Identifier: Apache-2.0
"""python-caldav against guarded Xandikos: the tests of guarded Radicale that know nothing of its paths."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import caldav
import pytest
from invites import THURSDAY, invite

sys.path.insert(0, str(Path(__file__).parents[1] / "radicale"))

from test_python_caldav import (  # noqa: F401 - they run here with the `work` below
    test_a_banned_event_raises_with_its_reason_and_nothing_is_stored,
    test_a_change_onto_a_banned_day_raises_and_the_old_time_stays,
    test_a_series_is_expanded_without_the_dates_it_steps_over,
    test_an_allowed_event_has_its_cost_when_it_is_loaded,
    test_answering_an_invite_passes,
    test_changing_an_event_takes_its_cost_along,
    test_the_sync_token_brings_the_disclosure,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def work(ann) -> Iterator[caldav.Calendar]:
    headers = {"X-Remote-User": ann.name}
    with caldav.DAVClient(url=f"{ann.server.url}{ann.name}/", headers=headers, enable_rfc6764=False) as client:
        yield client.calendar(url=f"{ann.server.url}{ann.name}/calendars/calendar/")


def test_a_deleted_event_is_gone(work):
    event = work.add_event(invite("a", THURSDAY).decode())
    event.delete()
    assert work.events() == []
