# SPDX-License-Identifier: Apache-2.0
"""A sample of the generated pairs; `python -m tests.guard.generated_pairs` runs as many as are wanted."""

from __future__ import annotations

import pytest

from tests.guard.generated_pairs import by_recurring_ical_events, run


@pytest.mark.parametrize("seed", [11, 12])
def test_what_a_reader_sees_on_a_banned_day_is_refused_or_stepped_over(seed: int) -> None:
    said: list[str] = []
    assert run(60, seed, {"recurring-ical-events": by_recurring_ical_events}, say=said.append) == 0, "\n".join(said)
    assert '"seen by a reader": ' in said[-1]
