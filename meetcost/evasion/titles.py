# SPDX-License-Identifier: Apache-2.0
"""How alike two titles are, whatever date, number, tag or word of passing-on stands around them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_TAG: Final = re.compile(r"#[^\s#]+")
_NUMBER: Final = re.compile(
    r"\([0-9零一二两三四五六七八九十百]+\)|第?[0-9零一二两三四五六七八九十百]+[次期轮号年月日周季批届场讲部]+|[0-9]+(?:st|nd|rd|th)?\b"
)
_PART: Final = re.compile(
    r"\b(?:part|session|round|no|week|cw|kw|teil|[ivx]+|january|february|march|april|may|june|july|august|september"
    r"|october|november|december)\b|[上下]半?[场篇]"
)
_PASSING_ON: Final = re.compile(
    r"传达|学习|贯彻|落实|精神|部署|动员|推进|布置|会议|工作|关于|召开|全[市县区镇乡街]|[会的]|[市县区镇乡]级?"
    r"|\b(?:meeting|briefing|follow-?up|kick-?off|on|of|the|for|and|re|fwd?|implementation|cascade|roll-?out)\b"
)
_LOOKED_AT: Final = 300
"""Characters of a title: more say nothing about what it is called, and would be taken apart for hours."""
_OTHER: Final = re.compile(r"[\W_]+")


def stem(title: str) -> str:
    """What is left of a title without tags, dates, numbers and parts: copies of one meeting have one stem."""
    return _stem(title[:_LOOKED_AT])


@lru_cache(maxsize=1 << 16)
def _stem(title: str) -> str:
    text = unicodedata.normalize("NFKC", title).casefold()
    for pattern in (_TAG, _NUMBER, _PART):
        text = pattern.sub(" ", text)
    return _OTHER.sub(" ", text).strip()


def subject(title: str) -> str:
    """The stem without the words by which a meeting is passed on; the stem itself if nothing else is left."""
    return _subject(title[:_LOOKED_AT])


@lru_cache(maxsize=1 << 16)
def _subject(title: str) -> str:
    whole = _stem(title)
    return _OTHER.sub(" ", _PASSING_ON.sub(" ", whole)).strip() or whole


@lru_cache(maxsize=1 << 16)
def likeness(one: str, other: str) -> float:
    """0 to 1: shared pairs of neighbouring letters (Dice's coefficient); words and their order hardly matter."""
    if one == other:
        return 1.0 if one else 0.0
    left, right = _pairs(one), _pairs(other)
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


@lru_cache(maxsize=1 << 16)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(word[at : at + 2] for word in text.split() for at in range(len(word) - 1))
