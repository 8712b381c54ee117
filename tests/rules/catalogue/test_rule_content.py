# SPDX-License-Identifier: Apache-2.0
"""Rules on what the invite says and whom it calls: agenda, purpose, end of a series, level, plan; and on costs."""

from __future__ import annotations

import pytest
from rule_cases import BOB, EVE, WRITTEN, answered, event, judged, policy

from meetcost.costing.rate_card import RateCard
from meetcost.ics.read import read
from meetcost.model.directory import Directory
from meetcost.model.verdict import Bearing, Outcome
from meetcost.policy.policy import Policy
from meetcost.rules.catalogue.purpose import PURPOSE, RESULT, states
from meetcost.rules.judge import judge

AT = "20261210T100000"


@pytest.mark.parametrize(
    ("description", "brief"),
    [
        ("", "Agenda missing: 0 items, at least 2"),
        ("Agenda: tbd", "Agenda missing: 0 items, at least 2"),
        (r"Agenda:\n1. Accounts", "Agenda missing: 1 items, at least 2"),
        (r"Agenda:\n1. Accounts\n2. Draft", ""),
        (r"议程：\n1、决算\n2、预算草案", ""),
        ("We meet to talk.", "Agenda missing: 0 items, at least 2"),
        ("Agenda:\\n1. \u200b\\n2. \u200b", "Agenda missing: 0 items, at least 2"),
        ("Agenda:\\n\u200b\\n\u3164", "Agenda missing: 0 items, at least 2"),
    ],
)
def test_agenda(description: str, brief: str) -> None:
    verdict = judged(event(AT, f"DESCRIPTION:{description}"), policy("[[agenda]]\nat_least = 2\n"))
    assert [one.brief for one in verdict.findings] == ([brief] if brief else [])


def test_an_agenda_may_grow_but_lose_no_item() -> None:
    rules = policy("[[agenda]]\nat_least = 3\n")
    two, one = (event(AT, rf"DESCRIPTION:Agenda:\n1. Accounts{more}") for more in (r"\n2. Draft", ""))
    assert judged(two, rules, old=one).allowed
    assert judged(two, rules, old=two).allowed
    assert not judged(one, rules, old=two).allowed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Purpose: settle the accounts", True),
        ("purpose：决定预算安排", True),
        ("目的：决定预算安排", True),
        ("Purpose: \u200b\u200b\u200b\u200b", False),
        ("Purpose: \u3164\u3164\u3164\u3164", False),
        ("Purpose:\n\u200b\u200b\u200b\u200b", False),
        ("一、会议目的：决定预算安排", True),
        ("【目的】\n\n决定明年的预算安排", True),
        ("## Purpose\nsettle the accounts", True),
        ("* Purpose: settle the accounts", True),
        ("Purpose:", False),
        ("Purpose: -", False),
        ("Purpose:\n\n", False),
        ("Purpose:\nExpected result: a draft", False),
        ("On purpose: nothing", False),
        ("The purpose is settled", False),
        ("", False),
    ],
)
def test_a_statement_of_purpose(text: str, said: bool) -> None:
    assert states(text, PURPOSE) is said


def test_own_words_and_one_statement_alone() -> None:
    rules = policy('[[purpose]]\nask_for = ["result"]\nresult = ["Ergebnis"]\n')
    assert judged(event(AT, "DESCRIPTION:Ergebnis: ein Entwurf"), rules).allowed
    assert not judged(event(AT, "DESCRIPTION:Expected result: a draft"), rules).allowed
    assert states("预期成果：形成草案", RESULT)


@pytest.mark.parametrize(
    ("rule", "brief"),
    [
        ("", ""),
        ("RRULE:FREQ=WEEKLY", "Series without an end"),
        ("RRULE:FREQ=WEEKLY;COUNT=3", ""),
        ("RRULE:FREQ=WEEKLY;COUNT=6", "Series of 35 days, at most 30"),
        ("RRULE:FREQ=WEEKLY;UNTIL=20270109T230000Z", ""),
        ("RRULE:FREQ=WEEKLY;UNTIL=20270114T230000Z", "Series of 35 days, at most 30"),
        ("RDATE;TZID=Europe/Berlin:20270201T100000", "Series of 53 days, at most 30"),
    ],
)
def test_a_series_needs_an_end(rule: str, brief: str) -> None:
    verdict = judged(event(AT, *((rule,) if rule else ())), policy("[[series_end]]\nlongest_days = 30\n"))
    assert [one.brief for one in verdict.findings] == ([brief] if brief else [])


