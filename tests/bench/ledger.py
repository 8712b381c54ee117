# SPDX-License-Identifier: Apache-2.0
"""How fast the books are written and verified, on both databases: `python -m tests.bench.ledger [--rows 100000]`.

PostgreSQL runs as in production, every commit on disk, on loopback; without a server only SQLite is measured.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "ledger"))

from postgres_server import PostgresServer, programs

from meetcost.ledger.ledger import Ledger
from meetcost.ledger.rows import MeetingRow, OccurrenceRow
from meetcost.ledger.verify import verify
from meetcost.ledger.versions import Versions

NOW = datetime(2026, 12, 1, tzinfo=UTC)
VERSIONS = Versions.of()
BATCH = 1_000


def rows(first, count):
    """Meetings and their occurrences, alternately."""
    for number in range(first, first + count):
        if number % 2:
            yield OccurrenceRow(start="2026-12-09T09:00:00Z", seconds=5400, people=number % 40)
        else:
            yield MeetingRow(title=f"Planning, part {number}", calling_unit="Roads", people=number % 40)


def measure(name, location, key, total, single):
    with Ledger.open(location, key=key, create=True) as ledger:
        begun = time.perf_counter()
        for number in range(single):
            ledger.append(list(rows(number, 1)), operation=f"single {number}", now=NOW, versions=VERSIONS)
        alone = single / (time.perf_counter() - begun)
        begun, written = time.perf_counter(), single
        while written < total:
            batch = list(rows(written, min(BATCH, total - written)))
            ledger.append(batch, operation=f"batch {written}", now=NOW, versions=VERSIONS)
            written += len(batch)
        together = (total - single) / (time.perf_counter() - begun)
        begun, cpu = time.perf_counter(), time.process_time()
        found = verify(ledger)
        if not found.sound or found.head.length != total:
            raise SystemExit(f"{name}: {found}")
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    print(
        f"{name}: {alone:,.0f} single appends/s, {together:,.0f} rows/s in batches of {BATCH:,}, "
        f"{total:,} rows verified in {seconds:.1f} s ({cpu:.1f} s CPU)"
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--single", type=int, default=1_000)
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}")
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", str(Path(folder, "books.db")), Path(folder, "key"), chosen.rows, chosen.single)
        if programs() is None:
            print("PostgreSQL: no server is installed")
            return
        server = PostgresServer(programs(), sync=True)
        try:
            measure("PostgreSQL", server.database(), Path(folder, "key"), chosen.rows, chosen.single)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
