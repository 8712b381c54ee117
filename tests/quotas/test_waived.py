# SPDX-License-Identifier: Apache-2.0
"""Each instance needs an approved time of its own: compared with trying every way to give them out."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.model.waiver import Span
from meetcost.quotas.waived import _each_has_its_own

TIMES = st.tuples(st.integers(0, 8), st.integers(0, 4)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(TIMES, max_size=4), st.lists(TIMES, max_size=5))
def test_no_time_is_given_twice_and_none_is_missed(times: list[tuple[int, int]], spans: list[tuple[int, int]]) -> None:
    found = any(
        all(span[0] <= start and end <= span[1] for (start, end), span in zip(times, chosen, strict=True))
        for chosen in permutations(spans, len(times))
    )
    assert _each_has_its_own(times, [Span(*one) for one in spans]) is found


@pytest.mark.parametrize(("spans", "fits"), [([(0, 8)], False), ([(0, 8), (0, 8)], True), ([(0, 3), (2, 8)], True)])
def test_two_meetings_need_two_times(spans: list[tuple[int, int]], fits: bool) -> None:
    assert _each_has_its_own([(0, 1), (2, 3)], [Span(*one) for one in spans]) is fits
