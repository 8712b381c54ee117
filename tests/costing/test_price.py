# SPDX-License-Identifier: Apache-2.0
"""What a meeting costs. Every expected figure is worked out by hand in the comment beside it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from meetcost.costing.choices import CostChoices, Journey, Preparation, Venue
from meetcost.costing.price import price
from meetcost.costing.pricer import Pricer
from meetcost.costing.rate_card import RateCard
from meetcost.errors import UsageError
from meetcost.model.attendee import Attendee, CuType, PartStat
from meetcost.model.cost import CostKind, Nature, PaperworkHours, PrivateCostError
from meetcost.model.directory import Directory, Entry, EntryKind
from meetcost.model.meeting import Meeting
from meetcost.values.citation import Citation
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours
from meetcost.values.rate import Rate

CARD = RateCard.parse(b"""
name = "Bands"
version = "7"
currency = "EUR"
default_band = "clerk"
[bands.head.values]
2026-01-01 = "60.00"
[bands.clerk.values]
2026-01-01 = "35.55"
2026-07-01 = "36.00"
""")
DIRECTORY = Directory([
    Entry("head@x.example", unit="Planning", band="head", site="Town hall"),
    Entry("clerk@x.example", unit="Planning", band="clerk", site="Town hall"),
    Entry("road@x.example", unit="Roads", band="clerk", site="Depot"),
    Entry("guest@x.example", unit="Roads", band="visitor", site="Depot"),
    Entry("hall@x.example", name="Great hall", kind=EntryKind.ROOM, site="Town hall"),
])  # fmt: skip
PEOPLE = ["head@x.example", "clerk@x.example", "road@x.example", "guest@x.example"]
HALL = Attendee("mailto:hall@x.example", cutype=CuType.ROOM)


def meeting(attendees=PEOPLE, minutes=50, month=3, **more):
    start = datetime(2026, month, 10, 10, tzinfo=UTC)
    return Meeting(
        **{
            "title": "t",
            "start": start,
            "minutes": minutes,
            "organizer": "head@x.example",
            "attendees": attendees,
            **more,
        }
    )


def lines(cost, kind):
    return [
        (line.nature, line.unit, line.hours and line.hours.seconds, line.money and str(line.money))
        for line in cost.lines
        if line.kind is kind
    ]


def codes(cost):
    return [assumption.code for assumption in cost.assumptions]


def test_without_a_rate_card_the_answer_is_hours_and_no_error():
    cost = price(meeting(minutes=90))
    assert cost.person_hours == Decimal(6)  # 4 x 1.5
    assert (cost.time, cost.total, cost.rate_card, cost.method) == (None, None, None, "hours-only")


def test_each_unit_bears_its_own_people():
    """50 min: head 60 x 5/6 = 50.00; a clerk 35.55 x 5/6 = 29.625, half to even 29.62; guest as clerk."""
    cost = price(meeting(), rates=CARD, directory=DIRECTORY)
    assert lines(cost, CostKind.ATTENDANCE) == [
        (Nature.TIME, "Planning", 6000, "EUR 79.62"),
        (Nature.TIME, "Roads", 6000, "EUR 59.24"),
    ]
    assert str(cost.total) == "EUR 138.86"
    assert cost.called_by == "Planning"
    assert cost.borne_by["Roads"].money == Money("59.24", "EUR")
    assert [step.text() for step in cost.lines[0].steps] == [
        "head: 1 person × EUR 50.00 (50 min at EUR 60.00 per hour) = EUR 50.00",
        "clerk: 1 person × EUR 29.62 (50 min at EUR 35.55 per hour) = EUR 29.62",
    ]


def test_the_rate_is_that_of_the_day():
    """36.00 x 5/6 = 30.00 from July; before 2026 the first rate, with the assumption said."""
    july = price(meeting(["clerk@x.example"], month=7, organizer=None), rates=CARD, directory=DIRECTORY)
    assert str(july.total) == "EUR 30.00"
    before = meeting(["clerk@x.example"], organizer=None, start=datetime(2025, 12, 31, tzinfo=UTC))
    cost = price(before, rates=CARD, directory=DIRECTORY)
    assert str(cost.total) == "EUR 29.62"
    assert "rate-before-card" in codes(cost)
    assert "rate-before-card" not in codes(july)


def test_who_has_no_band_and_whose_band_is_unknown_are_named_assumptions():
    cost = price(meeting([*PEOPLE, "stranger@y.example"]), rates=CARD, directory=DIRECTORY)
    texts = [assumption.text() for assumption in cost.assumptions]
    assert "assumption: 1 person of visitor, which is not in the rate card, priced as clerk" in texts
    assert "assumption: 1 person of unknown pay band, priced as clerk" in texts
    assert cost.borne_by[""].money == Money("29.62", "EUR")


def test_what_is_not_counted_is_said():
    assert codes(price(meeting()))[-4:] == [
        "preparation-not-counted",
        "travel-not-counted",
        "venue-not-counted",
        "paperwork-not-counted",
    ]


def test_preparation_in_minutes():
    """20 min: head 20.00; clerk 35.55 / 3 = 11.85 each of three. 4 x 20 min = 4,800 s."""
    cost = price(meeting(), rates=CARD, directory=DIRECTORY, choices=CostChoices(preparation=Preparation(minutes=20)))
    assert lines(cost, CostKind.PREPARATION) == [
        (Nature.TIME, "Planning", 2400, "EUR 31.85"),
        (Nature.TIME, "Roads", 2400, "EUR 23.70"),
    ]
    assert cost.hours == PersonHours(12000 + 4800)
    assert "assumption of the organisation: everybody prepares for 20 minutes" in [a.text() for a in cost.assumptions]


def test_preparation_as_a_share_of_the_meeting_keeps_its_citation():
    """0.48 x 50 min = 24 min = 1,440 s for each of four."""
    source = Citation("Survey", published="2016-02-09")
    choices = CostChoices(preparation=Preparation(ratio=Decimal("0.48"), citation=source))
    cost = price(meeting(), choices=choices)
    assert cost.hours == PersonHours(12000 + 4 * 1440)
    assert next(a for a in cost.assumptions if a.code == "preparation").citation is source


TRAVEL = CostChoices(travel=(Journey("Depot", minutes=40, cash=Money("4.50", "EUR")), Journey("", minutes=90)))


def test_who_is_at_another_site_travels_in_time_and_cash():
    """Two from the depot, 40 min: 35.55 x 2/3 = 23.70 each, and 4.50 each; the two at the town hall stay."""
    cost = price(meeting([*PEOPLE, HALL]), rates=CARD, directory=DIRECTORY, choices=TRAVEL)
    assert lines(cost, CostKind.TRAVEL) == [
        (Nature.TIME, "Roads", 4800, "EUR 47.40"),
        (Nature.CASH, "Roads", None, "EUR 9.00"),
    ]
    assert str(cost.cash) == "EUR 9.00"
    assert cost.total == cost.time + cost.cash


def test_a_stranger_has_the_journey_for_everyone():
    cost = price(meeting(["stranger@y.example", HALL], organizer=None), directory=DIRECTORY, choices=TRAVEL)
    assert lines(cost, CostKind.TRAVEL) == [(Nature.TIME, "", 5400, None)]


@pytest.mark.parametrize("location", ["", "https://meet.example/room"])
def test_without_a_place_nobody_travels(location):
    cost = price(meeting(location=location), directory=DIRECTORY, choices=TRAVEL)
    assert lines(cost, CostKind.TRAVEL) == []


def test_a_room_that_declined_is_no_place():
    declined = Attendee("mailto:hall@x.example", cutype=CuType.ROOM, partstat=PartStat.DECLINED)
    choices = CostChoices(venues=(Venue("hall@x.example", each=Money(1, "EUR")),), travel=TRAVEL.travel)
    cost = price(meeting([*PEOPLE, declined]), directory=DIRECTORY, choices=choices)
    assert cost.cash == Money(0, "EUR")


def test_the_most_particular_journey_counts():
    choices = CostChoices(
        travel=(Journey("Depot", minutes=40), Journey("Depot", "Great hall", minutes=10), Journey(minutes=90))
    )
    cost = price(meeting(["road@x.example", HALL], organizer=None), directory=DIRECTORY, choices=choices)
    assert lines(cost, CostKind.TRAVEL) == [(Nature.TIME, "Roads", 600, None)]


@pytest.mark.parametrize("name", ["hall@x.example", "Great Hall", "Room 12 "])
def test_the_unit_that_called_pays_for_the_room(name):
    """50 min at 24.00 = 20.00, and 15.00 each time."""
    choices = CostChoices(
        venues=(Venue(name, Rate(24, "EUR"), Money(15, "EUR")), Venue("elsewhere", each=Money(99, "EUR")))
    )
    cost = price(meeting([*PEOPLE, HALL], location="Room 12"), directory=DIRECTORY, choices=choices)
    assert lines(cost, CostKind.VENUE) == [(Nature.CASH, "Planning", None, "EUR 35.00")]


def test_online_nobody_travels_and_no_room_is_paid():
    choices = CostChoices(travel=TRAVEL.travel, venues=(Venue("hall@x.example", each=Money(15, "EUR")),), online=True)
    cost = price(meeting([*PEOPLE, HALL]), rates=CARD, directory=DIRECTORY, choices=choices)
    assert {line.kind for line in cost.lines} == {CostKind.ATTENDANCE}
    assert "online" in codes(cost)


PAPERWORK = PaperworkHours(PersonHours(720), PersonHours(3600), PersonHours(8640), "fitted on other bodies")


def test_paperwork_stays_apart_from_what_is_certain():
    """One hour of the default band: 35.55. The certain sum is that of the meeting alone."""
    cost = price(meeting(), rates=CARD, directory=DIRECTORY, paperwork=PAPERWORK)
    (forecast,) = cost.paperwork
    assert (forecast.unit, forecast.hours, str(forecast.money)) == ("Planning", PersonHours(3600), "EUR 35.55")
    assert forecast.interval == (PersonHours(720), PersonHours(8640))
    assert str(cost.total) == "EUR 138.86"
    assert cost.person_hours == Decimal("3.33")
    text = "forecast of the paperwork, an interval that should hold in 80 % of cases: fitted on other bodies"
    assert text in [assumption.text() for assumption in cost.assumptions]
    assert price(meeting(), paperwork=PAPERWORK).paperwork[0].money is None


PRIVATE_CARD = RateCard.parse(b"""
name = "Personal"
version = "1"
currency = "EUR"
personal = true
default_band = "all"
bands.all.values.2026-01-01 = 30
""")
WITH_PAY = Directory(
    [Entry("head@x.example", unit="Planning", rate=Rate(90, "EUR")), Entry("clerk@x.example", unit="Roads")]
)


def test_personal_rates_count_only_where_the_card_says_so():
    """One hour: 90 + 30; with bands alone 35.55 + 35.55 = 71.10."""
    invite = meeting(["head@x.example", "clerk@x.example"], minutes=60)
    cost = price(invite, rates=PRIVATE_CARD, directory=WITH_PAY)
    assert str(cost.total) == "EUR 120.00"
    assert cost.private
    assert "personal" in codes(cost)
    public = price(invite, rates=CARD, directory=WITH_PAY)
    assert str(public.total) == "EUR 71.10"
    assert not public.private


def test_a_cost_with_a_personal_rate_is_not_published():
    invite = meeting(["head@x.example"], minutes=60)
    with pytest.raises(PrivateCostError, match="Personal 1"):
        price(invite, rates=PRIVATE_CARD, directory=WITH_PAY).publishable()
    without = price(meeting(["clerk@x.example"], organizer=None), rates=PRIVATE_CARD, directory=WITH_PAY)
    assert without.publishable() is without


def test_no_step_tells_a_personal_rate():
    cost = price(meeting(["head@x.example"], minutes=50), rates=PRIVATE_CARD, directory=WITH_PAY)
    assert [step.text() for line in cost.lines for step in line.steps] == [
        "1 person × 50 min at personal rates = EUR 75.00"
    ]


def test_currencies_are_not_mixed():
    dollars = CostChoices(venues=(Venue("hall", each=Money(1, "USD")),))
    with pytest.raises(UsageError, match="EUR and USD"):
        price(meeting(), rates=CARD, choices=dollars)
    with pytest.raises(UsageError, match="a personal rate is in USD"):
        price(meeting(), rates=PRIVATE_CARD, directory=Directory([Entry("a@x.example", rate=Rate(1, "USD"))]))


def test_a_pricer_is_used_instead_of_its_parts():
    pricer = Pricer(CARD, DIRECTORY)
    assert price(meeting(), pricer=pricer) == price(meeting(), rates=CARD, directory=DIRECTORY)
    with pytest.raises(UsageError, match="not both"):
        price(meeting(), rates=CARD, pricer=pricer)


def test_a_length_may_be_given_in_seconds():
    assert price(meeting(), 1800).person_hours == Decimal(2)
    with pytest.raises(UsageError, match="-1 seconds"):
        price(meeting(), -1)


def test_no_figure_stands_without_a_source_or_the_word_assumption():
    """Whatever names a number that the invite does not hold is cited, or calls itself an assumption or a forecast."""
    choices = CostChoices(preparation=Preparation(minutes=20), travel=TRAVEL.travel)
    for rates in (None, CARD, RateCard.flat("46 EUR")):
        cost = price(
            meeting([*PEOPLE, Attendee("mailto:g@x.example", cutype=CuType.GROUP)]),
            rates=rates,
            choices=choices,
            paperwork=PAPERWORK,
        )
        for assumption in cost.assumptions:
            if any(character.isdigit() for character in assumption.text()):
                assert assumption.citation or "assumption" in assumption.text() or "forecast" in assumption.text()


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (Preparation, "one of them"),
        (lambda: Preparation(minutes=1, ratio=Decimal(1)), "one of them"),
        (lambda: Preparation(minutes=-1), "-1 minutes"),
        (lambda: Preparation(ratio=Decimal(-1)), "-1 times"),
        (lambda: Journey("a", minutes=-1), "less than nothing"),
        (lambda: Journey("a", cash=Money(-1, "EUR")), "less than nothing"),
        (lambda: Venue("a"), "no price"),
        (lambda: Venue("a", each=Money(-1, "EUR")), "less than nothing"),
        (lambda: Venue("a", Rate(1, "EUR"), Money(1, "USD")), "EUR and USD"),
        (lambda: CostChoices(day_hours=Decimal(0)), "working day of 0"),
        (lambda: CostChoices(day_hours=Decimal(25)), "working day of 25"),
        (lambda: CostChoices(group_size=0), "group of 0"),
    ],
)
def test_choices_that_make_no_sense(make, told):
    with pytest.raises(UsageError, match=told):
        make()