def test_a_standing_series_may_be_moved_but_not_made_endless() -> None:
    rules = policy("[[series_end]]\nlongest_days = 30\n")
    endless, long = (event(AT, f"RRULE:FREQ=WEEKLY{more}") for more in ("", ";COUNT=20"))
    assert judged(event("20261211T100000", "RRULE:FREQ=WEEKLY"), rules, old=endless).bearing(Bearing.KEPT)
    assert judged(long, rules, old=endless).allowed
    assert not judged(endless, rules, old=long).allowed


LEVELS = 'levels = ["Province", "City", "County", "Township"]\n'
PEOPLE = "".join(f'[[roster]]\naddress = "{name}@town.example"\nlevel = "{level}"\n' for name, level in {
    "ann": "City", "bob": "county", "eve": "TOWNSHIP"}.items())  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "people", "allowed"),
    [
        ('lowest = "County"', (BOB,), True),
        ('lowest = "County"', (BOB, EVE), False),
        ('lowest = "County"', (BOB, "mailto:%65ve@town.example"), False),
        ('lowest = "County"', (BOB, "MAILTO: eve%40town.example"), False),
        ('lowest = "Township"', (BOB, EVE), True),
        ('lowest = "County"\ncalled_by = ["Province"]', (BOB, EVE), True),
        ('lowest = "County"\ncalled_by = ["city"]', (BOB, EVE), False),
        ("steps = 1", (BOB,), True),
        ("steps = 1", (EVE,), False),
        ("steps = 0", (BOB,), False),
        ('lowest = "County"', ("mailto:stranger@else.example",), True),
    ],
)
def test_level(keys: str, people: tuple[str, ...], allowed: bool) -> None:
    assert judged(event(AT, people=people), policy(f"{LEVELS}[[level]]\n{keys}\n{PEOPLE}")).allowed is allowed


def test_without_an_organiser_the_steps_cannot_be_known() -> None:
    octets = event(AT, people=(BOB, EVE)).replace(b"ORGANIZER:mailto:ann@town.example\r\n", b"")
    assert judged(octets, policy(f"{LEVELS}[[level]]\nsteps = 1\n{PEOPLE}")).outcome is Outcome.FLAG
    assert judged(octets, policy(f'{LEVELS}[[level]]\nlowest = "County"\n{PEOPLE}')).outcome is Outcome.DENY


def test_nobody_else_of_a_low_level_joins_what_stands() -> None:
    more = '[[roster]]\naddress = "dan@town.example"\nlevel = "Township"\n'
    rules = policy(f'{LEVELS}[[level]]\nlowest = "County"\n{PEOPLE}{more}')
    stood = event(AT, people=(BOB, EVE))
    assert judged(answered(stood), rules, old=stood).allowed
    assert not judged(event(AT, people=(BOB, "mailto:dan@town.example")), rules, old=stood).allowed


PLAN = """[[plan]]
planned = ["Budget conference*", "uid:example@town.example", "category:statutory"]
reviewer = "unit:Office"
"""


@pytest.mark.parametrize(
    ("lines", "uid", "allowed"),
    [
        (("SUMMARY:Kick-off",), "x", False),
        (("SUMMARY:ＢＵＤＧＥＴ  conference 2027",), "x", True),
        (("SUMMARY:A budget conference",), "x", False),
        (("SUMMARY:Kick-off", "CATEGORIES:Statutory"), "x", True),
        (("SUMMARY:Kick-off",), "example@town.example", True),
    ],
)
def test_plan(lines: tuple[str, ...], uid: str, allowed: bool) -> None:
    octets = event(AT, *lines).replace(b"UID:example@town.example", f"UID:{uid}".encode())
    verdict = judged(octets, policy(PLAN))
    assert verdict.allowed is allowed
    assert [one.bearing for one in verdict.findings] == ([] if allowed else [Bearing.REVIEW])


def test_where_nothing_is_planned_each_meeting_is_approved_by_itself() -> None:
    rules = policy('[[plan]]\nplanned = []\nscope.categories = ["city-wide"]\nreviewer = "unit:Office"\n')
    verdict = judged(event(AT, "CATEGORIES:city-wide"), rules)
    assert [one.bearing for one in verdict.findings] == [Bearing.REVIEW]
    assert judged(event(AT), rules).allowed


RATES = RateCard.flat("50 EUR")
HOTEL = '[[costing.venues]]\nname = "Hotel"\neach = "300 EUR"\n'


@pytest.mark.parametrize(
    ("keys", "brief"),
    [
        ("person_hours = 4", ""),
        ("person_hours = 3.99", "4 person-hours, at most 3.99"),
        ('money = "500 EUR"', ""),  # 2 people, 2 hours, 50 EUR each: 200, and a hotel
        ('money = "499.99 EUR"', "Costs EUR 500.00, at most EUR 499.99"),
        ('money = "200 EUR"\nof = "time"', ""),
        ('money = "199 EUR"\nof = "time"', "Costs EUR 200.00, at most EUR 199"),
        ('money = "299 EUR"\nof = "cash"', "Costs EUR 300.00, at most EUR 299"),
    ],
)
def test_cost(keys: str, brief: str) -> None:
    verdict = judged(event(AT, "LOCATION:Hotel", length="PT2H"), policy(f"[[cost]]\n{keys}\n{HOTEL}"), rates=RATES)
    assert [one.brief for one in verdict.findings] == ([brief] if brief else [])


