# SPDX-License-Identifier: Apache-2.0
"""Largest attendance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from meetcost.model.phrase import Phrase
from meetcost.rules.catalogue.form import Documentation
from meetcost.rules.requirement import Breach, Traits

if TYPE_CHECKING:
    from meetcost.rules.requirement import Seen

_TWO: Final = ("ATTENDEE:mailto:bob@town.example", "ATTENDEE:mailto:eve@town.example")
_AT: Final = ("ORGANIZER:mailto:ann@town.example", "DTSTART;TZID=Europe/Berlin:20261210T090000", "DURATION:PT1H")

DOC: Final = Documentation(
    table="attendance",
    title="Largest attendance",
    what="At most so many people take part; classes of meetings have a table each, with `scope.categories`.",
    why="Whoever has to count heads asks those who are needed.",
    decided=(
        (
            "Everybody who is asked counts, the organiser too, whatever they answered: an answer can neither mend nor "
            "break it. Rooms and resources are nobody; one person under two addresses is one."
        ),
        (
            "A group counts as the directory says; one of unknown size leaves it in doubt, and the meeting is let pass "
            "and flagged."
        ),
        (
            "A standing meeting that is too large may be changed as long as nobody is asked who was not asked before: "
            "whoever takes another's place is added."
        ),
    ),
    clause="""[[attendance]]
at_most = 2
scope.categories = ["class 4"]
""",
    bad=("SUMMARY:Review", "CATEGORIES:class 4", *_TWO, *_AT),
    mended=("SUMMARY:Review", "CATEGORIES:class 4", _TWO[0], *_AT),
    source="财行〔2016〕214号: at most 300, 150, 50 people for meetings of class 2, 3, 4 (edition of 2013, read "
    "second-hand).",
)

_UNSURE: Final = Phrase("how many people a group stands for is not known")


@dataclass(frozen=True, slots=True)
class AttendanceLimit:
    """At most so many people."""

    at_most: int
    kind: ClassVar = "attendance"
    traits: ClassVar = Traits(timeless=True)

    def told(self) -> Phrase:
        """The rule in a sentence."""
        return Phrase.of("at most {most} people may take part", most=self.at_most)

    def breach(self, seen: Seen) -> Breach | None:
        """How many there are, and who."""
        people = seen.people
        if people.most <= self.at_most:
            return None
        if people.least <= self.at_most:
            return Breach(self.told(), f"At most {self.at_most} people", people.least, people.who, _UNSURE)
        reason = Phrase.of("{people} people, at most {most}", people=people.least, most=self.at_most)
        brief = f"Too many: {people.least} people, at most {self.at_most}"
        return Breach(reason, brief, people.least, people.who)
