# SPDX-License-Identifier: Apache-2.0
"""A cost: its sums, what adds up and what does not, and what may not leave the house."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.errors import MeetcostError, MoneyError, UsageError
from meetcost.model.cost import (
    Assumption,
    CardRef,
    Cost,
    CostKind,
    CostLine,
    Nature,
    PaperworkHours,
    PrivateCostError,
    Step,
)
from meetcost.values.citation import Citation
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours

CARD = CardRef("Town Office", "2026", True)
UNITS = st.sampled_from(["Roads", "Planning", ""])


def work(unit="Roads", seconds=5400, minor=6900, kind=CostKind.ATTENDANCE, **more):
    return CostLine(kind, Nature.TIME, unit, PersonHours(seconds), Money.from_minor(minor, "EUR"), **more)


def cash(unit="Roads", minor=4000, kind=CostKind.VENUE):
    return CostLine(kind, Nature.CASH, unit, None, Money.from_minor(minor, "EUR"))


def priced(*lines, **more):
    return Cost(lines, "hourly-rates", CARD, "EUR", **more)


LINES = st.one_of(
    st.builds(work, UNITS, st.integers(0, 10**6), st.integers(0, 10**8), st.sampled_from(list(CostKind)[:3])),
    st.builds(cash, UNITS, st.integers(0, 10**8), st.sampled_from([CostKind.TRAVEL, CostKind.VENUE])),
)
COSTS = st.lists(LINES, max_size=6).map(lambda lines: priced(*lines))


def test_time_and_cash_stay_apart():
    """1.5 h for 69.00, 0.5 h of preparation for 23.00, a room for 40.00."""
    cost = priced(work(), work(seconds=1800, minor=2300, kind=CostKind.PREPARATION), cash("Planning"))
    assert cost.person_hours == Decimal(2)
    assert str(cost.time) == "EUR 92.00"
    assert str(cost.cash) == "EUR 40.00"
    assert str(cost.total) == "EUR 132.00"
    assert {unit: (hours.seconds, str(money)) for unit, (hours, money) in cost.borne_by.items()} == {
        "Roads": (7200, "EUR 92.00"),
        "Planning": (0, "EUR 40.00"),
    }


def test_hours_alone_have_no_money_and_cash_does_not_become_a_total():
    line = CostLine(CostKind.ATTENDANCE, Nature.TIME, "Roads", PersonHours(3600), None)
    assert (Cost((line,)).time, Cost((line,)).cash, Cost((line,)).total) == (None, None, None)
    with_room = Cost((line, cash()), currency="EUR")
    assert (with_room.time, str(with_room.cash), with_room.total) == (None, "EUR 40.00", None)
    assert with_room.borne_by["Roads"].money is None


def test_a_forecast_is_in_no_sum():
    forecast = work(kind=CostKind.PAPERWORK, interval=(PersonHours(60), PersonHours(9000)))
    cost = priced(work(), forecast)
    assert cost.hours == PersonHours(5400)
    assert cost.total == Money("69.00", "EUR")
    assert cost.borne_by["Roads"].hours == PersonHours(5400)
    assert cost.paperwork == (forecast,)


def test_forecasts_added_up_say_how():
    line = work(kind=CostKind.PAPERWORK, interval=(PersonHours(60), PersonHours(9000)))
    (both,) = (priced(line) + priced(line)).lines
    assert both.interval == (PersonHours(120), PersonHours(18000))
    assert [assumption.code for assumption in both.assumptions] == ["intervals-added"]


@given(COSTS, COSTS)
def test_a_sum_costs_what_its_parts_cost(one, two):
    both = one + two
    assert both.hours == one.hours + two.hours
    assert both.time == one.time + two.time
    assert both.cash == one.cash + two.cash
    assert both.occurrences == 2
    assert len({line.key for line in both.lines}) == len(both.lines)


@given(COSTS)
def test_what_the_units_bear_is_the_whole(cost):
    borne = cost.borne_by.values()
    assert sum((hours for hours, _ in borne), PersonHours(0)) == cost.hours
    assert sum((money for _, money in borne), Money(0, "EUR")) == cost.total
    assert sum((line.money for line in cost.lines), Money(0, "EUR")) == cost.total


@given(COSTS, st.integers(1, 12))
def test_times_is_repeated_addition(cost, count):
    product, total = cost * count, Cost.sum([cost] * count)
    assert (product.hours, product.time, product.cash, product.occurrences) == (
        total.hours,
        total.time,
        total.cash,
        total.occurrences,
    )
    assert product.borne_by == total.borne_by


@given(COSTS, COSTS)
def test_a_difference_added_gives_the_whole(one, two):
    difference = one - two
    assert difference.hours + two.hours == one.hours
    assert difference.total + two.total == one.total


@given(COSTS)
def test_what_costs_the_same_differs_by_nothing(cost):
    assert (cost - cost).lines == ()


def test_times_says_so_in_a_step():
    (line,) = (priced(work(steps=(Step.of("one person"),))) * 3).lines
    assert [step.text() for step in line.steps] == ["one person", "× 3 occurrences = 4.5 person-hours, EUR 207.00"]


def test_what_does_not_add_up():
    with pytest.raises(UsageError, match="`Town Office 2025`"):
        priced(work()) + Cost((work(),), "hourly-rates", CardRef("Town Office", "2025"), "EUR")
    with pytest.raises(UsageError, match="`hours-only`"):
        priced(work()) + Cost((work(),))
    with pytest.raises(UsageError, match="in EUR and in USD"):
        Cost(currency="EUR") + Cost(currency="USD", occurrences=2)
    with pytest.raises(UsageError, match="times -1"):
        priced() * -1
    for other in (1, 1.5, None):
        with pytest.raises(TypeError):
            priced() + other
    for count in (1.5, True, priced()):
        with pytest.raises(TypeError):
            priced() * count


def test_a_sum_of_nothing():
    nothing = Cost.sum([])
    assert (nothing.hours, nothing.total, nothing.occurrences, nothing.lines) == (PersonHours(0), None, 0, ())
    cost = priced(work(), called_by="Planning")
    assert nothing + cost == cost


def test_who_called_survives_only_if_it_is_one():
    ours, theirs = priced(work(), called_by="Planning"), priced(work(), called_by="Mayor")
    assert (ours + ours).called_by == "Planning"
    assert (ours + theirs).called_by == ""


def test_assumptions_stand_once_in_order():
    first, second = Assumption.named("a", "one"), Assumption.named("b", "two", Citation("Law"))
    cost = priced(work(assumptions=(first,)), work("Planning", assumptions=(second, first)), notes=(second,))
    assert cost.assumptions == (first, second)


def test_a_private_cost_is_not_published_nor_is_a_sum_with_it():
    private = priced(work(), private=True)
    for cost in (private, private + priced(work()), priced(work()) * 2 + private, priced(work()) - private):
        with pytest.raises(PrivateCostError, match="Town Office 2026") as caught:
            cost.publishable()
        assert isinstance(caught.value, MeetcostError)
    public = priced(work())
    assert public.publishable() is public


def test_a_forecast_is_an_interval():
    with pytest.raises(UsageError, match="likely 3"):
        PaperworkHours(PersonHours(3600), PersonHours(10800), PersonHours(7200), "no records")


def test_money_of_two_currencies_in_one_cost_does_not_sum():
    odd = CostLine(CostKind.VENUE, Nature.CASH, "", None, Money(1, "USD"))
    with pytest.raises(MoneyError):
        _ = priced(odd).cash
