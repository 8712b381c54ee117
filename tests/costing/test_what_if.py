# SPDX-License-Identifier: Apache-2.0
"""What a change would save, and which changes make no sense."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from meetcost.costing.choices import CostChoices, Journey, Venue
from meetcost.costing.rate_card import RateCard
from meetcost.costing.what_if import optional_people, what_if
from meetcost.errors import UsageError
from meetcost.model.attendee import Attendee, Role
from meetcost.model.directory import Directory, Entry
from meetcost.model.meeting import Meeting
from meetcost.model.moment import EPOCH_LOCAL
from meetcost.model.occurrence import Occurrence
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours

PEOPLE = [f"p{number}@x.example" for number in range(9)]
FLAT = RateCard.flat("46 EUR")
PLACES = CostChoices(
    travel=(Journey(minutes=30, cash=Money(4, "EUR")),), venues=(Venue("hall", each=Money(40, "EUR")),)
)


def meeting(attendees=PEOPLE, minutes=90, **more):
    start = datetime(2026, 12, 10, 10, tzinfo=UTC)
    return Meeting(
        **{
            "title": "t",
            "start": start,
            "minutes": minutes,
            "organizer": PEOPLE[0],
            "attendees": attendees,
            "location": "Hall",
            **more,
        }
    )


def on(day, minutes, of):
    start = date(2026, 12, day).toordinal() * 86400
    return Occurrence(start - EPOCH_LOCAL, start - EPOCH_LOCAL + minutes * 60, of, start, None, True)


def test_half_the_time_of_nine_people():
    """9 x 45 min = 6.75 h; at 46.00 that is 310.50."""
    change = what_if(meeting(), minutes=45)
    assert change.saved.person_hours == Decimal("6.75")
    assert change.cost.person_hours == Decimal("6.75")
    assert change.text() == "45 min instead: saves 6.75 person-hours"
    priced = what_if(meeting(), minutes=45, rates=FLAT)
    assert priced.saved.total == Money("310.50", "EUR")
    assert priced.text() == "45 min instead: saves 6.75 person-hours, EUR 310.50"
    assert priced.text("zh") == "改为 45 分钟：可节省 6.75 人·时、310.50 欧元"


def test_without_the_optional_people():
    """3 x 1.5 h = 4.5 h"""
    attendees = [Attendee.of(who) for who in PEOPLE[:6]]
    attendees += [Attendee(Attendee.of(who).address, role=Role.OPT_PARTICIPANT) for who in PEOPLE[6:]]
    invite = meeting(attendees)
    optional = optional_people(invite)
    assert [who.address for who in optional] == [f"mailto:{who}" for who in PEOPLE[6:]]
    change = what_if(invite, without=optional)
    assert change.saved.person_hours == Decimal("4.5")
    assert change.text() == "without 3 people: saves 4.5 person-hours"


def test_without_one_person_under_an_alias():
    directory = Directory([Entry(PEOPLE[3], aliases=("pia@y.example",))])
    change = what_if(meeting(), without=["PIA@y.example"], directory=directory)
    assert change.saved.person_hours == Decimal("1.5")
    assert change.text() == "without p3@x.example: saves 1.5 person-hours"


def test_without_an_organiser_who_is_not_listed():
    change = what_if(meeting(PEOPLE[1:]), without=PEOPLE[0])
    assert change.saved.person_hours == Decimal("1.5")


def test_online_saves_the_journeys_and_the_room():
    """9 x 30 min = 4.5 h at 46.00 = 207.00, 9 x 4.00 and 40.00."""
    change = what_if(meeting(), online=True, choices=PLACES, rates=FLAT)
    assert change.saved.person_hours == Decimal("4.5")
    assert (change.saved.time, change.saved.cash) == (Money(207, "EUR"), Money(76, "EUR"))
    assert change.text() == "online: saves 4.5 person-hours, EUR 283.00"
    assert what_if(meeting(), online=True, choices=PLACES).text() == "online: saves 4.5 person-hours, EUR 76.00 in cash"


def test_changes_go_together():
    """Before: 9 x (90 + 30) min = 18 h. After: 8 x 45 min = 6 h."""
    change = what_if(meeting(), minutes=45, without=PEOPLE[8], online=True, choices=PLACES)
    assert change.saved.person_hours == Decimal(12)
    assert change.text().startswith("45 min instead, without p8@x.example, online: saves 12 person-hours")
    assert change.text("zh").startswith("改为 45 分钟，不含 p8@x.example，改为线上：可节省 12 人·时")


def test_in_a_series_only_what_is_longer_gets_shorter():
    """Two of 90 min lose 30 each, one of 30 loses nothing: 2 x 9 x 0.5 h."""
    invite = meeting()
    occurrences = [on(1, 90, invite), on(8, 90, invite), on(15, 30, invite)]
    assert what_if(invite, occurrences, minutes=60).saved.person_hours == Decimal(9)


def test_in_a_series_people_are_left_out_of_changed_occurrences_too():
    """The changed occurrence has three people; p8 is in neither of them twice: 1.5 h + 1 h."""
    invite = meeting()
    changed = meeting([PEOPLE[0], PEOPLE[8]])
    change = what_if(invite, [on(1, 90, invite), on(8, 60, changed)], without=PEOPLE[8])
    assert change.saved.hours == PersonHours(9000)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "no change is asked for"),
        ({"minutes": 0}, "0 minutes"),
        ({"minutes": -5}, "-5 minutes"),
        ({"minutes": 90}, "no shorter than the 90"),
        ({"minutes": 120}, "no shorter than the 90"),
        ({"without": ["nobody@x.example"]}, "`nobody@x.example` is not counted"),
        ({"without": PEOPLE}, "nobody would be left"),
        ({"online": True}, "neither travel nor rooms are counted"),
        ({"online": True, "choices": CostChoices(online=True)}, "online already"),
        ({"minutes": 60, "occurrences": 1800}, "no shorter than the 30"),
        ({"minutes": 60, "occurrences": []}, "no shorter than any"),
    ],
)
def test_changes_that_make_no_sense(arguments, told):
    with pytest.raises(UsageError, match=told):
        what_if(meeting(), **arguments)


def test_whole_days_are_not_shortened_to_minutes():
    with pytest.raises(UsageError, match="2 whole days"):
        what_if(meeting(minutes=None, start=date(2026, 12, 10), end=date(2026, 12, 12)), minutes=60)
