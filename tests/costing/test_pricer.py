# SPDX-License-Identifier: Apache-2.0
"""The sum in integers: against exact fractions, against `price`, and the laws it must keep."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from meetcost.costing import pricer as pricer_module
from meetcost.costing.choices import CostChoices, Journey, Preparation, Venue
from meetcost.costing.price import price
from meetcost.costing.pricer import Pricer
from meetcost.costing.rate_card import RateCard
from meetcost.model.attendee import Attendee, CuType, PartStat, Role
from meetcost.model.directory import Directory, Entry, EntryKind
from meetcost.model.meeting import Meeting
from meetcost.model.moment import EPOCH_LOCAL
from meetcost.model.occurrence import Occurrence
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours
from meetcost.values.rate import Rate

RATES = {"A": ("61.37", "63.11"), "B": ("35.55", "35.55"), "C": ("0.01", "17.005")}
FIRST, SECOND = date(2026, 1, 1), date(2026, 7, 1)
CARD = RateCard.parse(
    "\n".join([
        'name = "n"',
        'version = "1"',
        'currency = "EUR"',
        'default_band = "B"',
        "personal = true",
        *(f'[bands.{b}.values]\n2026-01-01 = "{x}"\n2026-07-01 = "{y}"' for b, (x, y) in RATES.items()),
    ]).encode()
)  # fmt: skip
PEOPLE = [f"mailto:p{number}@x.example" for number in range(12)]
UNITS, SITES = ["Roads", "Planning", ""], ["Hall", "Depot", ""]
DIRECTORY = Directory([
    *(Entry(who, unit=UNITS[n % 3], band="ABCX"[n % 4], site=SITES[n % 3]) for n, who in enumerate(PEOPLE[:10])),
    Entry(PEOPLE[10], unit="Roads", rate=Rate("88.88", "EUR")),
    Entry("g@x.example", kind=EntryKind.GROUP, size=7, unit="Council", band="C"),
])  # fmt: skip

ATTENDEES = st.lists(
    st.builds(
        Attendee,
        st.sampled_from([*PEOPLE, "mailto:g@x.example", "mailto:stranger@x.example"]),
        cutype=st.sampled_from(CuType),
        role=st.sampled_from(Role),
        partstat=st.sampled_from(PartStat),
    ),
    max_size=9,
)
CASH = st.integers(0, 5000).map(lambda units: Money.from_minor(units, "EUR"))
CHOICES = st.builds(
    CostChoices,
    preparation=st.none()
    | st.builds(Preparation, minutes=st.integers(0, 90))
    | st.builds(Preparation, ratio=st.decimals(0, 2, places=2)),
    travel=st.lists(
        st.builds(
            Journey,
            st.sampled_from(["", "Hall", "Depot"]),
            st.sampled_from(["", "Hall"]),
            st.integers(0, 90),
            st.none() | CASH,
        ),
        max_size=3,
    ).map(tuple),
    venues=st.lists(st.builds(Venue, st.just("hall"), st.just(Rate("17.77", "EUR")), CASH), max_size=1).map(tuple),
    online=st.booleans(),
)
SECONDS = st.integers(0, 40 * 3600)


def invite(attendees, location="Hall", organizer=None):
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return Meeting(
        title="t", start=start, minutes=60, attendees=attendees, location=location, organizer=organizer, uid="u"
    )


INVITES = st.builds(
    invite, ATTENDEES, st.sampled_from(["Hall", "", "https://x.example"]), st.sampled_from([None, *PEOPLE[:3]])
)
DAYS = st.dates(date(2025, 11, 1), date(2026, 12, 31)).map(date.toordinal)


def occurrence(meeting, day, seconds):
    local = day * 86400 + 9 * 3600
    return Occurrence(local - EPOCH_LOCAL, local - EPOCH_LOCAL + seconds, meeting, local, None, True)


@given(st.sampled_from(PEOPLE[:10]), SECONDS.filter(lambda s: s <= 86400), DAYS)
def test_one_person_costs_the_exact_product_rounded_half_to_even(who, seconds, day):
    band = DIRECTORY.find(who).band
    early, late = RATES.get(band, RATES["B"])
    rate = Fraction(late if day >= SECOND.toordinal() else early)
    priced = Pricer(CARD, DIRECTORY).price(invite([Attendee(who)]), seconds, day)
    assert priced.minor == round(rate * seconds / 36)


@given(INVITES, st.lists(st.tuples(DAYS, SECONDS), min_size=1, max_size=4), CHOICES)
def test_the_fast_path_and_the_cost_in_words_agree_exactly(meeting, times, choices):
    pricer = Pricer(CARD, DIRECTORY, choices)
    occurrences = [occurrence(meeting, day, seconds) for day, seconds in times]
    fast = [pricer.of(each) for each in occurrences]
    cost = price(meeting, occurrences, rates=CARD, directory=DIRECTORY, choices=choices)
    assert cost.hours.seconds == sum(priced.seconds for priced in fast)
    assert cost.time.minor == sum(priced.minor for priced in fast)
    assert cost.cash.minor == sum(priced.cash for priced in fast)
    assert cost.occurrences == len(times)


@given(INVITES, DAYS, SECONDS, CHOICES)
def test_the_lines_sum_to_the_total_and_the_units_to_the_whole(meeting, day, seconds, choices):
    priced = Pricer(CARD, DIRECTORY, choices).price(meeting, seconds, day)
    assert sum(line.minor for line in priced.lines) == priced.minor
    assert sum(line.seconds for line in priced.lines) == priced.seconds
    cost = price(meeting, [occurrence(meeting, day, seconds)], rates=CARD, directory=DIRECTORY, choices=choices)
    assert sum((borne.hours for borne in cost.borne_by.values()), PersonHours(0)) == cost.hours
    assert sum((borne.money for borne in cost.borne_by.values()), Money(0, "EUR")) == cost.total
    assert sum((line.money for line in cost.lines), Money(0, "EUR")) == cost.total


@given(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=8), st.integers(0, 8), DAYS, SECONDS, CHOICES)
def test_the_time_of_two_halves_of_the_attendees_is_that_of_all(people, cut, day, seconds, choices):
    pricer = Pricer(CARD, DIRECTORY, choices)
    whole, first, second = (
        pricer.price(invite([Attendee(who) for who in part]), seconds, day)
        for part in (people, people[:cut], people[cut:])
    )
    assert whole.minor == first.minor + second.minor
    assert whole.seconds == first.seconds + second.seconds
    assert whole.lines == first.lines + second.lines


@given(INVITES, st.integers(0, 8), DAYS, SECONDS, CHOICES)
def test_leaving_somebody_out_never_costs_more(meeting, at, day, seconds, choices):
    """Of people with one line each; two lines of one person may differ in what they answer."""
    once = {who.address: who for who in meeting.attendees}
    kept = list(once.values())[:at] + list(once.values())[at + 1 :]
    pricer = Pricer(CARD, DIRECTORY, choices)
    organizer = meeting.organizer and meeting.organizer.address
    more = pricer.price(invite(once.values(), meeting.location, organizer), seconds, day)
    organizer_left = organizer is not None and organizer in once and organizer not in {who.address for who in kept}
    fewer = pricer.price(invite(kept, meeting.location, None if organizer_left else organizer), seconds, day)
    assert fewer.seconds <= more.seconds
    assert fewer.minor <= more.minor
    assert fewer.cash <= more.cash


@given(INVITES, DAYS, st.integers(0, 600), st.integers(0, 20))
def test_hours_scale_with_the_length(meeting, day, minutes, factor):
    pricer = Pricer(None, DIRECTORY)
    once, often = pricer.price(meeting, minutes, day), pricer.price(meeting, minutes * factor, day)
    assert often.seconds == once.seconds * factor
    assert often.minor is None
    assert all(line.minor is None for line in often.lines)


@given(INVITES, DAYS, st.integers(0, 86400), st.integers(0, 86400))
def test_a_longer_meeting_is_never_cheaper(meeting, day, one, two):
    short, long = sorted((one, two))
    pricer = Pricer(CARD, DIRECTORY)
    assert pricer.price(meeting, short, day).minor <= pricer.price(meeting, long, day).minor


@given(INVITES, DAYS, SECONDS, CHOICES)
def test_time_is_the_same_with_and_without_a_rate_card(meeting, day, seconds, choices):
    with_card = Pricer(CARD, DIRECTORY, choices).price(meeting, seconds, day)
    without = Pricer(None, DIRECTORY, choices).price(meeting, seconds, day)
    assert (with_card.seconds, with_card.cash) == (without.seconds, without.cash)


def test_a_line_tells_who_and_what_they_answered():
    who = Attendee(PEOPLE[1], role=Role.OPT_PARTICIPANT, partstat=PartStat.ACCEPTED)
    (line,) = Pricer(CARD, DIRECTORY).price(invite([who]), 3600, FIRST.toordinal()).lines
    assert line == (PEOPLE[1], Role.OPT_PARTICIPANT, PartStat.ACCEPTED, 1, 3600, 3555)


def test_a_group_travels_with_all_its_people():
    """Seven councillors: an hour at 0.01 each; 30 min on the way are 0.005, to even nothing; and 4.00 each."""
    choices = CostChoices(travel=(Journey(minutes=30, cash=Money(4, "EUR")),))
    priced = Pricer(CARD, DIRECTORY, choices).price(invite([Attendee("mailto:g@x.example")]), 3600, FIRST.toordinal())
    assert (priced.seconds, priced.minor, priced.cash) == (7 * 5400, 7, 2800)


def test_what_is_remembered_is_bounded_and_forgetting_changes_nothing(monkeypatch):
    monkeypatch.setattr(pricer_module, "_REMEMBERED", 3)
    pricer = Pricer(CARD, DIRECTORY)
    meetings = [invite([Attendee(PEOPLE[number])]) for number in range(8)]
    twice = [
        [pricer.price(meeting, 60 * n, SECOND.toordinal()).minor for n, meeting in enumerate(meetings)] for _ in "12"
    ]
    fresh = [
        Pricer(CARD, DIRECTORY).price(meeting, 60 * n, SECOND.toordinal()).minor for n, meeting in enumerate(meetings)
    ]
    assert twice == [fresh, fresh]
    assert len(pricer._seated) <= 3
    assert len(pricer._tables) <= 3


def test_occurrences_that_are_alike_are_worked_out_once():
    pricer = Pricer(CARD, DIRECTORY)
    meeting = invite([Attendee(PEOPLE[0])])
    days = [date(2026, 3, day).toordinal() for day in (2, 9, 16)]
    first, *others = [pricer.of(occurrence(meeting, day, 3600)) for day in days]
    assert all(other is first for other in others)


def test_the_decimal_ratio_of_preparation_rounds_half_to_even():
    """0.5 of 1 s is 0.5 s: to even, 0; of 3 s, 1.5 s: 2."""
    half = Preparation(ratio=Decimal("0.5"))
    assert [half.seconds(seconds) for seconds in (1, 3)] == [0, 2]
