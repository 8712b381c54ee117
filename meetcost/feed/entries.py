# SPDX-License-Identifier: Apache-2.0
"""From rows to entries: each public meeting with its occurrences, and the counts of what has no entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Final

from meetcost.costing.small_bands import FEWEST
from meetcost.disclosure.public_id import public_id
from meetcost.feed.copies import confidential
from meetcost.feed.publication import Entry, Held, Withheld
from meetcost.feed.text import plain
from meetcost.feed.titles import called_by
from meetcost.model.moment import DAY
from meetcost.model.zone import UTC_TIME
from meetcost.rules.counted import REFERENCE, Counts, counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from meetcost.feed.publication import Measured
    from meetcost.feed.titles import Titles
    from meetcost.feed.work import Works
    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.policy.policy import Policy
    from meetcost.rows import Row

FEWEST_WITHHELD: Final = FEWEST
"""The hours of confidential meetings are said from so many on: of fewer they would be those of each."""
_EXAMPLES: Final = 20


class MeetingTest:
    """Whether the policy calls something a meeting; what cannot be told is taken for one."""

    def __init__(self, policy: Policy | None, directory: Directory) -> None:
        self._definition = policy.rules.definition if policy is not None else REFERENCE
        self._directory = directory
        self._known: dict[int, tuple[Meeting, bool]] = {}  # by id: each holds its key, so no id is used twice

    def __call__(self, meeting: Meeting) -> bool:
        """Asked once of each."""
        known = self._known.get(id(meeting))
        if known is None:
            found = counts(meeting, self._directory, self._definition) is not Counts.NO
            known = self._known[id(meeting)] = (meeting, found)
        return known[1]


@dataclass
class Collected:
    """What the rows of one window come to."""

    policy: Policy | None
    directory: Directory
    works: Works
    titles: Titles
    is_meeting: MeetingTest
    measured: Callable[[str, str], Measured | None] | None = None
    shortened: set[str] = field(default_factory=set)
    not_meetings: int = 0
    secret_count: int = 0
    secret_seconds: int = 0
    examples: list[Meeting] = field(default_factory=list)

    def entries(self, found: Iterable[Row]) -> tuple[Entry, ...]:
        """The public meetings, in the order of their first occurrence."""
        made = (self._entry(list(group)) for _, group in groupby(found, key=lambda row: row.occurrence.meeting.uid))
        entries: dict[str, Entry] = {}
        for entry in made:
            if entry is not None:
                twin = entries.get(entry.id)
                held = tuple(sorted((*(twin.held if twin else ()), *entry.held), key=lambda one: (one.start, one.end)))
                entries[entry.id] = entry._replace(held=held)
        return tuple(sorted(entries.values(), key=lambda entry: (entry.held[0].start, entry.id)))

    @property
    def withheld(self) -> Withheld:
        """The confidential meetings, as far as they may be counted."""
        return Withheld(self.secret_count, self.secret_seconds if self.secret_count >= FEWEST_WITHHELD else None)

    def _entry(self, found: Sequence[Row]) -> Entry | None:
        held, described = [], None
        for row in found:
            meeting = row.occurrence.meeting
            if not self.is_meeting(meeting):
                self.not_meetings += 1
            elif confidential(meeting):
                self.secret_count += 1
                self.secret_seconds += row.priced.seconds
            else:
                held.append(self._held(row))
                described = described or meeting
        if described is None:
            return None
        if len(self.examples) < _EXAMPLES:
            self.examples.append(described)
        titles = self.titles
        id_, title, withheld = public_id(described.uid), titles.title(described), titles.withholds(described)
        if not withheld and title != plain(described.title):
            self.shortened.add(id_)
        return Entry(
            id_,
            title,
            called_by(described, self.directory),
            described.recurring,
            tuple(held),
            self.works.paperwork(described),
            titles.kind(described),
            withheld,
        )

    def _held(self, row: Row) -> Held:
        occurrence = row.occurrence
        zone = self.policy.zone if self.policy is not None else UTC_TIME
        local = occurrence.local if occurrence.all_day else zone.to_local(occurrence.start)
        rules = self.policy.rules.rules if self.policy is not None else ()
        banned = tuple(rules[at].id for at in row.rules)
        return Held(
            occurrence.start,
            occurrence.end,
            local // DAY,
            occurrence.all_day,
            self.works.of(row),
            banned,
            self._exemption(occurrence.meeting, banned) if banned else "",
            self._measured(occurrence) if self.measured is not None else None,
        )

    def _exemption(self, meeting: Meeting, banned: tuple[str, ...]) -> str:
        """The class that the meeting claims, and may, from all the rules that ban its day."""
        for one in self.policy.rules.exemptions if self.policy is not None else ():
            covers = not one.rules or one.rules.issuperset(banned)
            if covers and one.claimed(meeting) and one.open_to(meeting, self.directory):
                return plain(one.name)
        return ""

    def _measured(self, occurrence: Occurrence) -> Measured | None:
        id_ = occurrence.id
        key = str(id_.recurrence_id) if id_.recurrence_id is not None else ""
        return self.measured(id_.uid, key) if self.measured is not None else None
