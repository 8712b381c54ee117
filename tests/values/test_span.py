# SPDX-License-Identifier: Apache-2.0
"""Stretches of time, half open."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.errors import UsageError
from meetcost.values.span import Span, epoch, instant

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


def test_a_naive_bound_is_refused():
    with pytest.raises(UsageError, match="no time zone"):
        Span(datetime(2026, 1, 1), NOON)


def test_an_end_before_the_start_is_refused_by_the_instant_not_the_wall_clock():
    """14:00 in Shanghai is 06:00 UTC, before 12:00 UTC though the wall clock reads later."""
    with pytest.raises(UsageError, match="ends"):
        Span(NOON, datetime(2026, 3, 29, 14, tzinfo=ZoneInfo("Asia/Shanghai")))


def test_the_end_is_outside():
    span = Span(NOON, NOON + timedelta(hours=1))
    assert NOON in span
    assert NOON + timedelta(hours=1) not in span


def test_touching_spans_do_not_overlap():
    first, second = Span(NOON, NOON + timedelta(hours=1)), Span(NOON + timedelta(hours=1), NOON + timedelta(hours=2))
    assert not first.overlaps(second)
    assert not second.overlaps(first)
    assert first.overlaps(Span(NOON + timedelta(minutes=59), NOON + timedelta(hours=2)))


def test_pendulum_is_welcome():
    start = pendulum.datetime(2026, 3, 29, 12, tz="Europe/Berlin")
    assert Span(start, start.add(days=1)).seconds == (epoch(start), epoch(start) + 86400)


@given(st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)), st.integers(-86000, 86000))
def test_epoch_rounds_down_and_instant_comes_back(naive, offset):
    moment = naive.replace(tzinfo=timezone(timedelta(seconds=offset)))
    assert instant(epoch(moment)) == moment.astimezone(UTC).replace(microsecond=0)
