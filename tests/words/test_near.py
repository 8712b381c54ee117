# SPDX-License-Identifier: Apache-2.0
"""What somebody perhaps meant."""

from __future__ import annotations

from meetcost.words.near import nearest


def test_the_word_that_is_most_alike_was_meant():
    assert nearest("wensday", ["monday", "wednesday", "thursday"]) == "wednesday"
    assert not nearest("wensday", ["city"])


def test_nobody_meant_something_by_a_word_that_fills_a_page():
    long = "ab" * 50_000
    assert not nearest(long, [f"{long}c"])
    assert nearest("ab", [long, "abc"]) == "abc"
    assert not nearest("wensday", [*map(str, range(1000)), "wednesday"])
