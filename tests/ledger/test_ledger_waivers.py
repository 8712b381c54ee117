# SPDX-License-Identifier: Apache-2.0
"""Waivers in the books: their steps in one order only, their bounds, links that are used once, claims to confirm."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from ledger_making import NOW, VERSIONS

from meetcost.errors import UsageError
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.rows import FindingNote, VerdictRow
from meetcost.ledger.verify import verify
from meetcost.ledger.waivers import Approver, Waivers
from meetcost.model.occurrence import OccurrenceId
from meetcost.model.waiver import Span, Waiver, WaiverClass
from meetcost.values.span import epoch

MAYOR = Approver(unit="Mayor's Office")
START = epoch(NOW) + 86400
LAST = NOW + timedelta(days=2)
INSTANCE = OccurrenceId.parse("20261202T080000Z/uid")
WANTED = Waiver(
    "", "uid", (Span(START, START + 3600),), 9, WaiverClass.STATUTORY, frozenset({"1"}), frozenset({INSTANCE}), "due"
)
BOUNDS = {"rule": "1", "instance": INSTANCE, "start": START, "end": START + 3600, "people": 9}


@pytest.fixture
def waivers(books):
    return Waivers(books.open())


def ask(waivers, wanted=WANTED, **options):
    return waivers.request(wanted, **{"expires": LAST, "now": NOW, "by": VERSIONS, **options})


def decide(waivers, number, state="granted", **options):
    return waivers.decide(number, state, MAYOR, **{"now": NOW, "by": VERSIONS, **options})


def tally(books, now=NOW):
    return books.open().tally("uid", now)[0]


def test_what_was_granted_comes_back_with_its_bounds(waivers, books):
    number = ask(waivers)
    assert tally(books).waivers == ()
    decide(waivers, number)
    (waiver,) = tally(books).waivers
    assert waiver == WANTED._replace(id=str(number), by="Mayor's Office")
    assert waiver.covers(**BOUNDS)
    for wider in ({"people": 10}, {"end": START + 3601}, {"start": START - 1}, {"rule": "2"}):
        assert not waiver.covers(**{**BOUNDS, **wider})
    assert not waiver.covers(**{**BOUNDS, "instance": OccurrenceId.parse("20261209T080000Z/uid")})
    assert books.open().tally("other", NOW)[0].waivers == ()
    assert verify(books.open()).sound


def test_it_lapses_when_it_expires_or_is_revoked(waivers, books):
    number = ask(waivers)
    decide(waivers, number)
    later = tally(books, LAST)
    assert (later.waivers, len(later.lapsed)) == ((), 1)
    waivers.revoke(number, MAYOR, now=NOW, by=VERSIONS)
    assert (tally(books).waivers, len(tally(books).lapsed)) == ((), 1)
    with pytest.raises(LedgerError, match="is revoked"):
        decide(waivers, number)


@pytest.mark.parametrize(("first", "then"), [("granted", "refused"), ("refused", "granted"), ("granted", "granted")])
def test_a_decision_is_made_once(waivers, first, then):
    number = ask(waivers)
    decide(waivers, number, first)
    with pytest.raises(LedgerError, match=f"is {first}; it would have to be requested"):
        decide(waivers, number, then)


def test_of_many_who_decide_at_once_one_does(waivers):
    number = ask(waivers)

    def attempt(_):
        try:
            decide(waivers, number)
        except LedgerError:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_a_grant_is_narrower_or_as_asked_for(waivers, books):
    number = ask(waivers)
    for wider in ({"people": 10}, {"expires": LAST + timedelta(seconds=1)}):
        with pytest.raises(UsageError, match="not wider"):
            decide(waivers, number, **wider)
    decide(waivers, number, people=5, expires=NOW + timedelta(hours=1))
    assert [one.people for one in tally(books).waivers] == [5]
    assert tally(books, NOW + timedelta(hours=1)).waivers == ()


def test_an_undecided_request_is_one_however_often_it_is_made(waivers):
    number = ask(waivers)
    assert ask(waivers) == number
    decide(waivers, number, "refused")
    assert ask(waivers) != number


def test_what_could_never_hold_is_told(waivers):
    for odd in (WANTED._replace(reason=" "), WANTED._replace(spans=())):
        with pytest.raises(UsageError):
            ask(waivers, odd)
    with pytest.raises(UsageError):
        ask(waivers, expires=NOW)
    with pytest.raises(LedgerError, match="address"):
        ask(waivers, WANTED._replace(reason="ann@town.example wants it"))
    with pytest.raises(UsageError, match="who decides"):
        waivers.decide(ask(waivers), "granted", Approver(), now=NOW, by=VERSIONS)
    with pytest.raises(LedgerError, match="no request"):
        decide(waivers, 99)
    with pytest.raises(LedgerError, match="is expired"):
        decide(waivers, ask(waivers), now=LAST)


def test_a_link_is_used_once_and_expires(waivers, books):
    number = ask(waivers)
    first, second = (waivers.link(number, lifetime=timedelta(hours=1), now=NOW) for _ in range(2))
    assert books.sql("SELECT count(*) FROM links") == [(2,)]
    stored = str(books.sql("SELECT * FROM links"))
    assert first not in stored
    assert second not in stored
    assert waivers.requested(first, now=NOW).number == number
    for token, now in (("x", NOW), ("", NOW), (first, NOW + timedelta(hours=1))):
        with pytest.raises(LedgerError, match="link does not hold"):
            waivers.decide_by_link(token, "granted", MAYOR, now=now, by=VERSIONS)
    waivers.decide_by_link(first, "granted", MAYOR, now=NOW, by=VERSIONS)
    with pytest.raises(LedgerError, match="link does not hold"):
        waivers.decide_by_link(first, "refused", MAYOR, now=NOW, by=VERSIONS)
    with pytest.raises(LedgerError, match="is granted"):  # another link to what has been decided
        waivers.decide_by_link(second, "refused", MAYOR, now=NOW, by=VERSIONS)
    assert len(tally(books).waivers) == 1


def test_claims_wait_until_they_are_confirmed(waivers, books):
    ledger = books.open()
    uid = ledger.pseudonyms.uid("uid")
    for due in ("2026-12-05T00:00:00Z", "2026-12-03T00:00:00Z"):
        note = FindingNote(rule="1", bearing="exempted", exemption="emergency", confirm_by=due)
        row = VerdictRow(uid=uid, outcome="allow", would_be="allow", mode="refuse", findings=(note,))
        ledger.append([row], operation=due, now=NOW, versions=VERSIONS)
    (claim,) = waivers.unconfirmed()  # written twice, claimed once, and due when it was first claimed
    assert (claim.number, claim.confirm_by) == (1, "2026-12-05T00:00:00Z")
    assert not claim.overdue(NOW)
    assert claim.overdue(NOW + timedelta(days=4))
    with pytest.raises(LedgerError, match="no claim"):
        waivers.confirm(2, MAYOR, now=NOW, by=VERSIONS)
    waivers.confirm(1, MAYOR, now=NOW, by=VERSIONS)
    assert waivers.unconfirmed() == ()
    assert waivers.standing() == ()  # a confirmed claim is no waiver
    assert tally(books).waivers == ()
