# SPDX-License-Identifier: Apache-2.0
"""Who counts as inside: whoever cannot be told to be is outside."""

from __future__ import annotations

import pytest
from disclosure_making import DIRECTORY, meeting

from meetcost.disclosure.choices import USUAL, DisclosureChoices
from meetcost.disclosure.state import Audience
from meetcost.model.attendee import Attendee, CuType
from meetcost.model.directory import Directory

TOWN = DisclosureChoices(inside=("*@town.example", "unit:Planning"))
KNOWN = Directory.parse(DIRECTORY)


def audience(*who: str | Attendee, choices: DisclosureChoices = TOWN, directory: Directory = KNOWN) -> Audience:
    return choices.audience(meeting(organizer="ann@town.example", attendees=who), directory)


@pytest.mark.parametrize(
    "who",
    [
        "ben@town.example",
        "mailto:BEN@TOWN.example",
        "all-staff@town.example",
        Attendee("mailto:room2@town.example", cutype=CuType.ROOM),
    ],
)
def test_inside(who: str | Attendee) -> None:
    assert audience(who) is Audience.INSIDE
    assert audience(who, choices=USUAL) is Audience.INSIDE


@pytest.mark.parametrize(
    "who",
    [
        "eve@elsewhere.test",
        "eve@town.example.elsewhere.test",
        "eve@town.examplee",
        "mailto:eve@elsewhere.test?cc=ben@town.example",
        "mailto:eve@elsewhere.test,ben@town.example",
        "eve@elsewhere.test@town.example",
        "urn:uuid:0000-eve",
        Attendee("mailto:hall@hotel.test", cutype=CuType.ROOM),
        Attendee("mailto:eve@elsewhere.test", cutype=CuType.RESOURCE),
        Attendee("mailto:ben@town.example", delegated_to=("mailto:eve@elsewhere.test",)),
    ],
)
def test_outside(who: str | Attendee) -> None:
    assert audience(who) is Audience.OUTSIDE
    assert audience("ben@town.example", who) is Audience.OUTSIDE
    assert audience(who, choices=USUAL) is Audience.OUTSIDE


def test_without_a_directory_and_patterns_everybody_is_outside() -> None:
    assert audience("ben@town.example", choices=USUAL, directory=Directory()) is Audience.OUTSIDE


def test_an_organiser_outside_is_one() -> None:
    asked = meeting(organizer="eve@elsewhere.test", attendees=("ben@town.example",))
    assert TOWN.audience(asked, KNOWN) is Audience.OUTSIDE


def test_the_link_of_a_meeting() -> None:
    assert DisclosureChoices(link="https://c.example/{id}.html").link_of("m-1") == "https://c.example/m-1.html"
    assert DisclosureChoices(link="https://c.example/{x}").link_of("m-1") == "https://c.example/{x}"
    assert USUAL.link_of("m-1") == ""
