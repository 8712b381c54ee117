# SPDX-License-Identifier: Apache-2.0
"""Cash ceiling for each person and day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from meetcost.model.moment import DAY
from meetcost.model.phrase import Phrase
from meetcost.rules.catalogue.cost import in_currency, price_of
from meetcost.rules.catalogue.form import Documentation
from meetcost.rules.requirement import Breach, Traits
from meetcost.values.money import Money

if TYPE_CHECKING:
    from meetcost.rules.requirement import Seen

_AT: Final = ("SUMMARY:Review", "DTSTART;TZID=Europe/Berlin:20261210T090000", "DURATION:PT4H")

DOC: Final = Documentation(
    table="cash_ceiling",
    title="Cash ceiling for each person and day",
    what="What is paid in cash, for journeys and the room, is at most so much for each person and day.",
    why="A ceiling on the whole is met by inviting more people; one for each person and day is not.",
    decided=(
        (
            "Cash is what `[costing] travel` and `venues` give; working time is no cash. Without prices there is "
            "nothing to exceed."
        ),
        (
            "A day is a day of the calendar in the policy's zone on which it takes place, a part counts as a whole. "
            "Everybody who is invited counts, whatever they answered."
        ),
        "Prices in another currency than the ceiling cannot be compared, which is an error and no pass.",
        "A standing meeting may be changed as long as it costs no more for each person and day.",
    ),
    clause="""[[cash_ceiling]]
at_most = "100 EUR"

[[costing.venues]]
name = "Grand Hotel"
each = "900 EUR"
""",
    bad=(*_AT, "LOCATION:Grand Hotel"),
    mended=(*_AT, "LOCATION:Town Hall"),
    source="财行〔2016〕214号: 760, 650, 550 yuan a person and day for class 1, 2, 3 and 4.",
)


@dataclass(frozen=True, slots=True)
class CashCeiling:
    """At most so much money."""

    at_most: Money
    kind: ClassVar = "cash_ceiling"
    traits: ClassVar = Traits()

    def told(self) -> Phrase:
        """The rule in a sentence."""
        return Phrase.of("cash for each person and day is at most {most}", most=self.at_most)

    def breach(self, seen: Seen) -> Breach | None:
        """How much it is."""
        price = price_of(seen)
        if price.cash is None or not price.cash.minor:
            return None
        cash = in_currency(price.cash, self.at_most)
        days = max(seen.local_end - 1, seen.local) // DAY - seen.local // DAY + 1
        shares = max(price.people, 1) * days
        if self.at_most * shares >= cash:
            return None
        each = Money.from_minor(-(-cash.minor // shares), cash.currency)
        reason = Phrase.of("{each} in cash for each person and day, at most {most}", each=each, most=self.at_most)
        return Breach(reason, f"Cash {each} a person and day, at most {self.at_most}", each.minor)
