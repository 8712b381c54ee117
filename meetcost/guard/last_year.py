# SPDX-License-Identifier: Apache-2.0
"""What the same period of last year came to, by the books themselves: for limits that only go down.

Two accounts of it can be there: what quotas drew, and what an audit read. Each may know only a part of the year, so
the larger one counts.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from meetcost.ledger.quota import Quotas
from meetcost.ledger.rows import CostRow, OccurrenceRow
from meetcost.rules.quota import Measure
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from meetcost.ledger.ledger import Ledger
    from meetcost.model.zone import Zone
    from meetcost.rules.periods import Stretch
    from meetcost.rules.quota import Quota


def last_year(
    ledger: Ledger, quota: Quota, stretch: Stretch, zone: Zone, *, label: str, unit: str | None
) -> int | None:
    """Whole units of the quota's measure in `stretch`, of one unit or (None) of the body; None if nothing is known."""
    start, end = stretch.seconds(zone)
    drawn = sum(Quotas(ledger).by_unit(label, start, end).values())
    read = audited(ledger, quota, (start, end), zone, unit=unit)
    return max(drawn, sum((read or {}).values())) if drawn or read is not None else None


def audited(
    ledger: Ledger, quota: Quota, span: tuple[int, int], zone: Zone, *, unit: str | None
) -> dict[str | None, int] | None:
    """What an audit has read of `span` (epoch seconds), by the pseudonym of the UID; None if it has read nothing."""
    within: set[tuple[str | None, str]] = set()
    costs: dict[tuple[str | None, str], CostRow] = {}
    for one in ledger.rows():
        row = one.row
        if isinstance(row, OccurrenceRow):
            key = row.uid, row.recurrence_id
            within.discard(key)  # the last word on it counts
            if not row.cancelled and span[0] <= _at(row.start, zone) < span[1]:
                within.add(key)
        elif isinstance(row, CostRow):
            costs[row.uid, row.recurrence_id] = row
    if not within:
        return None
    found: dict[str | None, int] = {}
    for key in within & costs.keys():
        if unit in (None, costs[key].called_by):
            amount = 1 if quota.measure is Measure.MEETINGS else costs[key].person_seconds
            found[key[0]] = found.get(key[0], 0) + amount
    return found


def _at(written: str, zone: Zone) -> int:
    """The instant of a start as rows have it: UTC, floating, or a date."""
    when = datetime.fromisoformat(written)
    if when.tzinfo is None:
        when = when.replace(tzinfo=zone.tzinfo)
    return epoch(when.astimezone(UTC))
