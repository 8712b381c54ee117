# SPDX-License-Identifier: Apache-2.0
"""Period of notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from meetcost.model.moment import DAY
from meetcost.model.phrase import Count, Phrase
from meetcost.rules.catalogue.form import Documentation
from meetcost.rules.exemption import Unit, Within
from meetcost.rules.requirement import Breach, Traits
from meetcost.values.span import instant

if TYPE_CHECKING:
    from meetcost.rules.requirement import Around, Seen

DOC: Final = Documentation(
    table="notice",
    title="Period of notice",
    what="A meeting is called so long before it begins: working days, days or hours.",
    why="Whoever is called at short notice drops what they were at, and nobody counts what that costs.",
    decided=(
        (
            "What counts is the moment of the write. DTSTAMP and CREATED are written by whoever sends the invite, so "
            "they prove nothing."
        ),
        (
            "`5 working days`: the meeting is on the fifth working day after today or later, in the policy's zone, by "
            "its public holidays. `48 hours` are counted from now."
        ),
        (
            "An instance that stood keeps its right as long as its time does not change: a reply, a new title, one more"
            " agenda item, one more person pass at any time. A new time is a new notice."
        ),
        "Cancelling always passes. In an audit, where nobody knows when a meeting was written, it is not asked.",
        "A copy that is put into another calendar is a write too: bind the calendars or organisers it is meant for.",
    ),
    clause="""[[notice]]
at_least = "5 working days"
""",
    bad=("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261207T090000", "DURATION:PT1H"),
    mended=("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261208T090000", "DURATION:PT1H"),
    source="Zhangjiajie, 2022: the scheme is filed 5 working days ahead.",
)


@dataclass(frozen=True, slots=True)
class Notice:
    """At least so long before the start."""

    at_least: Within
    kind: ClassVar = "notice"
    traits: ClassVar = Traits(moves=True)

    def told(self) -> Phrase:
        """The rule in a sentence."""
        return Phrase.of("a meeting is called at least {length} ahead", length=self._length())

    def breach(self, seen: Seen) -> Breach | None:
        """By how many seconds it comes too late; nothing for what is over, or is not being written."""
        around = seen.around
        if not around.at_write or seen.end < around.now:
            return None
        earliest = around.memo.get(self)
        if earliest is None:
            earliest = around.memo[self] = self._earliest(around)
        if seen.start >= earliest:
            return None
        amount, unit = self.at_least.amount, self.at_least.unit
        template = "called less than {length} ahead; possible from {earliest} on"
        when = instant(earliest).astimezone(around.zone.tzinfo)
        reason = Phrase.of(template, length=self._length(), earliest=when)
        return Breach(reason, f"Too late: {amount} {unit} ahead, from {when:%Y-%m-%d %H:%M}", earliest - seen.start)

    def _length(self) -> Count:
        amount = self.at_least.amount
        if self.at_least.unit is Unit.HOURS:
            return Count(amount, "{count} hour", "{count} hours")
        if self.at_least.unit is Unit.DAYS:
            return Count(amount, "{count} day", "{count} days")
        return Count(amount, "{count} working day", "{count} working days")

    def _earliest(self, around: Around) -> int:
        if self.at_least.unit is Unit.HOURS:
            return around.now + self.at_least.amount * 3600
        after = self.at_least.after(instant(around.now).astimezone(around.zone.tzinfo), around.calendar)
        return around.zone.to_epoch((after.toordinal() - 1) * DAY)
