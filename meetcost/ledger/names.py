# SPDX-License-Identifier: Apache-2.0
"""Whether the title of a meeting names anybody.

A title is taken into the books only where it does not: not that of a private or confidential meeting (CLASS, RFC 5545
§3.8.1.3), not with an address in it, not with a part of the name or address of somebody who takes part, not with the
whole name of somebody in the directory. Rather one title too many is withheld than one name too few.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from meetcost.ledger.rows import Withheld, holds_address
from meetcost.model.directory import Directory, EntryKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.model.meeting import Meeting

_OPEN: Final = ("", "PUBLIC")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_HAN: Final = re.compile("[\u3400-\u9fff]+")
_SHORTEST: Final = 2
_LONGEST_HAN: Final = 8


class Names:
    """Knows the people of a directory, and of each meeting those who take part."""

    def __init__(self, directory: Directory | None = None) -> None:
        self._directory = directory if directory is not None else Directory()
        self._by_word: dict[str, list[frozenset[str]]] = {}
        self._han: set[str] = set()
        for entry in self._directory:
            if entry.kind is EntryKind.PERSON:
                self._learn(entry.name.casefold())

    def withheld(self, meeting: Meeting) -> Withheld:
        """Why the title may not stand in the books; empty if it may."""
        if meeting.classification.upper() not in _OPEN:
            return "class"
        if holds_address(meeting.title):
            return "address"
        title = meeting.title.casefold()
        words = set(_LETTERS.findall(title))
        for part in self._parts(meeting):
            if part in words or (_HAN.fullmatch(part) and part in title):  # Chinese is written without spaces
                return "participant"
        if any(name <= words for word in words for name in self._by_word.get(word, ())):
            return "person"
        if self._han and any(part in self._han for part in _stretches(title)):
            return "person"
        return ""

    def _learn(self, name: str) -> None:
        words = frozenset(_LETTERS.findall(name))
        if words:
            self._by_word.setdefault(min(words), []).append(words)
        self._han.update(part for part in _HAN.findall(name) if _SHORTEST <= len(part) <= _LONGEST_HAN)

    def _parts(self, meeting: Meeting) -> Iterator[str]:
        """The parts of the names and addresses of those who take part: an address on two lines may have two names."""
        for who in (*meeting.attendees, *filter(None, [meeting.organizer])):
            entry = self._directory.find(who)
            local = who.address.removeprefix("mailto:").partition("@")[0]
            for name in (who.name, local, entry.name if entry is not None else ""):
                yield from (part for part in _LETTERS.findall(name.casefold()) if len(part) >= _SHORTEST)


def _stretches(title: str) -> Iterator[str]:
    """Every stretch of Chinese characters as long as a name."""
    for run in _HAN.findall(title):
        for start in range(len(run)):
            for end in range(start + _SHORTEST, min(start + _LONGEST_HAN, len(run)) + 1):
                yield run[start:end]
