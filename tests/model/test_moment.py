# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.model.moment import DAY, EPOCH_LOCAL, LAST_LOCAL, Length, Moment, local_seconds, wall

WHOLE = st.datetimes().map(lambda moment: moment.replace(microsecond=0))


@given(WHOLE)
def test_local_seconds_and_back(moment: datetime) -> None:
    assert wall(local_seconds(moment)) == moment


def test_the_epoch_and_the_end() -> None:
    assert wall(EPOCH_LOCAL) == datetime(1970, 1, 1)
    assert wall(LAST_LOCAL) == datetime(9999, 12, 31, 23, 59, 59)
    assert local_seconds(date(1, 1, 1)) == DAY


@pytest.mark.parametrize("beyond", [1, DAY, 10**15])
def test_beyond_the_calendar_is_its_edge(beyond: int) -> None:
    assert wall(LAST_LOCAL + beyond) == datetime(9999, 12, 31, 23, 59, 59)
    assert wall(DAY - beyond) == datetime(1, 1, 1)


@given(WHOLE)
def test_as_text_it_has_eight_digits_and_six(moment: datetime) -> None:
    # Of the year 900, too, which strftime writes with three.
    text = str(Moment(local_seconds(moment), "Z"))
    assert len(text) == 16
    assert datetime.strptime(text, "%Y%m%dT%H%M%SZ") == moment
    assert str(Moment(local_seconds(moment.date()), "", True)) == text[:8]


def test_kinds() -> None:
    assert Moment(DAY).is_floating
    assert not Moment(DAY, "Z").is_floating
    assert not Moment(DAY, "", True).is_floating
    assert Moment(DAY + 5).day == date(1, 1, 1)
    assert Length(1, 60).nominal_seconds == 86460
