# SPDX-License-Identifier: Apache-2.0
"""python-caldav against the guarded server: create, change, move, delete."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import caldav
import pytest
from caldav.lib.error import AuthorizationError, DAVError
from invites import BLOCK, FRIDAY, PEOPLE, THURSDAY, WEDNESDAY, invite, weekly
from serving import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def ann(home):
    return home()


@pytest.fixture
def work(ann) -> Iterator[caldav.Calendar]:
    with caldav.DAVClient(url=ann.server.url, username=ann.user, password=PASSWORD, enable_rfc6764=False) as client:
        yield next(one for one in client.principal().calendars() if str(one.url).split("/")[-2] == "work")


def at(day, hour):
    return datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN)


def test_a_banned_event_raises_with_its_reason_and_nothing_is_stored(work):
    with pytest.raises(AuthorizationError) as caught:
        work.add_event(invite("a", WEDNESDAY).decode())
    assert caught.value.status == 403
    assert "{urn:meetcost:guard}no-meeting-day" in caught.value.preconditions
    assert "was not saved" in str(caught.value.body)
    assert work.events() == []


def test_an_allowed_event_has_its_cost_when_it_is_loaded(work):
    sent = invite("a", THURSDAY)
    event = work.add_event(sent.decode())
    event.load()
    assert BLOCK in event.icalendar_component["DESCRIPTION"]
    assert event.icalendar_component["X-MEETCOST-PERSON-HOURS"] == "3"
    found = work.search(start=at(THURSDAY, 9), end=at(THURSDAY, 12), event=True)
    assert [one.icalendar_component["UID"] for one in found] == ["a"]
    assert BLOCK in found[0].icalendar_component["DESCRIPTION"]


def test_changing_an_event_takes_its_cost_along(work):
    event = work.add_event(invite("a", THURSDAY).decode())
    event.load()
    event.icalendar_component["DTEND"].dt += timedelta(hours=1)
    event.icalendar_component["SUMMARY"] = "Long budget round"
    event.save()
    event.load()
    assert event.icalendar_component["X-MEETCOST-PERSON-HOURS"] == "6"
    assert event.icalendar_component["DESCRIPTION"].count(BLOCK) == 1


def test_a_change_onto_a_banned_day_raises_and_the_old_time_stays(work):
    event = work.add_event(invite("a", THURSDAY).decode())
    event.load()
    before = event.data
    for name in ("DTSTART", "DTEND"):
        event.icalendar_component[name].dt -= timedelta(days=1)
    with pytest.raises(DAVError):
        event.save()
    event.load()
    assert event.data == before


def test_what_is_moved_and_deleted_is_gone_where_it_was(ann, work):
    ann.calendar("other")
    event = work.add_event(invite("a", THURSDAY).decode())
    path = str(event.url).partition(f"/{ann.user}/")[2]
    assert ann.move(path, "other/a.ics").status == 201
    assert work.events() == []
    other = work.client.calendar(url=f"{ann.server.url}{ann.user}/other/")
    (moved,) = other.events()
    assert BLOCK in moved.icalendar_component["DESCRIPTION"]
    moved.delete()
    assert other.events() == []


def test_answering_an_invite_passes(work):
    event = work.add_event(invite("a", THURSDAY).decode())
    event.load()
    event.change_attendee_status(attendee=f"mailto:{PEOPLE[1]}", PARTSTAT="ACCEPTED")
    event.save()
    event.load()
    accepted = [one for one in event.icalendar_component["ATTENDEE"] if one.params.get("PARTSTAT") == "ACCEPTED"]
    assert [str(one) for one in accepted] == [f"mailto:{PEOPLE[1]}"]


def test_a_series_is_expanded_without_the_dates_it_steps_over(work):
    work.add_event(invite("a", WEDNESDAY - timedelta(days=1), "RRULE:FREQ=DAILY;COUNT=4").decode())
    found = work.search(start=at(WEDNESDAY, 0) - timedelta(days=3), end=at(FRIDAY, 23), event=True, expand=True)
    days = sorted(one.icalendar_component["DTSTART"].dt.date() for one in found)
    assert days == [WEDNESDAY - timedelta(days=1), THURSDAY, FRIDAY]


def test_the_sync_token_brings_the_disclosure(work):
    """What was uploaded changed on the server, so that the next synchronisation has it."""
    token = work.objects_by_sync_token(load_objects=False).sync_token
    work.add_event(invite("a", THURSDAY).decode())
    with pytest.raises(AuthorizationError):
        work.add_event(weekly("b", WEDNESDAY).decode())
    (changed,) = list(work.objects_by_sync_token(token, load_objects=True))
    assert BLOCK in changed.icalendar_component["DESCRIPTION"]
