# SPDX-License-Identifier: Apache-2.0
"""The calendar of no-meeting days, read by others, is what the policy says of every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
from guard_making import EXAMPLES, NOW, REFUSE

from meetcost.guard.no_meeting_days import no_meeting_days, stretches
from meetcost.ics.strict import read_strict
from meetcost.policy.policy import Policy

POLICIES = sorted((EXAMPLES / "policies").glob("*.toml"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_it_is_the_policy_day_by_day(path: object, language: str) -> None:
    policy = Policy.load(path)  # type: ignore[arg-type]
    now = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    octets = no_meeting_days(policy, now=now, language=language)  # type: ignore[arg-type]
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(octets))
    today = now.astimezone(policy.zone.tzinfo).date()
    for ahead in range(-31, 400):
        day = today + timedelta(days=ahead)
        assert bool(events.at((day.year, day.month, day.day))) is not policy.permitted(day), day


def test_it_is_sound() -> None:
    octets = no_meeting_days(REFUSE, now=NOW)
    found = icalendar.Calendar.from_ical(octets)
    assert {problem.code for problem in read_strict(octets).refusals} == {"several-uids"}
    assert found["NAME"] == "No-meeting days (reference policy)"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:P1D" in octets
    assert len({event["UID"] for event in found.events}) == len(found.events)
    for event in found.events:
        assert event["TRANSP"] == "TRANSPARENT"
        assert "ATTENDEE" not in event
        assert event["DTSTAMP"].dt.tzinfo is not None
        assert event["SUMMARY"].startswith("No meetings: ")
    assert no_meeting_days(REFUSE, now=NOW + timedelta(hours=5)) == octets


def test_days_in_a_row_are_one_entry() -> None:
    found = stretches(REFUSE, date(2026, 8, 1), 14)
    assert [(one.rule, one.first.day, one.last.day) for one in found] == [("2", 3, 9), ("1", 5, 5), ("1", 12, 12)]


@pytest.mark.parametrize("first", ["2025-10-01", "2016-03-01"])
def test_an_entry_keeps_its_uid_and_first_day_as_time_goes_on(first: str) -> None:
    ranges = f"ranges = [{{ from = {first}, to = 2026-12-31 }}]"
    policy = Policy.parse(f'zone = "Europe/Berlin"\n[[no_meeting_week]]\n{ranges}\n'.encode())
    found = {
        (str(event["UID"]), event["DTSTART"].dt)
        for later in (0, 1, 7)
        for event in icalendar.Calendar.from_ical(no_meeting_days(policy, now=NOW + timedelta(days=later))).events
    }
    assert len(found) == 1


def test_an_entry_keeps_its_uid_where_something_else_changes_in_the_policy() -> None:
    uids = [
        {str(event["UID"]) for event in icalendar.Calendar.from_ical(no_meeting_days(policy, now=NOW)).events}
        for policy in (REFUSE, replace(REFUSE, digest="other"))
    ]
    assert uids[0] == uids[1]


def test_without_rules_it_is_empty() -> None:
    octets = no_meeting_days(Policy.parse(b'zone = "Europe/Berlin"\n'), now=NOW)
    assert icalendar.Calendar.from_ical(octets).events == []
