# SPDX-License-Identifier: Apache-2.0
"""How the quotas of a policy stand in some books: what is published of them. Units are named, people never are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from meetcost.guard.accounts import Accounts
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.making import stamp
from meetcost.ledger.steps import GRANTED
from meetcost.ledger.waivers import Waivers
from meetcost.rules.periods import day_of
from meetcost.rules.quota import Per, state_of
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.guard.decide import Context
    from meetcost.ledger.ledger import Ledger
    from meetcost.ledger.rows import WaiverRow
    from meetcost.rules.periods import Stretch
    from meetcost.rules.quota import Quota, State


class Account(NamedTuple):
    """One account of a quota in the period of now: of a `unit` or the body (None), or `accounts` of people, calendars.

    `limit` is None where it rests on a year that the books do not know; of several accounts `used` is what they all
    have used, and `limit` that of each.
    """

    quota: Quota
    unit: str | None
    accounts: int
    state: State | None
    used: int
    limit: int | None
    stretch: Stretch
    by_unit: tuple[tuple[str, int], ...]
    waivers: tuple[tuple[int, WaiverRow], ...] = ()


def accounts_of(ledger: Ledger, context: Context) -> Iterator[Account]:
    """Every account that anything was drawn from, and that of the body in any case."""
    books, time = Accounts(ledger), stamp(context.now)
    granted = [one for one in Waivers(ledger).standing() if one.state(time) == GRANTED]
    for quota in context.policy.quotas:
        beyond = tuple((one.number, one.row) for one in granted if quota.id in one.row.rules)
        found = [_account(books, quota, label, context) for label in _labels(books, quota)]
        if quota.per in (Per.BODY, Per.UNIT):
            yield from (one._replace(waivers=beyond) for one in found)
            continue
        for state, count in Counter(one.state for one in found).items():
            same = [one for one in found if one.state is state]
            units = Counter[str]()
            for one in same:
                units.update(dict(one.by_unit))
            used = sum(one.used for one in same)
            yield same[0]._replace(
                unit=None, accounts=count, used=used, by_unit=tuple(units.most_common()), waivers=beyond
            )


def _labels(books: Accounts, quota: Quota) -> list[str]:
    if quota.per is Per.BODY:
        return [quota.label("")]
    start = quota.label("")
    return [label for label in books.quotas.pools(quota.pool) if label.startswith(start)]


def _account(books: Accounts, quota: Quota, label: str, context: Context) -> Account:
    zone = context.policy.zone
    stretch = quota.period.at(day_of(epoch(context.now), zone))
    unit = label.removeprefix(quota.label("")) if quota.per is Per.UNIT else None
    units = books.quotas.by_unit(label, *stretch.seconds(zone))
    used = sum(units.values())
    limit, state = None, None
    try:
        limit = books.limit(quota, unit or "", stretch, context)
        before = quota.period.before(stretch)
        earlier = sum(books.quotas.by_unit(label, *before.seconds(zone)).values())
        limit_before = limit if quota.share is None else None
        state = state_of(quota, used, limit, before=earlier, limit_before=limit_before if earlier else None)
    except LedgerError:
        if quota.share is None:
            raise
    return Account(quota, unit, 1, state, used, limit, stretch, tuple(units.items()))
