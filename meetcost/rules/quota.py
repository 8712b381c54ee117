# SPDX-License-Identifier: Apache-2.0
"""A quota: how much may be called in a period, by whom it is counted, and what happens beyond it (总量熔断)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Action
from meetcost.rules.scope import EVERYTHING, UNSOURCED, Scope
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours

if TYPE_CHECKING:
    from datetime import date

    from meetcost.rules.periods import Period
    from meetcost.values.citation import Citation


class Measure(StrEnum):
    """What is counted; in the books as whole meetings, person-seconds, minor units of money."""

    MEETINGS = "meetings"
    PERSON_HOURS = "person_hours"
    COST = "cost"


class Per(StrEnum):
    """Who has a quota of their own; of who is not known, all together have one."""

    ORGANISER = "organiser"
    UNIT = "unit"
    CALENDAR = "calendar"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota. `limit` is whole units of the measure; None where it is `share` of what last year came to.

    Only meetings of more than `people_over` people count. Quotas of the same `pool` count together. `near` is the part
    of the limit from which on it is called near. A waiver lets pass what is refused or under review.
    """

    id: str
    measure: Measure
    period: Period
    per: Per
    pool: str
    limit: int | None = None
    share: Decimal | None = None
    currency: str = ""
    scope: Scope = EVERYTHING
    people_over: int = 0
    action: Action = Action.REFUSE
    reviewer: str = ""
    near: Decimal = Decimal("0.8")
    first: date | None = None
    last: date | None = None
    source: Citation = UNSOURCED

    def limit_of(self, last_year: int | None) -> int | None:
        """The limit, given what the same period a year before came to; None if that is needed and not known."""
        if self.share is None:
            return self.limit
        if last_year is None:
            return None
        return int((self.share * last_year).to_integral_value(ROUND_FLOOR))

    def holds(self, day: int) -> bool:
        """Whether it holds on a day (an ordinal)."""
        after = self.first is None or self.first.toordinal() <= day
        return after and (self.last is None or day <= self.last.toordinal())

    def amount(self, units: int) -> object:
        """So many units as a value that a `Phrase` can show."""
        if self.measure is Measure.PERSON_HOURS:
            return PersonHours(units)
        if self.measure is Measure.COST:
            return Money.from_minor(units, self.currency)
        return Phrase.of("{units} meeting" if units == 1 else "{units} meetings", units=units)

    def label(self, key: str) -> str:
        """The name of its pool in the books, of one organiser (a pseudonym), unit, calendar (a pseudonym), or body."""
        return f"{self.pool}/{self.per}:{key}" if self.per is not Per.BODY else f"{self.pool}/{self.per}"


class State(StrEnum):
    """How a quota stands, in the words of a circuit breaker."""

    CLOSED = "closed"  # meetings pass
    NEAR = "near"
    TRIPPED = "tripped"  # nothing fits any more
    RESET = "reset"  # it had tripped in the period before, and passes again


def state_of(quota: Quota, used: int, limit: int, *, before: int = 0, limit_before: int | None = None) -> State:
    """How it stands at `used` of `limit`; `before` is what was used in the period before, of its own limit."""
    if used >= limit:
        return State.TRIPPED
    if used >= quota.near * limit:
        return State.NEAR
    return State.RESET if limit_before is not None and before >= limit_before else State.CLOSED
