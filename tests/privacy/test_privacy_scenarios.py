# SPDX-License-Identifier: Apache-2.0
"""The privacy cases of the guard's collection, against the real publisher, guard and writer of invites."""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import icalendar
import pytest
from rosters_for_attack import AS_OF, WINDOW, Body

import meetcost as mc
from meetcost.costing.rate_card import RateCard
from meetcost.feed.build import build
from meetcost.feed.data import data_file
from meetcost.feed.gate import gate
from meetcost.feed.gather import gather
from meetcost.guard.decide import Context, decide
from meetcost.model.attendee import Attendee
from meetcost.model.cost import PrivateCostError
from meetcost.model.directory import Directory, Entry
from meetcost.policy.policy import Policy
from meetcost.privacy.attack import solve
from meetcost.privacy.check import check
from meetcost.privacy.finding import Kind
from meetcost.values.rate import Rate

SCENARIOS = Path(__file__).parents[1] / "data" / "guard" / "scenario"
HOURS = 2080
PADDING = 12  # colleagues who attend nothing: a band is never one person


def case(name):
    return json.loads((SCENARIOS / f"{name}.json").read_text("utf-8"))


def body_of(roster, meetings, minutes=(60,)):
    """Yearly pay in two published bands, with colleagues in both."""
    pay = {f"{who}@body.example": round(Fraction(year * 100, HOURS)) for who, year in roster.items()}
    high = {who for who, cents in pay.items() if cents > 4500}
    colleagues = {f"c{number}@body.example": 5000 if number % 2 else 3000 for number in range(PADDING)}
    everybody = pay | colleagues
    band = {who: "b1" if who in high or cents > 4500 else "b0" for who, cents in everybody.items()}
    unit = {who: f"Unit {at % 2}" for at, who in enumerate(everybody)}
    met = [
        (tuple(f"{who}@body.example" for who in people), minutes[at % len(minutes)])
        for at, people in enumerate(meetings)
    ]
    return Body(everybody, band, unit, {"b0": 3100, "b1": 5200}, met)


def both(body):
    """The check of the feed as it is published, and of one with sums of pay."""
    right = check([body.release()], body.outsider(), solver=solve)
    wrong = check([body.release(body.document_of_sums())], body.outsider(), solver=solve)
    return right, wrong


def no_better_than_the_card(body, report):
    rates = body.band_rate()
    assert not report.findings
    for who, bounds in report.explained.bounds.items():
        assert bounds.low * 0.999 - 3 <= rates[who.person.removeprefix("mailto:")] <= bounds.high * 1.001 + 3


def test_p001_two_meetings_that_differ_in_one_attendee():
    given = case("P001")
    body = body_of(given["roster"], given["meetings"])
    right, wrong = both(body)
    no_better_than_the_card(body, right)
    eve = next(bounds for who, bounds in wrong.recovered.items() if who.person == "mailto:eve@body.example")
    assert eve.low * 0.99 <= body.pay["eve@body.example"] <= eve.high * 1.01  # the control: without bands she is found
    assert {Kind.DIFFERENCING, Kind.RECOVERED} <= {one.kind for one in wrong.findings}


def test_p002_one_person_alone():
    """Own time is no meeting; of a meeting that only one came to, the rate of the band is all there is to know."""
    given = case("P002")
    body = body_of(given["roster"], given["meetings"])
    own = [
        one.replace(organizer=Attendee.of(who), attendees=())
        for one, ((who,), _) in zip(body.calendar(), body.meetings, strict=True)
    ]
    publication = gather(own, WINDOW, as_of=AS_OF, policy=body.policy, rates=body.card)
    assert publication.entries == ()
    assert publication.coverage.not_meetings == 1
    right, wrong = both(body)
    no_better_than_the_card(body, right)
    assert Kind.SMALL_GROUP in {one.kind for one in wrong.findings}


def test_p004_one_executive_and_four_juniors():
    given = case("P004")
    body = body_of(given["roster"], given["meetings"])
    right, wrong = both(body)
    no_better_than_the_card(body, right)
    assert Kind.DOMINANCE in {one.kind for one in wrong.findings}
    assert wrong.blocked


