# SPDX-License-Identifier: Apache-2.0
"""What is to be done with one object of a calendar, and why. Nothing here asks a server or writes anything.

A meeting is written into only by its organiser (an attendee's copy is the server's, RFC 6638 §3.2.2), only while it is
still to come, and only if what stands there is missing, damaged, or off by a tenth: each write may send everybody a
mail. SEQUENCE stays as it is: a figure is no change of the meeting (RFC 5546 §2.1.4), and nobody's answer is reset.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from meetcost.disclosing.found import NOTHING, Figures, Found, Said, found_in
from meetcost.errors import CalendarError, UsageError
from meetcost.ics.expand import expand
from meetcost.ics.read import read
from meetcost.ics.scan import MEETINGS
from meetcost.invite import attach
from meetcost.paperwork.history import NO_RECORDS
from meetcost.values.span import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from meetcost.costing.rate_card import RateCard
    from meetcost.model.meeting import Meeting
    from meetcost.paperwork.history import History
    from meetcost.policy.policy import Policy

_END: Final = b"END:VCALENDAR"


class Why(StrEnum):
    """What is found, in one word. The first four are reasons to write, `GONE` to take our lines out."""

    NEW = "new"
    MOVED = "moved"
    DAMAGED = "damaged"
    GONE = "gone"
    UNCHANGED = "unchanged"
    NOTHING = "nothing to say"
    NOT_OURS = "not ours"
    OVER = "over"
    ERASED = "erased"
    NO_UID = "no UID"
    UNREADABLE = "unreadable"
    TOO_MUCH = "too much"

    @property
    def writes(self) -> bool:
        """Whether it is a reason to write."""
        return self in _WRITES


_WRITES: Final = frozenset((Why.NEW, Why.MOVED, Why.DAMAGED, Why.GONE))


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with an object: if `why.writes`, put `octets` in its place.

    `said` is what each component is to say after it, by RECURRENCE-ID; `before` what it says now. If nothing is to be
    written, `said` is what stands there.
    """

    why: Why
    meeting: Meeting | None = None
    octets: bytes = b""
    said: Mapping[str, Said] = field(default_factory=dict)
    before: Mapping[str, Found] = field(default_factory=dict)

    @property
    def uid(self) -> str:
        """Of the meeting; empty if there is none, or it has none."""
        return self.meeting.uid if self.meeting is not None else ""


@dataclass(frozen=True, slots=True)
class Planner:
    """Decides on objects, all under one policy and one rate card.

    `addresses` are those of the account, as `calendar_address` has them. What is over before `first` is left alone.
    With `remove` our lines are to go, and those alone: the dates that a guard made a series step over stay.
    """

    policy: Policy
    rates: RateCard | None
    addresses: frozenset[str]
    now: datetime
    first: datetime
    history: History = NO_RECORDS
    remove: bool = False

    def plan(self, octets: bytes, known: Mapping[str, Figures] | None = None) -> Plan:
        """What to do with this object; `known` are the figures that were written last, as the books have it."""
        meetings = read(octets, limits=self.policy.limits, components=MEETINGS).meetings
        if not meetings or not octets.rstrip().endswith(_END):
            return Plan(Why.UNREADABLE)
        first = meetings[0]
        if not first.uid or any(one.uid != first.uid for one in meetings):
            return Plan(Why.NO_UID, first)
        if not self._ours(meetings):
            return Plan(Why.NOT_OURS, first)
        there = found_in(octets, self.policy.limits)
        before = {key: one for key, one in there.items() if one.blocks or one.figures}
        stands = {key: Said(one.lines, one.figures) for key, one in before.items() if one.blocks}
        try:
            if not self.remove and not self._to_come(meetings):
                return Plan(Why.OVER, first, said=stands)
            written = self._written(octets)
        except (CalendarError, UsageError):
            return Plan(Why.TOO_MUCH, first)
        after = found_in(written, self.policy.limits)
        if (
            len(written) > self.policy.limits.octets
            or after.keys() != there.keys()
            or any(one.blocks > 1 for one in after.values())
        ):
            return Plan(Why.TOO_MUCH, first)  # with our lines a guard could not read it again
        said = {key: Said(one.lines, one.figures) for key, one in after.items() if one.blocks}
        why = self._why(before, said, known or {})
        return Plan(why, first, written, said, before) if why.writes else Plan(why, first, said=stands)

    def _ours(self, meetings: Sequence[Meeting]) -> bool:
        organizers = {part.organizer.address for one in meetings for part in (one, *one.overrides) if part.organizer}
        return bool(organizers) and organizers <= self.addresses

    def _to_come(self, meetings: Sequence[Meeting]) -> bool:
        span = Span(self.first, max(self.first, self.now) + timedelta(days=self.policy.rules.horizon_days))
        return any(expand(one, span, zone=self.policy.zone) for one in meetings)

    def _written(self, octets: bytes) -> bytes:
        if not self.remove:
            return attach(octets, policy=self.policy, rates=self.rates, now=self.now, history=self.history)
        return attach(octets, policy=self.policy, now=self.now, costs=False)

    def _why(self, before: Mapping[str, Found], said: Mapping[str, Said], known: Mapping[str, Figures]) -> Why:
        if before.keys() - said.keys():
            return Why.GONE
        if not said:
            return Why.NOTHING
        found = {key: before.get(key, NOTHING) for key in said}
        if not any(one.blocks for one in found.values()):
            return Why.NEW
        if any(one.blocks != 1 for one in found.values()):
            return Why.DAMAGED
        for key, one in said.items():
            stands = found[key].figures
            if stands is None and key in known:
                stands, one = known[key], one._replace(figures=_as_booked(one.figures))  # noqa: PLW2901
            if stands is None and found[key].digest != one.digest:
                return Why.DAMAGED
            if stands is not None and one.figures is not None and one.figures.moved_from(stands):
                return Why.MOVED
        return Why.UNCHANGED


def says(octets: bytes, said: Mapping[str, Said], policy: Policy) -> bool:
    """Whether an object says just that: one block in each of these components with these very lines, and no other."""
    found = {key: one for key, one in found_in(octets, policy.limits).items() if one.blocks}
    return found.keys() == said.keys() and all(
        one.blocks == 1 and one.digest == said[key].digest for key, one in found.items()
    )


def _as_booked(figures: Figures | None) -> Figures | None:
    """The books keep hours and the worth of them."""
    return Figures(figures.hours, figures.time) if figures is not None else None
