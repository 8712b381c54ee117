# SPDX-License-Identifier: Apache-2.0
"""python-caldav against guarded Xandikos: create, change, move, delete."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import caldav
import pytest
from caldav.lib.error import AuthorizationError, DAVError
from invites import BLOCK, FRIDAY, THURSDAY, WEDNESDAY, invite

if TYPE_CHECKING:
    from collections.abc import Iterator

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def work(ann) -> Iterator[caldav.Calendar]:
    headers = {"X-Remote-User": ann.name}
    with caldav.DAVClient(url=f"{ann.server.url}{ann.name}/", headers=headers, enable_rfc6764=False) as client:
        yield client.calendar(url=f"{ann.server.url}{ann.name}/calendars/calendar/")


def at(day, hour):
    return datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN)


def test_a_banned_event_raises_with_its_reason_and_nothing_is_stored(work):
    with pytest.raises(AuthorizationError) as caught:
        work.add_event(invite("a", WEDNESDAY).decode())
    assert caught.value.status == 403
    assert "{urn:meetcost:guard}no-meeting-day" in caught.value.preconditions
    assert "was not saved" in str(caught.value.body)
    assert work.events() == []


def test_an_allowed_event_has_its_cost_when_it_is_loaded_and_found(work):
    event = work.add_event(invite("a", THURSDAY).decode())
    event.load()
    assert BLOCK in event.icalendar_component["DESCRIPTION"]
    assert event.icalendar_component["X-MEETCOST-PERSON-HOURS"] == "3"
    found = work.search(start=at(THURSDAY, 9), end=at(THURSDAY, 12), event=True)
    assert [one.icalendar_component["UID"] for one in found] == ["a"]


def test_a_change_takes_its_cost_along_and_a_change_onto_a_banned_day_raises(work):
    event = work.add_event(invite("a", THURSDAY).decode())
    event.load()
    event.icalendar_component["DTEND"].dt += timedelta(hours=1)
    event.save()
    event.load()
    assert event.icalendar_component["X-MEETCOST-PERSON-HOURS"] == "6"
    event.load()
    before = event.data
    for name in ("DTSTART", "DTEND"):
        event.icalendar_component[name].dt -= timedelta(days=1)
    with pytest.raises(DAVError):
        event.save()
    event.load()
    assert event.data == before
    event.delete()
    assert work.events() == []


def test_a_series_is_expanded_without_the_dates_it_steps_over(work):
    work.add_event(invite("a", WEDNESDAY - timedelta(days=1), "RRULE:FREQ=DAILY;COUNT=4").decode())
    found = work.search(start=at(WEDNESDAY, 0) - timedelta(days=3), end=at(FRIDAY, 23), event=True, expand=True)
    days = sorted(one.icalendar_component["DTSTART"].dt.date() for one in found)
    assert days == [WEDNESDAY - timedelta(days=1), THURSDAY, FRIDAY]
