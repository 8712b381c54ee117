# SPDX-License-Identifier: Apache-2.0
"""Content lines (RFC 5545 §3.1): unfolding, name, parameters, value.

Octets are unfolded before they are decoded, since a fold may cut a character; lines end at LF only: `str.splitlines`
would also cut at U+2028, form feeds and more, and make properties out of text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLD: Final = re.compile(rb"\n[ \t]")
_NAME: Final = re.compile(r"[A-Za-z0-9-]+")
_REMEMBERED: Final = 256  # characters: longer ones would let a stranger fill the memory with them
_SEPARATED: Final = re.compile(r"(?:[^\\,]|\\.|\\\Z)*", re.DOTALL)
_CARET: Final = {"^n": "\n", "^^": "^", "^'": '"'}


class Head(NamedTuple):
    """What stands before the value: upper-case name, parameters (upper-case names, first value of each).

    `twice` names a parameter that stands there again with another value; empty if none does.
    """

    name: str
    parameters: dict[str, str]
    twice: str = ""


def unfold(octets: bytes) -> bytes:
    """Lines joined, ends made LF."""
    # Splitting and joining takes half the time of bytes.replace.
    if b"\r" in octets:
        octets = octets.translate(None, b"\r")
    if b"\t" in octets and b"\n\t" in octets:
        return _FOLD.sub(b"", octets)
    return b"".join(octets.split(b"\n ")) if b"\n " in octets else octets


def decode(octets: bytes) -> str:
    """UTF-8, what is not replaced by U+FFFD."""
    return octets.decode("utf-8", "replace")


def split_line(line: str) -> tuple[Head, str] | None:
    """Head and value of an unfolded line; None if it is no content line."""
    head, value = _halves(line)
    parsed = _known_head(head) if len(head) <= _REMEMBERED else _read_head(head)
    return (parsed, value) if parsed is not None else None


def split_line_once(line: str) -> tuple[Head, str] | None:
    """`split_line` of a line whose head hardly comes again, or is remembered by whoever asks."""
    head, value = _halves(line)
    parsed = _read_head(head)
    return (parsed, value) if parsed is not None else None


def _halves(line: str) -> tuple[str, str]:
    """What stands before the first colon outside quotes, and behind it; nothing before it without one."""
    if '"' not in line:
        head, colon, value = line.partition(":")
        return (head, value) if colon else ("", "")
    end = unquoted_colon(line)
    return (line[:end], line[end + 1 :]) if end > 0 else ("", "")


def unquoted_colon(line: str) -> int:
    """Where the first colon outside quotes stands, -1 without one."""
    at = 0
    while True:
        colon, quote = line.find(":", at), line.find('"', at)
        if colon < 0 or quote < 0 or colon < quote:
            return colon
        closing = line.find('"', quote + 1)
        if closing < 0:
            return -1
        at = closing + 1


def _read_head(text: str) -> Head | None:
    name, *parts = split_unquoted(text, ";")
    if not _NAME.fullmatch(name):
        return None
    parameters: dict[str, str] = {}
    twice = ""
    for part in parts:
        parameter = _known_parameter(part) if len(part) <= _REMEMBERED else _read_parameter(part)
        if parameter is None:
            return None
        if parameter and parameters.setdefault(*parameter) != parameter[1]:
            twice = parameter[0]
    return Head(name.upper(), parameters, twice)


_known_head: Final = lru_cache(maxsize=8192)(_read_head)


def _read_parameter(text: str) -> tuple[str, str] | tuple[()] | None:
    """(upper-case name, value); nothing of nothing: `DTSTART;;VALUE=DATE:` says what `DTSTART;VALUE=DATE:` does."""
    name, equals, value = text.strip().partition("=")
    if not name and not equals:
        return ()
    if not equals or not _NAME.fullmatch(name):
        return None
    return name.upper(), _parameter_value(value)


_known_parameter: Final = lru_cache(maxsize=8192)(_read_parameter)  # people differ in CN, hardly in anything else


def _parameter_value(text: str) -> str:
    value = text.replace('"', "")
    if "^" in value:  # RFC 6868
        value = re.sub(r"\^[n^']", lambda found: _CARET[found[0]], value)
    return value


def split_unquoted(text: str, separator: str) -> list[str]:
    """`text` split at `separator` outside quotes; an unbalanced quote holds the rest together."""
    if '"' not in text:
        return text.split(separator)
    parts: list[str] = []
    current: list[str] = []
    quoted = False
    for piece in re.split(f'(["{separator}])', text):
        if piece == separator and not quoted:
            parts.append("".join(current))
            current = []
            continue
        quoted ^= piece == '"'
        current.append(piece)
    return [*parts, "".join(current)]


def unescape(value: str) -> str:
    """TEXT as people read it (RFC 5545 §3.3.11)."""
    if "\\" not in value:
        return value
    if "\\\\" not in value:
        return _unescaped(value)
    return "\\".join([_unescaped(part) for part in value.split("\\\\")])


def _unescaped(part: str) -> str:
    part = part.replace("\\n", "\n").replace("\\N", "\n")
    return part.replace("\\", "") if "\\" in part else part


def escape(text: str) -> str:
    """TEXT as it is written (RFC 5545 §3.3.11)."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def split_text_list(value: str) -> list[str]:
    """The items of a comma-separated TEXT list, unescaped, blanks left out."""
    if "," not in value:
        items = [value]
    elif "\\" not in value:
        items = value.split(",")
    else:
        items = [found[0] for found in _SEPARATED.finditer(value)]
    return [item for raw in items if (item := unescape(raw).strip())]


def logical_lines(octets: bytes) -> Iterator[tuple[int, str]]:
    """(0-based physical line, unfolded line): the slow way, for telling where a mistake stands."""
    start, parts = 0, [b""]
    for number, physical in enumerate(octets.split(b"\n")):
        line = physical.translate(None, b"\r")
        if number and line[:1] in (b" ", b"\t"):
            parts.append(line[1:])
            continue
        if number:
            yield start, decode(b"".join(parts))
        start, parts = number, [line]
    yield start, decode(b"".join(parts))
