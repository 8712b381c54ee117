# SPDX-License-Identifier: Apache-2.0
"""Lines of an invite's description: HTML turned into text, indentation measured, markers read."""

from __future__ import annotations

import html
from dataclasses import dataclass

from meetcost.paperwork.markers import Marker, marker

_BLOCKS = (
    *("br", "p", "div", "ul", "ol", "li", "tr", "table", "hr", "body", "html", "html-blob"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
)
_INLINE = ("b", "i", "u", "s", "em", "strong", "span", "a", "font", "small", "td", "th", "tbody", "img")
_SPACE = " \t\u3000\xa0"


@dataclass(slots=True)
class Line:
    """One line without its indentation (in columns) and marker; `text` is empty for a blank line."""

    indent: int
    text: str
    mark: Marker | None = None

    @property
    def key(self) -> tuple[int, int]:
        """Depth: indentation, then the marker's rank."""
        return (self.indent, self.mark.rank) if self.mark else (-1, -1)

    def contains(self, other: Line) -> bool:
        """Whether `other`, the marked line after this marked line, is a part of it."""
        if self.mark is None or other.mark is None:
            return False
        follows = self.mark.number is not None and other.mark.number == self.mark.number + 1
        if follows and self.mark.rank == other.mark.rank:
            return False
        if abs(self.indent - other.indent) > 1:
            return other.indent > self.indent
        return other.mark.rank > self.mark.rank


def read_lines(text: str) -> list[Line]:
    """The lines of `text`; a literal backslash-n, as doubly escaped descriptions have it, breaks a line too."""
    text = _without_html(text).replace("\\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    lines = [_line(raw) for raw in text.split("\n")]
    _drop_weak(lines)
    return lines


def is_rule(text: str) -> bool:
    """A line that only divides: `-----`, `* * *`."""
    return len(text) >= 3 and len(set(text)) <= 3 and not any(c.isalnum() for c in text)


def _line(raw: str) -> Line:
    stripped = raw.lstrip(_SPACE + ">")
    indent = sum({"\t": 4, "\u3000": 2}.get(c, 1) for c in raw[: len(raw) - len(stripped)])
    text = stripped.rstrip(_SPACE)
    if not text or is_rule(text):
        return Line(indent, text)
    for emphasis in ("**", "__"):
        text = text.replace(emphasis, "")
    if len(text) > 2 and text[0] == "*" == text[-1] and text[1] not in " *":
        text = text[1:-1]
    mark = marker(text) if text else None
    return Line(indent, mark.text if mark else text, mark)


def _drop_weak(lines: list[Line]) -> None:
    """`1 Welcome` and `A. Budget` are items only in a list that begins with 1 or A and goes on."""
    runs: dict[int, list[int]] = {}
    kept: set[int] = set()
    for at, line in enumerate(lines):
        if line.mark is None or not line.mark.weak:
            continue
        run = runs.setdefault(line.mark.rank, [])
        if line.mark.number == 1:
            run.clear()
        if line.mark.number == len(run) + 1:
            run.append(at)
            kept.update(run if len(run) == 2 else run[-1:] if len(run) > 2 else ())
    for at, line in enumerate(lines):
        if line.mark is not None and line.mark.weak and at not in kept:
            line.mark = None


def _without_html(text: str) -> str:
    """Tags that calendar programs write become line breaks, bullets or nothing; any other `<` stays."""
    head, *pieces = text.split("<")
    out, depth, tagged = [head], 0, False
    for piece in pieces:
        tag, closed, rest = piece.partition(">")
        name = tag.strip("/ ").split(maxsplit=1)[0].rstrip("/").lower() if closed and tag.strip("/ ") else ""
        if name not in _BLOCKS and name not in _INLINE:
            out.append("<" + piece)
            continue
        tagged = True
        closing = tag.startswith("/")
        if name in ("ul", "ol"):
            depth = max(depth + (-1 if closing else 1), 0)
        if name == "li":
            out.append("" if closing else "\n" + "  " * depth + "• ")
        elif name in _BLOCKS:
            out.append("\n")
        out.append(rest)
    joined = "".join(out)
    return html.unescape(joined) if tagged or "&nbsp;" in joined or "&amp;" in joined else joined
