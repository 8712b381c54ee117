# SPDX-License-Identifier: Apache-2.0
"""A weekday and time for a whole series. 9 December 2026 is a Wednesday; 2027 begins on a Friday."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from meetcost.errors import UsageError
from meetcost.ics.expand import expand
from meetcost.model.attendee import Attendee, Role, calendar_address
from meetcost.model.meeting import Meeting
from meetcost.policy.policy import Policy
from meetcost.schedule.series import find_series_slots
from meetcost.values.span import Span

BERLIN = ZoneInfo("Europe/Berlin")
TOWN = Policy.parse(b'zone = "Europe/Berlin"\n[[no_meeting_day]]\nweekdays = ["wednesday"]\n')


def at(day: int, hour: int = 0, month: int = 12, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=BERLIN)


FOUR_WEEKS = Span(at(7), at(4, month=1, year=2027))


def series(rrule="FREQ=WEEKLY", people=("ann@town.example", "bob@town.example"), **more) -> Meeting:
    start = more.pop("start", at(9, 10))
    return Meeting(title="Jour fixe", start=start, minutes=60, attendees=people, rrule=rrule, **more)


def shown(slots) -> list[tuple[str, str]]:
    return [(f"{slot.start:%a %d %H:%M}", slot.rrule) for slot in slots]


def test_the_first_weekday_that_is_permitted():
    slots = find_series_slots(series(), policy=TOWN, within=FOUR_WEEKS, limit=2)
    assert shown(slots) == [("Thu 10 09:00", "FREQ=WEEKLY"), ("Thu 10 10:00", "FREQ=WEEKLY")]
    assert (slots[0].instances, slots[0].banned, slots[0].off) == (4, (), ())  # 10, 17, 24, 31 December


def test_the_weekday_that_loses_least():
    # Thursdays lose the 24th, Fridays two holidays, Mondays and Tuesdays the first of their three: the second week
    rules = Policy.parse(
        b'zone = "Europe/Berlin"\n[holidays]\ncountry = "DE"\n[[no_meeting_day]]\nweekdays = ["wednesday"]\n'
        b"[[no_meeting_day]]\ndates = [2026-12-24, 2026-12-31, 2026-12-14, 2026-12-15, 2026-12-21]\n"
    )
    slots = find_series_slots(series(), policy=rules, within=FOUR_WEEKS, limit=20)
    first = {f"{slot.start:%a}": (len(slot.banned), len(slot.off), slot.instances) for slot in reversed(slots)}
    # in the span after the 9th: Tue 15, 22, 29; Thu 10, 17, 24, 31; Fri 11, 18, 25, 1 Jan; Mon 14, 21, 28
    assert first["Tue"] == (1, 0, 3)
    assert f"{slots[0].start:%a}" == "Tue"
    assert slots[0].banned == (date(2026, 12, 15),)
    assert slots[0].start == at(22, 9)  # the first instance that is left


def test_the_time_at_which_the_fewest_find_somebody_busy():
    busy = {
        "ann@town.example": [],
        "bob@town.example": [
            Meeting(title="x", start=at(10, 9), minutes=60, rrule="FREQ=WEEKLY;BYDAY=MO,TU,TH,FR"),
            Span(at(17, 10), at(17, 17)),
        ],
    }
    slots = find_series_slots(series(), policy=TOWN, busy=busy, within=FOUR_WEEKS, limit=1)
    assert shown(slots) == [("Fri 11 10:00", "FREQ=WEEKLY")]
    assert slots[0].blocked == 0
    assert slots[0].unknown == ()
    slots = find_series_slots(series(), policy=TOWN, busy={}, within=FOUR_WEEKS, limit=1)
    assert [str(who) for who in slots[0].unknown] == ["ann@town.example", "bob@town.example"]


def test_blocked_instances_and_optional_conflicts_are_counted():
    people = ["ann@town.example", Attendee(calendar_address("opt@town.example"), role=Role.OPT_PARTICIPANT)]
    busy = {
        "ann@town.example": [Span(at(7), at(19))],
        "opt@town.example": [Span(at(24), at(26))],
    }
    thursdays = Policy.parse(
        b'zone = "Europe/Berlin"\n[working_hours]\ndays = ["thursday"]\nfrom = "09:00"\nto = "10:00"'
    )
    slot = find_series_slots(series(people=people), policy=thursdays, busy=busy, within=FOUR_WEEKS)[0]
    assert (slot.start, slot.instances, slot.blocked, slot.conflicts) == (at(10, 9), 4, 2, 1)
    text = "First Thu 10 Dec 09:00; of 4 instances 2 with somebody known to be busy."
    assert slot.text() == text
    assert slot.text("zh") == ("自12月10日(周四) 09:00起，共4次：2次有必须参会的人员或会议室被占用。")


@pytest.mark.parametrize(
    ("rrule", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=WE", "FREQ=WEEKLY;BYDAY=TH"),
        ("FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("FREQ=MONTHLY;BYDAY=2WE", "FREQ=MONTHLY;BYDAY=2TH"),
        ("FREQ=MONTHLY;BYDAY=-1WE;INTERVAL=1", "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=1"),
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("FREQ=MONTHLY", "FREQ=MONTHLY"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    ],
)
def test_the_rule_is_written_for_the_new_days(rrule, expected):
    slot = find_series_slots(series(rrule), policy=TOWN, limit=1)[0]
    assert slot.rrule == expected
    written = series(slot.rrule, start=slot.start)
    days = [one.starts.astimezone(BERLIN).date() for one in expand(written, Span(at(9), at(9) + timedelta(days=400)))]
    before = [day for day in (*slot.banned, *slot.off) if day < slot.start.date()]
    assert len(days) + len(before) == slot.instances
    assert {day for day in days if day.weekday() == 2} == {day for day in slot.banned if day not in before}


def test_days_outside_the_span_do_not_count():
    slot = find_series_slots(series(), policy=TOWN, within=Span(at(17, 12), at(24, 12)), limit=1)[0]
    # neither Thursday lies inside as a whole; Friday 18 does
    assert (slot.start, slot.instances) == (at(18, 9), 1)


def test_a_rule_that_picks_among_its_days_keeps_them():
    rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    slots = find_series_slots(series(rule), policy=TOWN, limit=99)
    assert {slot.rrule for slot in slots} == {rule}
    assert len(slots) == 8


def test_two_results_on_one_weekday_do_not_overlap():
    slots = find_series_slots(series(), policy=TOWN, within=FOUR_WEEKS, limit=50)
    assert len(slots) == 4 * 8  # four weekdays of eight hours
    assert len({slot.start for slot in slots}) == 32


@pytest.mark.parametrize(
    ("meeting", "said"),
    [
        (Meeting(title="a", start=at(9), minutes=60), "no series of one rule"),
        (Meeting(title="a", start=date(2026, 12, 9), rrule="FREQ=WEEKLY"), "no series of one rule"),
        (series("FREQ=HOURLY"), "says times of day itself"),
        (series("FREQ=DAILY;BYHOUR=9,14"), "says times of day itself"),
        (series("FREQ=OFTEN"), "found `OFTEN`"),
    ],
)
def test_what_is_no_series_to_move(meeting, said):
    with pytest.raises(UsageError, match=said):
        find_series_slots(meeting, policy=TOWN)


def test_bounds():
    with pytest.raises(UsageError, match="limit of 1"):
        find_series_slots(series(), limit=0)
    with pytest.raises(UsageError, match="at most 3,660 days"):
        find_series_slots(series(), within=Span(at(1), at(1) + timedelta(days=3661)))
    assert find_series_slots(series("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), policy=TOWN) == []


def test_longer_than_the_working_day_fits_nowhere():
    assert find_series_slots(series().replace(duration=None, dtend=series(start=at(9, 20)).dtstart), policy=TOWN) == []


def test_a_series_that_runs_already_is_moved_from_now_on():
    begun = series(start=at(7, 10, month=1), rrule="FREQ=WEEKLY")  # a Wednesday of January
    slots = find_series_slots(begun, policy=TOWN, now=at(9, 12), limit=1)
    assert slots[0].start == at(10, 9)
    assert slots[0].instances > 40  # a year of them from now, not what is left of the first year
    assert find_series_slots(begun, policy=TOWN, now=at(7, 8, month=1), limit=1)[0].start == at(8, 9, month=1)


def test_a_series_that_is_over_has_nothing_to_move():
    over = series(start=at(7, 10, month=1), rrule="FREQ=WEEKLY;COUNT=10")
    assert find_series_slots(over, policy=TOWN, now=at(9, 12)) == []