def test_money_without_a_rate_card_is_an_error_and_no_pass() -> None:
    rules = policy('[[cost]]\nmoney = "500 EUR"\n')
    verdict = judged(event(AT), rules)
    assert verdict.outcome is Outcome.ERROR
    assert not verdict.allowed
    assert "no rate card says what working time is worth" in verdict.text()
    assert judged(event(AT), rules, rates=RateCard.flat("50 CNY")).outcome is Outcome.ERROR
    assert judged(event(AT, people=()), rules).outcome is Outcome.ALLOW  # no meeting


def test_cash_without_prices_or_in_another_currency_says_what_to_give() -> None:
    (bare,) = judged(event(AT), policy('[[cost]]\nmoney = "5 EUR"\nof = "cash"\n')).errors
    assert bare.advice == "give prices under `[costing] travel` and `venues`"
    ceiling = f'[[cash_ceiling]]\nat_most = "100 CNY"\n{HOTEL}'
    (mixed,) = judged(event(AT, "LOCATION:Hotel"), policy(ceiling)).errors
    assert mixed.message == "rule 1 could not be asked: it limits CNY, and the cost is known in EUR"


def test_the_other_rules_are_asked_all_the_same() -> None:
    rules = policy(
        '[[no_meeting_day]]\nweekdays = ["thursday"]\n[[cost]]\nmoney = "500 EUR"\n[[duration]]\nat_most = 30\n'
    )
    verdict = judged(event(AT), rules)
    assert verdict.outcome is Outcome.DENY
    assert [one.rule for one in verdict.findings] == ["1", "2"]
    assert [problem.code for problem in verdict.errors] == ["rule-error"]
    observing = policy('[[cost]]\nmoney = "500 EUR"\n', 'zone = "Europe/Berlin"\nmode = "observe"\n')
    assert judged(event(AT), observing).allowed


def test_a_long_series_that_is_nearly_over_can_still_be_answered() -> None:
    rules = policy("[[series_end]]\nlongest_days = 366\n")
    old = event("19950110T100000", "RRULE:FREQ=DAILY;UNTIL=20270101T000000Z")
    assert judged(old, rules).outcome is Outcome.DENY
    assert judged(answered(old), rules, old=old).allowed


def test_a_rule_whose_facts_nobody_gives_is_an_error() -> None:
    meeting = read(event(AT)).meetings[0]
    assert judge([meeting], policy("[[agenda]]\n").rules, now=WRITTEN).outcome is Outcome.ERROR


def test_the_figure_is_not_told_where_it_rests_on_anybodys_own_pay() -> None:
    roster = "address,name,rate\nann@town.example,Ann,90 EUR\nbob@town.example,Bob,70 EUR\n"
    private = Policy.parse(b'[[cost]]\nmoney = "10 EUR"\n', directory=Directory.parse(roster.encode()))
    bands = 'default_band = "A"\n[bands.A.values]\n2024-01-01 = 50\n'
    card = RateCard.parse(f'name = "c"\nversion = "1"\ncurrency = "EUR"\npersonal = true\n{bands}'.encode())
    verdict = judged(event(AT), private, rates=card)
    assert [one.brief for one in verdict.findings] == ["Costs more than EUR 10"]
    assert "160" not in verdict.text()


def test_an_answer_never_changes_what_a_meeting_costs() -> None:
    rules = policy('[costing]\nattendance = "accepted"\n[[cost]]\nperson_hours = 2\n')
    stood = event(AT, people=(BOB, EVE))
    assert not judged(stood, rules).allowed
    assert judged(answered(stood), rules, old=stood).allowed
    declined = answered(stood, partstat="DECLINED")
    assert judged(stood, rules, old=declined).allowed
    assert not judged(event(AT, people=(BOB, EVE), length="PT61M"), rules, old=stood).allowed


@pytest.mark.parametrize(
    ("ceiling", "days", "allowed"), [(150, 1, True), (149, 1, False), (75, 2, True), (74, 2, False)]
)
def test_cash_for_each_person_and_day(ceiling: int, days: int, allowed: bool) -> None:
    rules = policy(f'[[cash_ceiling]]\nat_most = "{ceiling} EUR"\n{HOTEL}')
    assert judged(event("20261210", "LOCATION:Hotel", length=f"P{days}D"), rules).allowed is allowed
