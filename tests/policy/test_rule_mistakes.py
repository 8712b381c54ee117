# SPDX-License-Identifier: Apache-2.0
"""Mistakes in the rules of the catalogue: all at once, each with its line."""

from __future__ import annotations

import pytest

from meetcost.errors import ConfigError
from meetcost.policy.policy import Policy

BAD = """zone = "Europe/Berlin"
levels = ["city", "county", "City"]

[[blackout]]
dates = [2026-12-10]
months = [8]

[[hours]]
start = "18:00"
end = "09:00"

[[window]]
start = "11:00"

[[duration]]
at_most = 0
action = "reviewed"

[[notice]]
at_least = "soon"

[[level]]
called_by = ["citty"]
lowest = "township"
steps = 1

[[plan]]
planned = ["Budget"]

[[cost]]
money = "50 EUR/h"
person_hours = 4

[[cost]]
money = "500 euros"

[[agenda]]
action = "review"

[[roster]]
address = "ann@town.example"
level = "countty"
"""

ALL = """town.toml: 16 mistakes
  line 2, levels[2]: `City` stands twice
  line 4, blackout[0]: exactly one of `dates`, `ranges`, `yearly`, `months` is wanted, here is `dates` and `months`; \
write one table for each
  line 8, hours[0]: `start` 18:00 is not before `end` 09:00
  line 12, window[0].days: is missing
  line 16, duration[0].at_most: `0` is less than 1
  line 17, duration[0].action: `reviewed` is none of refuse, review, warn; did you mean `review`?
  line 20, notice[0].at_least: `soon` is no time limit; write one such as `2 working days`, `3 days` or `48 hours`
  line 22, level[0]: exactly one of `lowest`, `steps` is wanted, here is `lowest` and `steps`; write one table for \
each
  line 23, level[0].called_by[0]: `citty` is none of `levels`; did you mean `city`?
  line 24, level[0].lowest: `township` is none of `levels`
  line 27, plan[0].action: nobody is named who reviews; write `reviewer = "unit:Office"`, or an address, here or at \
the top of the file
  line 30, cost[0]: exactly one of `money`, `person_hours` is wanted, here is `money` and `person_hours`; write one \
table for each
  line 31, cost[0].money: `50 EUR/h` is money per hour; an amount is wanted, such as `12 EUR`
  line 35, cost[1].money: `500 euros` is no amount; write one such as `12 EUR` or `12.50 EUR`
  line 38, agenda[0].action: nobody is named who reviews; write `reviewer = "unit:Office"`, or an address, here or \
at the top of the file
  line 42, roster[0].level: `countty` is none of `levels`; did you mean `county`?"""


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Policy.parse(BAD.encode(), "town.toml")
    assert str(caught.value) == ALL
