# SPDX-License-Identifier: Apache-2.0
"""Who counts, and what counts as a meeting."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from meetcost.model.attendee import Attendee, CuType, PartStat
from meetcost.model.directory import Directory, Entry, EntryKind
from meetcost.model.meeting import Meeting
from meetcost.rules.counted import Counts, MeetingDefinition, counts, people

ANN, BOB = "mailto:ann@example.test", "mailto:bob@example.test"
ROSTER = Directory(
    [Entry(ANN, aliases=("urn:uuid:0000-ann",)), Entry(BOB), Entry("hall@example.test", kind=EntryKind.ROOM)]
)
NOBODY = Directory()
REFERENCE = MeetingDefinition()


def meeting(*attendees: Attendee | str, organizer: str | None = ANN, **fields: object) -> Meeting:
    made = Meeting(title="t", start=datetime(2026, 1, 7, 9), minutes=60, organizer=organizer, attendees=attendees)
    return made.replace(**fields) if fields else made


def judged(made: Meeting, directory: Directory = ROSTER, definition: MeetingDefinition = REFERENCE) -> Counts:
    return counts(made, directory, definition)


@pytest.mark.parametrize(
    ("attendees", "organizer", "expected"),
    [
        ((), None, Counts.NO),  # a private entry
        ((), ANN, Counts.NO),
        ((ANN,), ANN, Counts.NO),  # listed twice
        (("MAILTO:Ann@Example.test",), ANN, Counts.NO),
        (("urn:uuid:0000-ann",), ANN, Counts.NO),  # an alias
        ((BOB,), ANN, Counts.YES),
        ((BOB,), None, Counts.UNDECIDED),  # whose calendar is it in?
        ((ANN, BOB), None, Counts.YES),
        ((Attendee("mailto:r@example.test", cutype=CuType.ROOM),), ANN, Counts.NO),
        ((Attendee("mailto:r@example.test", cutype=CuType.RESOURCE),), ANN, Counts.NO),
        ((Attendee(BOB, cutype=CuType.ROOM),), ANN, Counts.YES),  # the roster says it is Bob
        (("hall@example.test",), ANN, Counts.NO),  # the roster says it is a room
        ((Attendee("mailto:all@example.test", cutype=CuType.GROUP),), None, Counts.YES),
        ((Attendee("mailto:all@example.test", cutype=CuType.GROUP),), ANN, Counts.YES),
        ((Attendee(BOB, partstat=PartStat.DECLINED),), ANN, Counts.YES),
        (("ann+1@example.test",), ANN, Counts.YES),  # nothing is guessed about plus-addresses
        ((Attendee(ANN, delegated_to=("mailto:cy@example.test",)),), ANN, Counts.UNDECIDED),
    ],
)
def test_people_of_one_component(
    attendees: tuple[Attendee | str, ...], organizer: str | None, expected: Counts
) -> None:
    assert judged(meeting(*attendees, organizer=organizer)) is expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (Attendee("urn:uuid:0000-bob", email=BOB), Counts.YES),
        (Attendee("urn:uuid:0000-bob", email=BOB, cutype=CuType.ROOM), Counts.YES),  # the roster says it is Bob
        (Attendee("urn:uuid:0000-cy", email=ANN), Counts.YES),  # nobody is taken for the organiser by that
        (Attendee("urn:uuid:0000-cy", email="mailto:hall@example.test"), Counts.YES),  # nor for a room
        (Attendee("urn:uuid:0000-hall", email="mailto:hall@example.test", cutype=CuType.ROOM), Counts.NO),
    ],
)
def test_an_email_beside_an_address_makes_nobody_disappear(who: Attendee, expected: Counts) -> None:
    assert judged(meeting(who)) is expected


def test_a_group_is_as_large_as_the_directory_says_of_its_email() -> None:
    staff = Directory([Entry("staff@example.test", kind=EntryKind.GROUP, size=40)])
    made = meeting(Attendee("urn:uuid:0000-staff", email="mailto:staff@example.test", cutype=CuType.GROUP))
    assert people(made, staff)[:2] == (40, 41)


def test_without_a_roster_an_alias_is_a_second_person() -> None:
    assert judged(meeting("urn:uuid:0000-ann"), NOBODY) is Counts.YES


def test_a_group_is_as_large_as_the_directory_says_and_never_less_than_two() -> None:
    directory = Directory(
        [
            Entry("all@example.test", kind=EntryKind.GROUP, size=40),
            Entry("duo@example.test", kind=EntryKind.GROUP, size=1),
        ]
    )
    assert people(meeting("all@example.test"), directory)[:3] == (40, 41, False)
    assert people(meeting("duo@example.test", organizer=None), directory)[:2] == (2, 2)


def test_a_group_of_unknown_size_leaves_a_higher_threshold_undecided() -> None:
    group = Attendee("mailto:all@example.test", cutype=CuType.GROUP)
    assert judged(meeting(group), definition=MeetingDefinition(people=10)) is Counts.UNDECIDED
    assert judged(meeting(BOB), definition=MeetingDefinition(people=3)) is Counts.NO


def test_declined_people_can_be_left_out_but_not_the_organiser() -> None:
    definition = MeetingDefinition(declined_attendees_count=False)
    bob = Attendee(BOB, partstat=PartStat.DECLINED)
    assert judged(meeting(bob), definition=definition) is Counts.NO
    assert judged(meeting(bob, "cy@example.test"), definition=definition) is Counts.YES


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "CANCELLED"}, Counts.NO),
        ({"status": "TENTATIVE"}, Counts.YES),
        ({"transparent": True}, Counts.YES),
        ({"component": "VTODO"}, Counts.YES),
        ({"component": "VJOURNAL"}, Counts.YES),
    ],
)
def test_status_transparency_and_kind(fields: dict[str, object], expected: Counts) -> None:
    assert judged(meeting(BOB, **fields)) is expected


def test_whole_days_marked_as_free_do_not_count() -> None:
    whole = Meeting(title="t", start=date(2026, 1, 7), organizer=ANN, attendees=[BOB])
    assert judged(whole) is Counts.YES
    assert judged(whole.replace(transparent=True)) is Counts.NO


@pytest.mark.parametrize(
    ("definition", "fields"),
    [
        (MeetingDefinition(cancelled_counts=True), {"status": "CANCELLED"}),
        (MeetingDefinition(transparent_all_day_counts=True), {"transparent": True}),
    ],
)
def test_a_policy_may_count_more(definition: MeetingDefinition, fields: dict[str, object]) -> None:
    whole = Meeting(title="t", start=date(2026, 1, 7), organizer=ANN, attendees=[BOB]).replace(**fields)
    assert judged(whole) is Counts.NO
    assert judged(whole, definition=definition) is Counts.YES


@pytest.mark.parametrize(
    ("definition", "fields"),
    [
        (MeetingDefinition(transparent_timed_counts=False), {"transparent": True}),
        (MeetingDefinition(tasks_and_journals_count=False), {"component": "VTODO"}),
    ],
)
def test_a_policy_may_count_less(definition: MeetingDefinition, fields: dict[str, object]) -> None:
    assert judged(meeting(BOB, **fields)) is Counts.YES
    assert judged(meeting(BOB, **fields), definition=definition) is Counts.NO
