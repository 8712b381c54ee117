# SPDX-License-Identifier: Apache-2.0
"""What somebody perhaps meant by a word that is not known."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST: Final = 60
_MOST: Final = 1000


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of `known` that `word` is most like; empty if none is, or if looking would take long.

    >>> nearest("wensday", ["monday", "wednesday"])
    'wednesday'
    """
    if len(word) > _LONGEST:
        return ""
    near = get_close_matches(word, [one for one in islice(known, _MOST) if len(one) <= _LONGEST], 1)
    return near[0] if near else ""
