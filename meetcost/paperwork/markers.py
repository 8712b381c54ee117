# SPDX-License-Identifier: Apache-2.0
"""What stands at the beginning of a line of an agenda: numbers, letters, bullets, time boxes.

Everything is read character by character from the left, so the time taken is proportional to the line.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

# Ranks order the styles as writers nest them without indenting: 一、 over （一） over 1. over （1） over bullets.
HEADING, TIME_BOX, LABELLED, UPPER, CHINESE, CHINESE_BRACKETED = 0, 10, 11, 12, 13, 20
NUMBER, NUMBER_BRACKETED, NUMBER_PAREN, CIRCLED, LOWER, BULLET = 30, 40, 50, 60, 70, 90

_CHINESE_DIGITS = "一二三四五六七八九十"
_DASHES = "-–—－﹣⁃"
_BULLETS = "•·●○◦▪■□◆◇►▶➢➤✓✔→∙‣»※"
_RANGE = ("-", "–", "—", "~", "～", "至", "到", "to ")
_UNITS = ("hour", "hr", "h ", "min", "%", "小时", "分钟", "万", "亿", "元", "年", "million", "percent", "x ", "km")
_BOX_UNITS = ("minutes", "minute", "mins", "min", "m", "'", "′", "分钟", "分")
_LABELS = ("agenda item", "item", "topic", "议题", "议程", "议项", "事项", "第")
_OPEN, _CLOSE = "([（［【", ")]）］】"
_END = ".．、)）:："


class Marker(NamedTuple):
    """Style, number within its list (None: a bullet or a time), the text behind; `weak` needs a neighbour to count."""

    rank: int
    number: int | None
    text: str
    weak: bool = False


def marker(line: str) -> Marker | None:
    """The marker at the beginning of a stripped, non-empty line; None for running text."""
    for read in (_heading, _time_box, _labelled, _chinese, _number, _letter, _bullet):
        found = read(line)
        if found is not None and found.text:
            return found
    return None


def _heading(line: str) -> Marker | None:
    level = len(line) - len(line.lstrip("#"))
    if not 1 <= level <= 6 or not line[level:].startswith((" ", "\t")):
        return None
    return Marker(HEADING + level, None, line[level:].strip())


def _digits(text: str, at: int = 0, most: int = 3) -> int:
    """The end of a run of at most `most` ASCII digits from `at`; `at` itself if there is none or a longer one."""
    end = at
    while end < len(text) and end - at <= most and text[end] in "0123456789":
        end += 1
    return end if end - at <= most else at


def _clock(text: str, at: int) -> int:
    """The end of a time of day from `at` (9:30, 下午2：00, 10am, 9:30 pm); `at` if there is none."""
    start = at
    for part in ("上午", "下午", "中午", "晚上"):
        if text.startswith(part, at):
            start = at + 2
    end = _digits(text, start, 2)
    if end == start or int(text[start:end]) > 24:
        return at
    clock = False
    if text[end : end + 1] in (":", "："):
        minute = _digits(text, end + 1, 2)
        if minute - end == 3 and int(text[end + 1 : minute]) < 60:
            end, clock = minute, True
    after = end + (text[end : end + 1] == " ")
    if text[after : after + 2].lower() in ("am", "pm") and not text[after + 2 : after + 3].isalpha():
        return after + 2
    return end if clock else at


def _time_box(line: str) -> Marker | None:
    start = int(line[0] in _OPEN)
    end = _clock(line, start)
    if end > start:
        gap = end + (line[end : end + 1] == " ")
        for dash in _RANGE:
            if line.startswith(dash, gap):
                to = gap + len(dash)
                to += line[to : to + 1] == " "
                end = _clock(line, to) if _clock(line, to) > to else end
        return _boxed(line, end) if start == 0 or line[end : end + 1] in _CLOSE else None
    end = _digits(line, start)
    if end == start:
        return None
    unit_at = end + (line[end : end + 1] == " ")
    for unit in _BOX_UNITS:
        stop = unit_at + len(unit)
        behind = line[stop : stop + 1]
        if line[unit_at:stop].lower() == unit and not (behind.isascii() and behind.isalpha()):
            ends = tuple(_CLOSE) if start else ("-", "–", "—", ":", "：")
            return _boxed(line, stop) if line[stop:].lstrip().startswith(ends) else None
    return None


def _boxed(line: str, end: int) -> Marker:
    return Marker(TIME_BOX, None, line[end:].lstrip(" \t:：|-–—.,，、" + _CLOSE))


def _labelled(line: str) -> Marker | None:
    """议题一：…, Topic 2 - …, 第三项 …"""
    lower = line.lower()
    for label in _LABELS:
        if not lower.startswith(label):
            continue
        at = len(label) + (line[len(label) : len(label) + 1] == " ")
        end, number = _numeral(line, at)
        if end == at:
            continue
        end += line[end : end + 1] in ("项", "个") and label == "第"
        rest = line[end:].lstrip()
        if rest[:1] and rest[0] in ":：、.．,，-–—)）":
            return Marker(LABELLED, number, rest[1:].strip())
    return None


def _numeral(line: str, at: int) -> tuple[int, int]:
    """The end and value of 12 or 十二 from `at`; `at` itself if there is none."""
    end = _digits(line, at, 2)
    if end > at:
        return end, int(line[at:end])
    while end < len(line) and end - at < 3 and line[end] in _CHINESE_DIGITS:
        end += 1
    value = 0
    for digit in line[at:end]:
        unit = _CHINESE_DIGITS.index(digit) + 1
        value = max(value, 1) * 10 if unit == 10 else value + unit
    return end, value


def _chinese(line: str) -> Marker | None:
    opened = int(line[0] in _OPEN)
    if line[opened : opened + 1] not in tuple(_CHINESE_DIGITS):
        return None
    end, number = _numeral(line, opened)
    last = line[end : end + 1]
    if opened and last and last in _CLOSE:
        return Marker(CHINESE_BRACKETED, number, line[end + 1 :].lstrip(" 、.：:"))
    if not opened and last and last in "、.．,，":
        return Marker(CHINESE, number, line[end + 1 :].strip())
    return None


def _number(line: str) -> Marker | None:
    first = ord(line[0])
    if 0x2460 <= first <= 0x249B:  # ① ⑴ ⒈
        return Marker(CIRCLED, (first - 0x2460) % 20 + 1, line[1:].lstrip(" 、."))
    opened = int(line[0] in _OPEN)
    end = _digits(line, opened)
    if end == opened:
        return None
    number, last = int(line[opened:end]), line[end : end + 1]
    if opened:
        return Marker(NUMBER_BRACKETED, number, line[end + 1 :].lstrip(" 、.:：")) if last and last in _CLOSE else None
    if last == "." and line[end + 1 : end + 2].isdigit():
        return _dotted(line, end)
    if last and last in _END:
        rank = NUMBER_PAREN if last in ")）" else NUMBER
        return Marker(rank, number, line[end + 1 :].lstrip(" \t、."))
    rest = line[end:].lstrip()
    if rest[:1] in ("-", "–", "—") and rest[1:2] == " ":
        return Marker(NUMBER, number, rest[1:].strip(), weak=True)
    if last in (" ", "\t") and not rest.lower().startswith(_UNITS):
        return Marker(NUMBER, number, rest, weak=True)
    return None


def _dotted(line: str, end: int) -> Marker | None:
    """1.2 or 1.2.3, not 1.5 hours."""
    depth, start = 1, end
    while line[end : end + 1] == "." and _digits(line, end + 1, 2) > end + 1:
        start, end = end + 1, _digits(line, end + 1, 2)
        depth += 1
    rest = line[end:].lstrip(" \t.、)）")
    separated = line[end : end + 1] in tuple(" \t.、)）") or (line[end : end + 1] > "\u2e80")
    if not separated or rest.lower().startswith(_UNITS):
        return None
    return Marker(NUMBER + min(depth, 9) - 1, int(line[start:end]), rest)


def _letter(line: str) -> Marker | None:
    """A. b) (c) ii.; weak, because "J. Smith" begins alike."""
    opened = int(line[0] in _OPEN)
    end = opened
    while end < len(line) and end - opened < 5 and line[end].isascii() and line[end].isalpha():
        end += 1
    name, last = line[opened:end], line[end : end + 1]
    if not name or not last or last not in (_CLOSE if opened else ".)）、"):
        return None
    if last == "." and line[end + 1 : end + 2] not in (" ", "\t"):
        return None
    roman = name in ("I", "i") or len(name) > 1
    number = _roman(name.upper()) if roman else ord(name.upper()) - ord("A") + 1
    if not number:
        return None
    rank = UPPER if name.isupper() else LOWER
    return Marker(rank + roman * (-1 if rank == UPPER else 1), number, line[end + 1 :].strip(), weak=True)


def _roman(name: str) -> int | None:
    """I to XII; nobody's agenda is longer in Roman numerals."""
    names = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
    return names.index(name) + 1 if name in names else None


def _bullet(line: str) -> Marker | None:
    first, second = line[0], line[1:2]
    text = line[1:].lstrip(" \t\ufe0f")
    for box in ("[ ]", "[x]", "[X]"):
        if line.startswith(box) or (first in _DASHES + "*" and text.startswith(box)):
            return Marker(BULLET, None, line.partition("]")[2].strip())
    if first in _DASHES:
        fits = second in (" ", "\t", "\u3000") or (second.isalpha() and second not in _DASHES)
        return Marker(BULLET, None, text) if fits else None
    if first in "*+":
        fits = second in (" ", "\t") or (first == "*" and second.isalpha())
        return Marker(BULLET, None, text) if fits else None
    if first == "o" and (second == "\t" or line[1:3] == "  "):  # Outlook's second level
        return Marker(BULLET + 1, None, text)
    if first in _BULLETS or unicodedata.category(first) == "So":
        return Marker(BULLET, None, text)
    return None