def test_p005_a_linear_system_of_full_rank():
    given = case("P005")
    rng = random.Random(given["seed"])
    names = [f"n{number}" for number in range(given["roster_n"])]
    roster = {name: rng.randint(40, 240) * 1000 for name in names}
    meetings = [rng.sample(names, rng.randint(3, 8)) for _ in range(given["meetings_n"])]
    body = body_of(roster, meetings)
    right, wrong = both(body)
    assert right.explained.rank == right.explained.unknowns == given["roster_n"]
    no_better_than_the_card(body, right)
    assert len(wrong.recovered) == given["roster_n"]


def test_p007_many_lengths_sharpen_a_rounded_sum_but_not_a_rate():
    given = case("P007")
    names = list("abcdef")
    roster = dict(zip(names, (52000, 71000, 64000, 98000, 120000, 83000), strict=True))
    minutes = given["durations_min"]
    meetings = [[name for at, name in enumerate(names) if (number >> at) & 1] for number in range(1, 64)]
    body = body_of(roster, [one for one in meetings if len(one) > 1] * 3, minutes)
    right = check([body.release()], body.outsider(), solver=solve)
    no_better_than_the_card(body, right)
    step = given["round_to"] * 100
    rounded = body.document_of_sums(lambda cents, _: round(cents / step) * step)
    assert check([body.release(rounded)], body.outsider()).blocked


def test_p008_the_same_release_has_the_same_octets_every_time():
    """There is no noise to average out: nothing in a feed is drawn by lot."""
    body = Body.random(8, meetings=5, bands=2)
    assert len({data_file(body.publication()) for _ in range(10)}) == 1
    publication = body.publication()
    assert len({data_file(publication) for _ in range(case("P008")["fetches"])}) == 1


def test_p010_all_of_a_band_cost_the_same_and_the_card_says_so():
    band = case("P010")["bands"]["L3"]
    roster = {f"l{number}": band["pay"] for number in range(band["n"])}
    names = list(roster)
    body = body_of(roster, [names[:3], *combinations(names, 2)])
    body.rates["b0"] = body.rates["b1"] = round(Fraction(band["pay"] * 100, HOURS))
    report = check([body.release()], body.outsider(), solver=solve)
    no_better_than_the_card(body, report)
    assert {bounds.found for bounds in report.explained.bounds.values()} == {True}


def test_p011_no_total_holds_a_meeting_that_is_not_shown():
    assert case("P011")["total"]
    body = Body.random(11, meetings=30, bands=2)
    meetings = body.calendar()
    hidden = meetings[5].replace(uid="hidden@x.example", classification="CONFIDENTIAL")
    publication = gather([*meetings, hidden], WINDOW, as_of=AS_OF, policy=body.policy, rates=body.card)
    data = json.loads(data_file(publication))
    rows = [one for meeting in data["meetings"] for one in meeting["occurrences"]]
    assert data["totals"]["person_seconds"] == sum(row["person_seconds"] for row in rows)
    assert data["confidential"] == {"occurrences": 1, "person_hours": None}
    assert not gate(publication, [*meetings, hidden], [], policy=body.policy, rates=body.card).report.findings
    data["totals"]["person_seconds"] += 5400
    assert {one.kind for one in check([body.release(data)], body.outsider()).findings} == {Kind.REMAINDER}


