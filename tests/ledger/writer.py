# SPDX-License-Identifier: Apache-2.0
"""A process that writes into books: `python writer.py LOCATION KEY FIRST LAST [LIMIT]`.

It appends the operations FIRST up to LAST, two rows each, and says of each on standard output when it is acknowledged.
LIMIT is how large a file may become (octets): a disk that is full.
"""

from __future__ import annotations

import resource
import signal
import sys
from datetime import UTC, datetime

from meetcost.ledger.faults import LedgerError
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.rows import MeetingRow
from meetcost.ledger.versions import Versions


def main(location, key, first, last, limit=""):
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    now = datetime(2026, 12, 1, tzinfo=UTC)
    try:
        with Ledger.open(location, key=key, create=True) as ledger:
            for number in range(int(first), int(last)):
                rows = [MeetingRow(title=f"Meeting {number}", people=at) for at in (1, 2)]
                ledger.append(rows, operation=f"operation {number}", now=now, versions=Versions("0.1.0"))
                print(number, flush=True)
    except LedgerError as error:
        sys.exit(f"told: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
