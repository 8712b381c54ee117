# SPDX-License-Identifier: Apache-2.0
"""How the figures come about: the live policy and rate card, as they are told on the method page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from meetcost.assessment import assess
from meetcost.disclosure.state import Audience, state
from meetcost.feed.publication import BandTold, Method, RuleTold
from meetcost.feed.text import plain
from meetcost.model.cost import Assumption
from meetcost.model.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from meetcost.costing.rate_card import RateCard
    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy
    from meetcost.values.span import Span


_OF_ALL: Final = {
    "attendance-invited": Assumption.named(
        "attendance-invited", "assumption: everybody invited who has not declined is counted as present"
    )
}
"""In place of assumptions that speak of the people of one meeting."""


def method_of(
    policy: Policy | None, rates: RateCard | None, window: Span, *, meetings: Iterable[Meeting] = ()
) -> Method:
    """The rules that hold in `window`, the lines of the card, and every assumption behind the cost of `meetings`.

    Only what may be said to everybody: `disclosure.state` decides which assumptions those are.
    """
    return Method(
        policy=plain(policy.name) if policy is not None else "",
        policy_digest=policy.digest if policy is not None else "",
        mode=policy.mode.value if policy is not None else "",
        rules=tuple(_rules(policy, window)) if policy is not None else (),
        card=rates.ref if rates is not None else None,
        cost_method=rates.method.value if rates is not None else "hours-only",
        bands=tuple(bands_told(rates)) if rates is not None else (),
        source=plain(str(rates.source), 500) if rates is not None and rates.source is not None else "",
        assumptions=_assumptions(policy, rates, meetings),
    )


def _rules(policy: Policy, window: Span) -> Iterator[RuleTold]:
    first = window.start.astimezone(policy.zone.tzinfo).date().toordinal()
    last = window.end.astimezone(policy.zone.tzinfo).date().toordinal()
    years = range(date.fromordinal(first).year, date.fromordinal(last).year + 2)
    for at, rule in enumerate(policy.rules.rules):
        days = sorted(day for year in years for day in policy.rules.days_in(at, year) if day >= first)
        reason = rule.days.reason(days[0]) if days else None
        source = plain(str(rule.source), 500)
        yield RuleTold(plain(rule.id), reason, sum(day < last for day in days), source)
    for requirement in policy.rules.requirements:
        told = Phrase.of("{several}", several=requirement.told())
        yield RuleTold(plain(requirement.id), told, None, plain(str(requirement.source), 500))


def bands_told(rates: RateCard) -> Iterator[BandTold]:
    """The lines of a card, as they are published."""
    for band in {band.name: band for band in rates.bands.values()}.values():
        for first, dated in band.rates:
            yield BandTold(plain(band.label), first if first > date.min else None, dated.rate)


def _assumptions(policy: Policy | None, rates: RateCard | None, meetings: Iterable[Meeting]) -> tuple[Assumption, ...]:
    """Each once by its code: what differs from meeting to meeting stands with the first that has it."""
    found: dict[str, Assumption] = {}
    for meeting in meetings:
        assessed = assess(meeting, policy=policy, rates=rates)
        said = state(meeting, assessed.cost, audience=Audience.PUBLIC, as_of=assessed.now, people=0)
        for assumption in said.assumptions:
            found.setdefault(assumption.code, _OF_ALL.get(assumption.code, assumption))
    return tuple(found.values())
