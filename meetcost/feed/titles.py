# SPDX-License-Identifier: Apache-2.0
"""What of the words of an invite may be shown: its title, its kind, the unit that called it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.feed.text import plain, title_of
from meetcost.model.directory import EntryKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy


class Titles:
    """The rules of one publisher; `withhold` are words: a title or a kind that holds one, in any case, is withheld."""

    def __init__(self, policy: Policy | None, directory: Directory, withhold: Iterable[str]) -> None:
        self._directory = directory
        self._withhold = tuple(word.casefold().strip() for word in withhold if word.strip())
        exemptions = policy.rules.exemptions if policy is not None else ()
        self._claims = frozenset(claim.lstrip("#").casefold() for one in exemptions for claim in one.claims)

    def withholds(self, meeting: Meeting) -> bool:
        """Whether a rule of the publisher keeps its title."""
        if not self._withhold:
            return False
        return any(map(self.keeps, (meeting.title, *meeting.categories)))

    def keeps(self, text: str) -> bool:
        """Whether a rule of the publisher keeps a text."""
        said = plain(text, len(text) + 1).casefold()
        return any(word in said for word in self._withhold)

    def title(self, meeting: Meeting) -> str:
        """As it may be shown; empty where it is withheld."""
        return "" if self.withholds(meeting) else title_of(meeting.title, self.names(meeting))

    def kind(self, meeting: Meeting) -> str:
        """The first of its categories that claims nothing."""
        if not meeting.categories or self.withholds(meeting):
            return ""
        found = (one for one in meeting.categories if one.strip().lstrip("#").casefold() not in self._claims)
        return title_of(next(found, ""), list(self.names(meeting)))

    def names(self, meeting: Meeting) -> Iterator[str]:
        """The names of the people on the invite, as written there and in the directory."""
        for who in meeting.participants:
            entry = self._directory.find(who)
            if entry is None or entry.kind is EntryKind.PERSON:
                yield who.name
                yield entry.name if entry is not None else ""


def called_by(meeting: Meeting, directory: Directory) -> str:
    """The unit of whoever called it; empty if nobody knows."""
    entry = directory.find(meeting.organizer) if meeting.organizer is not None else None
    return plain(entry.unit) if entry is not None else ""


def levels_of(directory: Directory) -> Mapping[str, str]:
    """Unit -> its level, the first one the directory gives."""
    levels: dict[str, str] = {}
    for entry in directory:
        if entry.unit and entry.level:
            levels.setdefault(plain(entry.unit), plain(entry.level))
    return levels
