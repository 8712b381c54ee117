# SPDX-License-Identifier: Apache-2.0
"""Agenda required."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from meetcost.model.phrase import Count, Phrase
from meetcost.rules.catalogue.form import Documentation
from meetcost.rules.requirement import Breach, Traits

if TYPE_CHECKING:
    from meetcost.rules.requirement import Seen

_AT: Final = ("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261210T090000", "DURATION:PT1H")

DOC: Final = Documentation(
    table="agenda",
    title="Agenda required",
    what="The description of the invite holds an agenda of at least so many items.",
    why="Who has to write down what is to be decided sees whether it takes a meeting.",
    decided=(
        (
            "Items are counted as the paperwork forecast counts them, in English and Chinese: under a heading, "
            "numbered, marked, or set side by side; a link or `tbd` is no item, nor a number with nothing behind it: "
            "two letters are the least, or a letter and a digit."
        ),
        "An agenda in an attachment is not read.",
        "A standing meeting without an agenda may be changed as long as it keeps its time and loses no item.",
    ),
    clause="""[[agenda]]
at_least = 2
minutes_over = 30
""",
    bad=_AT,
    mended=(*_AT, r"DESCRIPTION:Agenda:\n1. Accounts of 2026\n2. Draft for 2027"),
    source="Usual in rules of procedure; none of the published rules in the gallery has one.",
)


@dataclass(frozen=True, slots=True)
class Agenda:
    """At least so many items."""

    at_least: int = 1
    kind: ClassVar = "agenda"
    traits: ClassVar = Traits(timeless=True)

    def told(self) -> Phrase:
        """The rule in a sentence."""
        return Phrase.of("the invite holds an agenda of at least {items}", items=_items(self.at_least))

    def breach(self, seen: Seen) -> Breach | None:
        """How many items are missing."""
        there = seen.around.known.agenda_items(seen.part)
        if there >= self.at_least:
            return None
        brief = f"Agenda missing: {there} items, at least {self.at_least}"
        if not there:
            return Breach(Phrase("the invite holds no agenda"), brief, self.at_least)
        template = "the agenda has {items}, at least {least}"
        reason = Phrase.of(template, items=_items(there), least=self.at_least)
        return Breach(reason, brief, self.at_least - there)


def _items(count: int) -> Count:
    return Count(count, "{count} item", "{count} items")
