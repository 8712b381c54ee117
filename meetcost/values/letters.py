# SPDX-License-Identifier: Apache-2.0
"""How much of a text anybody can read: characters that show nothing say nothing."""

from __future__ import annotations

from typing import Final

_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters by their category, blank on the page (Unicode, Default_Ignorable_Code_Point)."""


def letters(text: str) -> int:
    """The number of letters and digits of any script in `text`.

    >>> letters("Aim: 定案"), letters("\u200b\u200b...")
    (5, 0)
    """
    return sum(one.isalnum() and one not in _FILLERS for one in text)


def is_wording(text: str) -> bool:
    """Whether it says anything beyond a number: two letters, or one beside a digit. A numeral is no letter, 一 neither.

    >>> [is_wording(text) for text in ("Q3", "预算", "1. .", "十一、", "x")]
    [True, True, False, False, False]
    """
    read = [one for one in text if one.isalnum() and one not in _FILLERS]
    return len(read) > 1 and any(not one.isnumeric() for one in read)