INVITE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//meetcost//test//EN
BEGIN:VEVENT
UID:p014@town.example
DTSTAMP:20260701T080000Z
DTSTART:20260702T080000Z
DTEND:20260702T090000Z
SUMMARY:Contract
ORGANIZER:mailto:ann@town.example
ATTENDEE:mailto:guest@elsewhere.example
END:VEVENT
END:VCALENDAR
"""


def invite(**replaced):
    text = INVITE
    for old, new in replaced.items():
        text = text.replace(old, new)
    return text.replace("\n", "\r\n").encode()


def office(**entry):
    return Directory([Entry("ann@town.example", **{"band": "b1", **entry})])


def test_p014_a_guest_reads_no_money():
    given = case("P014")
    assert (given["external"], given["n"]) == (True, 2)
    policy = Policy.parse(b'zone = "UTC"\n[disclosure]\ninside = ["*@town.example"]\n', directory=office())
    card = Body.random(1, bands=2).card
    octets = mc.attach(invite(), policy=policy, rates=card, now=datetime(2026, 7, 1, tzinfo=UTC))
    assert b"X-MEETCOST-PERSON-HOURS:2" in octets
    assert b"EUR" not in octets


def test_p014_personal_pay_is_attached_to_nothing():
    policy = Policy.parse(b'zone = "UTC"\n', directory=office(rate=Rate("47.11", "EUR")))
    text = (
        b'name="C"\nversion="1"\ncurrency="EUR"\npersonal=true\ndefault_band="b1"\n[bands.b1]\nvalues={2026-01-01=40}'
    )
    with pytest.raises(PrivateCostError) as caught:
        mc.attach(invite(), policy=policy, rates=RateCard.parse(text), now=datetime(2026, 7, 1, tzinfo=UTC))
    assert "47" not in str(caught.value)


def calls_of(function):
    """How many calls of Python functions it takes: a measure of time that is the same on every machine."""
    count = 0

    def counting(frame, event, arg):
        nonlocal count
        count += event == "call"

    sys.setprofile(counting)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


def test_p017_the_guard_takes_as_long_for_a_stranger_as_for_somebody_in_the_directory():
    assert case("P017")["timing"]
    people = [Entry(f"p{number}@town.example", band="b1", unit="Unit") for number in range(200)]
    policy = Policy.parse(
        b'zone = "UTC"\nmode = "refuse"\n[[no_meeting_day]]\nweekdays = ["thursday"]\n',
        directory=Directory([*people, Entry("ann@town.example", band="b1", unit="Unit")]),
    )
    now = datetime(2026, 6, 1, tzinfo=UTC)

    def judged(who):
        octets = invite(**{"guest@elsewhere.example": who})
        context = Context(policy=policy, now=now)
        decide(octets, None, context)  # what is worked out once for all is worked out
        return calls_of(lambda: decide(octets, None, context))

    known, stranger = judged("p100@town.example"), judged("q100@elsewhere.example")
    assert abs(known - stranger) <= 0.05 * max(known, stranger)


def test_f026_a_role_with_a_line_break_makes_no_property():
    """F026: whatever a band or a unit is called, the invite has the lines it had, and ours."""
    role = case("F026")["role"]
    entries = [Entry(f"p{number}@town.example", band=role, unit=role) for number in range(6)]
    policy = Policy.parse(
        b'zone = "UTC"\n[disclosure]\ninside = ["*@town.example"]\n',
        directory=Directory([*entries, Entry("ann@town.example", name=role, band=role, unit=role)]),
    )
    text = (
        f"name = {json.dumps(role)}\n"
        'version = "1"\ncurrency = "EUR"\npublished = true\n'
        f"default_band = {json.dumps(role)}\n[bands.{json.dumps(role)}]\nlabel = {json.dumps(role)}\n"
        "values = {2026-01-01 = 46}\n"
    )
    octets = invite(**{"guest@elsewhere.example": "p1@town.example"})
    rates, now = RateCard.parse(text.encode()), datetime(2026, 7, 1, tzinfo=UTC)
    attached = mc.attach(octets, policy=policy, rates=rates, now=now)
    before, after = (icalendar.Calendar.from_ical(one).walk("VEVENT")[0] for one in (octets, attached))
    assert b"EUR" in attached
    assert str(after["ATTENDEE"]) == "mailto:p1@town.example"
    more = {name for name in after if name not in before}
    assert more <= {"DESCRIPTION"} | {name for name in after if name.startswith(("X-MEETCOST", "STRUCTURED-DATA"))}
    meeting = mc.read(octets).meetings
    window = mc.Span(now, now + timedelta(days=9))
    files = dict(build(gather(meeting, window, as_of=now, policy=policy, rates=rates)))
    assert all("ATTENDEE" not in event for event in icalendar.Calendar.from_ical(files["meetings.ics"]).walk("VEVENT"))


def test_every_case_of_the_collection_is_tried():
    here = Path(__file__).read_text("utf-8") + (Path(__file__).parents[1] / "cli/test_cli_privacy.py").read_text(
        "utf-8"
    )
    names = {path.stem.lower() for path in SCENARIOS.glob("P*.json")}
    assert len(names) == 11
    assert {name for name in names if f"def test_{name}_" not in here} == set()
