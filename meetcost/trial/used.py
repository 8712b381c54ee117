# SPDX-License-Identifier: Apache-2.0
"""Quotas of a policy on one of its examples: without books, of which the example says how much they hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from meetcost.model.verdict import Action, Bearing, Outcome, Verdict
from meetcost.quotas.draws import taken_by
from meetcost.quotas.taken import Spent
from meetcost.quotas.told import finding
from meetcost.rules.periods import day_of
from meetcost.rules.quota import Measure
from meetcost.trial.sums import Sums

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from meetcost.costing.rate_card import RateCard
    from meetcost.model.meeting import Meeting
    from meetcost.model.waiver import Waiver
    from meetcost.policy.policy import Policy
    from meetcost.rules.quota import Quota


class Asked(NamedTuple):
    """What counting depends on besides the meetings."""

    policy: Policy
    now: datetime
    calendar: str | None = None
    rates: RateCard | None = None


def with_quotas(
    verdict: Verdict, meetings: Sequence[Meeting], asked: Asked, used: int, waivers: Sequence[Waiver]
) -> Verdict:
    """The verdict with the quotas that have no room, where `used` units of each are used before.

    As the guard does, it asks them only where nothing else refuses. A quota of cost, or one that rests on last year's
    ledger, is not asked.
    """
    if verdict.would_be in (Outcome.DENY, Outcome.REJECT, Outcome.ERROR):
        return verdict
    found, denied = list(verdict.findings), False
    for one in _without_room(meetings, asked, used):
        bearing = _bearing(one, waivers)
        found.append(finding(one, asked.policy, bearing))
        denied |= bearing in (Bearing.REFUSED, Bearing.REVIEW)
    return replace(verdict, findings=tuple(found), would_be=Outcome.DENY if denied else verdict.would_be)


def _bearing(spent: Spent, waivers: Sequence[Waiver]) -> Bearing:
    taken = spent.taken
    if any(one.covers(taken.quota.id, taken.at.id, taken.at.start, taken.at.end, taken.people) for one in waivers):
        return Bearing.WAIVED
    return {Action.REFUSE: Bearing.REFUSED, Action.REVIEW: Bearing.REVIEW, Action.WARN: Bearing.WARNED}[
        taken.quota.action
    ]


def _without_room(meetings: Sequence[Meeting], asked: Asked, used: int) -> Iterator[Spent]:
    """Each quota, of each account, in the first period in which it has no room."""
    zone = asked.policy.zone
    taken = [one for one in taken_by(meetings, asked) if _can_be_asked(one.quota)]
    draws = {(one.quota.pool, one.key, one.at.start): one.amount for one in taken}  # each once a pool, as in the books
    sums: dict[tuple[str, str], Sums] = {}
    for (pool, key, at), amount in sorted(draws.items()):
        sums.setdefault((pool, key), Sums.empty()).add(at, amount)
    full: set[tuple[str, str]] = set()
    for one in taken:
        quota, limit = one.quota, one.quota.limit or 0
        before = used * 3600 if quota.measure is Measure.PERSON_HOURS else used
        for stretch in quota.period.around(day_of(one.at.start, zone)):
            wanted = sums[quota.pool, one.key].between(*stretch.seconds(zone))
            if before + wanted > limit and (quota.id, one.key) not in full:
                full.add((quota.id, one.key))
                yield Spent(one, stretch, before, limit, wanted, (), quota.action is not Action.WARN)


def _can_be_asked(quota: Quota) -> bool:
    """No example says what last year came to, or what working time is worth."""
    return quota.limit is not None and quota.measure is not Measure.COST
