# SPDX-License-Identifier: Apache-2.0
"""A multistatus answer (RFC 4918 §13), read as it comes in: what it holds is handed on, and nothing else is kept.

No document type declaration is accepted, so no entity is ever expanded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from xml.parsers import expat

from meetcost.errors import MeetcostError

if TYPE_CHECKING:
    from collections.abc import Callable

_DEEPEST: Final = 64
_PIECE: Final = 1 << 16
_LONGEST: Final = 1 << 18
"""Octets of one tag or comment: it is in memory until it ends, and looked at again with each piece that comes."""
_LONGEST_KIND: Final = 1_000
"""Characters of the name of an element or attribute with its namespace, which is put before each of them anew."""
_LONGEST_TEXT: Final = 32 << 20
_LONGEST_NAME: Final = 1 << 14
"""Characters of an object, and of an address, a tag or a token."""
_DAV: Final = "DAV: "
_CALDAV: Final = "urn:ietf:params:xml:ns:caldav "
_TEXTS: Final = {
    f"{_DAV}href": "href",
    f"{_DAV}status": "status",
    f"{_DAV}getetag": "etag",
    f"{_CALDAV}calendar-data": "data",
    f"{_DAV}sync-token": "token",
}
_RESPONSE: Final = f"{_DAV}response"
_PROPSTAT: Final = f"{_DAV}propstat"
_COLLECTION: Final = f"{_DAV}collection"
_CALENDAR: Final = f"{_CALDAV}calendar"


class NotXmlError(MeetcostError):
    """The answer is no well-formed XML, ends too early, or declares a document type."""


class Resource(NamedTuple):
    """One resource of the answer. `status` is its own, 0 where only its properties have one; no text is empty text."""

    href: str
    status: int = 0
    etag: str = ""
    data: str = ""
    is_collection: bool = False
    is_calendar: bool = False


class Multistatus:
    """Feed it the octets of an answer; `found` is called with each resource. `token` is the sync-token, if any."""

    def __init__(self, found: Callable[[Resource], None]) -> None:
        self.token = ""
        self._found = found
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._room = 0
        self._fed = 0
        self._own: dict[str, str] = {}
        self._props: dict[str, str] = {}
        self._flags: set[str] = set()
        self._good: dict[str, str] = {}
        self._kinds: set[str] = set()
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = _no_doctype
        self._parser = parser

    def feed(self, octets: bytes) -> None:
        """The next octets; `NotXmlError`."""
        try:
            for at in range(0, len(octets), _PIECE):
                piece = octets[at : at + _PIECE]
                self._parser.Parse(piece, False)
                self._fed += len(piece)
                if self._fed - max(self._parser.CurrentByteIndex, 0) > _LONGEST:
                    raise NotXmlError("has a tag that is too long")
        except expat.ExpatError as error:
            raise NotXmlError("is no XML: {why}", why=expat.ErrorString(error.code)) from None

    def close(self) -> None:
        """The end; `NotXmlError` if it comes too early."""
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            raise NotXmlError("ends too early") from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(name) > _LONGEST_KIND or any(len(one) > _LONGEST_KIND for one in attributes):
            raise NotXmlError("has a name that is too long")
        if len(self._path) >= _DEEPEST:
            raise NotXmlError("is nested deeper than {most} levels", most=_DEEPEST)
        self._path.append(name)
        if name == _RESPONSE:
            self._own, self._good, self._kinds = {}, {}, set()
        elif name == _PROPSTAT:
            self._props, self._flags = {}, set()
        elif name in (_COLLECTION, _CALENDAR) and f"{_DAV}resourcetype" in self._path:
            self._flags.add(name)
        self._text = [] if name in _TEXTS else None
        self._room = _LONGEST_TEXT if _TEXTS.get(name) == "data" else _LONGEST_NAME

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._room -= len(text)
            if self._room < 0:
                raise NotXmlError("has a text that is too long")
            self._text.append(text)

    def _end(self, name: str) -> None:
        self._path.pop()
        text, self._text = self._text, None
        if text is not None:
            self._take(_TEXTS[name], "".join(text))
        elif name == _PROPSTAT:
            if _status(self._props.pop("status", "")) // 100 == 2:
                self._good |= self._props
                self._kinds |= self._flags
        elif name == _RESPONSE:
            self._found(
                Resource(
                    self._own.get("href", "").strip(),
                    _status(self._own.get("status", "")),
                    self._good.get("etag", "").strip(),
                    self._good.get("data", ""),
                    _COLLECTION in self._kinds,
                    _CALENDAR in self._kinds,
                )
            )

    def _take(self, what: str, text: str) -> None:
        parent = self._path[-1] if self._path else ""
        if what == "token":
            self.token = text.strip()
        elif parent == _RESPONSE:
            self._own.setdefault(what, text)
        elif _PROPSTAT in self._path and (what != "href"):
            self._props[what] = text


def _no_doctype(*_: object) -> None:
    raise NotXmlError("declares a document type, which no CalDAV answer needs")


def _status(line: str) -> int:
    """404 of `HTTP/1.1 404 Not Found`."""
    words = line.split(None, 2)
    return int(words[1]) if len(words) > 1 and words[1].isdecimal() and len(words[1]) == 3 else 0
