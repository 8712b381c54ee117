# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.errors import UsageError
from meetcost.model.meeting import Meeting
from meetcost.model.moment import EPOCH_LOCAL, LAST_LOCAL, Moment, local_seconds
from meetcost.model.occurrence import Occurrence, OccurrenceId, Occurrences

WHOLE = st.datetimes().map(lambda moment: moment.replace(microsecond=0))
MOMENTS = st.one_of(
    st.builds(lambda moment, zone: Moment(local_seconds(moment), zone), WHOLE, st.sampled_from(["", "Z"])),
    st.builds(lambda day: Moment(local_seconds(day), "", True), st.dates()),
)
MEETING = Meeting(title="", start=datetime(2026, 1, 13, 9, tzinfo=ZoneInfo("Europe/Berlin")), uid="a/b")


@given(st.text(), st.none() | MOMENTS)
def test_an_id_survives_as_text(uid: str, moment: Moment | None) -> None:
    name = OccurrenceId(uid, moment)
    assert OccurrenceId.parse(str(name)) == name


@pytest.mark.parametrize(
    "text",
    [
        "", "uid", "/uid", "2026/uid", "20260231/uid", "20260113T09/uid", "20260113T0900+01/uid", "2026-W01/uid",
        "20260113T090000X/uid", "20260113T240000/uid", "２０２６０１１３/uid", "20260113T09+0100/a", "2026-01-13/uid",
    ],
)  # fmt: skip
def test_no_id(text: str) -> None:
    with pytest.raises(UsageError, match="no occurrence id"):
        OccurrenceId.parse(text)


@given(st.text(max_size=30))
def test_what_is_read_is_written_the_same(text: str) -> None:
    try:
        name = OccurrenceId.parse(text)
    except UsageError:
        return
    assert str(name) == text


def test_times_of_one() -> None:
    start = int(datetime(2026, 1, 13, 8, tzinfo=UTC).timestamp())
    one = Occurrence(start, start + 3600, MEETING, local_seconds(datetime(2026, 1, 13, 9)), None, True)
    assert (one.starts.hour, one.ends.hour, one.local_start.hour, one.zoned_start().hour) == (8, 9, 9, 9)
    assert (one.day, one.seconds, one.all_day, one.floating) == (date(2026, 1, 13), 3600, False, False)
    assert str(one.id) == "-/a/b"


def test_times_beyond_the_calendar() -> None:
    far = LAST_LOCAL - EPOCH_LOCAL
    one = Occurrence(far, far + 86400, MEETING, LAST_LOCAL + 3600, far + 7200, True)
    assert one.ends == one.starts == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert one.zoned_start() == one.starts
    assert (one.day, one.local_start.year) == (date(9999, 12, 31), 9999)
    assert str(one.id) == "99991231T235959Z/a/b"


def test_columns_are_a_sequence_of_occurrences() -> None:
    starts, ends, locals_ = [10, 20, 30], [15, 25, 35], range(40, 43)
    columns = Occurrences(MEETING, starts, ends, locals_, starts, zoned=True)
    listed = [Occurrence(*row, True) for row in zip(starts, ends, [MEETING] * 3, locals_, starts, strict=True)]
    assert len(columns) == 3
    assert list(columns) == listed
    assert columns[1] == listed[1]
    assert columns[-1] == listed[-1]
    assert columns[1:] == listed[1:]
    assert columns == listed
    assert columns == tuple(listed)
    assert columns != listed[:2]
    assert hash(columns) == hash(tuple(listed))
    assert pickle.loads(pickle.dumps(columns)) == listed
    with pytest.raises(IndexError):
        columns[3]


def test_columns_can_be_parted_and_put_together_from_a_list() -> None:
    starts, ends, locals_ = [10, 20, 30], [15, 25, 35], range(40, 43)
    columns = Occurrences(MEETING, starts, ends, locals_, starts, zoned=True)
    assert columns.part(0, 3) is columns
    assert columns.part(1, 3) == list(columns)[1:]
    assert list(Occurrences.by_component(columns)) == [columns]
    other = MEETING.replace(title="other")
    mixed = [columns[0], columns[1]._replace(meeting=other), columns[2]]
    parts = list(Occurrences.by_component(mixed))
    assert [part.meeting.title for part in parts] == [MEETING.title, "other", MEETING.title]
    assert [one for part in parts for one in part] == mixed
