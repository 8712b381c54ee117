# SPDX-License-Identifier: Apache-2.0
"""Meetings that are counted by UID: never more than there is room for, never twice, given back when they are gone."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from counter import AT, BOUND, LIMIT, NOW, count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_making import VERSIONS

from meetcost.ledger import counts
from meetcost.ledger.counting import Counted
from meetcost.ledger.erase import Selection, erase
from meetcost.ledger.faults import LedgerError, QuotaError
from meetcost.ledger.quota import Quotas
from meetcost.ledger.rows import Draw
from meetcost.ledger.verify import verify
from meetcost.values.span import epoch

POOL = "weekly/body"


def draw(amount=1, at=AT, meeting=None):
    return Draw(pool=POOL, at=at, amount=amount, unit="Roads", meeting=meeting)


@pytest.fixture
def quotas(books):
    return Quotas(books.open())


def write(quotas, operation, amount, *, uid="uid", home="home", at=AT, since=NOW, stored=True, by=None, **options):
    names = quotas._ledger.pseudonyms
    who = Counted(names.uid(uid), names.source(home), epoch(since))
    targets = [draw(amount, at, names.meeting(uid, by) if by else None)] if amount else []
    held, broken = quotas.count(operation, targets, [BOUND], who, now=since, **options)
    if held and stored:
        quotas.confirm(operation, (), now=since, versions=VERSIONS)
    elif held:
        quotas.release(operation)
    return broken


def used(quotas):
    return sum(quotas.by_unit(POOL, 0, 1 << 40).values())


def test_fifty_threads_get_exactly_ten(quotas, books):
    names = quotas._ledger.pseudonyms
    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(lambda number: count(quotas, names, number), range(50))) == LIMIT
    assert used(quotas) == LIMIT
    assert verify(books.open()).sound


def test_three_processes_get_exactly_ten(books):
    books.open()
    script = str(Path(__file__).with_name("counter.py"))
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root}
    begun = [[sys.executable, script, books.location, str(books.key)] for _ in range(3)]
    commands = [[*command, str(number * 17), str(number * 17 + 17)] for number, command in enumerate(begun)]
    running = [subprocess.Popen(one, env=environment, stdout=subprocess.PIPE, text=True) for one in commands]
    assert sum(int(one.communicate(timeout=120)[0]) for one in running) == LIMIT
    assert used(Quotas(books.open())) == LIMIT
    assert verify(books.open()).sound


def test_an_update_draws_the_difference(quotas, books):
    write(quotas, "a", 3)
    assert used(quotas) == 3
    write(quotas, "b", 5)
    write(quotas, "c", 5)
    assert used(quotas) == 5
    write(quotas, "d", 2, at=AT + 60)
    assert used(quotas) == 2
    write(quotas, "e", 0)
    assert used(quotas) == 0
    amounts = [[one.amount for one in row.row.draws] for row in books.open().rows(kind="quota")]
    assert amounts == [[3], [2], [2, -5], [-2]]  # what changes nothing leaves no row


def test_a_write_that_failed_changes_nothing(quotas):
    write(quotas, "a", 3)
    for amount in (0, 1, 9):
        write(quotas, f"failed {amount}", amount, stored=False)
        assert used(quotas) == 3


def test_room_that_would_be_given_back_is_not_free_before_it_is(quotas):
    write(quotas, "a", 10)
    names = quotas._ledger.pseudonyms
    quotas.count("b", [], [], Counted(names.uid("uid"), names.source("home"), epoch(NOW)), now=NOW)
    with pytest.raises(QuotaError):
        write(quotas, "c", 1, uid="other")
    quotas.confirm("b", (), now=NOW, versions=VERSIONS)
    write(quotas, "c", 1, uid="other")


def test_two_writes_of_one_meeting_at_once_count_it_once(quotas):
    names = quotas._ledger.pseudonyms
    who = Counted(names.uid("uid"), names.source("home"), epoch(NOW))
    for operation in ("a", "b"):
        quotas.count(operation, [draw(2)], [BOUND], who, now=NOW)
    for operation in ("a", "b"):
        quotas.confirm(operation, (), now=NOW, versions=VERSIONS)
        quotas.confirm(operation, (), now=NOW, versions=VERSIONS)
    assert used(quotas) == 2


def test_what_was_settled_counts_as_it_stands(quotas):
    names = quotas._ledger.pseudonyms
    for number in range(3):
        who = Counted(names.uid(f"{number}"), names.source("home"), epoch(NOW))
        quotas.count(f"{number}", [draw(2)], [BOUND], who, now=NOW, ticket=f"{number}")
    stands = {"0": [draw(2)], "1": [draw(1)], "2": None}
    ended = quotas.settle_counted(NOW, lambda held: stands[held.ticket], now=NOW, versions=VERSIONS)
    assert ended == (2, 1)
    assert used(quotas) == 3
    assert quotas.open() == ()


def test_what_does_not_bind_is_told(quotas):
    who = Counted(quotas._ledger.pseudonyms.uid("uid"), quotas._ledger.pseudonyms.source("home"), epoch(NOW))
    held, (error,) = quotas.count("a", [draw(11)], [BOUND._replace(binds=False)], who, now=NOW)
    assert held
    assert (error.name, error.used, error.limit, error.wanted) == ("weekly", 0, LIMIT, 11)


ANN, BEN = "ann@town.example", "ben@town.example"


def test_a_copy_counts_once_and_another_organisers_meeting_beside_it(quotas):
    write(quotas, "a", 3, by=ANN)
    write(quotas, "b", 3, by=ANN, home="other")
    assert used(quotas) == 3
    write(quotas, "c", 4, by=ANN, home="other")  # it takes one more there
    assert used(quotas) == 4
    write(quotas, "d", 3, by=BEN, home="third")
    assert used(quotas) == 7
    write(quotas, "e", 0, home="third")
    assert used(quotas) == 4


def test_a_change_of_the_organiser_draws_nothing_more(quotas):
    write(quotas, "a", 10, by=ANN)
    write(quotas, "b", 10, by=BEN)  # the pool is full
    assert used(quotas) == 10
    write(quotas, "c", 0)
    assert used(quotas) == 0


def test_what_is_counted_without_a_name_may_be_anybodys(quotas):
    """As books of before have it."""
    write(quotas, "a", 3)
    write(quotas, "b", 3, by=ANN, home="other")
    assert used(quotas) == 3
    write(quotas, "c", 2, by=ANN)
    assert used(quotas) == 2
    write(quotas, "d", 5, by=BEN)
    assert used(quotas) == 5
    write(quotas, "e", 0)
    assert used(quotas) == 0


def test_what_has_begun_is_drawn_and_never_given_back(quotas):
    begun = epoch(NOW) - 60
    write(quotas, "a", 2, at=begun, by=ANN)
    assert used(quotas) == 2
    write(quotas, "b", 1, at=begun, by=ANN)
    write(quotas, "c", 2, at=begun, by=ANN, home="other")
    write(quotas, "d", 0)
    assert used(quotas) == 2
    write(quotas, "e", 3, at=begun, by=ANN)
    assert used(quotas) == 3


def test_who_takes_over_what_has_begun_draws_it_no_second_time(quotas):
    begun = epoch(NOW) - 60
    write(quotas, "a", 10, at=begun, by=ANN)
    write(quotas, "b", 10, at=begun, by=BEN)  # the pool is full
    assert used(quotas) == 10


def remove(quotas, operation, *, uid="uid", home="home", since=NOW, removed=True):
    names = quotas._ledger.pseudonyms
    known = quotas.remove(operation, Counted(names.uid(uid), names.source(home), epoch(since)), now=since)
    if known and removed:
        for _ in range(2):  # the connection was lost at COMMIT
            quotas.confirm(operation, (), now=since, versions=VERSIONS)
    elif known:
        quotas.release(operation)
    return known


def test_what_is_moved_is_counted_where_it_goes(quotas, books):
    """A move is a copy and a deletion."""
    names = quotas._ledger.pseudonyms
    write(quotas, "a", 3, by=ANN)
    write(quotas, "b", 3, by=ANN, home="other")
    remove(quotas, "m")
    assert used(quotas) == 3
    assert [row.row.home for row in books.open().rows(kind="quota")][1:] == [
        names.source("home"),
        names.source("other"),
    ]
    assert not remove(quotas, "n")
    assert used(quotas) == 3
    remove(quotas, "c", home="other")
    assert used(quotas) == 0
    assert verify(books.open()).sound


def test_what_was_never_counted_is_counted_where_it_is_moved_to(quotas, books):
    write(quotas, "a", 3, home="other")
    assert not remove(quotas, "m")
    assert used(quotas) == 3
    assert len(list(books.open().rows(kind="quota"))) == 1


def test_what_is_deleted_counts_in_the_calendars_where_it_stands_still_as_much_as_the_largest_of_them(quotas):
    write(quotas, "a", 4, by=ANN)
    write(quotas, "b", 1, by=ANN, home="second")
    write(quotas, "c", 3, by=ANN, home="third")
    write(quotas, "d", 2, by=BEN, home="fourth")  # another meeting
    remove(quotas, "e")
    assert used(quotas) == 3 + 2
    remove(quotas, "f", home="third")
    assert used(quotas) == 1 + 2
    remove(quotas, "g", home="second")
    assert used(quotas) == 2


def test_a_copy_that_was_changed_or_deleted_before_is_not_counted_when_the_meeting_is(quotas):
    write(quotas, "a", 3, by=ANN)
    write(quotas, "b", 3, by=ANN, home="other")
    write(quotas, "c", 0, by=ANN, home="other")  # cancelled there
    write(quotas, "d", 3, by=ANN, home="third")
    remove(quotas, "e", home="third")
    remove(quotas, "f")
    assert used(quotas) == 0


def test_an_edit_where_it_is_counted_makes_nothing_of_older_copies(quotas):
    write(quotas, "a", 3, by=ANN)
    write(quotas, "b", 3, by=ANN, home="other")
    write(quotas, "c", 3, by=ANN, at=AT + 3600)
    assert used(quotas) == 3


def test_a_deletion_that_did_not_take_place_changes_nothing(quotas):
    write(quotas, "a", 3)
    assert remove(quotas, "b", removed=False)
    assert used(quotas) == 3
    assert quotas.open() == ()


def test_a_copy_that_is_written_while_the_meeting_is_deleted_is_counted(quotas):
    write(quotas, "a", 3, by=ANN)
    names = quotas._ledger.pseudonyms
    who = Counted(names.uid("uid"), names.source("other"), epoch(NOW))
    quotas.count("b", [draw(3, meeting=names.meeting("uid", ANN))], [BOUND], who, now=NOW)
    remove(quotas, "c")
    assert used(quotas) == 0
    quotas.confirm("b", (), now=NOW, versions=VERSIONS)
    assert used(quotas) == 3


def test_a_deletion_that_a_crash_cut_off_is_settled_by_what_stands(quotas):
    names = quotas._ledger.pseudonyms
    for uid in ("a", "b"):
        write(quotas, f"write {uid}", 2, uid=uid)
        quotas.remove(uid, Counted(names.uid(uid), names.source("home"), epoch(NOW)), now=NOW, ticket=uid)
    assert quotas.settle(NOW, lambda _: (), now=NOW, versions=VERSIONS) == (0, 0)  # nobody may look: it stays open
    assert {held.ticket for held in quotas.open() if held.removes} == {"a", "b"}
    stands = {"a": [draw(2)], "b": None}
    quotas.settle_counted(NOW, lambda held: stands[held.ticket], now=NOW, versions=VERSIONS)
    assert quotas.open() == ()
    assert used(quotas) == 2
    remove(quotas, "again", uid="a")
    assert used(quotas) == 0


def test_whoever_writes_what_was_being_deleted_has_it_counted(quotas):
    """A deletion whose end nobody knows is void as soon as the meeting is known to stand."""
    names = quotas._ledger.pseudonyms
    write(quotas, "a", 2)
    quotas.remove("b", Counted(names.uid("uid"), names.source("home"), epoch(NOW)), now=NOW)
    write(quotas, "c", 2)  # the same again
    assert quotas.open() == ()
    with pytest.raises(LedgerError):
        quotas.confirm("b", (), now=NOW, versions=VERSIONS)
    assert used(quotas) == 2


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 4)), max_size=14))
def test_in_whatever_calendars_it_is_written_and_deleted_what_stands_is_counted_once(sqlite_books, steps):
    """An edit where it is counted may make the others older copies; they count again when they are written."""
    quotas = Quotas(sqlite_books.open())
    uid = secrets.token_hex(8)
    stands = {}
    before = used(quotas)
    try:
        for home, amount in steps:
            operation = secrets.token_hex(8)
            if amount:
                write(quotas, operation, amount, uid=uid, home=home, by=ANN)
                stands[home] = amount
            elif home in stands:
                remove(quotas, operation, uid=uid, home=home)
                del stands[home]
            counted = used(quotas) - before
            assert counted <= max(stands.values(), default=0)
            assert bool(counted) == bool(stands)
    finally:
        for home in stands:
            remove(quotas, secrets.token_hex(8), uid=uid, home=home)
        assert used(quotas) == before
        quotas._ledger.close()


def test_the_sums_beside_the_chain_are_verified_and_go_with_what_is_erased(quotas, books):
    ledger = quotas._ledger
    write(quotas, "a", 3, by=ANN)
    write(quotas, "b", 5, by=ANN)
    write(quotas, "c", 1, by=ANN, home="other")
    for statement in ("UPDATE counts SET amount = 1", "UPDATE counts SET pool = 'x'", "DELETE FROM counts"):
        kept = books.sql("SELECT * FROM counts")
        books.sql(statement)
        assert [one.code for one in verify(ledger).discrepancies] == ["draws-edited"]
        books.sql("DELETE FROM counts")
        for row in kept:
            books.sql(f"INSERT INTO counts VALUES ({', '.join(map(repr, row))})")
    assert verify(ledger).sound
    (first, *_) = ledger.rows(kind="quota")
    options = {"ground": "retention", "now": NOW, "versions": VERSIONS}
    erase(ledger, Selection(rows=(first.seq,)), operation="one", **options)
    assert [row[5] for row in books.sql("SELECT * FROM counts")] == [2]
    erase(ledger, Selection(uid="uid"), operation="all", **options)
    assert books.sql("SELECT * FROM counts") == books.sql("SELECT * FROM copies") == []
    assert verify(ledger).sound


def test_a_meeting_that_is_changed_again_and_again_is_changed_no_slower(quotas):
    """What is read for a decision is what is counted, not all that ever was."""

    def rows_read(work):
        read = 0

        def count(*_args):
            nonlocal read
            read += 1

        with pytest.MonkeyPatch.context() as patch:
            made = counts.Draw
            patch.setattr(counts, "Draw", lambda **fields: (count(), made(**fields))[1])
            work()
        return read

    for number in range(12):
        write(quotas, f"{number}", 2, at=AT + 60 * number, by=ANN)
    assert rows_read(lambda: write(quotas, "last", 3, at=AT, by=ANN)) <= 4
