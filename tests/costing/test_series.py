# SPDX-License-Identifier: Apache-2.0
"""A series over a window and year by year, with a rate that changes on the way."""

from datetime import UTC, date, datetime

from meetcost.costing.rate_card import RateCard
from meetcost.costing.series import series_cost
from meetcost.model.cost import PaperworkHours
from meetcost.model.meeting import Meeting
from meetcost.model.moment import EPOCH_LOCAL
from meetcost.model.occurrence import Occurrence
from meetcost.values.person_hours import PersonHours
from meetcost.values.span import Span

CARD = RateCard.parse(b"""
name = "Bands"
version = "1"
currency = "EUR"
default_band = "all"
[bands.all.values]
2026-01-01 = 40
2026-07-01 = 42
""")
WEEKLY = Meeting(
    title="t", start=datetime(2026, 6, 10, 9, tzinfo=UTC), minutes=60, attendees=["a@x.example", "b@x.example"], uid="u"
)


def on(day, minutes=60, meeting=WEEKLY):
    local = day.toordinal() * 86400 + 9 * 3600
    start = local - EPOCH_LOCAL
    return Occurrence(start, start + minutes * 60, meeting, local, start, True)


def test_each_occurrence_is_priced_at_the_rates_of_its_own_day():
    """Two people: 2 x 80 in June, 3 x 84 from July."""
    days = [date(2026, 6, 17), date(2026, 6, 24), date(2026, 7, 1), date(2026, 7, 8), date(2026, 7, 15)]
    series = series_cost(WEEKLY, map(on, days), rates=CARD)
    assert str(series.cost.total) == "EUR 412.00"
    assert series.occurrences == 5
    steps = [step.text() for step in series.cost.lines[0].steps]
    assert steps == [
        "all: 2 people × EUR 40.00 (1 h at EUR 40 per hour) = EUR 80.00",
        "× 2 occurrences = 4 person-hours, EUR 160.00",
        "all: 2 people × EUR 42.00 (1 h at EUR 42 per hour) = EUR 84.00",
        "× 3 occurrences = 6 person-hours, EUR 252.00",
    ]


def test_an_occurrence_with_people_or_length_of_its_own_is_priced_as_it_is():
    """One with one person for two hours: 80; one of the usual: 80."""
    changed = WEEKLY.replace(attendees=WEEKLY.attendees[:1])
    series = series_cost(WEEKLY, [on(date(2026, 6, 17)), on(date(2026, 6, 24), 120, changed)], rates=CARD)
    assert str(series.cost.total) == "EUR 160.00"
    assert series.cost.hours == PersonHours.of(people=4, minutes=60)


def test_year_by_year():
    series = series_cost(WEEKLY, [on(date(2027, 1, 6)), on(date(2026, 12, 30)), on(date(2027, 1, 13))], rates=CARD)
    assert {year: (cost.occurrences, str(cost.total)) for year, cost in series.by_year.items()} == {
        2026: (1, "EUR 84.00"),
        2027: (2, "EUR 168.00"),
    }
    assert list(series.by_year) == [2026, 2027]


def test_only_what_begins_in_the_window_counts():
    window = Span(datetime(2026, 6, 17, 9, tzinfo=UTC), datetime(2026, 7, 1, 9, tzinfo=UTC))
    days = [date(2026, 6, 10), date(2026, 6, 17), date(2026, 6, 24), date(2026, 7, 1)]
    series = series_cost(WEEKLY, map(on, days), window=window, rates=CARD)
    assert series.occurrences == 2


def test_no_occurrence_costs_nothing_and_can_still_be_added():
    nothing = series_cost(WEEKLY, [], rates=CARD)
    assert (nothing.occurrences, str(nothing.cost.total), nothing.by_year) == (0, "EUR 0", {})
    assert (nothing.cost + series_cost(WEEKLY, [on(date(2026, 6, 17))], rates=CARD).cost).occurrences == 1


def test_the_paperwork_of_each_occurrence_is_added_up_as_an_interval():
    paperwork = PaperworkHours(PersonHours(360), PersonHours(720), PersonHours(1440), "own records")
    series = series_cost(WEEKLY, [on(date(2026, 6, 17)), on(date(2026, 7, 8))], rates=CARD, paperwork=paperwork)
    (line,) = series.cost.paperwork
    assert line.interval == (PersonHours(720), PersonHours(2880))
    assert str(line.money) == "EUR 16.40"  # 0.2 h at 40 and at 42
