# SPDX-License-Identifier: Apache-2.0
"""The text of a document: Markdown, plain text, HTML or Word (.docx), without its markup.

Any octets give a text or a `DocumentError`, within stated limits: text is read up to `MOST_TEXT`, Markdown up to
`MOST_MARKDOWN`, a Word document, which may hold pictures, up to `MOST_OCTETS` and its text up to as much once
unpacked. Headings keep a `#` for each level, list items a bullet, so that whoever reads the text can still tell what
stands where; neither is a word. PDF, which holds glyphs and places, is read in `pdf`.
"""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from pathlib import PurePath
from typing import Final
from xml.etree import ElementTree as ET

from meetcost.errors import LocatedError, Problem
from meetcost.words.sentence import Sentence

MOST_OCTETS: Final = 20 * 1024 * 1024
MOST_TEXT: Final = 1024 * 1024
"""Octets; a transcript of three hours has a fifth of it."""
MOST_MARKDOWN: Final = 256 * 1024
MOST_LINES: Final = 20_000
"""Of Markdown: each element of a list takes 50 µs and 2 kB on its way."""
SUFFIXES: Final = (".md", ".markdown", ".txt", ".text", ".html", ".htm", ".docx")

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BLOCKS: Final = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header "
    "hr li main nav ol p pre section table tbody tr ul".split()
)
_COMMENT_END: Final = re.compile("--!?>")
_SILENT: Final = frozenset("script style head title nav template noscript svg".split())
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}


class DocumentError(LocatedError):
    """A document that gives no text; `problem` says why."""


def text_of(octets: bytes, name: str) -> str:
    """The text of the document `name`, whose suffix says what it is; `DocumentError` if it cannot be had."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise _unusable(
            "document-kind",
            Sentence.of("`{kind}` is no kind of document that is read here", kind=suffix or name),
            _KINDS,
        )
    most = {".docx": MOST_OCTETS, ".md": MOST_MARKDOWN, ".markdown": MOST_MARKDOWN}.get(suffix, MOST_TEXT)
    if len(octets) > most:
        raise _unusable("document-size", Sentence.of("is larger than {most:,} octets", most=most))
    if suffix == ".docx":
        return _word(octets)
    text = decoded(octets)
    if suffix in (".html", ".htm"):
        return _html(text)
    return text if suffix in (".txt", ".text") else _markdown(text)


_KINDS: Final = Sentence.of("give one of {suffixes}, or a PDF", suffixes=SUFFIXES)


def decoded(octets: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB18030, in which much Chinese text is kept; `DocumentError` for others."""
    encodings = ("utf-16",) if octets[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = octets.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise _unusable("document-encoding", "is no text in UTF-8, UTF-16 or GB18030", "save it as UTF-8")


# --- HTML and Markdown -----------------------------------------------------------------------------------------------


class _Text(HTMLParser):
    """Lines of text; what is never shown is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag in _BLOCKS and not self._silent:
            self.pieces.append("\n" + "#" * _HEADINGS.get(tag, 0) + " " * (tag in _HEADINGS))
            if tag == "li":
                self.pieces.append("- ")
        elif tag in ("td", "th"):
            self.pieces.append(" | ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag in _BLOCKS and not self._silent:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)


def _html(text: str) -> str:
    """`<p>` and its like end a line; runs of white space within one are a space, as a browser shows them."""
    parser = _Text()
    text = _without_open_tags(_without_comments(text))
    try:
        parser.feed(text.replace("\n", " ") if "<pre" not in text.lower() else text)
        parser.close()
    except AssertionError:  # what the standard library's parser says of a declaration that is none
        raise _unusable("document-html", "holds a `<!` declaration that is none", "take it out") from None
    lines = (" ".join(line.split()) for line in "".join(parser.pieces).split("\n"))
    return "\n".join(lines)


def _without_comments(text: str) -> str:
    """The parser looks for the end of each comment anew; where there is none, that is the square of their number.

    `<!-->` is one (HTML 13.2.5.43). What has no end is none: it may stand in a script, and nothing is to be lost.
    """
    pieces, at = [], 0
    while (begin := text.find("<!--", at)) >= 0:
        pieces.append(text[at:begin])
        end = _COMMENT_END.search(text, begin + 2)
        if end is None:
            return "".join([*pieces, text[begin:].replace("<!--", "")])
        at = end.end()
    return "".join([*pieces, text[at:]])


def _without_open_tags(text: str) -> str:
    """The parser looks for the end of each tag anew; behind the last one there is none, and `<` is text."""
    last = text.rfind(">") + 1
    return text[:last] + text[last:].replace("<", "&lt;")


def _markdown(text: str) -> str:
    """By way of HTML, so that links, emphasis, tables and comments are read as every renderer reads them."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only for those who have Markdown

    if text.count("\n") > MOST_LINES:
        raise _unusable(
            "document-size", Sentence.of("has more than {most:,} lines", most=MOST_LINES), "save it as plain text"
        )
    head = text.startswith("---\n") and text.find("\n---\n", 3)
    if head and head > 0:
        text = text[head + 5 :]
    renderer = MarkdownIt("commonmark", {"breaks": True, "maxNesting": 20}).enable(["table", "strikethrough"])
    return _html(renderer.render(text))


# --- Word ------------------------------------------------------------------------------------------------------------


def _word(octets: bytes) -> str:
    """Paragraphs of the main document part (ECMA-376 Part 1, 17.2.2); headers, footers, deletions are no part of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive, archive.open("word/document.xml") as part:
            content = part.read(MOST_OCTETS + 1)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise _unusable("document-word", "is no Word document", "save it as .docx again") from error
    if len(content) > MOST_OCTETS:
        raise _unusable("document-size", Sentence.of("is larger than {most:,} octets when unpacked", most=MOST_OCTETS))
    root = _tree(content)
    return "\n".join(_paragraph(one) for one in root.iter(f"{_WORD}p"))


def _tree(content: bytes) -> ET.Element:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _unusable("document-word", "has a document type declaration, which no Word document has")
    try:
        return ET.fromstring(content)  # noqa: S314 - no entities, see above
    except (ET.ParseError, ValueError, LookupError) as error:
        raise _unusable("document-word", "holds no well-formed XML", "save it as .docx again") from error


def _paragraph(paragraph: ET.Element) -> str:
    pieces = []
    for one in paragraph.iter():
        if one.tag == f"{_WORD}t":
            pieces.append(one.text or "")
        elif one.tag in (f"{_WORD}tab", f"{_WORD}br", f"{_WORD}cr"):
            pieces.append("\n" if one.tag != f"{_WORD}tab" else " ")
    style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
    name = style.get(f"{_WORD}val", "").lower() if style is not None else ""
    level = name.removeprefix("heading").strip()
    if name == "title" or (name.startswith("heading") and level in "123456789"):
        return f"{'#' * (1 if name == 'title' else int(level or 1))} {''.join(pieces)}"
    listed = paragraph.find(f"{_WORD}pPr/{_WORD}numPr") is not None
    return f"- {''.join(pieces)}" if listed else "".join(pieces)


def _unusable(code: str, message: str, advice: str = "") -> DocumentError:
    return DocumentError(Problem(code, message, advice=advice))
