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
    within: set[tuple[str | None, str]] = set()
    costs: dict[tuple[str | None, str], CostRow] = {}
    for one in ledger.rows():
        row = one.row
        if isinstance(row, OccurrenceRow):
            key = row.uid, row.recurrence_id
            within.discard(key)  # the last word on it counts
            if not row.cancelled and start <= _at(row.start, zone) < end:
                within.add(key)
        elif isinstance(row, CostRow):
            costs[row.uid, row.recurrence_id] = row
    read = [costs[key] for key in within if key in costs and unit in (None, costs[key].called_by)]
    counted = len(read) if quota.measure is Measure.MEETINGS else sum(row.person_seconds for row in read)
    return max(drawn, counted) if drawn or within else None


def _at(written: str, zone: Zone) -> int:
    """The instant of a start as rows have it: UTC, floating, or a date."""
    when = datetime.fromisoformat(written)
    if when.tzinfo is None:
        when = when.replace(tzinfo=zone.tzinfo)
    return epoch(when.astimezone(UTC))
