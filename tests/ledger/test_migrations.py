# SPDX-License-Identifier: Apache-2.0
"""Books of every older version arrive at the tables of today, their rows untouched."""

from __future__ import annotations

import pytest
from ledger_making import filled
from sqlalchemy import inspect

from meetcost.ledger import ledger as module
from meetcost.ledger import migrations, tables
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.verify import verify

NEXT = "ALTER TABLE entries ADD COLUMN note TEXT; CREATE TABLE later (a {number} PRIMARY KEY)"


def columns(ledger):
    with ledger.store.reading() as connection:
        found = inspect(connection)
        return {
            table: [one["name"] for one in found.get_columns(table)]
            for table in found.get_table_names(schema=None)
            if table in tables.METADATA.tables
        }


def test_the_statements_make_the_tables_of_today(books):
    today = {name: [column.name for column in table.columns] for name, table in tables.METADATA.tables.items()}
    assert columns(books.open()) == today


def test_older_books_are_brought_up_to_date_when_they_are_opened(books, monkeypatch):
    ledger = filled(books.open(), 3)
    head = ledger.head()
    monkeypatch.setattr(migrations, "VERSIONS", [*migrations.VERSIONS, NEXT])
    monkeypatch.setattr(module, "VERSIONS", migrations.VERSIONS)
    for _ in range(2):
        opened = books.open(create=False)
        assert columns(opened)["entries"][-1] == "note"
        assert verify(opened, against=[head]).sound
    assert filled(opened, 5).head().length == 5
    assert books.sql("SELECT value FROM meta WHERE name = 'schema'") == [(str(len(migrations.VERSIONS)),)]


def test_a_migration_that_fails_leaves_the_books_as_they_were(books, monkeypatch):
    filled(books.open(), 3)
    broken = "CREATE TABLE later (a {number} PRIMARY KEY); nonsense"
    good = migrations.VERSIONS
    monkeypatch.setattr(migrations, "VERSIONS", [*good, broken])
    monkeypatch.setattr(module, "VERSIONS", migrations.VERSIONS)
    with pytest.raises(LedgerError):
        books.open(create=False)
    monkeypatch.setattr(migrations, "VERSIONS", [*good, NEXT])
    monkeypatch.setattr(module, "VERSIONS", migrations.VERSIONS)
    assert verify(books.open(create=False)).sound  # `later` is made only now
