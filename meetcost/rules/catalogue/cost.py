# SPDX-License-Identifier: Apache-2.0
"""Cost or person-hour threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from meetcost.model.moment import DAY
from meetcost.model.phrase import Phrase
from meetcost.rules.catalogue.form import Documentation
from meetcost.rules.requirement import Breach, NotKnownError, Price, Traits
from meetcost.values.person_hours import PersonHours
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from meetcost.rules.requirement import Seen
    from meetcost.values.money import Money

_AT: Final = ("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261210T090000")

DOC: Final = Documentation(
    table="cost",
    title="Cost or person-hour threshold",
    what="One meeting costs at most so much money, or takes at most so many person-hours.",
    why="A sum that a single purchase could not cost without a signature is spent on a meeting without anybody asking.",
    decided=(
        (
            "One instance is weighed, as the method of the rate card prices it, with preparation, travel and room as "
            "`[costing]` says; the forecast paperwork is not in it. Everybody who is invited counts, whatever they "
            "answered."
        ),
        "`of` says which money: `time`, `cash`, or both together (`total`).",
        "Where the rate card holds anybody's own pay, the answer says that it costs too much, and not how much.",
        (
            "Without a rate card, or in another currency, money cannot be compared, which is an error and no pass. "
            "Person-hours need no rate card."
        ),
        "A standing meeting may be changed as long as it costs no more.",
    ),
    clause="""[[cost]]
person_hours = 4
action = "review"
reviewer = "unit:Office"
""",
    bad=(*_AT, "DURATION:PT3H"),
    mended=(*_AT, "DURATION:PT2H"),
    source="US OMB M-12-12: a conference over 500,000 USD needs a signed waiver.",
)


@dataclass(frozen=True, slots=True)
class CostLimit:
    """At most so much money, or so many seconds of working time; `of` is time, cash or total."""

    money: Money | None = None
    person_seconds: int | None = None
    of: str = "total"
    kind: ClassVar = "cost"
    traits: ClassVar = Traits()

    def told(self) -> Phrase:
        """The rule in a sentence."""
        if self.person_seconds is not None:
            return Phrase.of("a meeting takes at most {most}", most=PersonHours(self.person_seconds))
        return Phrase.of(_TOLD[self.of], most=self.money)

    def breach(self, seen: Seen) -> Breach | None:
        """How much it costs."""
        price = price_of(seen)
        if self.person_seconds is not None:
            if price.person_seconds <= self.person_seconds:
                return None
            spent, most = PersonHours(price.person_seconds), PersonHours(self.person_seconds)
            reason = Phrase.of("takes {spent}, at most {most}", spent=spent, most=most)
            return Breach(reason, f"{spent}, at most {most.hours:f}", price.person_seconds)
        cost = self._money(price)
        if self.money is None or cost <= self.money:
            return None
        if price.private:
            return Breach(
                Phrase.of("costs more than {most}", most=self.money), f"Costs more than {self.money}", cost.minor
            )
        reason = Phrase.of("costs {cost}, at most {most}", cost=cost, most=self.money)
        return Breach(reason, f"Costs {cost}, at most {self.money}", cost.minor)

    def _money(self, price: Price) -> Money:
        if self.of == "cash":
            cost = price.cash
        elif price.time is None:
            message = Sentence.of("no rate card says what working time is worth")
            raise NotKnownError(message, Sentence.of(_RATES_WANTED, limit=str(self.money)))
        else:
            cost = price.time if self.of == "time" or price.cash is None else price.time + price.cash
        if cost is None:
            message = Sentence.of("nothing says what it costs in money")
            raise NotKnownError(message, Sentence.of("give prices under `[costing] travel` and `venues`"))
        return in_currency(cost, self.money)


_RATES_WANTED: Final = "give a rate card (`rates`) to compare with {limit}, or limit `person_hours`, which needs none"
_TOLD: Final = {
    "total": "a meeting costs at most {most}",
    "time": "the working time of a meeting is worth at most {most}",
    "cash": "a meeting costs at most {most} in cash",
}


def in_currency(cost: Money, limit: Money | None) -> Money:
    """The cost, if it can be compared with the limit; `NotKnownError` if not."""
    if limit is not None and cost.currency != limit.currency:
        names = {"limit": limit.currency, "cost": cost.currency}
        raise NotKnownError(
            Sentence.of("it limits {limit}, and the cost is known in {cost}", **names),
            Sentence.of("give rates and prices in {limit}, or write the limit in {cost}", **names),
        )
    return cost


def price_of(seen: Seen) -> Price:
    """What the instance costs."""
    return seen.around.known.price(seen.part, max(0, seen.end - seen.start), seen.local // DAY)
