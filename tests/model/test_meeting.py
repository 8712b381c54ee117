# SPDX-License-Identifier: Apache-2.0
"""A meeting built by hand, and what can be asked of any."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pendulum
import pytest

from meetcost.errors import UsageError
from meetcost.ics.read import read_one
from meetcost.model.attendee import Attendee, PartStat
from meetcost.model.meeting import Meeting
from meetcost.model.moment import Length, Moment

BERLIN = ZoneInfo("Europe/Berlin")
TEN = datetime(2026, 12, 10, 10, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "moment"),
    [
        (TEN, "20261210T100000 Europe/Berlin"),
        (datetime(2026, 12, 10, 10), "20261210T100000 "),
        (datetime(2026, 12, 10, 10, tzinfo=UTC), "20261210T100000Z Z"),
        (datetime(2026, 12, 10, 10, tzinfo=ZoneInfo("UTC")), "20261210T100000Z Z"),
        (datetime(2026, 12, 10, 10, tzinfo=timezone(timedelta(hours=2))), "20261210T080000Z Z"),
        (date(2026, 12, 10), "20261210 "),
        (pendulum.datetime(2026, 12, 10, 10, tz="Europe/Berlin"), "20261210T100000 Europe/Berlin"),
    ],
    ids=["zoned", "floating", "utc", "named utc", "offset", "day", "pendulum"],
)
def test_a_start_keeps_its_zone_by_name_and_an_offset_becomes_utc(start: datetime | date, moment: str) -> None:
    meeting = Meeting(title="Talk", start=start)
    assert f"{meeting.dtstart} {meeting.dtstart.zone}" == moment
    assert meeting.start == start
    assert meeting.all_day is not isinstance(start, datetime)


def test_the_end_by_minutes_is_by_the_wall_clock() -> None:
    over_the_change = Meeting(title="Night", start=datetime(2026, 3, 29, 1, tzinfo=BERLIN), minutes=180)
    assert over_the_change.end == datetime(2026, 3, 29, 4, tzinfo=BERLIN)  # two o'clock became three


def test_no_end_lies_beyond_the_calendar() -> None:
    last = Meeting(title="Last", start=datetime(9999, 12, 31, 23), minutes=120)
    assert last.end == datetime(9999, 12, 31, 23, 59, 59)


def test_the_end_by_days_is_by_the_wall_clock() -> None:
    day = Meeting(title="Fair", start=datetime(2026, 3, 28, 12, tzinfo=BERLIN)).replace(duration=Length(1, 0))
    assert day.end == datetime(2026, 3, 29, 12, tzinfo=BERLIN)  # 23 hours later


@pytest.mark.parametrize(
    ("meeting", "end"),
    [
        (Meeting(title="Point", start=TEN), TEN),
        (Meeting(title="Day", start=date(2026, 12, 10)), date(2026, 12, 11)),
        (Meeting(title="Days", start=date(2026, 12, 10), end=date(2026, 12, 12)), date(2026, 12, 12)),
        (Meeting(title="Floating", start=datetime(2026, 12, 10, 10), minutes=90), datetime(2026, 12, 10, 11, 30)),
        (
            Meeting(title="Last", start=datetime(9999, 12, 31, 23, tzinfo=UTC), minutes=90),
            datetime.max.replace(microsecond=0, tzinfo=UTC),
        ),
    ],
    ids=lambda value: value.title if isinstance(value, Meeting) else "",
)
def test_the_end(meeting: Meeting, end: datetime | date) -> None:
    assert meeting.end == end


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"minutes": 30, "end": TEN}, "give `minutes` or `end`, not both"),
        ({"minutes": -1}, "a meeting of -1 minutes; give 0 or more"),
        ({"end": date(2026, 12, 11)}, "`start` and `end` are both dates or both times"),
    ],
)
def test_arguments_that_contradict_each_other(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Meeting(title="Talk", start=TEN, **wrong)  # type: ignore[arg-type]


def test_participants_are_counted_once_and_their_own_line_outranks_the_organiser() -> None:
    meeting = Meeting(
        title="Talk",
        start=TEN,
        organizer="office@town.example",
        attendees=["ann@town.example", "MAILTO:Ann@Town.example", Attendee("mailto:office@town.example", "Office")],
    )
    assert [(who.address, who.name) for who in meeting.participants] == [
        ("mailto:ann@town.example", ""),
        ("mailto:office@town.example", "Office"),
    ]
    alone = meeting.replace(attendees=())
    assert [who.address for who in alone.participants] == ["mailto:office@town.example"]


def test_replace_changes_what_it_is_told_and_refuses_what_is_not_there() -> None:
    meeting = Meeting(title="Talk", start=TEN, description="long")
    assert meeting.replace(title="Speech").title == "Speech"
    assert meeting.replace(description="short").description == "short"
    assert meeting.title == "Talk"
    with pytest.raises(UsageError, match="a meeting has no `minutes`, `titel`"):
        meeting.replace(titel="Talk", minutes=1)


def test_meetings_that_say_the_same_are_equal_wherever_they_stand() -> None:
    event = "BEGIN:VEVENT\nUID:1\nSUMMARY:{}\nDTSTART:20261210T100000Z\nEND:VEVENT\n"
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{{}}{event}END:VCALENDAR\n"
    here, below = read_one(text.format("", "Talk")), read_one(text.format("X-NOTE:one line more\n", "Talk"))
    other = read_one(text.format("", "Speech"))
    assert here.place != below.place
    assert here == below
    assert hash(here) == hash(below)
    assert here != other
    assert here != tuple(here)


def test_a_meeting_survives_pickling() -> None:
    meeting = Meeting(title="Talk", start=TEN, minutes=30, attendees=["ann@town.example"], rrule="FREQ=WEEKLY", uid="1")
    again = pickle.loads(pickle.dumps(meeting))
    assert again == meeting
    assert again.end == meeting.end


@pytest.mark.parametrize(
    ("changes", "recurring"),
    [
        ({}, False),
        ({"recurrence_id": Moment(0, "", True)}, True),
        ({"overrides": (Meeting(title="Changed", start=TEN),)}, True),
    ],
)
def test_what_recurs(changes: dict[str, object], recurring: bool) -> None:
    assert Meeting(title="Talk", start=TEN).replace(**changes).recurring is recurring
    assert Meeting(title="Talk", start=TEN, rrule="FREQ=DAILY").recurring
    assert Meeting(title="Talk", start=TEN, exdates=[TEN]).recurring


def test_cancelled_is_what_the_status_says() -> None:
    meeting = Meeting(title="Talk", start=TEN)
    assert not meeting.cancelled
    assert meeting.replace(status="CANCELLED").cancelled


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("ann@town.example", "mailto:ann@town.example"),
        ("urn:uuid:1", "urn:uuid:1"),
        (" Ann@Town.Example ", "mailto:ann@town.example"),
    ],
)
def test_addresses_as_they_are_typed(who: str, address: str) -> None:
    assert Attendee.of(who) == Attendee(address)
    assert Attendee.of(Attendee(address, partstat=PartStat.ACCEPTED)).partstat is PartStat.ACCEPTED


def test_a_meeting_without_a_uid_is_given_one_of_its_own() -> None:
    first, second = Meeting(title="Talk", start=TEN), Meeting(title="Talk", start=TEN)
    assert first.uid != second.uid
    assert Meeting(title="Talk", start=TEN, uid="1@town.example").uid == "1@town.example"
