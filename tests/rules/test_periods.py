# SPDX-License-Identifier: Apache-2.0
"""Periods: every day lies in one of the calendar; month ends, ISO weeks, leap years and changes of the clock."""

from __future__ import annotations

import calendar as months
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.model.zone import named_zone
from meetcost.rules.periods import Calendar, Period, Stretch, calendar_stretch, day_of
from meetcost.rules.quota import Measure, Per, Quota, State, state_of

DAYS = st.dates(date(1971, 1, 1), date(2199, 12, 31))
KINDS = st.sampled_from(Calendar)
ZONES = [named_zone(name) for name in ("Europe/Berlin", "Asia/Shanghai", "America/St_Johns", "Pacific/Apia")]


def stretch(kind, day):
    return calendar_stretch(kind, day.toordinal()).days


@given(KINDS, DAYS)
def test_a_day_lies_in_its_period_and_so_does_every_other_day_of_it(kind, day):
    found = calendar_stretch(kind, day.toordinal())
    assert found.first <= day.toordinal() < found.end
    assert {calendar_stretch(kind, other) for other in range(found.first, found.end)} == {found}
    assert calendar_stretch(kind, found.end).first == found.end  # none between two, none in both


@given(DAYS)
def test_the_standard_library_sees_the_same_days(day):
    first, last = stretch(Calendar.WEEK, day)
    assert first.isocalendar()[:2] == last.isocalendar()[:2] == day.isocalendar()[:2]
    assert (first.isoweekday(), last.isoweekday()) == (1, 7)
    first, last = stretch(Calendar.MONTH, day)
    assert (first, last) == (day.replace(day=1), day.replace(day=months.monthrange(day.year, day.month)[1]))
    first, last = stretch(Calendar.QUARTER, day)
    assert {(one.month - 1) // 3 for one in (first, day, last)} == {(day.month - 1) // 3}
    assert (last - first).days in (89, 90, 91)
    assert stretch(Calendar.YEAR, day) == (date(day.year, 1, 1), date(day.year, 12, 31))


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        (Calendar.WEEK, date(2026, 12, 31), date(2026, 12, 28), date(2027, 1, 3)),  # week 53
        (Calendar.WEEK, date(2027, 1, 3), date(2026, 12, 28), date(2027, 1, 3)),
        (Calendar.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (Calendar.MONTH, date(2027, 12, 31), date(2027, 12, 1), date(2027, 12, 31)),
        (Calendar.QUARTER, date(2028, 2, 29), date(2028, 1, 1), date(2028, 3, 31)),
        (Calendar.QUARTER, date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_edges(kind, day, first, last):
    assert stretch(kind, day) == (first, last)


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        (Calendar.WEEK, date(2026, 12, 31), date(2025, 12, 22), date(2025, 12, 28)),  # 2025 has 52 weeks
        (Calendar.WEEK, date(2026, 1, 5), date(2025, 1, 6), date(2025, 1, 12)),
        (Calendar.MONTH, date(2028, 2, 29), date(2027, 2, 1), date(2027, 2, 28)),
        (Calendar.QUARTER, date(2028, 2, 29), date(2027, 1, 1), date(2027, 3, 31)),
        (Calendar.YEAR, date(2028, 12, 31), date(2027, 1, 1), date(2027, 12, 31)),
    ],
)
def test_the_same_a_year_before(kind, day, first, last):
    period = Period(kind)
    assert period.last_year(period.at(day.toordinal())).days == (first, last)


@given(DAYS, st.integers(1, 366))
def test_a_rolling_period_is_every_stretch_of_its_length_around_a_day(day, length):
    period = Period(rolling=length)
    around = period.around(day.toordinal())
    assert len(set(around)) == length
    assert all(one.first <= day.toordinal() < one.end and one.end - one.first == length for one in around)
    assert period.at(day.toordinal()).end == day.toordinal() + 1


@given(st.sampled_from(ZONES), DAYS, st.integers(0, 86_399))
def test_an_instant_lies_in_the_seconds_of_its_day(zone, day, second):
    instant = int((datetime(day.year, day.month, day.day, tzinfo=zone.tzinfo) + timedelta(seconds=second)).timestamp())
    found = day_of(instant, zone)
    start, end = Stretch(found, found + 1).seconds(zone)
    assert start <= instant < end


def test_a_week_in_which_the_clock_changes():
    zone = named_zone("Europe/Berlin")
    spring, autumn = (
        calendar_stretch(Calendar.WEEK, day.toordinal()) for day in (date(2026, 3, 29), date(2026, 10, 25))
    )
    lengths = [end - start for start, end in (one.seconds(zone) for one in (spring, autumn))]
    assert lengths == [7 * 86400 - 3600, 7 * 86400 + 3600]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_how_a_quota_stands(used, limit):
    quota = Quota("q", Measure.MEETINGS, Period(Calendar.WEEK), Per.BODY, "q", limit, near=Decimal("0.8"))
    state = state_of(quota, used, limit)
    assert (state is State.TRIPPED) == (used >= limit)
    assert (state is State.NEAR) == (used < limit and used * 10 >= limit * 8)
    again = state_of(quota, used, limit, before=3, limit_before=3)
    assert (again is State.RESET) == (state is State.CLOSED)


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_a_share_of_last_year_is_never_more_than_it(units, percent):
    quota = Quota("q", Measure.MEETINGS, Period(Calendar.YEAR), Per.BODY, "q", share=Decimal(percent) / 100)
    limit = quota.limit_of(units)
    assert limit == units * percent // 100
    assert quota.limit_of(None) is None
