# SPDX-License-Identifier: Apache-2.0
"""Values that change on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.errors import UsageError
from meetcost.values.dated import Dated

DAYS = st.dates(date(2000, 1, 1), date(2040, 1, 1))


@given(st.dictionaries(DAYS, st.integers(), min_size=1, max_size=8), DAYS)
def test_the_value_is_that_of_the_latest_day_not_after(values, day):
    begun = [first for first in values if first <= day]
    if not begun:
        with pytest.raises(UsageError, match=f"the first begins on {min(values)}"):
            Dated(values).on(day)
    else:
        assert Dated(values).on(day) == values[max(begun)]
        assert Dated(values).first_day(day) == max(begun)


def test_nothing_is_in_force_where_nothing_is_dated():
    with pytest.raises(UsageError, match="never"):
        Dated({}).on(date(2026, 1, 1))


def test_order_of_writing_does_not_matter():
    first, second = date(2026, 1, 1), date(2026, 7, 1)
    dated = Dated({second: 2, first: 1})
    assert list(dated) == [(first, 1), (second, 2)]
    assert dated == Dated({first: 1, second: 2})
    assert hash(dated) == hash(Dated({first: 1, second: 2}))
    assert len(dated) == 2
    assert dated.on(second - timedelta(days=1)) == 1
    assert repr(dated).startswith("Dated({")
