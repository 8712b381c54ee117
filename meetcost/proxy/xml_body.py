# SPDX-License-Identifier: Apache-2.0
"""XML on its way to a server, or from one to us: read within bounds, and refused where readers have been blown up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable

_DEEPEST: Final = 200
_MOST_ELEMENTS: Final = 500_000
_PIECE: Final = 65_536
_LONGEST: Final = 262_144
"""Octets of one tag: thousands of attributes are known only when all of them are in memory."""
_LONGEST_NAME: Final = 1_000
"""Characters of a name with its namespace, which is put before the name of each element and each attribute in it."""
DAV: Final = "DAV:"


class WrongXmlError(Exception):
    """XML that is not sent on; its text says why, in ASCII."""


def read_xml(octets: bytes, begin: Callable[[str], None], end: Callable[[str], None] | None = None) -> None:
    """Tell `begin` and `end` of each element, as `namespace name`. Raises `WrongXmlError`.

    It has to be UTF-8, without a document type, and not deeper than anybody nests.
    """
    parser = expat.ParserCreate("utf-8", " ")
    depth = count = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > _DEEPEST or count > _MOST_ELEMENTS:
            raise WrongXmlError("The XML has too many elements in each other, or altogether")
        if len(name) > _LONGEST_NAME or any(len(one) > _LONGEST_NAME for one in attributes):
            raise WrongXmlError("The XML has a name that is too long")
        begin(name)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name)

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = _refuse_type
    parser.XmlDeclHandler = _only_utf_8
    try:
        octets.decode("utf-8")  # its own mark of order lets the parser take it for UTF-16 all the same
        for at in range(0, len(octets), _PIECE):
            parser.Parse(octets[at : at + _PIECE], False)
            if at + _PIECE - max(parser.CurrentByteIndex, 0) > _LONGEST:
                raise WrongXmlError("The XML has a tag that is too long")
        parser.Parse(b"", True)
    except (expat.ExpatError, UnicodeDecodeError):
        raise WrongXmlError("The XML is not well-formed UTF-8") from None


def check_xml(octets: bytes) -> None:
    """Raise `WrongXmlError` for what is not sent on."""
    read_xml(octets, lambda _name: None)


def _refuse_type(*_parts: object) -> None:
    raise WrongXmlError("The XML has a document type")


def _only_utf_8(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
        raise WrongXmlError("The XML is not UTF-8")
