# SPDX-License-Identifier: Apache-2.0
"""Find the agenda in an invite's description, and count its items.

Each line is blank, a heading that begins an agenda or ends one, a marked line (see `markers`) or running text.
Everything is one pass; nothing looks back further than one line.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from meetcost.paperwork.lines import Line, is_rule, read_lines
from meetcost.paperwork.markers import TIME_BOX
from meetcost.values.letters import is_wording

_LONG = 120  # characters of a line that is prose and not an item
_MOST_INLINE = 20
_STYLES = (
    *(("", "1", after) for after in (".", "．", "、", ")", "）")),
    *(("", "一", after) for after in ("、",)),
    ("", "①", ""),
    ("（", "一", "）"),
    ("(", "一", ")"),
)


@dataclass(slots=True)
class _Section:
    """Marked lines, lines of running text, items in the heading's own line; `key`: of the heading if it is marked."""

    key: tuple[int, int] | None = None
    marked: list[Line] = field(default_factory=list)
    plain: int = 0
    inline: int = 0
    skip: tuple[int, int] | None = None

    def add(self, line: Line) -> None:
        """A marked line that says something, unless it or the line it belongs to is about logistics."""
        if not is_wording(line.text):
            return
        if self.skip is not None and line.key > self.skip:
            return
        self.skip = None
        if _is_logistics(line.text, bare=False):
            self.skip = line.key
        else:
            self.marked.append(line)

    @property
    def count(self) -> int:
        if self.marked:
            return 1 + sum(not a.contains(b) for a, b in pairwise(self.marked))
        return self.inline or self.plain


@dataclass(slots=True)
class _Reader:
    """The pass over the lines. `current` is the list a line belongs to; None: a list of something else."""

    loose: _Section = field(default_factory=_Section)
    headed: list[_Section] = field(default_factory=list)
    current: _Section | None = None
    after_blank: bool = False

    def __post_init__(self) -> None:
        self.current = self.loose

    @property
    def in_agenda(self) -> bool:
        return self.current is not None and self.current is not self.loose

    def read(self, line: Line) -> None:
        if not line.text:
            if self.in_agenda and self.current and self.current.plain:
                self.current = self.loose
            self.after_blank = True
            return
        self._text(line)
        self.after_blank = False

    def _text(self, line: Line) -> None:
        current = self.current
        if current and current.key is not None and line.mark and line.key <= current.key:
            self.current = self.loose
        rest = None if self.in_agenda and line.mark else _agenda_heading(line)
        if rest is not None:
            self.current = _Section(key=line.key if line.mark else None, inline=_inline_items(rest))
            self.headed.append(self.current)
        elif not line.mark:
            self._running(line.text)
        elif line.mark.rank < TIME_BOX and _is_logistics(line.text):
            self.current = None
        elif self.current is not None:
            self.current.add(line)

    def _running(self, text: str) -> None:
        """A line without a marker: part of the agenda, the end of it, or prose."""
        head, colon, rest = _split_label(text)
        if is_rule(text):
            self.current = self.loose
        elif _is_logistics(text) or (colon and not rest and len(head) <= 60 and self._ends()):
            self.current = self.loose if rest else None
        elif self.in_agenda and self.current:
            section = self.current
            is_item = is_wording(text) and not (colon and not rest) and len(text) <= _LONG
            if is_item and not section.marked and not section.inline:
                section.plain += 1
        else:
            self.loose.inline = max(self.loose.inline, _enumerated(text))
            if self.after_blank:
                self.current = self.loose

    def _ends(self) -> bool:
        """Whether an unknown `Something:` begins a list of something else, rather than a part of the agenda."""
        return not self.in_agenda or (self.after_blank and self.current is not None and self.current.count > 0)

    @property
    def result(self) -> int | None:
        found = sum(section.count for section in self.headed)
        if found:
            return found
        loose = self.loose.count if len(self.loose.marked) > 1 else 0
        return max(loose, self.loose.inline) or None


def count_items(text: str) -> int | None:
    """The number of items on the agenda in `text`, or None."""
    reader = _Reader()
    for line in read_lines(text):
        reader.read(line)
    return reader.result


# --- headings --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Words:
    headings: frozenset[str]
    beside_heading: frozenset[str]
    logistics: frozenset[str]
    cues: tuple[str, ...]
    cues_zh: tuple[str, ...]
    no_cues: tuple[str, ...]
    elsewhere: tuple[str, ...]
    instructions: tuple[str, ...]


