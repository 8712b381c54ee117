# SPDX-License-Identifier: Apache-2.0
"""The HTML copies of a DESCRIPTION, which some programs show in its place.

Thunderbird shows `DESCRIPTION;ALTREP="data:text/html,..."` (RFC 5545 §3.2.1), Outlook X-ALT-DESC, and RFC 9073 §6.5 has
STYLED-DESCRIPTION. What stands in the plain text only would never be seen there. Ours is one HTML paragraph between two
comments; since editors drop comments, the first and the last line of the text tell it as well. With them goes what is
left of ours around them: the paragraph if it holds nothing else, or the empty line where an editor made HTML of our
plain text.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_from_bytes

from meetcost.ics.content import escape, unquoted_colon
from meetcost.ics.markers import MOST_BETWEEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from meetcost.ics.markers import Markers

_NAMES: Final = frozenset({"X-ALT-DESC", "STYLED-DESCRIPTION"})
_ALTREP: Final = re.compile(rb'(?<=;)ALTREP="data:text/html(?![^",]*;base64)[^",]*,([^"]*)"', re.IGNORECASE)
_HTML_TYPE: Final = re.compile(rb'FMTTYPE="?text/html', re.IGNORECASE)
_URI_VALUE: Final = re.compile(rb'VALUE="?URI', re.IGNORECASE)
_BODY_END: Final = re.compile(rb"(?:<|%3C)(?:/|%2F)body", re.IGNORECASE)
_TAG: Final = re.compile(rb"(?:<|%3C)[a-z]", re.IGNORECASE)
_TAGS_BESIDE: Final = 4  # the break before each marker, and what an editor wraps them in
_OPEN: Final = "<!--meetcost-->"
_CLOSE: Final = "<!--/meetcost-->"


def _flexible(text: str) -> bytes:
    """`text`, each octet as itself or percent-encoded (RFC 3986 §2.1)."""
    return b"".join(rb"(?:" + re.escape(bytes([one])) + rb"|%" + f"{one:02X}".encode() + rb")" for one in text.encode())


_OPENING: Final = re.compile(_flexible(f"{_OPEN}<p>") + rb"\Z", re.IGNORECASE)
_CLOSING: Final = re.compile(_flexible(f"</p>{_CLOSE}"), re.IGNORECASE)
_PARAGRAPH: Final = re.compile(_flexible("<p>") + rb"\Z", re.IGNORECASE)
_PARAGRAPH_END: Final = re.compile(_flexible("</p>"), re.IGNORECASE)
_EMPTY_LINE: Final = re.compile(rb"(?:" + _flexible("<br") + rb"(?:(?: |%20)?(?:/|%2F))?(?:>|%3E)){2}\Z", re.IGNORECASE)
_BEFORE: Final = 3 * len(f"{_OPEN}<p>")  # no octet is longer than `%3C`, and the empty line is shorter


def has_alternative(name: str, line: bytes) -> bool:
    """Whether the unfolded `line` of the property `name` holds an HTML copy that text can be put into."""
    if name == "DESCRIPTION":
        return _ALTREP.search(line, 0, _colon(line)) is not None
    return name in _NAMES and _HTML_TYPE.search(line, 0, _colon(line)) is not None and not _is_uri(line)


def additions(name: str, line: bytes, text: Sequence[str]) -> Iterator[tuple[int, bytes]]:
    """What to put where in the unfolded `line`: its HTML copy then holds the lines `text`, markers first and last."""
    said = f"{_OPEN}<p>{'<br>'.join(html.escape(one, quote=False) for one in text)}</p>{_CLOSE}"
    if name != "DESCRIPTION":
        yield _before_body_end(line, _colon(line) + 1, len(line), escape(said).encode())
        return
    found = _ALTREP.search(line, 0, _colon(line))
    if found is None:
        return
    yield _before_body_end(line, *found.span(1), quote_from_bytes(said.encode(), safe="").encode())


def removals(name: str, line: bytes, markers: Iterable[Markers]) -> Iterator[tuple[int, int]]:
    """Where our texts stand in the HTML copy of `line`, each between one pair of `markers`."""
    start, end = _colon(line) + 1, len(line)
    if name == "DESCRIPTION":
        found = _ALTREP.search(line, 0, start)
        start, end = found.span(1) if found is not None else (0, 0)
    at = start
    for first, last in sorted(span for marker in markers for span in _marked(line, start, end, marker)):
        if first >= at:
            begin, at = _with_what_is_around(line, first, last, at, end)
            yield begin, at


def _with_what_is_around(line: bytes, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """The span of the text at `[first, last)` and of what we or an editor put around it, within `[start, end)`."""
    before = max(start, first - _BEFORE)
    opened, closed = _OPENING.search(line, before, first), _CLOSING.match(line, last, end)
    if opened is None and closed is None:
        opened, closed = _PARAGRAPH.search(line, before, first), _PARAGRAPH_END.match(line, last, end)
        if opened is None or closed is None:
            opened, closed = _EMPTY_LINE.search(line, before, first), None
    return opened.start() if opened is not None else first, closed.end() if closed is not None else last


def _marked(line: bytes, start: int, end: int, marker: Markers) -> Iterator[tuple[int, int]]:
    """Each end marker with the begin marker closest before it; what is far apart or much is not ours."""
    begins = [found.span() for found in _pattern(marker.begin).finditer(line, start, end)]
    at = 0
    for closing in _pattern(marker.end).finditer(line, start, end):
        first = None
        while at < len(begins) and begins[at][1] <= closing.start():
            first, at = begins[at], at + 1
        if first is None or closing.start() - first[1] > MOST_BETWEEN:
            continue
        if marker.lines is None or len(_TAG.findall(line, first[1], closing.start())) <= marker.lines + _TAGS_BESIDE:
            yield first[0], closing.end()


def _colon(line: bytes) -> int:
    return unquoted_colon(line.decode("latin-1"))  # one character an octet


def _is_uri(line: bytes) -> bool:
    return _URI_VALUE.search(line, 0, _colon(line)) is not None


def _before_body_end(octets: bytes, start: int, end: int, said: bytes) -> tuple[int, bytes]:
    ends = [found.start() for found in _BODY_END.finditer(octets, start, end)]
    return ends[-1] if ends else end, said


@lru_cache(maxsize=64)
def _pattern(words: str) -> re.Pattern[bytes]:
    return re.compile(_flexible(html.escape(words, quote=False)), re.IGNORECASE)
