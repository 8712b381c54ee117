# SPDX-License-Identifier: Apache-2.0
"""Room is reserved before the write, and confirmed, released or settled after it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ledger_making import NOW, VERSIONS, meeting_row

from meetcost.errors import UsageError
from meetcost.ledger.faults import LedgerError, QuotaError
from meetcost.ledger.quota import Claim, Quotas
from meetcost.ledger.verify import verify


@pytest.fixture
def quotas(books):
    return Quotas(books.open())


def claim(amount=1, limit=3, pool="meetings", **fields):
    return Claim(pool, amount, limit, **{"at": NOW, **fields})


def test_what_is_confirmed_is_in_the_books_and_stays_used(quotas, books):
    quotas.reserve("a", [claim(2)], now=NOW, ticket="/ann/cal/1.ics")
    assert quotas.usage("meetings") == (0, 2)
    receipt = quotas.confirm("a", [meeting_row(1)], now=NOW, versions=VERSIONS)
    assert (receipt.first, receipt.last) == (1, 2)
    assert quotas.usage("meetings") == (2, 0)
    assert [one.kind for one in books.open().rows()] == ["meeting", "quota"]
    assert verify(books.open()).sound
    assert books.sql("SELECT ticket FROM reservations") == [("",)]  # a path may name somebody


def test_what_is_released_is_free_again_and_not_reserved_twice(quotas):
    quotas.reserve("a", [claim(3)], now=NOW)
    with pytest.raises(QuotaError, match="quota `meetings`: 3 of 3 are taken, 1 more do not fit"):
        quotas.reserve("b", [claim()], now=NOW)
    quotas.release("a")
    quotas.release("a")
    assert quotas.usage("meetings") == (0, 0)
    with pytest.raises(LedgerError, match="was released"):
        quotas.reserve("a", [claim()], now=NOW)
    quotas.reserve("b", [claim(3)], now=NOW)


def test_every_step_again_changes_nothing(quotas):
    for _ in range(2):
        quotas.reserve("a", [claim()], now=NOW)
    assert quotas.usage("meetings") == (0, 1)
    receipts = [quotas.confirm("a", [meeting_row(1)], now=NOW, versions=VERSIONS) for _ in range(2)]
    assert receipts[1] == receipts[0]._replace(repeated=True)
    quotas.reserve("a", [claim()], now=NOW)
    quotas.release("a")
    assert quotas.usage("meetings") == (1, 0)


def test_several_pools_are_taken_together_or_not_at_all(quotas):
    quotas.reserve("a", [claim(2), claim(50, 100, "hours")], now=NOW)
    with pytest.raises(QuotaError, match="hours"):
        quotas.reserve("b", [claim(1), claim(51, 100, "hours")], now=NOW)
    assert quotas.usage("meetings") == (0, 2)
    with pytest.raises(QuotaError, match="2 more"):  # two claims on one pool count together
        quotas.reserve("c", [claim(1), claim(1)], now=NOW)
    quotas.reserve("d", [claim(1), claim(50, 100, "hours")], now=NOW)


def test_periods_count_the_meetings_in_them(quotas):
    week = {"start": NOW, "end": NOW + timedelta(days=7)}
    quotas.reserve("a", [claim(3, **week)], now=NOW)
    quotas.confirm("a", [], now=NOW, versions=VERSIONS)
    later = NOW + timedelta(days=7)
    with pytest.raises(QuotaError):
        quotas.reserve("b", [claim(1, **week)], now=NOW)
    quotas.reserve("c", [claim(3, at=later, start=later, end=later + timedelta(days=7))], now=NOW)
    assert quotas.usage("meetings", **week) == (3, 0)
    assert quotas.usage("meetings", start=later) == (0, 3)
    assert quotas.usage("meetings") == (3, 3)


def test_what_a_crash_left_open_is_settled_by_asking(quotas, books):
    for number in range(6):
        quotas.reserve(f"op {number}", [claim(limit=9)], now=NOW + timedelta(minutes=number), ticket=str(number))
    assert [held.ticket for held in quotas.open()] == ["0", "1", "2", "3", "4", "5"]
    went_through = {"0", "2"}
    asked = []

    def ended(held):
        asked.append(held.ticket)
        return [meeting_row(int(held.ticket))] if held.ticket in went_through else None

    later = NOW + timedelta(minutes=4)
    assert quotas.settle(later, ended, now=later, versions=VERSIONS) == (2, 2)
    assert asked == ["0", "1", "2", "3"]
    assert [held.ticket for held in quotas.open()] == ["4", "5"]
    assert quotas.usage("meetings") == (2, 2)
    assert quotas.confirm("op 0", [], now=NOW, versions=VERSIONS).repeated  # the caller wakes up after all
    with pytest.raises(LedgerError, match="nothing is reserved"):
        quotas.confirm("op 1", [], now=NOW, versions=VERSIONS)
    assert verify(books.open()).sound


def test_a_server_that_does_not_answer_leaves_the_reservation(quotas):
    quotas.reserve("a", [claim()], now=NOW)

    def ended(held):
        raise ConnectionError

    with pytest.raises(ConnectionError):
        quotas.settle(NOW + timedelta(days=1), ended, now=NOW, versions=VERSIONS)
    assert quotas.usage("meetings") == (0, 1)


def test_claims_that_make_no_sense(quotas):
    outside = claim(start=NOW + timedelta(days=1)), claim(end=NOW)
    for claims in ([], [claim(-1)], *([one] for one in outside)):
        with pytest.raises(UsageError):
            quotas.reserve("a", claims, now=NOW)
    with pytest.raises(LedgerError, match="holds an address"):
        quotas.reserve("a", [claim(pool="meetings/ann@town.example")], now=NOW)
