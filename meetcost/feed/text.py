# SPDX-License-Identifier: Apache-2.0
"""Text from outside, made fit to stand in a page, a feed, a calendar, a table.

Escaping is the business of each format. What is done here is what no format does: characters that XML 1.0 §2.2 does
not allow, that turn the direction of writing (Unicode UAX #9) or move a cursor are taken out, and so are addresses and
names of people in titles.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from unicodedata import normalize
from urllib.parse import urlsplit

from meetcost.errors import UsageError
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_TITLE: Final = 200
"""Characters of a title or a name; what is longer is cut and ends in an ellipsis."""
_READ: Final = 4 * LONGEST_TITLE
_SCHEMES: Final = ("https", "http", "mailto")
_WITHHELD: Final = "…"

_UNSAFE: Final = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029]"  # control characters, line and paragraph separators
)
_UNSEEN: Final = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\\U000e0000-\\U000e007f]"
)
_SPACES: Final = re.compile(r"\s+")
_ADDRESS: Final = re.compile(r"(?:mailto:)?[^\s@<>()\[\],;:\"'，；：（）]{1,64}@[^\s@<>()\[\],;:\"'，；：（）]{1,190}")
_FORMULA: Final = re.compile("(^|;[ ]*)(?=[-=+@\t\r＝＋－＠])")


@lru_cache(1 << 12)  # the same few units and titles come by again and again
def plain(text: str, longest: int = LONGEST_TITLE) -> str:
    """One line without anything that is not to be seen, at most `longest` characters.

    >>> plain("Budget\\u202egnp.exe\\r\\nround")
    'Budgetgnp.exe round'
    """
    cut = text[: max(_READ, longest)]
    seen = normalize("NFC", _UNSEEN.sub("", _UNSAFE.sub(" ", cut)))  # one spelling, in which names are found
    line = _SPACES.sub(" ", seen).strip()
    if len(line) > longest or len(text) > len(cut):
        line = f"{line[: longest - 1].rstrip()}…"
    return line


def title_of(text: str, names: Iterable[str] = (), longest: int = LONGEST_TITLE) -> str:
    """A title as it may be shown, at most `longest` characters: no calendar address in it, and none of `names`.

    >>> title_of("Ann Berger: appraisal (ann@town.example)", ["Ann Berger"])
    '…: appraisal (…)'
    """
    line = plain(text, max(_READ, longest))  # cut at the end, so that no part of a name is left
    if "@" in line:
        line = _ADDRESS.sub(_WITHHELD, line)
    for name in sorted({plain(name) for name in names}, key=lambda name: (-len(name), name)):
        if _telling(name) and name.casefold() in line.casefold():
            line = re.sub(re.escape(name), _WITHHELD, line, flags=re.IGNORECASE)
    return plain(line, longest)


def _telling(name: str) -> bool:
    """Whether a name is one: `Ann Berger` or `王敏`, not `Ann` or `IT`."""
    return " " in name if name.isascii() else len(name) > 1


def link(address: str, what: str = "link") -> str:
    """`address` if it may become a link: http, https or mailto; `UsageError` for anything else. Empty stays empty.

    A bare mail address becomes a mailto.
    """
    found = address.strip()
    if not found:
        return ""
    if "@" in found and ":" not in found and "/" not in found:
        found = f"mailto:{found}"
    if plain(found, len(found)) != found or " " in found or '"' in found:
        raise UsageError(
            "{what}: `{address}` is no address; leave out spaces and control characters",
            what=what,
            address=plain(address, 60),
        )
    try:
        parts = urlsplit(found)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in _SCHEMES or (parts.scheme != "mailto" and not parts.netloc):
        advice = Sentence.of("write https://…, http://… or a mail address")
        raise UsageError(
            "{what}: `{address}` cannot be a link; {advice}", what=what, address=plain(address, 60), advice=advice
        )
    return found


def csv_text(text: str) -> str:
    """A cell that no spreadsheet program takes for a formula (OWASP, CSV injection): an apostrophe goes before it.

    So it does behind a semicolon, at which Excel begins a cell where the comma is the decimal sign, quoted or not.

    >>> csv_text('=HYPERLINK("http://x","y")')
    '\\'=HYPERLINK("http://x","y")'
    """
    return _FORMULA.sub(r"\1'", text)
