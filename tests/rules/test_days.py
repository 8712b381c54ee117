# SPDX-License-Identifier: Apache-2.0
"""No-meeting days against the standard library's calendar."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.rules.days import LAST, Dates, NthWeekdays, Weekdays, YearlyDates, nth_weekday

YEARS = st.integers(1970, 2200)


def all_days(year: int) -> list[date]:
    first = date(year, 1, 1).toordinal()
    return [date.fromordinal(first + at) for at in range(366 if calendar.isleap(year) else 365)]


@given(YEARS, st.frozensets(st.integers(0, 6)))
def test_weekdays_are_the_days_whose_weekday_is_named(year: int, weekdays: frozenset[int]) -> None:
    expected = {day.toordinal() for day in all_days(year) if day.weekday() in weekdays}
    assert set(Weekdays(weekdays).in_year(year)) == expected


@given(YEARS, st.frozensets(st.sampled_from([1, 2, 3, 4, 5, LAST])), st.frozensets(st.integers(0, 6)))
def test_nth_weekdays_are_found_by_counting_through_the_month(
    year: int, nths: frozenset[int], weekdays: frozenset[int]
) -> None:
    expected = set()
    for month in range(1, 13):
        rows = calendar.monthcalendar(year, month)
        for weekday in weekdays:
            days = [row[weekday] for row in rows if row[weekday]]
            for nth in nths:
                if nth == LAST or nth <= len(days):
                    expected.add(date(year, month, days[nth - 1 if nth > 0 else -1]).toordinal())
    assert set(NthWeekdays(nths, weekdays).in_year(year)) == expected


@pytest.mark.parametrize(
    ("year", "month", "nth", "weekday", "expected"),
    [
        (2026, 12, 1, 0, date(2026, 12, 7)),
        (2026, 12, 5, 1, date(2026, 12, 29)),
        (2026, 12, 5, 4, None),
        (2026, 12, LAST, 4, date(2026, 12, 25)),
        (2026, 2, LAST, 5, date(2026, 2, 28)),
        (2028, 2, 5, 1, date(2028, 2, 29)),
    ],
)
def test_nth_weekday_by_a_wall_calendar(year: int, month: int, nth: int, weekday: int, expected: date | None) -> None:
    found = nth_weekday(year, month, nth, weekday)
    assert (date.fromordinal(found) if found is not None else None) == expected


def test_dates_are_given_in_their_own_year_only() -> None:
    days = Dates(frozenset({date(2026, 12, 31).toordinal(), date(2027, 1, 1).toordinal()}))
    assert list(days.in_year(2026)) == [date(2026, 12, 31).toordinal()]
    assert list(days.in_year(2028)) == []


def test_29_february_of_every_year_is_in_leap_years_only() -> None:
    yearly = YearlyDates(frozenset({(2, 29), (12, 24)}))
    assert sorted(map(date.fromordinal, yearly.in_year(2027))) == [date(2027, 12, 24)]
    assert sorted(map(date.fromordinal, yearly.in_year(2028))) == [date(2028, 2, 29), date(2028, 12, 24)]


def test_reasons_name_the_weekday_and_which_one_it_is() -> None:
    assert (
        Weekdays(frozenset({2})).reason(date(2026, 12, 9).toordinal()).text() == "every Wednesday is a no-meeting day"
    )
    last = NthWeekdays(frozenset({1, LAST}), frozenset({4}))
    assert last.reason(date(2026, 12, 4).toordinal()).text("zh") == "每月第一个周五为无会日"
    assert last.reason(date(2026, 12, 25).toordinal()).text("zh") == "每月最后一个周五为无会日"
