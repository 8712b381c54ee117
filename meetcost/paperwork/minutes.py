# SPDX-License-Identifier: Apache-2.0
"""How long minutes are: what was written about the meeting, without its head and without lists of people.

Left out are a title in the first lines, lines of a head (`Date: …`, `时间：…`), lists of who was there or excused, and
addresses of pages. What is left is counted: Chinese characters one by one, everything else word by word. The words of a
text count with 1.6 Chinese characters a word, as in the data the forecast was fitted on.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal

from meetcost.paperwork.figures import CHARACTERS_PER_WORD

_CHINESE: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_WORD: Final = re.compile(r"[^\W_]+(?:[-'’.,:/@&+][^\W_]+)*%?", re.UNICODE)
_ADDRESS: Final = re.compile(r"https?://[^\s<>）)】\]]+|www\.[^\s<>）)】\]]+", re.IGNORECASE)
_MARK: Final = re.compile(r"^(?:[-*•·]|\d{1,2}[.)、．]|[（(]?[一二三四五六七八九十]{1,3}[）)、．])\s*")
_HEADING: Final = re.compile(r"^(#{1,9})\s*(.*)$")
_LABEL: Final = re.compile(r"^[\s*_【\[|]*([^:：|]{1,40}?)[\s*_】\]]*(?:[:：|]\s*(.*))?$")
_BESIDE: Final = re.compile(r"[（(][^（）()]{0,40}[）)]|[\d\s]+$")
_TITLE_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """The length of minutes: Chinese characters, words in other letters, and people on the lists of who was there."""

    characters: int
    words: int
    attendees: int | None = None

    @property
    def language(self) -> Literal["en", "zh"]:
        """That of the larger part."""
        return "zh" if self.characters > self.words else "en"

    @property
    def length(self) -> int:
        """Characters of a Chinese text, words of another; what is in the other script counts one a word or 字."""
        return self.characters + self.words

    @property
    def unit(self) -> Literal["characters", "words"]:
        """What `length` counts."""
        return "characters" if self.language == "zh" else "words"

    @property
    def word_equivalents(self) -> float:
        """Words, a Chinese character as 1/1.6: the measure of the forecast's data."""
        return self.words + self.characters / CHARACTERS_PER_WORD.value


def measure(text: str) -> Measured:
    """The length of minutes in a text as `documents.text_of` gives it."""
    body, people = _body(text)
    characters, words = count(body)
    return Measured(characters, words, people or None)


def count(text: str) -> tuple[int, int]:
    """(Chinese characters, words in other letters); punctuation and addresses of pages are neither.

    >>> count("会议于 9:30 开始, see RFC 5545.")
    (5, 4)
    """
    text = _ADDRESS.sub(" ", text)
    characters = len(_CHINESE.findall(text))
    return characters, len(_WORD.findall(_CHINESE.sub(" ", text)))


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    content = tomllib.loads(files("meetcost.paperwork").joinpath("minutes_words.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in content.items()}


def _body(text: str) -> tuple[str, int]:
    """What counts, and how many people the lists name that were there."""
    kept: list[str] = []
    people, listing, seen = 0, "", 0
    for raw in text.split("\n"):
        line = raw.strip()
        if not line:
            listing = listing if listing.startswith("#") else ""
            continue
        seen += 1
        heading = _HEADING.match(line)
        label, rest = _labelled(heading[2] if heading else line)
        found = _kind_of(label)
        if found in ("present", "absent"):
            listing = f"{'#' * bool(heading or not rest)}{found}"
            people += _names(rest) * (found == "present")
        elif found == "head" and (rest or heading):
            listing = ""
        elif listing and not heading and (_is_list(line) or (listing.startswith("#") and _names_only(line))):
            people += _names(line) * listing.endswith("present")
        elif seen <= _TITLE_LINES and not kept and _is_title(line, heading=heading is not None):
            listing = ""
        else:
            listing = ""
            kept.append(heading[2] if heading else line)
    return "\n".join(kept), people


def _labelled(line: str) -> tuple[str, str]:
    found = _LABEL.match(_MARK.sub("", line))
    if found is None:
        return "", ""
    return _BESIDE.sub("", found[1].strip(" *_|")).strip().lower(), (found[2] or "").strip(" |*_")


def _kind_of(label: str) -> str:
    plain = label.replace(" ", "") if not label.isascii() else label
    return next((name for name, words in _words().items() if plain in words), "")


def _is_title(line: str, *, heading: bool) -> bool:
    plain = line.lower()
    return (heading and line.startswith("# ")) or (
        len(line) <= 80 and not line.endswith(("。", ".")) and any(word in plain for word in _words()["title"])
    )


def _is_list(line: str) -> bool:
    return line.startswith(("- ", "* ", "•", "|")) or bool(_MARK.match(line))


def _names_only(line: str) -> bool:
    """A line of names: parts of a few words, no sentence."""
    parts = [part for part in re.split(r"[,，、;；|]", line) if part.strip()]
    short = all(len(part.split()) <= 6 and len(part) <= 40 for part in parts)
    return short and not line.rstrip().endswith(("。", ".", ":", "：", "?", "!"))


def _names(text: str) -> int:
    """How many people a part of a list names; a number alone is no name."""
    text = _BESIDE.sub("", text.strip(" -*•|"))
    parts = [part.strip() for part in re.split(r"[,，、;；|]|\band\b|和|及", text)]
    return sum(1 for part in parts if part and not part.isdigit())
