# SPDX-License-Identifier: Apache-2.0
"""Longest duration."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final

from meetcost.model.moment import DAY
from meetcost.model.phrase import Lasting, Phrase
from meetcost.rules.catalogue.form import Documentation
from meetcost.rules.requirement import Breach, Traits

if TYPE_CHECKING:
    from meetcost.rules.requirement import Seen

DOC: Final = Documentation(
    table="duration",
    title="Longest duration",
    what="A meeting lasts at most so many minutes.",
    why="The hour somebody adds is added for everybody in the room.",
    decided=(
        (
            "What is measured is real time from start to end; breaks inside count. An entry of whole days counts as so "
            "many working hours a day as `[costing] day_hours` says, so that `720` is a day and a half. With times the "
            "nights count too: 9:00 to 17:00 of the next day is 32 hours, so enter what lasts days as whole days."
        ),
        (
            "A kind of meeting gets its own limit by `scope.categories`; what may be longer than the others is named by"
            " an `[[exemption]]` with `rules`, and what may be longer for a season by `from` and `until`."
        ),
        "A standing meeting that is too long may be changed as long as it stays within the time it had.",
    ),
    clause="""[[duration]]
at_most = 120
""",
    bad=("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261210T090000", "DURATION:PT3H"),
    mended=("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261210T090000", "DURATION:PT2H"),
    source="Zhangjiajie, 2022: at most 2 hours; the national rules of 2024: at most half a day, a main speech 1 hour, "
    "group discussion one and a half days.",
)


@dataclass(frozen=True, slots=True)
class Duration:
    """At most so many minutes; a whole day counts as `day_hours`."""

    at_most: int
    day_hours: Decimal = Decimal(8)
    kind: ClassVar = "duration"
    traits: ClassVar = Traits()

    def told(self) -> Phrase:
        """The rule in a sentence."""
        most = Lasting(self.at_most * 60)
        if self.at_most * 60 <= self.day_hours * 3600:
            return Phrase.of("a meeting lasts at most {most}", most=most)
        day = Lasting(int(self.day_hours * 3600))
        return Phrase.of("a meeting lasts at most {most}, a whole day taken as {day}", most=most, day=day)

    def breach(self, seen: Seen) -> Breach | None:
        """How many seconds it is too long."""
        seconds = seen.end - seen.start
        if seen.part.all_day:
            seconds = int(Decimal(max(1, -(-(seen.local_end - seen.local) // DAY))) * self.day_hours * 3600)
        if seconds <= self.at_most * 60:
            return None
        most = Lasting(self.at_most * 60)
        brief = f"Too long: {-(-seconds // 60)} min, at most {self.at_most}"
        return Breach(Phrase.of("lasts {length}, at most {most}", length=Lasting(seconds), most=most), brief, seconds)
