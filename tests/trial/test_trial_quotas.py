# SPDX-License-Identifier: Apache-2.0
"""Quotas on trial: what would have found no room, and the same answer as the guard's own books."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from meetcost.costing.rate_card import RateCard
from meetcost.guard.decide import Refuse
from meetcost.guard.guard import Guard
from meetcost.guard.ledger_books import LedgerBooks
from meetcost.ics.read import read
from meetcost.model.directory import Directory, Entry
from meetcost.model.meeting import Meeting
from meetcost.policy.policy import Policy
from meetcost.trial.trial import TrialOf, by_unit
from meetcost.values.rate import Rate
from meetcost.values.span import Span

if TYPE_CHECKING:
    from pathlib import Path

    from meetcost.trial.quotas import QuotaTried

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 27, tzinfo=BERLIN)
PAST = Span(datetime(2026, 9, 9, tzinfo=BERLIN), NOW)  # a Wednesday
AHEAD = Span(NOW, NOW + timedelta(days=400))
HEAD = """
name = "Town Office"
zone = "Europe/Berlin"
roster = [
  { address = "ann@town.example", unit = "Planning" },
  { address = "ben@town.example", unit = "Finance" },
]
"""
WEEKLY = '[[quota]]\nid = "weekly"\nlimit = 2\nperiod = "week"\n'
RATES = RateCard.flat("50 EUR")


def meeting(day: date, title: str = "Round", *, by: str = "ann@town.example", **more: object) -> Meeting:
    start = datetime(day.year, day.month, day.day, 10, tzinfo=BERLIN)
    more = {"minutes": 60, "attendees": [by, "x@town.example"], **more}
    return Meeting(title=title, start=start, organizer=by, uid=f"{title}-{day}", **more)  # type: ignore[arg-type]


def tried(
    policy: str, *calendars: list[Meeting], past: Span = PAST, rates: RateCard | None = RATES
) -> list[QuotaTried]:
    trial = TrialOf(Policy.parse((HEAD + policy).encode()), past, AHEAD, rates)
    for meetings in calendars:
        trial.calendar(meetings)
    result = trial.result()
    assert result.problems == ()
    return list(result.quotas)


def dates(one: QuotaTried) -> list[tuple[str, list[date]]]:
    return sorted((some.title, list(some.dates)) for some in one.no_room)


def september(day: int) -> date:
    return date(2026, 9, day)


def test_the_third_of_a_week_finds_no_room() -> None:
    (one,) = tried(WEEKLY, [meeting(september(day), f"{day}") for day in (14, 15, 16, 17, 21, 22)])
    assert dates(one) == [("16", [september(16)]), ("17", [september(17)])]
    assert (one.instances, one.time.hours) == (2, 4)
    assert one.peak is not None
    assert (one.peak.used, one.peak.limit, one.peak.stretch.days) == (2, 2, (september(14), september(20)))


def test_it_goes_by_time_and_not_by_the_order_of_the_calendars() -> None:
    daily = meeting(september(14), "daily", rrule="FREQ=DAILY;COUNT=4")
    (one,) = tried(WEEKLY, [meeting(september(20), "sunday")], [daily], [meeting(september(14), "monday")])
    assert dates(one) == [("daily", [september(day) for day in (15, 16, 17)]), ("sunday", [september(20)])]


def test_what_a_rule_meets_draws_nothing() -> None:
    wednesday = '[[no_meeting_day]]\nweekdays = ["wednesday"]\n'
    meetings = [meeting(september(day), f"{day}") for day in (15, 16, 17, 18)]
    (one,) = tried(wednesday + WEEKLY, meetings)
    assert dates(one) == [("18", [september(18)])]


def test_what_took_place_before_the_span_is_used() -> None:
    meetings = [meeting(september(day), f"{day}") for day in (7, 8, 10)]
    (one,) = tried(WEEKLY, meetings)
    assert dates(one) == [("10", [september(10)])]
    (one,) = tried(WEEKLY.replace('period = "week"', 'rolling = "3 days"'), meetings)
    assert one.no_room == ()  # 8, 9, 10 September hold two


def test_rolling_days_hold_wherever_they_begin() -> None:
    rolling = '[[quota]]\nid = "r"\nlimit = 1\nrolling = "3 days"\n'
    (one,) = tried(rolling, [meeting(september(day), f"{day}") for day in (14, 16, 17, 19, 20)])
    assert dates(one) == [("16", [september(16)]), ("19", [september(19)])]


@pytest.mark.parametrize(
    ("per", "full"), [("unit", ["15"]), ("organiser", ["15"]), ("calendar", ["16", "17"]), ("body", ["15", "16", "17"])]
)
def test_who_has_a_quota_of_their_own(per: str, full: list[str]) -> None:
    one_each = f'[[quota]]\nid = "q"\nlimit = 1\nperiod = "week"\nper = "{per}"\n'
    first = [meeting(september(14), "14"), meeting(september(16), "16", by="ben@town.example")]
    second = [meeting(september(15), "15"), meeting(september(17), "17", by="eva@town.example")]
    (one,) = tried(one_each, first, second)
    assert [some.title for some in sorted(one.no_room, key=lambda some: some.title)] == full


def test_by_unit() -> None:
    meetings = [meeting(september(14 + at), f"{at}", by="ann@town.example" if at % 2 else "ben@town.example")
                for at in range(6)]  # fmt: skip
    (one,) = tried(WEEKLY, meetings)
    assert [(share.unit, share.meetings) for share in by_unit(one.no_room)] == [("Finance", 2), ("Planning", 2)]


def test_quotas_of_a_pool_count_together_and_each_meeting_once() -> None:
    pool = 'limit = 2\nperiod = "week"\npool = "p"\n'
    large = f'[[quota]]\nid = "large"\n{pool}scope.people_over = 1\n'
    (every, some) = tried(f'[[quota]]\nid = "all"\n{pool}{large}', [meeting(september(14 + at)) for at in range(3)])
    assert dates(every) == dates(some) == [("Round", [september(16)])]


def test_one_that_only_warns_goes_on_counting() -> None:
    (one,) = tried(WEEKLY + 'action = "warn"\n', [meeting(september(14 + at), f"{at}") for at in range(4)])
    assert one.instances == 2
    assert one.peak is not None
    assert one.peak.used == 4


def test_one_that_begins_later_is_tried_all_the_same() -> None:
    (one,) = tried(WEEKLY + "from = 2027-01-01\n", [meeting(september(14 + at), f"{at}") for at in range(3)])
    assert one.instances == 1


def test_cost_needs_rates_in_its_currency() -> None:
    money = '[[quota]]\nid = "money"\nmeasure = "cost"\nlimit = "150 EUR"\nperiod = "week"\n'
    meetings = [meeting(september(14), "14"), meeting(september(15), "15")]
    (one,) = tried(money, meetings)
    assert dates(one) == [("15", [september(15)])]
    for rates in (None, RateCard.flat("50 CNY")):
        (one,) = tried(money, meetings, rates=rates)
        assert one.untried is not None
        assert one.untried.text() == "it limits cost in EUR, and no rate card in that currency is given"


def test_no_figure_that_rests_on_somebodys_own_pay() -> None:
    money = '[[quota]]\nid = "money"\nmeasure = "cost"\nlimit = "150 EUR"\nperiod = "week"\n'
    policy = Policy.parse((HEAD + money).encode())
    paid = Directory([Entry(address="ann@town.example", unit="Planning", rate=Rate(90, "EUR"))])
    trial = TrialOf(replace(policy, directory=paid), PAST, AHEAD, replace(RATES, personal=True))
    trial.calendar([meeting(september(14))])
    (one,) = trial.result().quotas
    assert one.untried is not None
    assert one.untried.text() == "its figures would rest on somebody's own pay"
    assert one.peak is None


def test_only_down_by_the_calendars_themselves() -> None:
    only_down = '[[quota]]\nid = "down"\nlimit = { of_last_year = "75 %" }\nperiod = "quarter"\n'
    last_year = [meeting(date(2025, 8, day), f"a{day}") for day in range(1, 5)]
    this_year = [meeting(september(day), f"b{day}") for day in range(1, 22, 5)]  # 1, 6, 11, 16, 21
    (one,) = tried(only_down, last_year + this_year)
    assert dates(one) == [("b16", [september(16)]), ("b21", [september(21)])]
    (one,) = tried(only_down, this_year)
    assert one.untried is not None
    assert one.untried.text() == "the calendars hold nothing of the same period of the year before"


INVITE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Town//Example//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20260901T000000Z
DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}
DURATION:PT{minutes}M
SUMMARY:{uid}
ORGANIZER:mailto:{who}@town.example
ATTENDEE:mailto:{who}@town.example
ATTENDEE:mailto:x@town.example
END:VEVENT
END:VCALENDAR
"""
QUOTAS = """
[disclosure]
attach = false
[[quota]]
id = "weekly"
limit = 4
period = "week"
[[quota]]
id = "hours"
measure = "person_hours"
limit = 6
rolling = "4 days"
per = "unit"
[[quota]]
id = "money"
measure = "cost"
limit = "900 EUR"
period = "month"
[[quota]]
id = "told"
limit = 1
period = "week"
per = "organiser"
action = "warn"
"""


