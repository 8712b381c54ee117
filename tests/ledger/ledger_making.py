# SPDX-License-Identifier: Apache-2.0
"""Books, rows and what is done to them behind their back."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import psycopg

from meetcost.ledger.ledger import Ledger
from meetcost.ledger.rows import MeetingRow
from meetcost.ledger.versions import Versions

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
VERSIONS = Versions("0.1.0", "", "", "", "2026a")


class Books:
    """One database: opened as often as a test likes, and reached past the library with plain SQL."""

    def __init__(self, location, key):
        self.location = location
        self.key = key
        self._opened = []

    def open(self, *, create=True):
        ledger = Ledger.open(self.location, key=self.key, create=create)
        self._opened.append(ledger)
        return ledger

    def sql(self, statement):
        """Run SQL as anybody with access to the database could."""
        if "://" not in self.location:
            connection = sqlite3.connect(self.location, timeout=30)
            try:
                rows = connection.execute(statement).fetchall()
                connection.commit()
            finally:
                connection.close()
            return rows
        with psycopg.connect(self.location, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description is not None else []

    def close(self):
        for ledger in self._opened:
            ledger.close()


def meeting_row(number=0, **fields):
    return MeetingRow(**{"title": f"Meeting {number}", "people": number, **fields})


def filled(ledger, count, *, each=1):
    """Books with `count` operations of `each` rows."""
    for number in range(count):
        rows = [meeting_row(number * each + at) for at in range(each)]
        ledger.append(rows, operation=f"operation {number}", now=NOW, versions=VERSIONS)
    return ledger
