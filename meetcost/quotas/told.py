# SPDX-License-Identifier: Apache-2.0
"""How a quota without room is told: pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Bearing, Finding
from meetcost.model.zone import ZoneReading
from meetcost.rules.periods import day_of
from meetcost.values.span import instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.policy.policy import Policy
    from meetcost.quotas.taken import Spent


_ROLLING: Final = {
    True: "quota “{quota}”: {used} used of {limit} from {first} to {last} ({units}), and this takes {wanted}",
    False: "quota “{quota}”: {used} used of {limit} from {first} to {last}, and this takes {wanted}",
}
_ANEW: Final = {
    True: "quota “{quota}”: {used} used of {limit} from {first} to {last} ({units}), and this takes {wanted}; "
    "it begins anew on {resets}",
    False: "quota “{quota}”: {used} used of {limit} from {first} to {last}, and this takes {wanted}; "
    "it begins anew on {resets}",
}
"""By whether it is known which units used it."""


def reason(spent: Spent) -> Phrase:
    """Which quota, used, limit, by which units, and when it begins anew; days on end that roll begin anew on no day."""
    quota = spent.taken.quota
    first, last = spent.stretch.days
    told: dict[str, object] = {
        "quota": quota.id,
        "used": quota.amount(spent.used),
        "limit": quota.amount(spent.limit),
        "first": max(first, quota.first or first),
        "last": min(last, quota.last or last),
        "units": tuple(_used_by(spent)),
        "wanted": quota.amount(spent.wanted),
    }
    anew = resets(spent)
    if anew is not None:
        told["resets"] = anew
    return Phrase.of((_ANEW if anew is not None else _ROLLING)[bool(spent.by_unit)], **told)


def resets(spent: Spent) -> date | None:
    """The first day of the next period of the calendar; None where days on end roll."""
    return date.fromordinal(spent.stretch.end) if spent.taken.quota.period.calendar is not None else None


def _used_by(spent: Spent) -> Iterable[Phrase]:
    for unit, units in spent.by_unit:
        amount = spent.taken.quota.amount(units)
        yield Phrase.of("{unit} {amount}", unit=unit or Phrase("units unknown"), amount=amount)


def finding(spent: Spent, policy: Policy, bearing: Bearing) -> Finding:
    """The quota as one of the rules that the meeting met."""
    one, zone = spent.taken.at, policy.zone
    return Finding(
        spent.taken.quota.id,
        one.id,
        (date.fromordinal(day_of(one.start, zone)),),
        instant(one.start).astimezone(zone.tzinfo),
        instant(one.end).astimezone(zone.tzinfo),
        reason(spent),
        spent.taken.quota.source,
        ZoneReading.NAME,
        bearing,
        reviewer=spent.taken.quota.reviewer if bearing is Bearing.REVIEW else "",
        waiver=spent.waiver if bearing is Bearing.WAIVED else None,
        kind="quota",
        brief=brief(spent),
    )


def brief(spent: Spent) -> str:
    """`Quota weekly used up, begins anew on 2026-01-12`; without the day where days on end roll."""
    anew = resets(spent)
    following = f", begins anew on {anew.isoformat()}" if anew is not None else ""
    return f"Quota {spent.taken.quota.id} used up{following}"
