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
_LABEL: Final = 60  # characters of a label, with its marks
_AROUND: Final = " \t*_【】[]|"
_BESIDE: Final = re.compile(r"[（(][^（）()]{0,40}[）)]|[\d\s]{1,12}$")
_TITLE_LINES: Final = 3
OFFICIAL_TITLE: Final = re.compile(
    r"^[^\s，。；：、《》]{0,30}关于[^，。；：《》]{2,60}的?"
    r"(?:通知|报告|请示|意见|方案|通报|决定|纪要|函|公告|批复|办法|计划|总结|说明|简报)(?:[（(][^）)]{1,20}[）)])?$"
)
"""The title of an official paper, such as 关于召开…的通知 (党政机关公文处理工作条例, 第九条)."""


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
    reader = _Reader()
    for raw in text.split("\n"):
        reader.read(raw.strip())
    return "\n".join(reader.kept), len(reader.people)


class _Reader:
    """The pass over the lines; `listing` is the list of people that the last line belongs to."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.people: set[str] = set()
        self._listing = ""
        self._titled = False  # the list has a heading of its own, and goes on after an empty line
        self._open = False  # its last line ends with a comma
        self._gap = False  # an empty line stands before this one
        self._seen = 0
        self._entitled = False

    def read(self, line: str) -> None:
        if not line:
            self._listing = self._listing if self._titled else ""
            self._gap = True
            return
        self._line(line)
        self._gap = False

    def _line(self, line: str) -> None:
        self._seen += 1
        heading = _HEADING.match(line)
        plain = heading[2] if heading else line
        label, rest = _labelled(plain)
        found = _kind_of(label)
        if found in ("present", "absent"):
            self._listing, self._titled = found, heading is not None or not rest
            self._names(rest)
        elif self._is_head(found, rest, heading=heading is not None):
            self._listing = ""
            self.people.update(_names(rest) if label in _words()["chair"] else ())
        elif self._listing and not heading and self._goes_on(line):
            self._names(line)
        else:
            self._listing = ""
            if self._seen <= _TITLE_LINES and not self._entitled and _is_title(line, heading=heading is not None):
                self._entitled = True
                self.kept.clear()  # a letterhead above it
            else:
                self.kept.append(plain)

    def _goes_on(self, line: str) -> bool:
        """Whether the list does; an item behind an empty line may be one of another list."""
        if self._gap or not _is_list(line):
            return self._open or (self._titled and _names_only(_MARK.sub("", line)))
        return True

    def _is_head(self, found: str, rest: str, *, heading: bool) -> bool:
        early = found == "early" and len(self.kept) < _TITLE_LINES
        return (found == "head" or early) and bool(rest or heading)

    def _names(self, text: str) -> None:
        self._open = text.endswith((",", "，", "、"))
        self.people.update(_names(text) if self._listing == "present" else ())


def _labelled(line: str) -> tuple[str, str]:
    """`**Present:** A, B` -> `present`, `A, B`; without a colon a short line is the label."""
    plain = _MARK.sub("", line).lstrip(_AROUND)
    at = min((i for sign in ":：|" if (i := plain.find(sign, 0, _LABEL)) >= 0), default=len(plain))
    if at > _LABEL:
        return "", ""
    return _BESIDE.sub("", plain[:at].strip(_AROUND)).strip().lower(), plain[at + 1 :].strip(" |*_")


def _kind_of(label: str) -> str:
    plain = label.replace(" ", "") if not label.isascii() else label
    return next((name for name in ("present", "absent", "head", "early") if plain in _words()[name]), "")


def _is_title(line: str, *, heading: bool) -> bool:
    plain = line.lower()
    return (
        (heading and line.startswith("# "))
        or bool(OFFICIAL_TITLE.match(line))
        or (len(line) <= 80 and not line.endswith(("。", ".")) and any(word in plain for word in _words()["title"]))
    )


def _is_list(line: str) -> bool:
    return line.startswith(("- ", "* ", "•", "|")) or bool(_MARK.match(line))


def _names_only(line: str) -> bool:
    """A line of names: parts of a few words, no sentence."""
    parts = [part for part in re.split(r"[,，、;；|]", line) if part.strip()]
    short = all(len(part.split()) <= 6 and len(part) <= 40 for part in parts)
    return short and not line.rstrip().endswith(("。", ".", ":", "：", "?", "!"))


def _names(text: str) -> set[str]:
    """The people that a part of a list names; a number alone is no name."""
    parts = re.split(r"[,，、;；|]|\band\b|和|及", _BESIDE.sub("", text.strip(" -*•|")))
    names = {part.strip(" .").lower() for part in parts}
    return {name for name in names if name and not name.isdigit()}
