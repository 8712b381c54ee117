# SPDX-License-Identifier: Apache-2.0
"""The name under which a meeting is published."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from meetcost.disclosure.public_id import public_id


@given(st.text() | st.just("\ud800"))
def test_it_is_a_short_name_of_plain_letters(uid: str) -> None:
    assert re.fullmatch(r"m-[0-9a-hjkmnp-tv-z]{13}", public_id(uid))
    assert public_id(uid) == public_id(uid)


def test_it_differs_for_many() -> None:
    assert len({public_id(f"{number}@town.example") for number in range(20_000)}) == 20_000


def test_it_does_not_hold_the_uid() -> None:
    assert "bob" not in public_id("bob")
    assert public_id("bob") != public_id("Bob")
