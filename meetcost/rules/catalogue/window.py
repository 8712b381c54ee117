# SPDX-License-Identifier: Apache-2.0
"""Allowed window: a kind of meeting takes place then or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from meetcost.model.moment import DAY
from meetcost.model.phrase import Phrase
from meetcost.rules.catalogue.clock import outside, written
from meetcost.rules.catalogue.form import Documentation
from meetcost.rules.days import weekday_name
from meetcost.rules.requirement import Breach, Traits

if TYPE_CHECKING:
    from meetcost.rules.requirement import Seen

_FIFTY_TWO: Final = "ATTENDEE;CUTYPE=GROUP:mailto:everybody@town.example"

DOC: Final = Documentation(
    table="window",
    title="Allowed window for a kind of meeting",
    what="Meetings of one kind, of a category or of more than so many people, take place only within this window.",
    why="Where large meetings have one place in the week, the rest of the week belongs to the work.",
    decided=(
        "The whole meeting has to lie inside, by the clock of the policy's zone. It may end when the window ends.",
        "An entry of whole days lies outside every window that is not the whole day.",
        (
            "Everybody who is asked counts, the organiser too, whatever they answered. A group counts as the directory "
            "says; one of unknown size leaves it in doubt, and the meeting is let pass and flagged."
        ),
        "Nothing is stepped over: a daily series does not quietly become a weekly one.",
        "How many such meetings there may be in a week is said by a quota.",
    ),
    clause="""[[window]]
people_over = 50
days = ["thursday"]
start = "11:00"
end = "17:00"

[[roster]]
address = "everybody@town.example"
kind = "group"
size = 60
""",
    bad=("SUMMARY:Town hall", _FIFTY_TWO, "DTSTART;TZID=Europe/Berlin:20261211T110000", "DURATION:PT1H"),
    mended=("SUMMARY:Town hall", _FIFTY_TWO, "DTSTART;TZID=Europe/Berlin:20261210T110000", "DURATION:PT1H"),
    source="Shopify, 2023: more than 50 people only in a six-hour window on Thursday, at most one a week.",
)


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end`, seconds of the day, of these weekdays (Monday 0)."""

    weekdays: frozenset[int]
    start: int = 0
    end: int = DAY
    kind: ClassVar = "window"
    traits: ClassVar = Traits(moves=True)

    def told(self) -> Phrase:
        """The rule in a sentence."""
        return self._said("a meeting is held only on {days} from {start} to {end}")

    def _said(self, template: str) -> Phrase:
        days = tuple(weekday_name(day) for day in sorted(self.weekdays))
        return Phrase.of(template, days=days, start=written(self.start), end=written(self.end))

    def breach(self, seen: Seen) -> Breach | None:
        """How much of it lies outside."""
        open_ = ((self.start, self.end),)
        worse = outside(seen.local, seen.local_end, lambda day: open_ if (day - 1) % 7 in self.weekdays else ())
        if not worse:
            return None
        named = "/".join(weekday_name(day).text()[:3] for day in sorted(self.weekdays))
        reason = self._said("such a meeting is held only on {days} from {start} to {end}")
        return Breach(reason, f"Only {named} {written(self.start)}-{written(self.end)}", worse)
