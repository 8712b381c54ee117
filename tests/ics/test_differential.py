# SPDX-License-Identifier: Apache-2.0
"""Our calendars as icalendar and recurring-ical-events read them. Where they differ is named, with who is right."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import icalendar
import pytest
import recurring_ical_events
from ics_making import CALENDARS, between, file, path_id

from meetcost.ics.markers import Markers
from meetcost.ics.read import read
from meetcost.ics.write import Addition, attach

if TYPE_CHECKING:
    from pathlib import Path

BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)

DIFFERENT = {
    # name: why; the section is RFC 5545's
    "bad_start": "it refuses the calendar; here the bad meeting alone is left out",
    "broken_lines": "the same",
    "lower_case": "the same: a `t` between date and time",
    "no_start": "the same",
    "nested_event": "it reads an event inside an event; no RFC 5545 component (3.6.1)",
    "vpoll": "the same, inside a VPOLL",
    "unclosed": "it reads an event that has no END",
    "unclosed_alarm": "the same",
    "stray_end": "it refuses an END of what was not opened",
    "several_calendars": "it needs to be told that there are several",
    "bad_rule": "it leaves out the series; here the first instance stays",
    "rscale": "the same",
    "empty_values": "it refuses an empty DTEND",
    "end_before_start": "it swaps the two (3.8.2.2: an error)",
    "negative_duration": "the same",
    "start_outside_rule": "it shows a DTSTART that its rule does not produce (3.8.5.3: undefined)",
    "utc_with_tzid": "it reads a UTC time in the zone beside it (3.2.19: a TZID must not stand there)",
    "date_with_time": "it reads the time",
    "date_with_tzid": "it reads a midnight in that zone (3.2.19: a DATE has none)",
    "duplicate": "it refuses two DTSTARTs; here the first counts",
    "x_wr_timezone": "it moves UTC times to X-WR-TIMEZONE, and reads floating ones there",
    "clock_changes": "it gives two instances at one instant where the clock skips an hour; a set has it once (3.8.5.3)",
    "edges_of_time": "it cannot look before the year 1 or behind 9999",
}


def instant(value: datetime | date) -> datetime:
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value.astimezone(UTC) if value.tzinfo is not None else value.replace(tzinfo=UTC)


def parsed(octets: bytes) -> icalendar.Calendar:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of zones that it guesses
        return icalendar.Calendar.from_ical(octets)


def theirs(octets: bytes) -> list[tuple[datetime, datetime]]:
    calendar = parsed(octets)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = recurring_ical_events.of(calendar).between(BEGIN - timedelta(days=2), END + timedelta(days=2))
    both = [(instant(event.start), instant(event.end)) for event in found]
    return sorted(one for one in both if one[0] < END and (one[1] > BEGIN or one[0] >= BEGIN))


def ours(octets: bytes) -> list[tuple[datetime, datetime]]:
    return [(one.starts, one.ends) for one in between(octets)]


@pytest.mark.parametrize("path", [path for path in CALENDARS if path.stem not in DIFFERENT], ids=path_id)
def test_as_recurring_ical_events(path: Path) -> None:
    octets = path.read_bytes()
    assert ours(octets) == theirs(octets)


@pytest.mark.parametrize("name", sorted(DIFFERENT))
def test_a_difference_is_one(name: str) -> None:
    # When it goes, its line above goes.
    octets = file(name)
    try:
        found = theirs(octets)
    except Exception:  # noqa: BLE001 - many kinds: that is a difference
        return
    assert found != ours(octets)


UNREADABLE = (
    "broken_lines",
    "bad_start",
    "empty_values",
    "stray_end",
    "unclosed_alarm",
    "no_last_line_end",
    "unclosed",
    "several_calendars",
)
ONE_OF_MANY = ("no_uid", "two_masters", "override_twice", "vpoll", "nested_event", "duplicate")


@pytest.mark.parametrize("path", [path for path in CALENDARS if path.stem not in UNREADABLE + ONE_OF_MANY], ids=path_id)
def test_texts_as_icalendar(path: Path) -> None:
    octets = path.read_bytes()
    events = {
        (str(event.get("UID", "")), str(event.get("RECURRENCE-ID") or "")): event for event in parsed(octets).events
    }
    components = [one for meeting in read(octets).meetings for one in (meeting, *meeting.overrides)]
    found = {(one.uid, one.sequence, one.title, one.location, one.description) for one in components}
    assert found == {
        (
            uid,
            event.sequence,
            *(str(event.get(name, "")).replace("\r", "") for name in ("SUMMARY", "LOCATION", "DESCRIPTION")),
        )
        for (uid, _), event in events.items()
        if event.get("DTSTART") is not None
    }
    people = {(one.uid, who.address, who.name) for one in components for who in one.attendees}
    assert people == {
        (uid, str(who).casefold(), str(who.params.get("CN", "")))
        for (uid, _), event in events.items()
        for who in event.attendees
        if who.startswith(("mailto:", "urn:"))
    }


@pytest.mark.parametrize("path", [path for path in CALENDARS if path.stem not in UNREADABLE], ids=path_id)
def test_icalendar_reads_as_much_after_attaching_as_before(path: Path) -> None:
    octets = path.read_bytes()
    places = [one.place for meeting in read(octets).meetings for one in (meeting, *meeting.overrides) if one.place]
    addition = Addition((("X-MEETCOST-COST", "1"),), ("text",))
    after = parsed(attach(octets, dict.fromkeys(places, addition), (Markers("--a--", "--b--"),)))
    assert len(after.events) == len(parsed(octets).events)
    assert sum("X-MEETCOST-COST" in event for event in after.walk()) == len(places)
