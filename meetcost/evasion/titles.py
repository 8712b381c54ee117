# SPDX-License-Identifier: Apache-2.0
"""How alike two titles are, whatever date, number, tag or word of passing-on stands around them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_TAG: Final = re.compile(r"#[^\s#]+")
_NUMBER: Final = re.compile(
    r"\([0-9零一二两三四五六七八九十百]+\)|第?[0-9零一二两三四五六七八九十百]+(?:[次期轮号年月日周季批届场讲部组班]|阶段)+|[0-9]+(?:st|nd|rd|th)?\b"
)
_PART: Final = re.compile(
    r"\b(?:part|session|round|no|week|cw|kw|teil|[ivx]+|january|february|march|april|may|june|july|august|september"
    r"|october|november|december|continued|cont|resumed|again|morning|noon|midday|afternoon|evening)\b"
    r"|\b(?:group|track|slot)\s+[a-z0-9]\b|[上下中]午?半?[场篇]|(?:上午|下午|晚间?)场?$|[(][上中下][)]|再?续会?$|续[一二三]$"
)
_PASSING_ON: Final = re.compile(
    r"传达|学习|贯彻|落实|精神|部署|动员|推进|布置|会议|工作|关于|召开|全[市县区镇乡街]|[会的]|[市县区镇乡]级?"
    r"|\b(?:meeting|briefing|follow-?up|kick-?off|on|of|the|for|and|re|fwd?|implementation|cascade|roll-?out)\b"
)
_LOOKED_AT: Final = 300
"""Characters of a title: more say nothing about what it is called, and would be taken apart for hours."""
_OTHER: Final = re.compile(r"[\W_]+")
_DENSE: Final = 3
"""What a pair of Chinese characters weighs, where a pair of letters weighs 1."""
_LAST_LETTERS: Final = "\u2e80"
"""Chinese characters, and the scripts written with them, come after it."""
_LEAST_TAIL: Final = 3
"""The weight of what can be a matter: `Part A` and `2/3` are none."""
_HEAD: Final = re.compile(r"(.*?)(?::\s*|\s[-–—|]\s|——)(.*)", re.DOTALL)


def stem(title: str) -> str:
    """What is left of a title without tags, dates, numbers and parts: copies of one meeting have one stem."""
    return _stem(title[:_LOOKED_AT])


@lru_cache(maxsize=1 << 16)
def _stem(title: str) -> str:
    text = unicodedata.normalize("NFKC", title).casefold()
    for pattern in (_TAG, _NUMBER, _PART):
        text = pattern.sub(" ", text)
    return _OTHER.sub(" ", text).strip()


@lru_cache(maxsize=1 << 16)
def matter(title: str) -> str:
    """The stem of what stands after a common head (`Board: housing`); the whole stem without a head, or without more.

    Two meetings of one board on two matters share their head, and are no more alike for it.
    """
    found = _HEAD.fullmatch(unicodedata.normalize("NFKC", title[:_LOOKED_AT]).strip())
    tail = stem(found[2]) if found else ""
    return tail if _weight(_pairs(tail)) >= _LEAST_TAIL else stem(title)


@lru_cache(maxsize=1 << 16)
def number(title: str) -> int:
    """Its one number of one or two digits, as in `Course 3`; 0 without one, or with another beside it."""
    found: list[str] = re.findall(r"[0-9]+", unicodedata.normalize("NFKC", title[:_LOOKED_AT]))
    return int(found[0]) if len(found) == 1 and len(found[0]) <= 2 else 0


def subject(title: str) -> str:
    """The stem without the words by which a meeting is passed on; the stem itself if nothing else is left."""
    return _subject(title[:_LOOKED_AT])


@lru_cache(maxsize=1 << 16)
def _subject(title: str) -> str:
    whole = _stem(title)
    return _OTHER.sub(" ", _PASSING_ON.sub(" ", whole)).strip() or whole


@lru_cache(maxsize=1 << 16)
def likeness(one: str, other: str) -> float:
    """0 to 1: shared pairs of neighbouring letters (Dice's coefficient); words and their order hardly matter.

    A pair of Chinese characters says as much as some three of letters, and weighs so.
    """
    if one == other:
        return 1.0 if one else 0.0
    left, right = _pairs(one), _pairs(other)
    both = _weight(left) + _weight(right)
    return 2 * _weight(left & right) / both if both else 0.0


def _weight(pairs: frozenset[str]) -> int:
    return sum(_DENSE if pair > _LAST_LETTERS else 1 for pair in pairs)


@lru_cache(maxsize=1 << 16)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(word[at : at + 2] for word in text.split() for at in range(len(word) - 1))
