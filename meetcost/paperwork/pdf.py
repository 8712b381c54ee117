# SPDX-License-Identifier: Apache-2.0
"""The text of a PDF, which holds glyphs and places: its lines as paragraphs again, without heads and page numbers.

`pdf_text` reads with pypdf, which takes as long and as much memory as the file makes it: call it in a process that can
be ended, as the command does. A scanned paper has no text in it and is an error, not an empty document.
"""

from __future__ import annotations

import io
import logging
import re
import unicodedata
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Final

from meetcost.errors import Problem
from meetcost.paperwork.documents import DocumentError
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_PAGES: Final = 500

# What a PDF may give for whole characters that its fonts draw alike. Others (Kangxi radicals, ligatures) have a
# compatibility mapping; these have none (Unicode, EquivalentUnifiedIdeograph.txt).
_RADICALS: Final = str.maketrans(
    "⺁⺎⺒⺓⺠⺩⺬⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰",
    "厂兀巳幺民王示虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙",
)
_COMPATIBLE: Final = re.compile(r"[\u2e80-\u2fdf\ufb00-\ufb06]+")
_PAGE: Final = re.compile(
    r"(?:page|p\.|seite|第)?\s*[-–—·]?\s*\d{1,4}\s*(?:页)?\s*[-–—·]?\s*(?:(?:/|of|von|,|，|共)\s*共?\s*\d{1,4}\s*页?)?",
    re.IGNORECASE,
)
_CLOSED: Final = re.compile(r"[.!?:;。！？：；…]['\"”’)）]*$")
_OPENS: Final = re.compile(r"[-*•·#|]|\d{1,2}[.)、．]|[（(]?[一二三四五六七八九十]{1,3}[）)、．]|[^\s:：]{1,20}[:：]")
_CHINESE: Final = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_FULL: Final = 0.75
"""Of the longest line of a page: a line that is shorter has ended for a reason of its own."""


def pdf_text(octets: bytes) -> str:
    """The text of a PDF file, a paragraph a line; `DocumentError` if there is none to be had."""
    try:
        pages = _pages(octets)
    except DocumentError:
        raise
    except Exception as error:  # nowhere is it told apart what pypdf raises for a damaged file
        raise _error("is no PDF that can be read", "save it as PDF again, or give its original") from error
    text = "\n".join(paragraphs(pages))
    if not text.strip():
        raise _error("has no text in it; it may be scanned", "give its original")
    return text


def _pages(octets: bytes) -> list[list[str]]:
    from pypdf import PdfReader  # noqa: PLC0415 - the extra `pdf`

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says of a damaged file helps nobody here
    reader = PdfReader(io.BytesIO(octets))
    if reader.is_encrypted and not reader.decrypt(""):
        raise _error("is locked with a password", "save it without one")
    if len(reader.pages) > MOST_PAGES:
        raise _error(Sentence.of("has more than {most} pages", most=MOST_PAGES))
    return [_lines(page.extract_text()) for page in reader.pages]


def paragraphs(pages: Sequence[Sequence[str]]) -> Iterable[str]:
    """The lines of pages as paragraphs, without the first and last lines that all pages share.

    >>> list(paragraphs([["The budget was dis-", "cussed.", "- 1 -"]]))
    ['The budget was discussed.']
    """
    running = _running(pages)
    kept = [[line for line in page if _key(line) not in running and not _PAGE.fullmatch(line)] for page in pages]
    widest = max((_width(line) for line in chain(*kept)), default=0)
    so_far = last = ""
    for line in chain(*kept):
        if so_far and not _goes_on(so_far, line, last, widest):
            yield so_far
            so_far = ""
        so_far, last = _joined(so_far, line), line
    if so_far:
        yield so_far


def _lines(text: str) -> list[str]:
    """The lines of one page, with the characters that were meant."""
    text = _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text.translate(_RADICALS))
    return [line for line in (" ".join(one.split()) for one in text.split("\n")) if line]


def _running(pages: Sequence[Sequence[str]]) -> set[str]:
    """Heads and feet: what stands among the first or last lines of more than half of several pages."""
    edges = Counter(key for page in pages for key in {_key(line) for line in (*page[:2], *page[-2:])})
    return {key for key, times in edges.items() if len(pages) > 1 and times * 2 > len(pages)}


def _key(line: str) -> str:
    """A line without its numbers, which differ from page to page."""
    return re.sub(r"\d+", "0", line)


def _width(line: str) -> int:
    """Columns, a Chinese character as two."""
    return len(line) + len(_CHINESE.findall(line))


def _goes_on(so_far: str, line: str, last: str, widest: int) -> bool:
    """Whether `line` goes on with the paragraph whose last line was `last`."""
    if so_far.startswith("#") or _OPENS.match(line):
        return False
    full = _width(last) >= _FULL * widest
    return full or (line[:1].islower() and not _CLOSED.search(last))


def _joined(so_far: str, line: str) -> str:
    if not so_far:
        return line
    if so_far[-1] in "-\u00ad" and so_far[-2:-1].isalpha() and line[:1].islower():
        return so_far[:-1] + line
    space = "" if _CHINESE.match(so_far[-1]) and _CHINESE.match(line) else " "
    return f"{so_far}{space}{line}"


def _error(message: str, advice: str = "") -> DocumentError:
    return DocumentError(Problem("document-pdf", message, advice=advice))
