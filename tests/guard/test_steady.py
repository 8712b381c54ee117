# SPDX-License-Identifier: Apache-2.0
"""A clock that is set wrong while a guard stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from guard_making import REFERENCE, WEDNESDAY, one

from meetcost.guard.decide import Refuse
from meetcost.guard.sources import GuardFiles
from meetcost.guard.steady import BELIEVED_AFTER, LEAP, SteadyClock

BEGUN = datetime(2026, 1, 2, tzinfo=UTC)


class Machine:
    """A clock and the time that passes; `steady` looks at both."""

    def __init__(self) -> None:
        self.off, self.seconds = timedelta(), 1000.0
        self.steady = SteadyClock(lambda: self.clock, lambda: self.seconds)

    @property
    def true(self) -> datetime:
        return BEGUN + timedelta(seconds=self.seconds - 1000)

    @property
    def clock(self) -> datetime:
        return self.true + self.off


def test_it_follows_the_clock():
    machine = Machine()
    for _ in range(100):
        machine.seconds += 86_400
        machine.off += LEAP * 0.9  # goes wrong slowly, and never by a leap
        assert machine.steady() == machine.clock


@pytest.mark.parametrize("leap", [timedelta(days=400), timedelta(minutes=5), timedelta(days=-400)])
def test_a_leap_is_not_followed_until_it_has_lasted(leap, caplog):
    machine = Machine()
    machine.off = leap
    for _ in range(9):
        assert machine.steady() == machine.true
        machine.seconds += 60
    assert [record.message for record in caplog.records if "has leapt by" in record.message] == [
        f"the clock has leapt by {leap}, to {BEGUN + leap}; it is believed if it stays there for {BELIEVED_AFTER}"
    ]
    machine.seconds += 61
    assert machine.steady() == machine.clock
    machine.seconds += 60
    assert machine.steady() == machine.clock


def test_a_clock_that_is_put_right_leaves_nothing_behind():
    machine = Machine()
    machine.off = timedelta(days=30)
    machine.seconds += 300
    assert machine.steady() == machine.true
    machine.off = timedelta()
    machine.seconds += 300
    assert machine.steady() == machine.true == machine.clock
    machine.off = timedelta(days=30)
    machine.seconds += 300
    assert machine.steady() == machine.true  # the minutes of before do not count


def test_a_clock_that_leaps_all_the_time_is_never_followed():
    machine = Machine()
    for number in range(100):
        machine.off = timedelta(days=30 * number + 30)
        machine.seconds += 60
        assert machine.steady() == machine.true


def test_what_is_banned_stays_banned_though_the_clock_says_it_is_over(tmp_path):
    file = tmp_path / "meetcost.toml"
    file.write_bytes(REFERENCE)
    off = [timedelta()]
    holder = GuardFiles(str(file)).watched(lambda: BEGUN + off[0])
    banned = one(*WEDNESDAY)
    assert isinstance(holder.held.decide(banned), Refuse)
    off[0] = timedelta(days=4000)
    assert isinstance(holder.held.decide(banned), Refuse)
    file.write_bytes(REFERENCE + b"\n")
    assert holder.look() is True
    assert isinstance(holder.held.decide(banned), Refuse)  # nor does a new policy begin with the wrong time


def test_a_clock_that_is_set_for_the_first_time_is_followed_at_once():
    """A machine without a battery begins in 1970; what is banned passed until the clock was believed."""
    machine = Machine()
    machine.off = datetime(1970, 1, 1, tzinfo=UTC) - BEGUN
    machine.steady = SteadyClock(lambda: machine.clock, lambda: machine.seconds)
    assert machine.steady().year == 1970
    machine.seconds += 30
    machine.off = timedelta()
    assert machine.steady() == machine.true
