# SPDX-License-Identifier: Apache-2.0
"""What once kept a guard busy for seconds or minutes: the work grows with the object, or there is a clear refusal.

Work is counted in calls, C functions among them, so that nothing here depends on the machine.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from guard_making import NOW, RATES, TUESDAY, calendar, one, part

from meetcost.assessment import check
from meetcost.guard import guard as guard_module
from meetcost.guard.bounds import unbearable
from meetcost.guard.decide import Context, Refuse
from meetcost.guard.guard import Guard
from meetcost.guard.ledger_books import LedgerBooks
from meetcost.ics.limits import LIMITS
from meetcost.ics.read import read
from meetcost.ics.strict import read_strict
from meetcost.ledger.versions import Versions
from meetcost.ledger.waivers import Approver, Waivers
from meetcost.model.verdict import Bearing, Outcome, Tally
from meetcost.model.waiver import Span, Waiver, WaiverClass
from meetcost.policy.policy import Policy
from meetcost.quotas import draws
from meetcost.quotas.draws import taken_by
from meetcost.rules import lookout
from meetcost.rules.catalogue.purpose import PURPOSE, states
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = b'zone = "Europe/Berlin"\nseries = "skip"\n[disclosure]\nattach = false\n'
DAYS = Policy.parse(HEAD + b'[[no_meeting_day]]\nid = "w"\nweekdays = ["wednesday"]\n')
ASKING = Policy.parse(HEAD + b'[[duration]]\nid = "d"\nat_most = 600\n[[attendance]]\nid = "a"\nat_most = 90\n')
EVERY_DAY = Policy.parse(HEAD + b'[[attendance]]\nid = "a"\nat_most = 1\n')


def calls(work: Callable[[], object]) -> int:
    count = 0

    def profile(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def dates(count: int, *, step: int = 1) -> str:
    first = datetime(2026, 1, 6, 9)
    return ",".join(f"{first + timedelta(days=at * step):%Y%m%dT%H%M%S}" for at in range(count))


def daily(count: int, *lines: str) -> bytes:
    return one(*TUESDAY, f"RRULE:FREQ=DAILY;COUNT={count}", *lines)


def test_dates_to_step_over_are_looked_for_once_and_not_for_each_of_them() -> None:
    def work(count: int) -> int:
        octets = one(*TUESDAY, f"RDATE;TZID=Europe/Berlin:{dates(count)}", "EXDATE;TZID=Europe/Berlin:20260106T100000")
        return calls(lambda: check(octets, policy=DAYS, now=NOW))

    work(20)
    few, many = work(50), work(500)
    assert many < 15 * few


def test_a_waiver_of_many_times_is_not_walked_through_for_each_instance() -> None:
    start = epoch(NOW) + 86_400

    def waiver(spans: int) -> Waiver:
        times = tuple(Span(start + 3600 * at, start + 3600 * at + 60) for at in range(spans))
        return Waiver("1", "one", times, 9, WaiverClass.ORDERED)

    def work(spans: int) -> int:
        tally = Tally(waivers=(waiver(spans),))
        return calls(lambda: check(daily(200), policy=DAYS, now=NOW, tally=tally))

    work(5)
    assert work(500) < work(5) + 4 * 500


def test_more_instances_than_the_rules_can_be_asked_about_are_refused() -> None:
    verdict, _ = check(daily(lookout.MOST_ASKED // 2), policy=ASKING, now=NOW)
    assert verdict.would_be is Outcome.ALLOW
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookout, "MOST_ASKED", 300)
        assert check(daily(150), policy=ASKING, now=NOW)[0].would_be is Outcome.ALLOW
        verdict, _ = check(daily(151), policy=ASKING, now=NOW)
    assert verdict.would_be is Outcome.REJECT
    assert str(verdict.errors[0]).endswith(
        "RRULE: 151 instances are too many to ask 2 rules about; let the series end earlier"
    )


def test_a_past_that_is_too_much_to_ask_about_refuses_nothing() -> None:
    later = NOW + timedelta(days=390)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookout, "MOST_ASKED", 100)
        verdict, _ = check(daily(380), policy=ASKING, now=later)
    assert verdict.would_be is Outcome.ALLOW
    assert "the past of the series is too much to look at" in {note.text() for note in verdict.notes}


def test_no_more_findings_are_made_than_anybody_reads() -> None:
    verdict, _ = check(daily(1_500), policy=EVERY_DAY, now=NOW)
    assert verdict.would_be is Outcome.DENY
    assert len(verdict.bearing(Bearing.REFUSED)) == 1_000
    assert any("more than 1000 instances" in note.text().replace(",", "") for note in verdict.notes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aim\n\n--\nsettle the accounts", True),
        ("Aim\n--\n", False),
        ("Aim\nPurpose\nsettle the accounts", True),
        ("settle the accounts\nAim", False),
        ("Aim:\nGoal:", False),
        ("Aim: ab\nsettle the accounts", False),
    ],
)
def test_a_statement_is_the_next_line_that_has_letters(text: str, expected: bool) -> None:
    assert states(text, PURPOSE) is expected


def test_the_people_of_a_series_are_counted_once() -> None:
    quota = b'[[quota]]\nid = "q"\nlimit = 100\nperiod = "week"\n'
    context = Context(Policy.parse(HEAD + quota), NOW, RATES)
    people = tuple(f"mailto:p{at}@example.test" for at in range(100))

    def work(count: int) -> int:
        octets = one(*TUESDAY, f"RRULE:FREQ=DAILY;COUNT={count}", people=people)
        meetings = read_strict(octets).meetings
        return calls(lambda: list(taken_by(meetings, context)))

    work(2)
    assert work(100) < work(2) + 98 * 100


def test_more_than_the_quotas_can_count_is_refused(tmp_path: Path) -> None:
    quota = b'[[quota]]\nid = "q"\nlimit = 100000\nperiod = "week"\n'
    books = LedgerBooks.open(tmp_path / "books.db")
    guard = Guard(Policy.parse(HEAD + quota), lambda: NOW, RATES, books=books)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(draws, "MOST_TAKEN", 20)
            fits, much = guard.decide(daily(20)), guard.decide(daily(21))
            guard.settle(fits, stored=True)
            shorter = guard.decide(daily(3), daily(900))
            guard.settle(shorter, stored=True)
        assert not isinstance(fits, Refuse)
        assert not isinstance(shorter, Refuse)
        assert isinstance(much, Refuse)
        assert much.verdict.would_be is Outcome.REJECT
        assert "more than 20 together; let the series end earlier" in str(much.verdict.errors[0])
        assert b"max-instances" in guard.refusal(much).reply.body
        assert books._accounts.quotas.open() == ()
    finally:
        books.ledger.close()


def test_a_series_is_judged_once_where_the_books_are_asked(tmp_path: Path) -> None:
    books = LedgerBooks.open(tmp_path / "books.db")
    waivers, by = Waivers(books.ledger), Versions.of()
    wanted = Waiver("", "one", (Span(0, 1),), 9, WaiverClass.ORDERED, reason="ordered")
    number = waivers.request(wanted, expires=NOW + timedelta(days=9), now=NOW, by=by)
    waivers.decide(number, "granted", Approver(unit="Mayor"), now=NOW, by=by)
    guard = Guard(EVERY_DAY, lambda: NOW, RATES, books=books)
    judged: list[bytes] = []

    try:
        with pytest.MonkeyPatch.context() as patch:
            real = guard_module.decide
            patch.setattr(guard_module, "decide", lambda *asked: judged.append(asked[0]) or real(*asked))
            assert isinstance(guard.decide(daily(30)), Refuse)
            assert judged == [daily(30)]
    finally:
        books.ledger.close()


def test_an_object_of_very_many_lines_is_refused_before_they_are_read() -> None:
    octets = one(*TUESDAY, *["X-A:b"] * LIMITS.lines)
    lines = octets.count(b"\n") + 1
    assert [one.message for one in read_strict(octets).refusals] == [f"{lines:,} lines, more than {LIMITS.lines:,}"]
    refuse = unbearable(octets, DAYS, NOW)
    assert refuse is not None
    assert refuse.verdict.would_be is Outcome.REJECT
    narrow = replace(DAYS, limits=replace(DAYS.limits, lines=200))
    assert unbearable(one(*TUESDAY, *["X-A:b"] * 250), narrow, NOW) is not None
    assert unbearable(one(*TUESDAY, *["X-A:b"] * 150), narrow, NOW) is None


def test_the_lines_of_many_defects_are_found_in_one_walk() -> None:
    def work(count: int, defects: int) -> int:
        octets = calendar(part(*TUESDAY, *[f"X-A:{at}" for at in range(count)], *["broken"] * defects))
        return calls(lambda: read(octets))

    assert work(3_000, 15) < 2 * work(3_000, 1)
    octets = calendar(part(*TUESDAY, "X-A:1", "broken one", "X-A:2", "broken two"))
    assert [problem.line for problem in read(octets).problems] == [14, 16]


def test_the_same_large_object_is_read_once_by_all_who_look_at_it() -> None:
    octets = one(*TUESDAY, *[f"COMMENT:{'x' * 60}"] * 2_000)
    assert len(octets) > 1 << 16
    assert read_strict(octets).meetings[0] is read_strict(octets).meetings[0]
    limits = replace(LIMITS, attendees=1)
    assert read_strict(octets, limits=limits).refusals


def test_what_stands_already_can_be_edited_however_much_there_is_to_ask() -> None:
    with pytest.MonkeyPatch.context() as patch:
        stored = daily(200)
        patch.setattr(lookout, "MOST_ASKED", 100)
        assert check(stored, policy=ASKING, now=NOW)[0].would_be is Outcome.REJECT
        edited = stored.replace(b"SUMMARY:", b"SUMMARY:Again: ")
        assert edited != stored
        verdict, _ = check(edited, policy=ASKING, now=NOW, old=stored)
        assert not verdict.errors
        longer, _ = check(daily(201), policy=ASKING, now=NOW, old=stored)
        assert longer.would_be is Outcome.REJECT


def test_a_stored_object_that_cannot_be_counted_does_not_bar_its_repair(tmp_path: Path) -> None:
    policy = Policy.parse(b'zone = "UTC"\n[[quota]]\nid = "q"\nlimit = 9\nperiod = "week"\n')
    books = LedgerBooks.open(tmp_path / "books.db")
    guard = Guard(policy, lambda: NOW, books=books)
    broken = calendar(part(*TUESDAY, "RRULE:FREQ=MINUTELY;COUNT=20000"))
    try:
        assert not isinstance(guard.decide(one(*TUESDAY), broken, calendar="c"), Refuse)
    finally:
        books.ledger.close()


def named(uid: str, *lines: str) -> bytes:
    return calendar(part(*TUESDAY, *lines, uid=uid))


def counting(tmp_path: Path) -> Guard:
    quota = b'[[quota]]\nid = "q"\nlimit = 100000\nperiod = "week"\n'
    return Guard(Policy.parse(HEAD + quota), lambda: NOW, RATES, books=LedgerBooks.open(tmp_path / "books.db"))


def test_to_take_a_series_out_of_a_calendar_its_instances_are_not_counted(tmp_path: Path) -> None:
    """A move as well: what is written where it goes has been judged and counted there, within bounds."""
    guard = counting(tmp_path)

    def work(octets: bytes) -> int:
        read_strict(octets)
        return calls(lambda: guard.settle_removal(guard.removing(octets, calendar="work"), removed=True))

    try:
        work(daily(2))
        assert work(daily(9_000)) <= work(daily(2)) + 50
        assert work(daily(2, *(f"X-HOSTILE-{at}:{'x' * 1000}" for at in range(900)))) <= work(daily(2)) + 50
    finally:
        guard.books.ledger.close()


def test_what_nobody_can_count_is_settled_as_it_was_reserved_and_keeps_no_other_open(tmp_path: Path) -> None:
    guard = counting(tmp_path)
    stands = {
        "a": daily(900),  # more than one write may count
        "b": named("b", "RRULE:FREQ=SECONDLY"),
        "c": b"no calendar at all",
        "d": named("d"),
    }
    try:
        for uid in stands:
            guard.decide(named(uid, "RRULE:FREQ=DAILY;COUNT=3"), calendar="work")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(draws, "MOST_TAKEN", 20)
            guard.settle_open(lambda _, uid: stands[uid])
        quotas = guard.books._accounts.quotas
        assert quotas.open() == ()
        counted = dict.fromkeys(stands, 0)
        names = {guard.books.ledger.pseudonyms.uid(uid): uid for uid in stands}
        for row in guard.books.ledger.rows(kind="quota"):
            counted[names[row.row.uid]] += sum(draw.amount for draw in row.row.draws)
        assert counted == {"a": 3, "b": 3, "c": 0, "d": 1}
    finally:
        guard.books.ledger.close()


def test_a_rule_on_attendance_keeps_nothing_that_would_have_to_be_settled(tmp_path: Path) -> None:
    """Nor does any rule: it looks at the object and the stored one. What is let pass and not stored leaves nothing."""
    books = LedgerBooks.open(tmp_path / "books.db")
    rules = b'[[attendance]]\nid = "a"\nat_most = 5\n[[duration]]\nid = "d"\nat_most = 600\n'
    guard = Guard(Policy.parse(HEAD + rules), lambda: NOW, RATES, books=books)
    four, six = (one(*TUESDAY, people=tuple(f"mailto:p{at}@example.test" for at in range(size))) for size in (4, 6))
    try:
        head = books.ledger.head()
        for _ in range(20):  # crashes, as nobody says how they ended
            assert not isinstance(guard.decide(four, calendar="work"), Refuse)
            assert not isinstance(guard.decide(six, six, calendar="work"), Refuse)
        assert books.ledger.head() == head
        assert books._accounts.quotas.open() == ()
        assert isinstance(guard.decide(six, four, calendar="work"), Refuse)
    finally:
        books.ledger.close()
