# SPDX-License-Identifier: Apache-2.0
"""The versions of the tables, each the statements that lead from the one before to it.

Forward only: books are never taken back to an older form. The statements are written out, because what a version did
must never change when the tables of today do. A change of tables is a new version at the end of `VERSIONS`, and a test
that old books arrive at the tables of today.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from meetcost.ledger.faults import LedgerError
from meetcost.ledger.tables import META_SCHEMA

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LOCK: Final = 7_301_846_520  # any number that nobody else takes
_NUMBER: Final = {"sqlite": "INTEGER", "postgresql": "BIGINT"}

VERSIONS: Final = [
    """
    CREATE TABLE head (one {number} PRIMARY KEY CHECK (one = 1), length {number} NOT NULL, hash TEXT NOT NULL);
    INSERT INTO head VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
    CREATE TABLE entries (
        seq {number} PRIMARY KEY, operation TEXT NOT NULL, kind TEXT NOT NULL, recorded TEXT NOT NULL,
        versions TEXT NOT NULL, commitment TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
    );
    CREATE INDEX entries_kind ON entries (kind, seq);
    CREATE INDEX entries_recorded ON entries (recorded);
    CREATE TABLE payloads (
        seq {number} PRIMARY KEY, uid TEXT, recurrence_id TEXT NOT NULL,
        salt TEXT NOT NULL, payload TEXT NOT NULL
    );
    CREATE INDEX payloads_uid ON payloads (uid, recurrence_id);
    CREATE TABLE operations (operation TEXT PRIMARY KEY, first {number} NOT NULL, last {number} NOT NULL);
    CREATE TABLE draws (
        seq {number} NOT NULL, place {number} NOT NULL, pool TEXT NOT NULL, at {number} NOT NULL,
        amount {number} NOT NULL, PRIMARY KEY (seq, place)
    );
    CREATE INDEX draws_pool ON draws (pool, at);
    CREATE TABLE reservations (
        operation TEXT PRIMARY KEY, state TEXT NOT NULL, reserved TEXT NOT NULL, ticket TEXT NOT NULL
    );
    CREATE TABLE reserved_draws (
        operation TEXT NOT NULL, place {number} NOT NULL, pool TEXT NOT NULL,
        at {number} NOT NULL, amount {number} NOT NULL, PRIMARY KEY (operation, place)
    );
    CREATE INDEX reserved_draws_pool ON reserved_draws (pool, at);
    CREATE TABLE sources (
        href TEXT PRIMARY KEY, etag TEXT NOT NULL, settings TEXT NOT NULL, first {number} NOT NULL,
        last {number} NOT NULL
    );
    CREATE TABLE owners (uid TEXT PRIMARY KEY, href TEXT NOT NULL)
    """,
    """
    CREATE TABLE links (
        token TEXT PRIMARY KEY, request {number} NOT NULL, expires TEXT NOT NULL, used TEXT NOT NULL
    );
    ALTER TABLE draws ADD COLUMN unit TEXT NOT NULL DEFAULT '';
    ALTER TABLE reserved_draws ADD COLUMN unit TEXT NOT NULL DEFAULT '';
    ALTER TABLE reservations ADD COLUMN uid TEXT;
    ALTER TABLE reservations ADD COLUMN home TEXT;
    CREATE TABLE reserved_targets (
        operation TEXT NOT NULL, place {number} NOT NULL, pool TEXT NOT NULL,
        at {number} NOT NULL, amount {number} NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (operation, place)
    )
    """,
    """
    ALTER TABLE reserved_targets ADD COLUMN meeting TEXT
    """,
    """
    CREATE TABLE copies (
        uid TEXT NOT NULL, home TEXT NOT NULL, place {number} NOT NULL, pool TEXT NOT NULL, at {number} NOT NULL,
        amount {number} NOT NULL, unit TEXT NOT NULL, meeting TEXT, PRIMARY KEY (uid, home, place)
    );
    CREATE TABLE counts (
        uid TEXT NOT NULL, home TEXT NOT NULL, pool TEXT NOT NULL, at {number} NOT NULL, meeting TEXT NOT NULL,
        amount {number} NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (uid, home, pool, at, meeting)
    );
    CREATE INDEX reservations_uid ON reservations (uid);
    CREATE INDEX reservations_state ON reservations (state)
    """,
]
"""Version 1 is the first; `{number}` is a whole number of 64 bits in the words of the database."""


def _sum_counts(connection: Connection) -> None:
    """What quota rows of earlier versions have drawn for each meeting."""
    query = "SELECT p.payload FROM payloads p JOIN entries e ON e.seq = p.seq WHERE e.kind = 'quota' ORDER BY p.seq"
    sums: dict[tuple[str, str, str, int, str], tuple[int, str]] = {}
    for (payload,) in connection.exec_driver_sql(query):
        try:
            row = json.loads(payload)
            for one in row["draws"] if row["uid"] is not None else ():
                key = row["uid"], row.get("home") or "", one["pool"], one["at"], one.get("meeting") or ""
                sums[key] = sums.get(key, (0, ""))[0] + one["amount"], one.get("unit", "")
        except (ValueError, TypeError, KeyError):  # edited, as `verify` will tell
            continue
    names = ("uid", "home", "pool", "at", "meeting", "amount", "unit")
    values = [dict(zip(names, (*key, *summed), strict=True)) for key, summed in sums.items() if summed[0]]
    if values:
        connection.execute(
            text("INSERT INTO counts VALUES (:uid, :home, :pool, :at, :meeting, :amount, :unit)"), values
        )


_WITH_VERSION: Final = {4: _sum_counts}
"""What has to be done besides with a version, once its statements have run."""


def migrate(connection: Connection) -> bool:
    """Bring the books to the version of today within the transaction of `connection`; whether anything was done.

    Raises `LedgerError` for books that a later version of meetcost has written.
    """
    run = connection.exec_driver_sql
    if connection.dialect.name == "postgresql":
        run(f"SELECT pg_advisory_xact_lock({_LOCK})")  # two that open new books at once; SQLite has one writer anyway
    run("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
    at = version_of(connection)
    if at == len(VERSIONS):
        return False
    number = _NUMBER[connection.dialect.name]
    for version, statements in enumerate(VERSIONS[at:], at + 1):
        for statement in statements.split(";"):
            run(statement.replace("{number}", number))
        if version in _WITH_VERSION:
            _WITH_VERSION[version](connection)
    run(f"DELETE FROM meta WHERE name = '{META_SCHEMA}'")  # noqa: S608 - a constant
    run(f"INSERT INTO meta (name, value) VALUES ('{META_SCHEMA}', '{len(VERSIONS)}')")  # noqa: S608 - constants
    return True


def version_of(connection: Connection) -> int:
    """The version of the tables; 0 where there are none yet. `LedgerError` if this meetcost does not know it."""
    query = f"SELECT value FROM meta WHERE name = '{META_SCHEMA}'"  # noqa: S608 - a constant
    found = connection.exec_driver_sql(query).scalar()
    at = int(found) if found is not None else 0
    if at > len(VERSIONS):
        raise LedgerError(
            "the books have tables of version {at}, this meetcost knows up to {known}; update it",
            at=at,
            known=len(VERSIONS),
        )
    return at
