# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import date, datetime

import pytest

from meetcost.ics.read import read
from meetcost.ics.rule import parse_rule
from meetcost.ics.some_read import as_some_read, is_read_differently
from meetcost.ics.strict import read_strict
from meetcost.model.moment import local_seconds
from tests.invites import calendar, component

WEDNESDAY = local_seconds(datetime(2026, 2, 4, 9))


def made(rule: str, start: int = WEDNESDAY) -> list[object]:
    return list(as_some_read(parse_rule(rule), start, date_only=False))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;BYDAY=WE",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20270101T000000Z",
        "FREQ=MONTHLY;BYDAY=1WE",
        "FREQ=MONTHLY;BYDAY=WE;BYSETPOS=1",
        "FREQ=MONTHLY;BYMONTHDAY=4,-1",
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=1WE",
        "FREQ=YEARLY;BYMONTH=2;BYDAY=1WE",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-25",
        "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
    ],
)
def test_of_what_people_write_all_programs_make_the_same(rule: str) -> None:
    assert made(rule) == []


@pytest.mark.parametrize(
    ("rule", "seen"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=2", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("FREQ=MONTHLY;BYMONTHDAY=4,9,16;BYSETPOS=1", "FREQ=MONTHLY;BYMONTHDAY=4,9,16"),
        ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", "FREQ=YEARLY;BYDAY=MO"),
        ("FREQ=DAILY;BYMONTHDAY=4,-1", "FREQ=DAILY;BYMONTHDAY=4"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTH=2", "FREQ=MONTHLY;BYMONTH=2"),
        ("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=2", "FREQ=MONTHLY;BYDAY=FR;COUNT=1"),
        ("FREQ=WEEKLY;BYDAY=FR;BYMONTH=10;COUNT=9", "FREQ=WEEKLY;BYDAY=FR;COUNT=1"),
    ],
)
def test_parts_that_some_program_leaves_out_are_left_out(rule: str, seen: str) -> None:
    assert parse_rule(seen) in made(rule)


def test_where_some_program_sees_no_date_at_all() -> None:
    assert made("FREQ=DAILY;BYMONTHDAY=-1") == [None]
    assert None in made("FREQ=MONTHLY;BYMONTH=8;BYDAY=WE")


def test_a_count_month_by_month_reaches_as_many_of_the_months_named() -> None:
    (rule,) = made("FREQ=MONTHLY;INTERVAL=4;BYDAY=MO,TU;BYMONTHDAY=-1,-2,-3;COUNT=1")
    assert rule.interval == 1  # type: ignore[attr-defined]
    assert rule.count >= 4 * 3  # type: ignore[attr-defined]  # ical.js comes to the fourth month


def test_a_meeting_is_read_differently_if_one_rule_of_it_is() -> None:
    def meeting(*lines: str) -> bool:
        return is_read_differently(read(calendar(component("u", date(2026, 2, 4), *lines))).meetings[0])

    assert not meeting()
    assert not meeting("RRULE:FREQ=WEEKLY")
    assert meeting("RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY;BYMONTHDAY=-1")


@pytest.mark.parametrize("plain", [True, False])
def test_hours_in_doubt_are_refused_however_plain_the_event_is(plain: bool) -> None:
    """The straight way of reading let `FREQ=HOURLY` with BYHOUR pass."""
    start = "DTSTART:20260204T001000Z" if plain else "DTSTART;X-A=1:20260204T001000Z"
    octets = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//EN\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20260101T000000Z\r\n"
        f"{start}\r\nDTEND:20260204T011000Z\r\nRRULE:FREQ=HOURLY;INTERVAL=13;BYHOUR=0,12;UNTIL=20260301T000000Z\r\n"
        "SUMMARY:Round\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()
    assert [problem.code for problem in read_strict(octets).refusals] == ["rule-hours"]


def test_hours_of_a_date_are_in_doubt() -> None:
    octets = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//EN\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20260101T000000Z\r\n"
        b"DTSTART;VALUE=DATE:20260204\r\nRRULE:FREQ=DAILY;BYHOUR=9,15\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    assert [problem.code for problem in read_strict(octets).refusals] == ["rule-hours"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31",
        "FREQ=YEARLY;COUNT=2;BYMONTH=9;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1",
    ],
)
def test_the_last_day_of_a_month_that_has_it_is_read_by_all_alike(rule: str) -> None:
    """A yearly round on 30 September was refused for a ban on 1 October."""
    assert made(rule) == []


def test_a_day_that_the_month_has_not_is_one_of_the_next() -> None:
    (seen,) = made("FREQ=YEARLY;BYMONTH=8,9;BYMONTHDAY=31;COUNT=2")
    assert (seen.by_month, seen.by_month_day) == ((10,), (1,))  # type: ignore[attr-defined]
    assert seen.count <= 3  # type: ignore[attr-defined]


def test_where_places_do_not_count_neither_does_what_they_would_have_left_out() -> None:
    both = made("FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=8,9;BYSETPOS=1")
    assert any(one is not None and 10 in one.by_month and not one.by_set_pos for one in both)  # type: ignore[attr-defined]


def test_the_first_date_of_a_monthly_rule_of_months_is_in_the_month_it_begins_in() -> None:
    (first,) = made("FREQ=MONTHLY;BYMONTH=6;BYMONTHDAY=28")
    assert (first.by_month, first.count) == ((), 1)  # type: ignore[attr-defined]
