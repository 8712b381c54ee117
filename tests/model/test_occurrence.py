# SPDX-License-Identifier: Apache-2.0
"""An occurrence keeps its id whatever happens to it, and tells its times in UTC and by its own wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.errors import UsageError
from meetcost.ics.expand import expand
from meetcost.ics.read import read_one
from meetcost.model.meeting import Meeting
from meetcost.model.moment import Moment, local_seconds
from meetcost.model.occurrence import Occurrence, OccurrenceId
from meetcost.model.zone import named_zone
from meetcost.values.span import Span

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
DATES = st.dates(date(1, 1, 3), date(9999, 12, 29))


def of(*lines: str) -> list[Occurrence]:
    """The occurrences in 2026 of the VEVENTs whose lines are given; an empty line begins the next one."""
    events = "\n".join(lines).split("\n\n")
    text = "".join(f"BEGIN:VEVENT\nUID:a/b@c\n{event}\nEND:VEVENT\n" for event in events)
    return list(expand(read_one(f"BEGIN:VCALENDAR\nVERSION:2.0\n{text}END:VCALENDAR\n"), YEAR))


@pytest.mark.parametrize(
    ("lines", "ids"),
    [
        (["DTSTART:20260105T090000Z"], ["-/a/b@c"]),
        (
            ["DTSTART;TZID=Europe/Berlin:20260329T090000", "RRULE:FREQ=MONTHLY;COUNT=2"],
            ["20260329T070000Z/a/b@c", "20260429T070000Z/a/b@c"],
        ),
        (["DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=DAILY;COUNT=2"], ["20260105/a/b@c", "20260106/a/b@c"]),
        (["DTSTART:20260105T090000", "RRULE:FREQ=DAILY;COUNT=1"], ["20260105T090000/a/b@c"]),
        (["DTSTART;TZID=Nowhere:20260105T090000", "RRULE:FREQ=DAILY;COUNT=1"], ["20260105T090000/a/b@c"]),
    ],
    ids=["alone", "zoned", "days", "floating", "unknown zone"],
)
def test_an_id_is_the_uid_and_the_original_start(lines: list[str], ids: list[str]) -> None:
    assert [str(one.id) for one in of(*lines)] == ids


def test_a_moved_instance_keeps_its_id_and_shares_its_time_with_another() -> None:
    series = ["DTSTART:20260105T090000Z", "RRULE:FREQ=DAILY;COUNT=3"]
    moved = of(*series, "", "RECURRENCE-ID:20260105T090000Z", "DTSTART:20260106T090000Z")
    assert [one.starts.day for one in moved] == [6, 6, 7]
    assert {one.id for one in moved} == {one.id for one in of(*series)}


def test_an_override_written_in_another_zone_has_the_id_of_its_instance() -> None:
    series = ["DTSTART;TZID=Europe/Berlin:20260105T090000", "RRULE:FREQ=DAILY;COUNT=2"]
    override = ["", "RECURRENCE-ID:20260106T080000Z", "DTSTART:20260107T080000Z"]
    assert [one.id for one in of(*series, *override)] == [one.id for one in of(*series)]


@given(
    uid=st.text(),
    when=st.one_of(
        st.none(),
        DATES.map(lambda day: Moment(local_seconds(day), "", True)),
        st.builds(
            lambda day, second, zone: Moment(local_seconds(day) + second, zone),
            DATES,
            st.integers(0, 86399),
            st.sampled_from(["", "Z"]),
        ),
    ),
)
def test_an_id_is_read_back_from_its_text(uid: str, when: Moment | None) -> None:
    named = OccurrenceId(uid, when)
    assert OccurrenceId.parse(str(named)) == named


@pytest.mark.parametrize(
    "text",
    [
        "",
        "uid",
        "/uid",
        "--/uid",
        "20261301/uid",
        "20260230/uid",
        "2026-12-10/uid",
        "20261210T250000Z/uid",
        "٢٠٢٦١٢١٠/uid",
    ],
)
def test_other_text_is_no_id(text: str) -> None:
    with pytest.raises(UsageError, match="is no occurrence id"):
        OccurrenceId.parse(text)


def test_times_are_told_in_utc_and_by_the_wall_clock() -> None:
    night = Meeting(
        title="Night", start=datetime(2026, 3, 28, 22, tzinfo=BERLIN), minutes=480, rrule="FREQ=DAILY;COUNT=1"
    )
    one = expand(night, YEAR)[0]
    assert one.starts == datetime(2026, 3, 28, 21, tzinfo=UTC)
    assert one.ends == datetime(2026, 3, 29, 4, tzinfo=UTC)  # 06:00 in summer time
    assert one.seconds == 7 * 3600  # the hour from two to three did not happen
    assert (one.local_start, one.day) == (datetime(2026, 3, 28, 22), date(2026, 3, 28))
    assert one.zoned_start() == datetime(2026, 3, 28, 22, tzinfo=BERLIN)
    assert (one.all_day, one.floating) == (False, False)


def test_floating_times_and_days_belong_to_no_zone() -> None:
    floating = Meeting(title="Anywhere", start=datetime(2026, 7, 1, 9), minutes=60)
    days = Meeting(title="Fair", start=date(2026, 7, 1))
    berlin = named_zone("Europe/Berlin")
    here, there = expand(floating, YEAR, zone=berlin)[0], expand(floating, YEAR)[0]
    assert (here.floating, here.starts, there.starts) == (
        True,
        datetime(2026, 7, 1, 7, tzinfo=UTC),
        datetime(2026, 7, 1, 9, tzinfo=UTC),
    )
    whole = expand(days, YEAR, zone=berlin)[0]
    assert (whole.all_day, whole.floating, whole.ends - whole.starts) == (True, False, timedelta(days=1))
    assert whole.starts == datetime(2026, 6, 30, 22, tzinfo=UTC)


def test_occurrences_in_columns_are_a_sequence_like_any_other() -> None:
    many = expand(Meeting(title="Daily", start=datetime(2026, 1, 5, 9, tzinfo=UTC), rrule="FREQ=DAILY;COUNT=5"), YEAR)
    listed = list(many)
    assert (len(many), many[0], many[-1], many[1:3]) == (5, listed[0], listed[4], listed[1:3])
    assert many == listed
    assert many != listed[:4]
    assert hash(many) == hash(tuple(listed))
    assert listed[2] in many
    with pytest.raises(IndexError):
        many[5]
    assert repr(many) == "<5 occurrences of 'Daily'>"


@pytest.mark.parametrize(
    ("zone", "written"), [("America/New_York", "00010101T000000"), ("Asia/Shanghai", "99991231T235959")]
)
def test_the_first_and_the_last_day_of_the_calendar_can_be_told(zone: str, written: str) -> None:
    event = f"BEGIN:VEVENT\nUID:1\nDTSTART;TZID={zone}:{written}\nDURATION:P2D\nEND:VEVENT\n"
    meeting = read_one(f"BEGIN:VCALENDAR\nVERSION:2.0\n{event}END:VCALENDAR\n")
    found = expand(meeting, Span(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)))
    assert len(found) == 1
    year = int(written[:4])
    assert (found[0].starts.year, found[0].zoned_start().year, found[0].day.year) == (year, year, year)
    assert found[0].ends <= datetime.max.replace(tzinfo=UTC)
