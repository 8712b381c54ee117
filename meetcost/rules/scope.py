# SPDX-License-Identifier: Apache-2.0
"""Whom and what a rule binds.

What is not known binds: a meeting without an organiser, or in a calendar the caller did not name, is inside a scope of
organisers or calendars. A category is said by the invite itself, so a scope of categories binds what carries one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from meetcost.model.attendee import calendar_address
from meetcost.values.citation import Citation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting


UNSOURCED: Final = Citation("")
"""Of a rule for which nobody said where it is written."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Empty lists bind everything. Calendars and organisers are patterns as in file names (`*@town.example`).

    An organiser may also be `unit:Planning`, which binds all of that unit in the directory. `directory_only` binds
    only organisers that the directory knows.
    """

    calendars: tuple[str, ...] = ()
    organisers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    directory_only: bool = False

    def binds(self, meeting: Meeting, directory: Directory, calendar: str | None = None) -> bool:
        """Whether `meeting` (one component: a master or an override) is bound."""
        return (
            self._binds_calendar(calendar)
            and self._binds_organiser(meeting, directory)
            and self._binds_categories(meeting)
        )

    def _binds_calendar(self, calendar: str | None) -> bool:
        if not self.calendars or calendar is None:
            return True
        name = calendar.strip("/")
        return any(fnmatchcase(name, pattern.strip("/")) for pattern in self.calendars)

    def _binds_organiser(self, meeting: Meeting, directory: Directory) -> bool:
        if meeting.organizer is None:
            return True
        who = meeting.organizer
        if self.directory_only and directory.find(who) is None:
            return False
        known = [who.address, who.email] if who.email else [who.address]
        return not self.organisers or any(matches(one, self.organisers, directory) for one in known)

    def _binds_categories(self, meeting: Meeting) -> bool:
        if not self.categories:
            return True
        said = {category.strip().casefold() for category in meeting.categories}
        return any(category.casefold() in said for category in self.categories)


EVERYTHING: Final = Scope()


def matches(address: str, patterns: Iterable[str], directory: Directory) -> bool:
    """Whether an address, any alias of it, or its unit is among `patterns`."""
    entry = directory.find(address)
    known = {calendar_address(address)}
    if entry is not None:
        known |= {calendar_address(one) for one in (entry.address, *entry.aliases)}
    for pattern in patterns:
        if pattern.startswith("unit:"):
            if entry is not None and entry.unit and entry.unit == pattern.removeprefix("unit:"):
                return True
        elif any(fnmatchcase(one, calendar_address(pattern)) for one in known):
            return True
    return False
