# SPDX-License-Identifier: Apache-2.0
"""What has to hold of every verdict, against a second formulation that walks through local days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from meetcost.model.meeting import Meeting, Recurrence
from meetcost.model.verdict import Bearing, Outcome
from meetcost.model.zone import ZoneReading, named_zone
from meetcost.rules.days import Weekdays
from meetcost.rules.instances import instances
from meetcost.rules.judge import judge
from meetcost.rules.ruleset import Rule, RuleSet, Series
from meetcost.rules.weeks import IsoWeeks, WeekOfMonth, WeeksOfMonth

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ZONES = ("Europe/Berlin", "Asia/Shanghai", "America/St_Johns", "Pacific/Apia", "Africa/Cairo", "America/Santiago")
starts = st.datetimes(datetime(2026, 1, 3), datetime(2027, 12, 31)).map(
    lambda one: one.replace(microsecond=0, second=0)
)
weekdays = st.frozensets(st.integers(0, 6), max_size=3)
lengths = st.one_of(st.just(0), st.integers(0, 5000), st.sampled_from([1440, 60, 30]))


def rules_for(zone: str, days: frozenset[int], **more: object) -> RuleSet:
    found = named_zone(zone)
    assert found is not None
    weeks = WeeksOfMonth(frozenset({2}), WeekOfMonth.WEEK_OF_THE_8TH)
    patterns = (Weekdays(days), weeks, IsoWeeks(frozenset({(2026, 32)})))
    return RuleSet("p", tuple(Rule(str(at), days) for at, days in enumerate(patterns, 1)), found, **more)


def is_banned(day: date, days: frozenset[int]) -> bool:
    eighth = day.replace(day=8)
    monday = eighth - timedelta(eighth.weekday())
    in_second = monday <= day < monday + timedelta(7)
    return day.weekday() in days or in_second or day.isocalendar()[:2] == (2026, 32)


def touched(start: datetime, minutes: int, zone: str) -> set[date]:
    """The local days between two instants, minute by minute of none: day by day."""
    here = ZoneInfo(zone)
    end = start + timedelta(minutes=minutes)
    last = end - timedelta(microseconds=1) if minutes else end
    first_day, last_day = start.astimezone(here).date(), last.astimezone(here).date()
    return {first_day + timedelta(at) for at in range((last_day - first_day).days + 1)}


def meeting(start: datetime, minutes: int, **more: object) -> Meeting:
    people = {"organizer": "ann@example.test", "attendees": ["bob@example.test"]}
    return Meeting(title="t", start=start, minutes=minutes, uid="u", **people, **more)  # type: ignore[arg-type] - more


@given(starts, lengths, st.sampled_from(ZONES), st.sampled_from(ZONES), weekdays)
@settings(max_examples=300, deadline=None)
def test_refused_exactly_if_a_touched_local_day_is_banned(
    start: datetime, minutes: int, written: str, judged: str, days: frozenset[int]
) -> None:
    utc = start.replace(tzinfo=ZoneInfo(written)).astimezone(UTC)
    one = meeting(utc, minutes)
    expected = any(is_banned(day, days) for day in touched(utc, minutes, judged))
    assert (judge([one], rules_for(judged, days), now=NOW).outcome is Outcome.DENY) == expected


frequencies = st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "DAILY;INTERVAL=3", "WEEKLY;BYDAY=MO,WE,FR"])


@given(starts, st.integers(0, 300), frequencies, st.integers(1, 30), st.sampled_from(ZONES), weekdays)
@settings(max_examples=150, deadline=None)
def test_what_is_left_after_skipping_is_permitted_and_all_that_was(
    start: datetime, minutes: int, frequency: str, count: int, zone: str, days: frozenset[int]
) -> None:
    series = meeting(start.replace(tzinfo=ZoneInfo(zone)), minutes, rrule=f"FREQ={frequency};COUNT={count}")
    rules = rules_for(zone, days, series=Series.SKIP)
    verdict = judge([series], rules, now=NOW)
    whole = instances(series, 0, 1 << 33, rules.zone, ZoneReading.NAME, max_instances=1000)
    free = {
        one.start
        for one in whole
        if not any(is_banned(day, days) for day in touched(one.starts, one.seconds // 60, zone))
    }
    if not free:
        assert verdict.outcome is Outcome.DENY
        return
    if "BYDAY" in frequency and start.weekday() not in (0, 2, 4) and verdict.outcome is Outcome.DENY:
        # Its start, which is none of its rule's dates, cannot be left out without losing the next EXDATE (`exdates`).
        assert any("some programs" in note.text() for note in verdict.notes)
        return
    assert verdict.outcome is Outcome.ALLOW
    assert series.recurrence is not None
    rest = Recurrence(series.recurrence.rules, (), tuple(skip.exdate for skip in verdict.skips))
    skipped = series.replace(recurrence=rest)
    left = instances(skipped, 0, 1 << 33, rules.zone, ZoneReading.NAME, max_instances=1000)
    assert {one.start for one in left} == free
    again = judge([skipped], rules, now=NOW)
    assert (again.outcome, again.findings) == (Outcome.ALLOW, ())


@given(starts, st.integers(0, 300), frequencies, st.integers(1, 30), weekdays)
@settings(max_examples=100, deadline=None)
def test_an_unchanged_object_always_passes_and_a_stored_one_never_harms(
    start: datetime, minutes: int, frequency: str, count: int, days: frozenset[int]
) -> None:
    rules = rules_for("Europe/Berlin", days)
    zoned = start.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    new = meeting(zoned, minutes, rrule=f"FREQ={frequency};COUNT={count}")
    longer = meeting(zoned, minutes, rrule=f"FREQ={frequency};COUNT={count + 3}")
    shorter = meeting(zoned, minutes, rrule=f"FREQ={frequency};COUNT={max(count - 3, 1)}")
    assert judge([new], rules, now=NOW, old=[new]).outcome is Outcome.ALLOW
    assert judge([new], rules, now=NOW, old=[longer]).outcome is Outcome.ALLOW
    alone = judge([new], rules, now=NOW)
    with_old = judge([new], rules, now=NOW, old=[shorter])
    refused = {one.instance for one in alone.bearing(Bearing.REFUSED)}
    still = {one.instance for one in with_old.bearing(Bearing.REFUSED)}
    assert still <= refused
    assert refused - still == {one.instance for one in judge([shorter], rules, now=NOW).bearing(Bearing.REFUSED)}


@given(starts, st.integers(0, 3000), weekdays, st.integers(-3, 800))
@settings(max_examples=100, deadline=None)
def test_as_time_goes_by_nothing_permitted_is_refused(
    start: datetime, minutes: int, days: frozenset[int], later: int
) -> None:
    rules = rules_for("Europe/Berlin", days)
    one = meeting(start.replace(tzinfo=UTC), minutes)
    before, after = judge([one], rules, now=NOW), judge([one], rules, now=NOW + timedelta(days=later))
    assert before.allowed <= after.allowed or later < 0
