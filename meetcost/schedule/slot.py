# SPDX-License-Identifier: Apache-2.0
"""A time that is proposed, why none is, and how both are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from meetcost.words.forms import clock, day
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from meetcost.model.attendee import Attendee
    from meetcost.model.cost import Cost
    from meetcost.model.phrase import Phrase
    from meetcost.words.say import Language

_JOIN: Final = {"en": ", ", "zh": "、"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A permitted time, from `start` up to `end`, both in the policy's zone.

    `conflicts`: who is optional and busy; `free`: whose calendar was looked at and is free; `unknown`: who has to be
    free, or may come, and was not looked at. Everybody invited is in one of the three, and so is each room. `cost` is
    that of the meeting at this time; `assumptions` are what the days and hours rest on.
    """

    start: datetime
    end: datetime
    conflicts: tuple[Attendee, ...]
    free: tuple[Attendee, ...]
    unknown: tuple[Attendee, ...]
    cost: Cost = field(repr=False, compare=False)
    all_day: bool = False
    assumptions: tuple[Phrase, ...] = field(default=(), repr=False, compare=False)

    @property
    def everyone_free(self) -> bool:
        """Whether everybody was looked at and is free, optional people and rooms too."""
        return bool(self.free) and not self.conflicts and not self.unknown

    @property
    def required_free(self) -> bool:
        """Whether everybody was looked at, and only optional people are busy."""
        return bool(self.free) and not self.unknown

    def text(self, language: Language = "en") -> str:
        """`Free for all 9: Thu 10 Dec 10:00.`"""
        return slots_text([self], language)


def slots_text(slots: Sequence[Slot], language: Language = "en") -> str:
    """All of them in one sentence, which says `free for all` only if all calendars were looked at; empty for none.

    Years are shown where the slots lie in several.
    """
    if not slots:
        return ""
    times = _times(slots, language)
    people = _people(slots[0].free)
    if people and all(slot.everyone_free for slot in slots):
        return say_count(people, "Free: {times}.", "Free for all {count}: {times}.", language, times=times)
    if people and all(slot.required_free for slot in slots):
        return say("Free for all who have to be there: {times}.", language, times=times)
    everybody = max(len(slot.free) + len(slot.conflicts) + len(slot.unknown) for slot in slots)
    known = everybody - max(len(slot.unknown) for slot in slots)
    if not everybody:
        return say("Permitted: {times}.", language, times=times)
    if not known:
        return say("Permitted: {times} (no calendar was looked at).", language, times=times)
    template = "Permitted: {times} (calendars of {known} of {all} looked at)."
    return say(template, language, times=times, known=known, all=everybody)


def _people(free: Sequence[Attendee]) -> int:
    return sum(not who.cutype.is_thing for who in free)


def _times(slots: Sequence[Slot], language: Language) -> str:
    """`Thu 10 Dec 09:00, 10:30, Fri 11 Dec 09:00`: a day is named once where several of its times follow each other."""
    several_years = len({slot.start.year for slot in slots}) > 1
    parts = []
    named = None
    for slot in slots:
        when = [] if slot.start.date() == named else [day(slot.start.date(), language, year=several_years)]
        when += [] if slot.all_day else [clock(slot.start)]
        named = slot.start.date()
        parts.append(" ".join(when) + _without(slot, language))
    return _JOIN[language].join(parts)


def _without(slot: Slot, language: Language) -> str:
    if not slot.conflicts:
        return ""
    if len(slot.conflicts) > 1:
        return say(" (without {count} who are optional)", language, count=len(slot.conflicts))
    return say(" (without {who})", language, who=slot.conflicts[0])


class Lack(StrEnum):
    """What there is none of."""

    WORKING_DAY = "working-day"
    PERMITTED_DAY = "permitted-day"
    ROOM_FOR_IT = "room-for-it"  # no stretch of permitted working hours is as long as the meeting
    PERMITTED_TIME = "permitted-time"  # no time of those days keeps the rules on hours, windows and notice
    FREE_TIME = "free-time"


@dataclass(frozen=True, slots=True)
class NoSlots:
    """Why nothing was found. `blockers`: without whom most would be, those first, where one of them is all it takes."""

    lack: Lack
    reason: Phrase
    blockers: tuple[Attendee, ...] = ()
    assumptions: tuple[Phrase, ...] = ()

    def text(self, language: Language = "en") -> str:
        """The reason, and who stands in the way if it is one person."""
        said = self.reason.text(language)
        if self.blockers:
            names = _JOIN[language].join(str(who) for who in self.blockers)
            said = say("{reason}; it would do without one of: {who}", language, reason=said, who=names)
        return f"{said[0].upper()}{said[1:]}{'.' if language == 'en' else '。'}"