@pytest.mark.parametrize("seed", range(4))
def test_the_guard_refuses_the_same_ones_if_they_are_written_in_the_order_of_time(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    begin, invites = datetime(2026, 9, 14, 8), []
    for at in range(24):
        start = begin + timedelta(days=chance.randrange(28), minutes=17 * at)
        who, minutes = chance.choice(("ann", "ben", "eva")), chance.choice((30, 60, 90, 120))
        text = INVITE.format(uid=f"u{at}", start=start, minutes=minutes, who=who)
        invites.append((start, text.replace("\n", "\r\n").encode()))
    invites.sort()
    policy = Policy.parse((HEAD + QUOTAS).encode())
    refused = set()
    books = LedgerBooks.open(tmp_path / "books.db")
    with books.ledger:
        guard = Guard(policy, lambda: PAST.start, RATES, books=books)
        for _, octets in invites:
            decision = guard.decide(octets, None, calendar="all")
            if isinstance(decision, Refuse):
                refused.add(read(octets).meetings[0].uid)
            guard.settle(decision, stored=not isinstance(decision, Refuse), calendar="all")
    trial = TrialOf(policy, PAST, AHEAD, RATES)
    trial.calendar([read(octets).meetings[0] for _, octets in invites])
    found = {some.uid for one in trial.result().quotas if one.quota.action.value == "refuse" for some in one.no_room}
    assert found == refused
    assert 0 < len(refused) < len(invites)


def test_a_quota_counts_what_another_one_kept_out() -> None:
    full = '[[quota]]\nid = "full"\nlimit = 0\nperiod = "week"\n'
    closed, wide = tried(full + '[[quota]]\nid = "wide"\nlimit = 5\nperiod = "week"\n', [meeting(date(2026, 10, 7))])
    assert closed.instances == 1
    assert (wide.no_room, wide.peak and wide.peak.used) == ((), 0)
