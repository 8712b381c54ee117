# SPDX-License-Identifier: Apache-2.0
"""Books of every older version arrive at the tables of today, their rows untouched."""

from __future__ import annotations

import pytest
from ledger_making import NOW, VERSIONS, filled
from sqlalchemy import inspect

from meetcost.ledger import ledger as module
from meetcost.ledger import migrations, tables
from meetcost.ledger.canonical import canonical
from meetcost.ledger.chain import EMPTY, Head, Secret, sealed
from meetcost.ledger.counting import Bound, Counted
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.quota import Quotas
from meetcost.ledger.rows import Draw
from meetcost.ledger.verify import verify
from meetcost.model.verdict import Approval
from meetcost.values.span import epoch

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


def test_rows_of_the_first_version_are_read_as_they_were_meant(books, monkeypatch):
    first = migrations.VERSIONS[:1]
    monkeypatch.setattr(migrations, "VERSIONS", first)
    monkeypatch.setattr(module, "VERSIONS", first)
    ledger = books.open()
    uid = ledger.pseudonyms.uid("a@b.example")
    waiver = {"approver": None, "attendees": None, "exemption": "other", "expires": None, "instances": [], "reason": ""}
    draws = [{"amount": 3, "at": 60, "pool": "weekly"}]
    payloads = [
        {"kind": "waiver", "recurrence_id": "", "state": "granted", "uid": uid, "v": 1, **waiver},
        {"draws": draws, "kind": "quota", "recurrence_id": "", "uid": None, "v": 1},
    ]
    end, versions = EMPTY, VERSIONS._asdict()

    def write(connection):
        nonlocal end
        run = connection.exec_driver_sql
        for payload in payloads:
            secret = Secret("00" * 32, canonical(payload))
            options = {"operation": f"{end.length}", "recorded": "2026-12-01T08:00:00Z", "versions": versions}
            entry = sealed(end, secret, kind=payload["kind"], **options).entry
            values = ", ".join(f"'{one}'" if isinstance(one, str) else str(one) for one in entry)
            run(f"INSERT INTO entries VALUES ({values})")
            named = f"'{payload['uid']}'" if payload["uid"] else "NULL"
            run(f"INSERT INTO payloads VALUES ({entry.seq}, {named}, '', '{secret.salt}', '{secret.payload}')")
            run(f"INSERT INTO operations VALUES ('{entry.operation}', {entry.seq}, {entry.seq})")
            end = Head(entry.seq, entry.hash)
        run("INSERT INTO draws VALUES (2, 0, 'weekly', 60, 3)")
        run(f"UPDATE head SET length = {end.length}, hash = '{end.hash}'")

    ledger.store.transact(write)
    monkeypatch.undo()
    opened = books.open(create=False)
    assert verify(opened, against=[end]).sound
    assert opened.tally("a@b.example", NOW)[0].approvals == {Approval("a@b.example", "other")}
    assert Quotas(opened).usage("weekly") == (3, 0)
    assert [one.kind for one in opened.rows()] == ["waiver", "quota"]


def test_what_the_second_version_held_open_is_counted_once_it_is_settled(books, monkeypatch):
    second = migrations.VERSIONS[:2]
    monkeypatch.setattr(migrations, "VERSIONS", second)
    monkeypatch.setattr(module, "VERSIONS", second)
    ledger = books.open()
    names = ledger.pseudonyms
    uid, home, other = names.uid("uid"), names.source("home"), names.source("other")

    def write(connection):
        run = connection.exec_driver_sql
        run(f"INSERT INTO reservations VALUES ('op', 'reserved', '2026-01-01T00:00:00Z', '', '{uid}', '{home}')")
        for table in ("reserved_draws", "reserved_targets"):
            run(f"INSERT INTO {table} VALUES ('op', 0, 'weekly', {epoch(NOW)}, 3, 'Roads')")

    ledger.store.transact(write)
    monkeypatch.undo()
    quotas = Quotas(books.open(create=False))
    assert quotas.usage("weekly") == (0, 3)
    assert quotas.settle(NOW, lambda _: (), now=NOW, versions=VERSIONS) == (1, 0)
    assert quotas.usage("weekly") == (3, 0)
    copy = Draw(pool="weekly", at=epoch(NOW), amount=3, unit="Roads", meeting=names.meeting("uid", "ann@town.example"))
    bound = Bound("weekly", "weekly", 3, 0, 1 << 40)
    quotas.count("copy", [copy], [bound], Counted(uid, other, epoch(NOW)), now=NOW)
    quotas.confirm("copy", (), now=NOW, versions=VERSIONS)
    assert quotas.usage("weekly") == (3, 0)  # whose meeting it was is not known: a copy is no second one


def test_what_earlier_versions_counted_is_summed_when_the_books_are_opened(books):
    ledger = books.open()
    who = Counted(ledger.pseudonyms.uid("uid"), ledger.pseudonyms.source("home"), epoch(NOW))
    meeting = ledger.pseudonyms.meeting("uid", "ann@town.example")
    bound = Bound("weekly", "weekly", 9, 0, 1 << 40)
    for name, amount in (("a", 3), ("b", 5), ("c", 4)):
        draw = Draw(pool="weekly", at=epoch(NOW), amount=amount, unit="Roads", meeting=meeting)
        Quotas(ledger).count(name, [draw], [bound], who, now=NOW)
        Quotas(ledger).confirm(name, (), now=NOW, versions=VERSIONS)
    before = books.sql("SELECT * FROM counts")
    assert [row[-2] for row in before] == [4]
    for statement in (
        "DROP TABLE counts", "DROP TABLE copies", "DROP INDEX reservations_uid", "DROP INDEX reservations_state",
        "UPDATE meta SET value = '3' WHERE name = 'schema'",
    ):  # fmt: skip
        books.sql(statement)
    opened = books.open(create=False)
    assert books.sql("SELECT * FROM counts") == before
    assert verify(opened).sound
