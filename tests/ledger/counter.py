# SPDX-License-Identifier: Apache-2.0
"""A process that counts meetings against a quota of 10: `python counter.py LOCATION KEY FIRST LAST`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from meetcost.ledger.counting import Bound, Counted
from meetcost.ledger.faults import QuotaError
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.quota import Quotas
from meetcost.ledger.rows import Draw
from meetcost.ledger.versions import Versions
from meetcost.values.span import epoch

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
AT = epoch(NOW) + 3600
LIMIT = 10
BOUND = Bound("weekly", "weekly/body", LIMIT, epoch(NOW), epoch(NOW + timedelta(days=7)))


def count(quotas, names, number):
    """Whether meeting `number` fitted."""
    who = Counted(names.uid(f"uid {number}"), names.source("work"), epoch(NOW))
    try:
        quotas.count(f"operation {number}", [Draw(pool="weekly/body", at=AT, amount=1)], [BOUND], who, now=NOW)
    except QuotaError:
        return False
    quotas.confirm(f"operation {number}", (), now=NOW, versions=Versions("0.1.0"))
    return True


if __name__ == "__main__":
    location, key, first, last = sys.argv[1:]
    with Ledger.open(location, key=key) as ledger:
        quotas = Quotas(ledger)
        print(sum(count(quotas, ledger.pseudonyms, number) for number in range(int(first), int(last))))