@lru_cache(maxsize=1)
def _words() -> _Words:
    content = tomllib.loads(files("meetcost.paperwork").joinpath("agenda_words.toml").read_text(encoding="utf-8"))
    return _Words(
        headings=frozenset(content["headings"]),
        beside_heading=frozenset(content["beside_heading"]),
        logistics=frozenset(content["logistics"]),
        cues=tuple(content["cues"]),
        cues_zh=tuple(content["cues_zh"]),
        no_cues=tuple(content["no_cues"]),
        elsewhere=tuple(content["elsewhere"]),
        instructions=tuple(content["instructions"]),
    )


def _split_label(text: str) -> tuple[str, bool, str]:
    """`Agenda: budget` -> `agenda`, True, `budget`; without a colon the whole line is the label."""
    at = min(i for i in (text.find(":"), text.find("："), len(text)) if i >= 0)
    label = text[:at].strip(" \t*_【】[]「」《》<>=-").replace("’", "'").lower()
    return label, at < len(text), text[at + 1 :].strip(" \t*_")


def _agenda_heading(line: Line) -> str | None:
    """What follows an agenda heading in its own line; None when the line is no such heading."""
    words = _words()
    head, colon, rest = _split_label(line.text)
    bare = head.partition("(")[0].partition("（")[0].strip()
    if bare in words.headings:
        return rest
    if line.mark and line.mark.rank >= TIME_BOX:
        return None
    spoken = bare.split()
    if 0 < len(spoken) <= 6 and {"agenda", "topics"} & set(spoken) and words.beside_heading.issuperset(spoken):
        return rest
    if not colon or head in words.logistics or any(word in head for word in words.no_cues):
        return None
    cued = len(spoken) <= 12 and any(f" {cue}" in f" {head}" for cue in words.cues)
    cued = cued or (len(head) <= 40 and any(cue in head for cue in words.cues_zh))
    return rest if cued and (not rest or len(head) <= 40) else None


def _is_logistics(text: str, *, bare: bool = True) -> bool:
    """A label such as `Zoom:` or `会议时间`, a link, an instruction; `bare`: an English one without a colon, too."""
    words = _words()
    if text.lower().startswith(words.instructions):
        return True
    head, colon, _ = _split_label(text)
    if head.isascii():
        return head in words.logistics and (bare or colon)
    return head.partition(" ")[0] in words.logistics


# --- items in one line -----------------------------------------------------------------------------------------------


def _inline_items(rest: str) -> int:
    """Items written behind the heading: `1) a 2) b`, `a; b`, `a, b and c`, `甲、乙和丙`; 0 for a link or `tbd`."""
    if not rest or rest.lower().startswith(_words().elsewhere):
        return 0
    numbered = _enumerated(rest)
    if numbered:
        return numbered
    for separators in ("；;", "、", "，,"):
        parts = [part.strip(" .。") for part in _cut(rest, separators)]
        parts = [part for part in parts if is_wording(part)]
        if len(parts) < 2:
            continue
        if separators == "；;":
            return len(parts)
        if any(len(part) > 60 or len(part.split()) > 8 for part in parts):
            return 1
        return len(parts) + _joins_two(parts[-1])
    return int(is_wording(rest))


def _joins_two(part: str) -> bool:
    """`c and d` at the end of a list, not `and d`."""
    return any(
        joint in part[1:] and not part.startswith(joint.strip()) for joint in (" and ", " & ", "以及", "和", "及")
    )


def _cut(text: str, separators: str) -> list[str]:
    for other in separators[1:]:
        text = text.replace(other, separators[0])
    return text.split(separators[0])


def _enumerated(text: str) -> int:
    """How far a line counts by itself: (1) … (2) … (3) … is 3; 0 if it does not. What says nothing is not counted."""
    best = 0
    for before, first, after in _STYLES:
        begun, ends, at = list[int](), list[int](), 0
        while len(begun) < _MOST_INLINE:
            sign = before + _sign(first, len(begun) + 1) + after
            at = _find(text, sign, at)
            if at < 0:
                break
            ends.append(at)
            at += len(sign)
            begun.append(at)
        pieces = zip(begun, [*ends[1:], len(text)], strict=True) if begun else ()
        best = max(best, sum(is_wording(text[start:end]) for start, end in pieces))
    return best if best > 1 else 0


def _sign(first: str, number: int) -> str:
    """The `number`-th numeral, 1 to 20, of the series 1, 一 or ①."""
    if first == "1":
        return str(number)
    if first == "①":
        return chr(ord(first) + number - 1)
    tens, ones = divmod(number, 10)
    return ("", "十", "二十")[tens] + "〇一二三四五六七八九"[ones].replace("〇", "")


def _find(text: str, sign: str, at: int) -> int:
    """The next `sign` from `at` that is not part of a larger number."""
    while (at := text.find(sign, at)) >= 0:
        before, behind = text[at - 1] if at else "", text[at + len(sign) : at + len(sign) + 1]
        if not before.isdigit() and not behind.isdigit():
            return at
        at += 1
    return -1
