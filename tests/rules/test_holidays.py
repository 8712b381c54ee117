# SPDX-License-Identifier: Apache-2.0
"""Holidays: China's notice for 2026 written out by hand, years that are not settled, an organisation's own days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from meetcost.errors import UsageError
from meetcost.rules.holidays import WorkCalendar

# The State Council's notice on the holidays of 2026 (gov.cn/gongbao/2025/issue_12406/202511/content_7048922.html):
# first and last day off of each festival, then the weekend days worked in exchange.
OFF_2026 = [
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
]
WORKED_2026 = {
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
}


def test_china_works_in_2026_as_the_notice_says() -> None:
    calendar, day = WorkCalendar("CN"), date(2026, 1, 1)
    while day.year == 2026:
        off = any(first <= day <= last for first, last in OFF_2026)
        expected = day in WORKED_2026 or (day.weekday() < 5 and not off)
        assert calendar.is_working_day(day) == expected, day
        assert calendar.is_adjusted_working_day(day) == (day in WORKED_2026), day
        day += timedelta(1)


def test_a_weekday_off_in_exchange_is_a_holiday_and_a_worked_weekend_day_is_none() -> None:
    calendar = WorkCalendar("CN")
    assert calendar.is_holiday(date(2026, 2, 20))
    assert not calendar.is_holiday(date(2026, 2, 14))
    assert not calendar.is_holiday(date(2026, 3, 7))  # a plain Saturday
    assert calendar.name(date(2026, 10, 1)) == "国庆节"


def test_years_without_a_notice_are_not_settled() -> None:
    calendar = WorkCalendar("CN")
    assert calendar.knows(date(2026, 12, 31))
    assert not calendar.knows(date(2000, 1, 1))
    assert not calendar.knows(date(2090, 1, 1))


def test_a_year_is_settled_if_the_organisation_vouches_for_it() -> None:
    calendar = WorkCalendar("CN", decreed=frozenset({2090}), days_off=frozenset({date(2090, 1, 2)}))
    assert calendar.knows(date(2090, 1, 2))
    assert calendar.is_holiday(date(2090, 1, 2))


def test_holidays_fixed_by_law_are_known_in_years_to_come() -> None:
    germany = WorkCalendar("DE", "BY")
    assert germany.knows(date(2035, 1, 6))
    assert germany.is_holiday(date(2035, 1, 6))  # Epiphany, in Bavaria
    assert not WorkCalendar("DE", "BE").is_holiday(date(2035, 1, 6))  # not in Berlin


def test_a_country_that_has_stopped_shifting_days_is_known() -> None:
    assert WorkCalendar("BG").knows(date(2026, 3, 3))  # shifted days by decree until 2016


def test_own_days_outrank_the_country() -> None:
    calendar = WorkCalendar(
        "DE", days_off=frozenset({date(2026, 12, 24)}), working_days=frozenset({date(2026, 10, 3), date(2026, 12, 25)})
    )
    assert calendar.is_holiday(date(2026, 12, 24))
    assert calendar.is_working_day(date(2026, 10, 3))  # a Saturday and a holiday
    assert not calendar.is_holiday(date(2026, 12, 25))


def test_working_days_are_counted_over_holidays_and_worked_weekends() -> None:
    calendar = WorkCalendar("CN")
    # Fri 13 Feb 2026; Sat 14 is worked; 15-23 off; Tue 24 is the second working day after
    assert calendar.after_working_days(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert calendar.after_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert WorkCalendar().after_working_days(date(2026, 2, 13), 2) == date(2026, 2, 17)


@pytest.mark.parametrize(("country", "part"), [("ZZ", ""), ("DE", "XX"), ("../x", "")])
def test_unknown_countries_and_parts_are_refused(country: str, part: str) -> None:
    with pytest.raises(UsageError, match=f"`{part or country}`"):
        WorkCalendar(country, part)


def test_the_language_of_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en_US")
    assert WorkCalendar("CN").name(date(2026, 10, 1)) == "国庆节"
