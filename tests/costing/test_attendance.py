# SPDX-License-Identifier: Apache-2.0
"""Who is counted, and for how long."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.costing.attendance import attendance, counted_seconds, own_seconds
from meetcost.costing.choices import AttendanceRule, CostChoices
from meetcost.costing.price import price
from meetcost.model.attendee import Attendee, CuType, PartStat, Role, calendar_address
from meetcost.model.directory import Directory, Entry, EntryKind
from meetcost.model.meeting import Meeting

HOUR = 3600
ACCEPTED = CostChoices(attendance=AttendanceRule.ACCEPTED)


def person(local, /, **more):
    return Attendee(calendar_address(f"{local}@x.example"), **more)


def meeting(*attendees, organizer=None, **more):
    start = datetime(2026, 12, 10, 10, tzinfo=UTC)
    return Meeting(
        **{"title": "t", "start": start, "minutes": 60, "organizer": organizer, "attendees": attendees, **more}
    )


def counted(invite, directory=None, choices=None):
    present = attendance(invite, directory or Directory(), choices or CostChoices())
    return {
        str(seat.who.address).removeprefix("mailto:").removesuffix("@x.example"): seat.people for seat in present.seats
    }


@pytest.mark.parametrize(
    ("answer", "invited", "accepted"),
    [
        (PartStat.NEEDS_ACTION, 1, 0),
        (PartStat.ACCEPTED, 1, 1),
        (PartStat.TENTATIVE, 1, 0),
        (PartStat.DECLINED, 0, 0),
        (PartStat.COMPLETED, 1, 1),
        (PartStat.IN_PROCESS, 1, 1),
        (PartStat.DELEGATED, 0, 0),
    ],
)
def test_the_rule_for_each_answer(answer, invited, accepted):
    invite = meeting(person("ann", partstat=answer))
    assert sum(counted(invite).values()) == invited
    assert sum(counted(invite, choices=ACCEPTED).values()) == accepted


def test_rooms_resources_and_mere_readers_have_no_working_time():
    invite = meeting(
        person("ann"),
        person("room", cutype=CuType.ROOM),
        person("beamer", cutype=CuType.RESOURCE),
        person("reader", role=Role.NON_PARTICIPANT),
        person("chair", role=Role.CHAIR),
    )
    assert counted(invite) == {"ann": 1, "chair": 1}


def test_the_directory_outranks_cutype():
    directory = Directory([
        Entry("hall@x.example", kind=EntryKind.ROOM),
        Entry("car@x.example", kind=EntryKind.RESOURCE),
        Entry("ann@x.example"),
        Entry("council@x.example", kind=EntryKind.GROUP, size=40),
    ])  # fmt: skip
    invite = meeting(
        person("hall"), person("car"), person("ann", cutype=CuType.ROOM), person("council", cutype=CuType.INDIVIDUAL)
    )
    assert counted(invite, directory) == {"ann": 1, "council": 40}


def test_a_group_of_unknown_size_counts_as_two_and_says_so():
    directory = Directory([Entry("board@x.example", kind=EntryKind.GROUP)])
    invite = meeting(
        person("all", cutype=CuType.GROUP, name="All staff"), person("board"), person("x", cutype=CuType.UNKNOWN)
    )
    assert counted(invite, directory) == {"all": 2, "board": 2, "x": 1}
    texts = [assumption.text() for assumption in price(invite, directory=directory).assumptions]
    assert "assumption: All staff counts as 2 people; the directory does not give its size" in texts
    assert "assumption: nobody in a group is invited by name as well" in texts
    assert counted(invite, directory, CostChoices(group_size=5))["all"] == 5


def test_the_organiser_counts_once_listed_or_not():
    assert counted(meeting(person("ann"), organizer="boss@x.example")) == {"ann": 1, "boss": 1}
    assert counted(meeting(person("ann"), person("boss"), organizer="BOSS@x.example")) == {"ann": 1, "boss": 1}
    aliases = Directory([Entry("boss@x.example", aliases=("office@x.example",))])
    assert counted(meeting(person("ann"), person("boss"), organizer="office@x.example"), aliases) == {
        "ann": 1,
        "boss": 1,
    }


def test_the_organiser_comes_under_the_strict_rule_too_unless_declined():
    invite = meeting(person("ann"), person("boss"), organizer="boss@x.example")
    assert counted(invite, choices=ACCEPTED) == {"boss": 1}
    declined = meeting(person("ann"), person("boss", partstat=PartStat.DECLINED), organizer="boss@x.example")
    assert counted(declined) == {"ann": 1}


def test_one_person_under_two_addresses_counts_once_and_an_answer_outranks_none():
    aliases = Directory([Entry("ann@x.example", aliases=("a@x.example",))])
    assert counted(meeting(person("a"), person("ann", partstat=PartStat.DECLINED)), aliases) == {}
    assert counted(meeting(person("ann", partstat=PartStat.DECLINED), person("a")), aliases) == {}
    assert counted(meeting(person("a", partstat=PartStat.ACCEPTED), person("ann")), aliases, ACCEPTED) == {"a": 1}


def test_the_delegate_counts_listed_or_not_and_the_delegator_does_not():
    to_bob = person("ann", partstat=PartStat.DELEGATED, delegated_to=("mailto:bob@x.example",))
    assert counted(meeting(to_bob)) == {"bob": 1}
    assert counted(meeting(to_bob, person("bob", partstat=PartStat.ACCEPTED))) == {"bob": 1}
    assert counted(meeting(to_bob, person("bob", partstat=PartStat.DECLINED))) == {}


def test_two_who_delegate_to_each_other_do_not_come():
    ann = person("ann", partstat=PartStat.DELEGATED, delegated_to=("mailto:bob@x.example",))
    bob = person("bob", partstat=PartStat.DELEGATED, delegated_to=("mailto:ann@x.example",))
    assert counted(meeting(ann, bob)) == {}


def test_a_cancelled_meeting_costs_nothing():
    cost = price(meeting(person("ann")).replace(status="CANCELLED"))
    assert cost.hours.seconds == 0
    assert "cancelled" in [assumption.code for assumption in cost.assumptions]


def test_nobody_named_is_nobody_counted_and_no_error():
    cost = price(meeting())
    assert cost.lines == ()
    assert "nobody" in [assumption.code for assumption in cost.assumptions]


def test_the_optional_ones_are_reported_apart():
    present = attendance(meeting(person("ann"), person("opt", role=Role.OPT_PARTICIPANT)), Directory(), CostChoices())
    assert [seat.who.address for seat in present.optional] == ["mailto:opt@x.example"]
    assert present.people == 2


@pytest.mark.parametrize(
    ("seconds", "all_day", "hours"),
    [
        (90 * 60, False, 1.5),
        (24 * HOUR, False, 24),  # as long as it is written
        (32 * HOUR, False, 16),  # 9:00 to 17:00 of the next day: two working days
        (36 * HOUR, False, 16),  # what is left over is a working day at most
        (56 * HOUR, False, 24),
        (24 * HOUR, True, 8),
        (23 * HOUR, True, 8),  # the day on which the clocks go forward
        (25 * HOUR, True, 8),
        (72 * HOUR, True, 24),
        (0, True, 0),
        (-60, False, 0),
    ],
)
def test_working_time(seconds, all_day, hours):
    assert counted_seconds(seconds, all_day=all_day, day_seconds=8 * HOUR) == hours * HOUR


@given(st.integers(0, 24 * HOUR), st.integers(0, 24 * HOUR))
def test_within_a_day_longer_is_never_cheaper(one, two):
    short, long = sorted((one, two))
    assert counted_seconds(short, all_day=False, day_seconds=8 * HOUR) <= counted_seconds(
        long, all_day=False, day_seconds=8 * HOUR
    )


def test_whole_days_are_an_assumption_that_is_named():
    cost = price(meeting(person("ann"), start=date(2026, 12, 10), minutes=None, end=date(2026, 12, 12)))
    assert cost.person_hours == 16
    assert "assumption: a whole day counts as 8 hours of work" in [each.text() for each in cost.assumptions]
    long = price(meeting(person("ann"), minutes=32 * 60))
    assert "long-meeting" in [each.code for each in long.assumptions]


def test_the_length_is_that_of_real_time_when_the_clocks_change():
    """Berlin, 2026-03-29: from 01:30 to 03:30 by the clock is one hour."""
    berlin = ZoneInfo("Europe/Berlin")
    night = meeting(
        start=datetime(2026, 3, 29, 1, 30, tzinfo=berlin), minutes=None, end=datetime(2026, 3, 29, 3, 30, tzinfo=berlin)
    )
    assert own_seconds(night) == HOUR


def test_lengths_of_meetings_as_they_are_written():
    assert own_seconds(meeting()) == HOUR
    assert own_seconds(meeting(minutes=None)) == 0
    assert own_seconds(meeting(start=date(2026, 1, 1), minutes=None)) == 86400
    assert own_seconds(meeting(start=datetime(2026, 1, 1, 9), minutes=None, end=datetime(2026, 1, 1, 10))) == HOUR
    backwards = meeting(start=datetime(2026, 1, 1, 9), minutes=None, end=datetime(2026, 1, 1, 8))
    assert own_seconds(backwards) == 0


def test_who_is_known_by_the_email_beside_the_address_counts_in_their_unit():
    directory = Directory(
        [Entry("ann@x.example", unit="Roads", band="B2"), Entry("hall@x.example", kind=EntryKind.ROOM)]
    )
    invite = meeting(
        Attendee("urn:uuid:0000-ann", email="mailto:ann@x.example"),
        Attendee("/o=town/cn=hall", email="mailto:hall@x.example"),
        Attendee("urn:uuid:0000-eve", email="mailto:eve@x.example"),
    )
    seats = attendance(invite, directory, CostChoices()).seats
    assert [(seat.unit, seat.band) for seat in seats] == [("Roads", "B2"), ("", "")]


def test_an_event_without_an_end_costs_what_is_supposed_and_says_so():
    start = datetime(2026, 12, 10, 10, tzinfo=UTC)
    for more in ({}, {"end": start}):
        invite = Meeting(title="t", start=start, attendees=(person("a"), person("b")), **more)
        cost = price(invite)
        assert cost.hours.seconds == 2 * HOUR
        (said,) = [one for one in cost.assumptions if one.code == "no-end"]
        assert said.text() == "assumption: the invite does not say how long it lasts; it counts as 1 h"
        assert said.text("zh") == "假定：邀请未写明会议时长，按 1 小时计算"
        assert price(invite, choices=CostChoices(minutes_without_end=30)).hours.seconds == HOUR
        assert price(invite, choices=CostChoices(minutes_without_end=0)).hours.seconds == 0
        assert price(invite, 2 * HOUR).hours.seconds == 4 * HOUR


def test_a_task_without_an_end_and_a_cancelled_event_cost_nothing():
    start = datetime(2026, 12, 10, 10, tzinfo=UTC)
    invite = Meeting(title="t", start=start, attendees=(person("a"), person("b")))
    assert price(invite.replace(component="VTODO")).hours.seconds == 0
    gone = price(invite.replace(status="CANCELLED"))
    assert gone.hours.seconds == 0
    assert "no-end" not in [one.code for one in gone.assumptions]
