# SPDX-License-Identifier: Apache-2.0
"""Each definition of the nth week of a month, against a table made by hand and against the rows of a wall calendar."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.rules.weeks import DateRanges, EveryKthWeek, IsoWeeks, WeekOfMonth, WeeksOfMonth, iso_week, week_of_month

FM, FT, W8, FW, DD = (
    WeekOfMonth.FIRST_MONDAY,
    WeekOfMonth.FIRST_THURSDAY,
    WeekOfMonth.WEEK_OF_THE_8TH,
    WeekOfMonth.FULL_WEEK,
    WeekOfMonth.DAYS,
)

# Made by hand with a wall calendar: year, month, weekday of the 1st, then the first day of the second week.
SECOND_WEEKS = [
    (2025, 4, "Tue", {FM: 14, FT: 7, W8: 7, FW: 14, DD: 8}),
    (2026, 1, "Thu", {FM: 12, FT: 5, W8: 5, FW: 12, DD: 8}),
    (2026, 2, "Sun", {FM: 9, FT: 9, W8: 2, FW: 9, DD: 8}),
    (2026, 6, "Mon", {FM: 8, FT: 8, W8: 8, FW: 8, DD: 8}),
    (2026, 7, "Wed", {FM: 13, FT: 6, W8: 6, FW: 13, DD: 8}),
    (2026, 11, "Sun", {FM: 9, FT: 9, W8: 2, FW: 9, DD: 8}),
    (2026, 12, "Tue", {FM: 14, FT: 7, W8: 7, FW: 14, DD: 8}),
    (2027, 1, "Fri", {FM: 11, FT: 11, W8: 4, FW: 11, DD: 8}),
    (2027, 2, "Mon", {FM: 8, FT: 8, W8: 8, FW: 8, DD: 8}),
    (2027, 5, "Sat", {FM: 10, FT: 10, W8: 3, FW: 10, DD: 8}),
    (2028, 2, "Tue", {FM: 14, FT: 7, W8: 7, FW: 14, DD: 8}),
]


@pytest.mark.parametrize(("year", "month", "first", "expected"), SECOND_WEEKS)
def test_second_weeks_as_made_by_hand(year: int, month: int, first: str, expected: dict[WeekOfMonth, int]) -> None:
    assert f"{date(year, month, 1):%a}" == first
    for definition, day in expected.items():
        begin = date(year, month, day)
        assert week_of_month(year, month, 2, definition) == (begin.toordinal(), (begin + timedelta(6)).toordinal())


@pytest.mark.parametrize(
    ("year", "month", "nth", "definition", "expected"),
    [
        (2026, 12, 1, FT, (date(2026, 11, 30), date(2026, 12, 6))),  # begins in November
        (2026, 11, 1, W8, (date(2026, 10, 26), date(2026, 11, 1))),  # one day of November
        (2026, 6, 5, FM, (date(2026, 6, 29), date(2026, 7, 5))),  # ends in July
        (2026, 6, 5, FW, None),  # that one is not full
        (2026, 6, 5, DD, (date(2026, 6, 29), date(2026, 6, 30))),
        (2027, 2, 5, DD, None),  # 28 days
        (2027, 2, 5, W8, None),
        (2125, 2, 5, W8, None),  # 28 days from a Thursday: a fifth row, but no 29th
        (2028, 2, 5, W8, (date(2028, 2, 28), date(2028, 3, 5))),  # a leap year
        (2027, 2, 5, FM, None),
    ],
)
def test_weeks_at_the_edges_of_a_month(
    year: int, month: int, nth: int, definition: WeekOfMonth, expected: tuple[date, date] | None
) -> None:
    found = week_of_month(year, month, nth, definition)
    assert (tuple(map(date.fromordinal, found)) if found else None) == expected


def by_the_wall_calendar(year: int, month: int, nth: int, definition: WeekOfMonth) -> list[date] | None:
    """The same from the rows that a wall calendar shows for the month."""
    rows = calendar.Calendar().monthdatescalendar(year, month)
    if definition is DD:
        days = [day for row in rows for day in row if day.month == month and (day.day - 1) // 7 == nth - 1]
        return days or None
    if definition is FM:
        rows = [row for row in rows if row[0].month == month]
    elif definition is FT:
        rows = [row for row in rows if row[3].month == month]
    elif definition is FW:
        rows = [row for row in rows if {day.month for day in row} == {month}]
    elif definition is W8:  # the rows with the 1st, 8th, 15th, 22nd, 29th
        rows = [row for row in rows if any(day.month == month and day.day % 7 == 1 for day in row)]
    return rows[nth - 1] if nth <= len(rows) else None


@given(st.integers(1971, 2199), st.integers(1, 12), st.integers(1, 5), st.sampled_from(WeekOfMonth))
def test_weeks_are_rows_of_a_wall_calendar(year: int, month: int, nth: int, definition: WeekOfMonth) -> None:
    found = week_of_month(year, month, nth, definition)
    days = [date.fromordinal(day) for day in range(found[0], found[1] + 1)] if found else None
    assert days == by_the_wall_calendar(year, month, nth, definition)


@given(st.integers(1971, 2199), st.frozensets(st.integers(1, 5), min_size=1), st.sampled_from(WeekOfMonth))
def test_weeks_that_cross_the_year_are_in_both_years(year: int, nths: frozenset[int], definition: WeekOfMonth) -> None:
    weeks = WeeksOfMonth(nths, definition)
    wanted = set()
    for which in (year - 1, year, year + 1):
        for month in range(1, 13):
            for nth in nths:
                wanted.update(by_the_wall_calendar(which, month, nth, definition) or ())
    found = list(weeks.in_year(year))
    assert len(found) == len(set(found))
    assert set(map(date.fromordinal, found)) == {day for day in wanted if day.year == year}
    for day in found:
        assert "no-meeting week" in weeks.reason(day).text()


@given(st.integers(1971, 2199), st.integers(1, 52))
def test_an_iso_week_is_the_week_with_that_number(year: int, week: int) -> None:
    weeks = IsoWeeks(frozenset({(year, week)}))
    found = {day for which in (year - 1, year, year + 1) for day in weeks.in_year(which)}
    assert {date.fromordinal(day).isocalendar()[:2] for day in found} == {(year, week)}
    assert len(found) == 7


def test_week_53_belongs_to_two_years() -> None:
    weeks = IsoWeeks(frozenset({(2026, 53)}))
    assert sorted(map(date.fromordinal, weeks.in_year(2026))) == [date(2026, 12, 28) + timedelta(at) for at in range(4)]
    assert sorted(map(date.fromordinal, weeks.in_year(2027))) == [date(2027, 1, 1) + timedelta(at) for at in range(3)]


def test_ranges_include_both_ends() -> None:
    ranges = DateRanges(((date(2026, 12, 30).toordinal(), date(2027, 1, 2).toordinal()),))
    assert sorted(map(date.fromordinal, ranges.in_year(2026))) == [date(2026, 12, 30), date(2026, 12, 31)]
    assert sorted(map(date.fromordinal, ranges.in_year(2027))) == [date(2027, 1, 1), date(2027, 1, 2)]


@given(st.integers(1, 60), st.dates(date(1980, 1, 1), date(2100, 1, 1)), st.integers(1975, 2110))
def test_every_kth_week_counts_whole_weeks_from_the_anchor(every: int, anchor: date, year: int) -> None:
    found = set(EveryKthWeek(every, anchor.toordinal()).in_year(year))
    start = anchor - timedelta(anchor.weekday())
    day = date(year, 1, 1)
    while day.year == year:
        weeks = (day - timedelta(day.weekday()) - start).days // 7
        assert (day.toordinal() in found) == (weeks >= 0 and weeks % every == 0)
        day += timedelta(1)


def test_iso_weeks_are_written_as_in_iso_8601() -> None:
    assert iso_week(date(2027, 1, 3).toordinal()) == "2026-W53"
    assert iso_week(date(2026, 2, 2).toordinal()) == "2026-W06"
