# SPDX-License-Identifier: Apache-2.0
"""The fuse: a quota trips before the write, counts each meeting once, and gives back what does not take place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from guard_making import ANN, BOB, NOW, RATES, calendar, part
from hypothesis import given, settings
from hypothesis import strategies as st

from meetcost.errors import ConfigError, MeetcostError, UsageError
from meetcost.guard.decide import Allow, Context, Refuse, Rewrite
from meetcost.guard.guard import Guard
from meetcost.guard.ledger_books import LedgerBooks
from meetcost.guard.review import case_of
from meetcost.ics.strict import read_strict
from meetcost.ledger.making import RowMaker
from meetcost.ledger.rows import CostRow, OccurrenceRow, VerdictRow
from meetcost.ledger.verify import verify
from meetcost.ledger.versions import Versions
from meetcost.ledger.waivers import Approver, Waivers
from meetcost.model.directory import Directory, Entry
from meetcost.model.verdict import Bearing, Outcome
from meetcost.policy.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from meetcost.guard.decide import Decision

PEOPLE = Directory([Entry("ann@example.test", unit="Roads"), Entry("bob@example.test", unit="Parks")])
HEAD = 'zone = "Europe/Berlin"\nname = "Town"\n[disclosure]\nattach = false\n'
WEEK = '[[quota]]\nid = "weekly"\nlimit = 2\nperiod = "week"\n'
MONDAY = datetime(2026, 1, 5, 9)


def policy(text: str, *, head: str = HEAD) -> Policy:
    return Policy.parse((head + text).encode(), directory=PEOPLE)


def meeting(
    uid: str, start: datetime = MONDAY, *lines: str, hours: int = 1, people: tuple[str, ...] = (ANN, BOB)
) -> bytes:
    end = start + timedelta(hours=hours)
    zone = "TZID=Europe/Berlin"
    times = (f"DTSTART;{zone}:{start:%Y%m%dT%H%M%S}", f"DTEND;{zone}:{end:%Y%m%dT%H%M%S}")
    return calendar(part(*times, *lines, uid=uid, people=people))


class Desk:
    """A guard with books and what a server does with its decisions."""

    def __init__(self, folder: Path, text: str) -> None:
        self.books = LedgerBooks.open(folder / "books.db")
        self.now = NOW
        self.guard = Guard(policy(text), lambda: self.now, RATES, books=self.books)
        self.stands: dict[tuple[str, str], bytes] = {}

    def put(self, uid: str, octets: bytes, *, calendar: str = "ann/work") -> Decision:
        decision = self.guard.decide(octets, self.stands.get((calendar, uid)), calendar=calendar)
        if not isinstance(decision, Refuse):
            self.stands[calendar, uid] = decision.octets if isinstance(decision, Rewrite) else octets
        self.guard.settle(decision, stored=not isinstance(decision, Refuse), calendar=calendar)
        return decision

    def fits(self, uid: str, octets: bytes, **options: str) -> bool:
        return not isinstance(self.put(uid, octets, **options), Refuse)

    def move(self, uid: str, source: str, target: str) -> bool:
        """As a server does: judged at the target, where nothing stood, and told once it is there."""
        octets = self.stands[source, uid]
        leaving = self.guard.removing(octets, calendar=source)
        fits = self.fits(uid, octets, calendar=target)
        if fits:
            del self.stands[source, uid]
        self.guard.settle_removal(leaving, removed=fits)
        return fits

    def delete(self, uid: str, *, calendar: str = "ann/work") -> None:
        self.guard.removed(self.stands.pop((calendar, uid)), calendar=calendar)

    def used(self, pool: str = "weekly/body") -> int:
        units = self.books._accounts.quotas.by_unit(pool, 0, 1 << 40)
        return sum(units.values())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    made: list[Desk] = []

    def desk(text: str = WEEK) -> Desk:
        made.append(Desk(tmp_path / str(len(made)), text))
        return made[-1]

    def folder_first(text: str = WEEK) -> Desk:
        (tmp_path / str(len(made))).mkdir()
        return desk(text)

    yield folder_first
    for one in made:
        assert verify(one.books.ledger).sound
        assert one.books._accounts.quotas.open() == ()
        one.books.ledger.close()


def test_the_error_of_a_rolling_quota_names_no_day_on_which_it_begins_anew(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace('period = "week"', 'rolling = "7 days"'))
    assert at.fits("a", meeting("a"))
    assert at.fits("b", meeting("b", people=(BOB, ANN)))
    decision = at.put("c", meeting("c"))
    assert isinstance(decision, Refuse)
    reply = at.guard.refusal(decision).reply
    assert reply.status_line == "403 Quota weekly used up"
    assert b'<M:quota id="weekly" measure="meetings" used="2" limit="2" wanted="1"/>' in reply.body
    assert b"anew" not in reply.body


def test_it_trips_before_the_write_and_says_why(desk: Callable[..., Desk]) -> None:
    at = desk()
    assert at.fits("a", meeting("a"))
    assert at.fits("b", meeting("b", people=(BOB, ANN)))
    decision = at.put("c", meeting("c"))
    assert isinstance(decision, Refuse)
    assert decision.verdict.would_be is Outcome.DENY
    reply = at.guard.refusal(decision).reply
    assert reply.status_line == "403 Quota weekly used up, begins anew on 2026-01-12"
    text = reply.body.decode()
    for said in (
        "2 meetings used of 2 meetings from Mon 5 Jan 2026 to Sun 11 Jan 2026",
        "Parks 1 meeting, Roads 1 meeting",
        "begins anew on Mon 12 Jan 2026",
        '<M:quota id="weekly" measure="meetings" used="2" limit="2" wanted="1" resets="2026-01-12"/>',
    ):
        assert said in text
    chinese = replace(
        at.guard, policy=replace(at.guard.policy, disclosure=replace(at.guard.policy.disclosure, language="zh"))
    )
    assert (
        "总量控制“weekly”：2026年1月5日(周一)至2026年1月11日(周日)限 2 次会议，已用 2 次会议"
        in chinese.refusal(decision).reply.body.decode()
    )
    assert at.fits("d", meeting("d", MONDAY + timedelta(days=7)))  # the week after has room of its own


def test_an_update_draws_the_difference_and_what_does_not_take_place_is_given_back(desk: Callable[..., Desk]) -> None:
    at = desk('[[quota]]\nid = "weekly"\nmeasure = "person_hours"\nlimit = 6\nperiod = "week"\n')
    assert at.fits("a", meeting("a"))
    assert at.fits("b", meeting("b"))
    assert at.used() == 4 * 3600
    assert at.fits("a", meeting("a", hours=2))
    assert at.used() == 6 * 3600
    assert at.fits("a", meeting("a", MONDAY + timedelta(hours=3), hours=2))  # moved within its week
    assert not at.fits("a", meeting("a", hours=3))
    assert at.fits("a", meeting("a", hours=1))
    assert at.used() == 4 * 3600
    assert at.fits("b", meeting("b", MONDAY, "STATUS:CANCELLED"))
    assert at.used() == 2 * 3600
    at.delete("a")
    assert at.used() == 0


def test_what_has_begun_is_used_up(desk: Callable[..., Desk]) -> None:
    at = desk()
    assert at.fits("a", meeting("a"))
    at.now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    at.delete("a")
    assert at.used() == 1


def test_each_instance_of_a_series_draws_in_its_own_period(desk: Callable[..., Desk]) -> None:
    at = desk()
    assert at.fits("a", meeting("a", MONDAY, "RRULE:FREQ=WEEKLY;COUNT=4"))
    assert at.used() == 4
    assert not at.fits("b", meeting("b", MONDAY, "RRULE:FREQ=DAILY;COUNT=2"))
    assert at.fits("c", meeting("c"))
    assert at.fits("a", meeting("a", MONDAY, "RRULE:FREQ=WEEKLY;COUNT=3"))
    assert at.used() == 4


def test_a_copy_under_the_same_uid_is_no_second_meeting(desk: Callable[..., Desk]) -> None:
    at = desk()
    assert at.fits("a", meeting("a"))
    assert at.fits("a", meeting("a"), calendar="bob/work")
    assert at.used() == 1
    at.delete("a", calendar="bob/work")  # the copy goes, the meeting takes place all the same
    assert at.used() == 1
    assert at.fits("a", meeting("a", MONDAY + timedelta(days=1)), calendar="bob/work")  # another time is another one
    assert at.used() == 2
    assert not at.fits("b", meeting("b"))


def test_another_organisers_meeting_under_the_same_uid_is_a_second_meeting(desk: Callable[..., Desk]) -> None:
    at = desk()
    assert at.fits("a", meeting("a"))
    assert at.fits("a", meeting("a", people=(BOB, ANN)), calendar="bob/work")
    assert at.used() == 2
    assert not at.fits("a", meeting("a", people=("mailto:eve@example.test", ANN)), calendar="eve/work")
    assert at.fits("a", meeting("a"), calendar="eve/work")  # a copy of the first
    assert at.used() == 2
    at.delete("a", calendar="bob/work")
    assert at.used() == 1
    rows = "".join(str(one.row) for one in at.books.ledger.rows(kind="quota"))
    names = at.books.ledger.pseudonyms
    assert "example.test" not in rows
    assert names.person(ANN) not in rows  # nor what would tell all meetings of one person


def test_an_organiser_under_another_of_their_addresses_is_the_same(desk: Callable[..., Desk]) -> None:
    at = desk()
    known = Directory([Entry("ann@example.test", aliases=("urn:uuid:0000-ann",))])
    at.guard = replace(at.guard, policy=replace(at.guard.policy, directory=known))
    assert at.fits("a", meeting("a"))
    assert at.fits("a", meeting("a", people=("urn:uuid:0000-ann", BOB)), calendar="bob/work")
    assert at.used() == 1


def test_without_an_organiser_what_stands_in_each_calendar_is_a_meeting(desk: Callable[..., Desk]) -> None:
    at = desk()
    nobody = meeting("a").replace(b"ORGANIZER:mailto:ann@example.test", b"ATTENDEE:mailto:ann@example.test")
    assert b"ORGANIZER" not in nobody
    assert at.fits("a", nobody)
    assert at.fits("a", nobody)
    assert at.used() == 1
    assert at.fits("a", nobody, calendar="bob/work")
    assert at.used() == 2


def test_whoever_calls_it_in_anothers_place_makes_no_second_meeting_of_it(desk: Callable[..., Desk]) -> None:
    at = desk()
    assert at.fits("a", meeting("a"))
    assert at.fits("b", meeting("b"))
    assert at.fits("a", meeting("a", people=(BOB, ANN)))
    assert at.used() == 2


def test_what_has_just_begun_counts(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "1"))
    at.now = datetime(2026, 1, 5, 8, 1, tzinfo=UTC)  # 09:01 in Berlin
    assert at.fits("a", meeting("a"))
    assert at.used() == 1
    assert not at.fits("b", meeting("b"))
    assert not at.fits("c", meeting("c", MONDAY + timedelta(days=1)))
    assert at.fits("a", meeting("a", MONDAY, "LOCATION:Hall"))
    assert at.fits("a", meeting("a"), calendar="bob/work")  # a copy comes late
    assert at.used() == 1


def test_what_is_under_way_may_not_grow_beyond_a_quota(desk: Callable[..., Desk]) -> None:
    at = desk('[[quota]]\nid = "weekly"\nmeasure = "person_hours"\nlimit = 4\nperiod = "week"\n')
    assert at.fits("a", meeting("a"))
    at.now = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
    assert not at.fits("a", meeting("a", hours=3))
    assert at.fits("a", meeting("a", hours=2))
    assert at.used() == 4 * 3600
    assert at.fits("a", meeting("a", hours=1))
    assert at.used() == 4 * 3600  # what has begun is used up


def test_what_gives_no_end_takes_up_what_is_supposed(desk: Callable[..., Desk]) -> None:
    at = desk('[[quota]]\nid = "weekly"\nmeasure = "person_hours"\nlimit = 3\nperiod = "week"\n')
    start, end = b"DTSTART;TZID=Europe/Berlin:20260105T090000", b"DTEND;TZID=Europe/Berlin:20260105T100000\r\n"
    assert start in meeting("a")
    assert end in meeting("a")
    assert at.fits("a", meeting("a").replace(end, b""))
    assert at.used() == 2 * 3600
    assert not at.fits("b", meeting("b").replace(end, b""))
    at.delete("a")
    at.now = datetime(2026, 1, 5, 8, 1, tzinfo=UTC)
    assert at.fits("c", meeting("c").replace(end, b""))  # just begun, and not known to be over
    assert at.used() == 2 * 3600


def test_what_is_over_is_neither_refused_nor_counted(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "0"))
    at.now = datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert at.fits("a", meeting("a"))
    assert at.used() == 0
    assert not at.fits("a", meeting("a", hours=2))  # and is not over any more


def test_what_stood_before_the_quota_may_go_on(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "0"))
    at.stands["ann/work", "a"] = meeting("a")
    at.now = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
    assert at.fits("a", meeting("a", MONDAY, "LOCATION:Hall"))


def test_what_was_moved_is_given_back_where_it_is_deleted(desk: Callable[..., Desk]) -> None:
    at = desk()
    assert at.fits("a", meeting("a", MONDAY, "RRULE:FREQ=WEEKLY;COUNT=2"))
    assert at.move("a", "ann/work", "ann/private")
    assert at.used() == 2
    assert at.fits("a", meeting("a"), calendar="ann/private")
    assert at.used() == 1
    at.delete("a", calendar="ann/private")
    assert at.used() == 0


def test_what_has_begun_stays_counted_when_it_is_moved(desk: Callable[..., Desk]) -> None:
    at = desk()
    assert at.fits("a", meeting("a"))
    at.now = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
    assert at.move("a", "ann/work", "ann/private")
    assert at.used() == 1
    at.delete("a", calendar="ann/private")
    assert at.used() == 1


def test_a_move_takes_the_quota_of_a_calendar_along(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "1") + 'per = "calendar"\n')
    assert at.fits("a", meeting("a"))
    assert at.fits("b", meeting("b"), calendar="ann/private")
    assert not at.move("a", "ann/work", "ann/private")
    at.delete("b", calendar="ann/private")
    assert at.move("a", "ann/work", "ann/private")
    assert at.fits("c", meeting("c"))
    assert not at.fits("d", meeting("d"), calendar="ann/private")


def test_a_copy_that_is_moved_is_still_a_copy(desk: Callable[..., Desk]) -> None:
    at = desk()
    assert at.fits("a", meeting("a"))
    assert at.fits("a", meeting("a"), calendar="bob/work")
    assert at.move("a", "bob/work", "bob/private")
    assert at.used() == 1
    at.delete("a", calendar="bob/private")
    assert at.used() == 1


def test_instances_of_a_series_that_are_moved_to_one_time_are_several_meetings(desk: Callable[..., Desk]) -> None:
    at, zone = desk(), "TZID=Europe/Berlin"
    times = (f"DTSTART;{zone}:20260105T090000", f"DTEND;{zone}:20260105T100000")
    moved = [
        part(f"RECURRENCE-ID;{zone}:202601{day:02}T090000", *times, uid="a", people=(ANN, f"mailto:{day}@example.test"))
        for day in (6, 7)
    ]
    assert not at.fits("a", calendar(part(*times, "RRULE:FREQ=DAILY;COUNT=3", uid="a"), *moved))
    assert at.fits("a", calendar(part(*times, "RRULE:FREQ=DAILY;COUNT=2", uid="a"), moved[0]))
    assert at.used() == 2


def test_who_has_a_quota_of_their_own(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "1") + 'per = "unit"\n')
    assert at.fits("a", meeting("a"))
    assert not at.fits("b", meeting("b"))
    assert at.fits("c", meeting("c", people=(BOB, ANN)))
    per = desk(WEEK.replace("2", "1") + 'per = "calendar"\n')
    assert per.fits("a", meeting("a"))
    assert not per.fits("b", meeting("b"))
    assert per.fits("b", meeting("b"), calendar="bob/work")
    own = desk(WEEK.replace("2", "1") + 'per = "organiser"\n')
    assert own.fits("a", meeting("a"))
    assert not own.fits("b", meeting("b"))
    assert own.fits("c", meeting("c", people=(BOB, ANN)))
    rows = "".join(str(row.row) for row in own.books.ledger.rows())
    assert "example.test" not in rows  # an account of a person stands under a pseudonym


def test_kinds_that_share_a_pool_count_together(desk: Callable[..., Desk]) -> None:
    kinds = ("training", "inspection")
    at = desk(
        "".join(WEEK.replace("weekly", kind) + f'pool = "field"\nscope.categories = ["{kind}"]\n' for kind in kinds)
    )
    assert at.fits("a", meeting("a", MONDAY, "CATEGORIES:training,inspection"))  # of both kinds, and one meeting
    assert at.used("field/body") == 1
    assert at.fits("b", meeting("b", MONDAY, "CATEGORIES:inspection"))
    assert not at.fits("c", meeting("c", MONDAY, "CATEGORIES:training"))
    assert at.fits("d", meeting("d"))  # of neither


def test_only_large_meetings_count_where_it_says_so(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "0") + "scope.people_over = 2\n")
    assert at.fits("a", meeting("a"))
    assert not at.fits("b", meeting("b", people=(ANN, BOB, "mailto:eve@example.test")))


def test_a_rolling_quota_holds_for_any_days_on_end(desk: Callable[..., Desk]) -> None:
    at = desk('[[quota]]\nid = "rolling"\nlimit = 2\nrolling = "7 days"\n')
    for uid, days in (("a", 0), ("b", 6)):
        assert at.fits(uid, meeting(uid, MONDAY + timedelta(days=days)))
    for days in (0, 3, 6):
        assert not at.fits("c", meeting("c", MONDAY + timedelta(days=days)))
    assert at.fits("c", meeting("c", MONDAY + timedelta(days=7)))
    assert not at.fits("d", meeting("d", MONDAY + timedelta(days=10)))


def test_cost_is_limited_by_an_amount(desk: Callable[..., Desk]) -> None:
    text = '[[quota]]\nid = "money"\nmeasure = "cost"\nlimit = "1 EUR"\nperiod = "month"\n'
    decision = desk(text).put("a", meeting("a"))
    assert isinstance(decision, Refuse)
    assert "used of EUR 1.00" in decision.verdict.text()
    with pytest.raises(ConfigError, match="no rate card in that currency"):
        Guard(policy(text), lambda: NOW, books=desk().books)
    with pytest.raises(ConfigError, match="quotas are counted in books"):
        Guard(policy(WEEK), lambda: NOW)


@pytest.mark.parametrize(("words", "passes"), [('action = "warn"\n', True), ('action = "review"\n', False)])
def test_what_happens_beyond_it(desk: Callable[..., Desk], words: str, passes: bool) -> None:
    at = desk(WEEK.replace("2", "0") + words)
    decision = at.put("a", meeting("a"))
    assert isinstance(decision, Allow) is passes
    assert "quota “weekly”" in decision.verdict.text().casefold()
    assert at.used() == passes


def test_a_policy_that_observes_counts_and_refuses_nothing(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "0"))
    at.guard = replace(at.guard, policy=policy(WEEK.replace("2", "0"), head='mode = "observe"\n' + HEAD))
    decision = at.put("a", meeting("a"))
    assert isinstance(decision, Allow)
    assert decision.verdict.would_be is Outcome.DENY
    assert at.used() == 1


def grant(at: Desk, octets: bytes) -> None:
    case = case_of(octets, Context(at.guard.policy, NOW, RATES), reason="the dyke broke", rules=["weekly"])
    waivers, by = Waivers(at.books.ledger), Versions.of()
    number = waivers.request(case.waiver, expires=NOW + timedelta(days=9), now=NOW, by=by)
    waivers.decide(number, "granted", Approver(unit="Mayor"), now=NOW, by=by)


def test_a_waiver_with_its_reason_lets_pass_what_does_not_fit(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "0"))
    octets = meeting("a")
    assert not at.fits("a", octets)
    grant(at, octets)
    assert not at.fits("b", meeting("b"))
    assert not at.fits("a", meeting("a", MONDAY + timedelta(hours=1)))
    decision = at.put("a", octets)
    assert isinstance(decision, Allow)
    assert decision.verdict.bearing(Bearing.WAIVED)
    assert at.used() == 1


def test_a_waiver_for_one_long_meeting_is_none_for_many_short_ones(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "0"))
    grant(at, meeting("a", hours=8))
    hourly = meeting("a", MONDAY, "RRULE:FREQ=HOURLY;COUNT=2")
    assert not at.fits("a", hourly)
    assert at.fits("a", meeting("a", MONDAY + timedelta(hours=1)))
    assert not at.fits("a", hourly)
    assert at.used() == 1


def test_a_waiver_is_used_up_by_what_stands_in_another_calendar(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "0"))
    grant(at, meeting("a", hours=8))
    assert at.fits("a", meeting("a"))
    assert at.fits("a", meeting("a"), calendar="bob/work")
    assert not at.fits("a", meeting("a", MONDAY + timedelta(hours=3)), calendar="bob/work")
    assert at.used() == 1


def test_a_waiver_is_for_the_meeting_of_who_asked_for_it(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "0"))
    grant(at, meeting("a"))
    assert not at.fits("a", meeting("a", people=(BOB, ANN)), calendar="bob/work")
    assert at.fits("a", meeting("a"))
    assert not at.fits("a", meeting("a", people=(BOB, ANN)), calendar="bob/work")
    assert at.used() == 1


def test_a_waiver_for_a_series_covers_each_of_its_instances(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "0"))
    series = meeting("a", MONDAY, "RRULE:FREQ=DAILY;COUNT=3")
    grant(at, series)
    assert at.fits("a", series)
    assert at.fits("a", meeting("a", MONDAY, "RRULE:FREQ=DAILY;COUNT=2"))
    assert not at.fits("a", meeting("a", MONDAY, "RRULE:FREQ=DAILY;COUNT=4"))
    assert at.used() == 2


def test_a_waiver_from_a_rule_is_no_waiver_for_another_organiser(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK)
    at.guard = replace(at.guard, policy=policy("[[no_meeting_day]]\nid = 'weekly'\nweekdays = ['monday']\n"))
    grant(at, meeting("a"))
    assert not at.fits("a", meeting("a", people=(BOB, ANN)), calendar="bob/work")
    assert at.fits("a", meeting("a"))
    assert at.fits("a", meeting("a", people=(BOB, ANN)))  # handed over where it stands
    assert not at.fits("a", meeting("a", people=(BOB, ANN, "mailto:eve@example.test")))


def test_nobody_can_ask_for_a_waiver_for_the_meetings_of_two(desk: Callable[..., Desk]) -> None:
    at, zone = desk(), "TZID=Europe/Berlin"
    other = part(f"RECURRENCE-ID;{zone}:20260106T090000", f"DTSTART;{zone}:20260106T090000", uid="a", people=(BOB, ANN))
    both = calendar(part(f"DTSTART;{zone}:20260105T090000", "RRULE:FREQ=DAILY;COUNT=2", uid="a"), other)
    with pytest.raises(UsageError, match="different organisers"):
        grant(at, both)


def test_what_stood_before_the_quota_may_stay_and_not_grow(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "0").replace("limit", 'measure = "person_hours"\nlimit'))
    at.stands["ann/work", "a"] = meeting("a")
    assert at.fits("a", meeting("a", MONDAY, "LOCATION:Hall"))
    assert not at.fits("a", meeting("a", hours=2))
    assert not at.fits("a", meeting("a", MONDAY + timedelta(days=7)))


def test_only_down_never_up(desk: Callable[..., Desk]) -> None:
    at = desk('[[quota]]\nid = "down"\nlimit = { of_last_year = "75 %" }\nperiod = "month"\n')
    refused = at.put("a", meeting("a"))
    assert isinstance(refused, Refuse)  # nothing is known of last year
    assert refused.verdict.outcome is Outcome.ERROR
    make = RowMaker(at.books.ledger.pseudonyms)
    rows = []
    for day in (7, 8, 9, 10, 31):
        key = {"uid": make._pseudonyms.uid(f"old {day}")}
        rows += [
            OccurrenceRow(**key, start=f"2025-01-{day:02}T22:59:59Z", seconds=3600, people=2),
            CostRow(**key, method="time", person_seconds=7200, called_by="Roads"),
        ]
    rows.append(OccurrenceRow(uid=make._pseudonyms.uid("february"), start="2025-01-31T23:00:00Z", seconds=60))
    at.books.ledger.append(rows, operation="audit", now=NOW, versions=Versions.of())
    fresh = Desk.__new__(Desk)
    fresh.__dict__.update(at.__dict__)
    fresh.books = LedgerBooks(at.books.ledger)
    fresh.guard = replace(at.guard, books=fresh.books)
    fits = [fresh.fits(f"{number}", meeting(f"{number}", MONDAY + timedelta(hours=number))) for number in range(5)]
    assert fits == [True, True, True, False, False]  # 75 % of 5, rounded down


def test_fifty_writers_at_once_get_exactly_ten(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "10"))

    def write(number: int) -> bool:
        decision = at.guard.decide(meeting(f"{number}"), calendar=f"user{number}/work")
        at.guard.settle(decision, stored=True, calendar=f"user{number}/work")
        return not isinstance(decision, Refuse)

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(write, range(50))) == 10
    assert at.used() == 10


def test_what_the_server_did_not_store_is_released(desk: Callable[..., Desk]) -> None:
    at = desk(WEEK.replace("2", "1"))
    decision = at.guard.decide(meeting("a"), calendar="ann/work")
    assert isinstance(at.guard.decide(meeting("b"), calendar="ann/work"), Refuse)
    at.guard.settle(decision, stored=False, calendar="ann/work")
    assert at.fits("b", meeting("b"))


@pytest.mark.parametrize("stored", [True, False])
def test_a_crash_is_settled_by_what_stands(desk: Callable[..., Desk], stored: bool) -> None:
    at = desk()
    decision = at.guard.decide(meeting("a", MONDAY, "RRULE:FREQ=WEEKLY;COUNT=2"), calendar="ann/work")
    assert isinstance(decision, Allow)
    assert at.used() == 2
    asked = []

    def stands(calendar: str, uid: str) -> bytes | None:
        asked.append((calendar, uid))
        return meeting("a") if stored else None

    at.guard.settle_open(stands)
    assert asked == [("ann/work", "a")]
    assert at.used() == stored


def test_what_began_before_the_server_came_back_counts(desk: Callable[..., Desk]) -> None:
    at = desk()
    assert at.fits("a", meeting("a"))
    for octets in (meeting("a", MONDAY, "LOCATION:Hall", hours=2), meeting("b")):
        assert isinstance(at.guard.decide(octets, calendar="ann/work"), Allow)
    at.now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    at.guard.settle_open(lambda _, uid: meeting(uid))
    assert at.used() == 2


def test_books_that_cannot_be_asked_refuse_what_they_count(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = desk(WEEK + 'scope.categories = ["training"]\n')

    def broken(*_: object, **__: object) -> None:
        raise MeetcostError("away")

    monkeypatch.setattr(at.books, "reserve", broken)
    decision = at.put("a", meeting("a", MONDAY, "CATEGORIES:training"))
    assert isinstance(decision, Refuse)
    assert "quotas cannot be asked" in decision.verdict.text()
    assert at.fits("b", meeting("b"))


@settings(max_examples=12)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 4), st.booleans()), max_size=12))
def test_whatever_is_written_and_deleted_what_stands_is_counted(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, bool]]
) -> None:
    at = Desk(tmp_path_factory.mktemp("books"), WEEK)
    try:
        for uid, days, kept in steps:
            if kept:
                at.put(uid, meeting(uid, MONDAY + timedelta(days=days * 3)))
            elif ("ann/work", uid) in at.stands:
                at.delete(uid)
            starts = [read_strict(octets).meetings[0].start for octets in at.stands.values()]
            assert at.used() == len(at.stands)
            weeks = [start.isocalendar()[:2] for start in starts]
            assert all(weeks.count(week) <= 2 for week in weeks)
    finally:
        at.books.ledger.close()


def test_a_decision_is_a_row_once_however_often_it_is_tried(tmp_path: Path) -> None:
    banned = policy("[[no_meeting_day]]\nid = 'monday'\nweekdays = ['monday']\n")
    for _ in range(2):  # a second process does not know what the first has said
        books = LedgerBooks.open(tmp_path / "books.db")
        guard = Guard(banned, lambda: NOW, books=books)
        for _ in range(3):
            assert isinstance(guard.decide(meeting("a")), Refuse)
        (row,) = [one.row for one in books.ledger.rows(kind="verdict")]
        assert isinstance(row, VerdictRow)
        assert (row.outcome, row.calling_unit, row.findings[0].rule) == ("deny", "Roads", "monday")
        books.ledger.close()
