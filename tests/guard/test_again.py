# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, datetime, timedelta

from meetcost.guard.again import Daily

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def test_it_is_time_once_a_day() -> None:
    daily = Daily()
    assert daily.due("a", NOW)
    assert not daily.due("a", NOW + timedelta(hours=23))
    assert daily.due("b", NOW)
    assert daily.due("a", NOW + timedelta(days=1))


def test_a_clock_that_was_a_year_ahead_holds_nothing_up_for_a_year() -> None:
    daily = Daily()
    assert daily.due("a", NOW + timedelta(days=365))
    assert daily.due("a", NOW)
    assert not daily.due("a", NOW + timedelta(hours=1))
