# SPDX-License-Identifier: Apache-2.0
"""The people and the month of the demonstration hold together, in both languages and under every starter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from meetcost.costing.rate_card import RateCard
from meetcost.demo.month import Month, invite
from meetcost.demo.town import address, refusing, town
from meetcost.errors import UsageError
from meetcost.ics.strict import read_strict
from meetcost.model.directory import Directory
from meetcost.model.verdict import Mode
from meetcost.policy.policy import Policy
from meetcost.policy.starter import STARTERS, starter
from meetcost.words.say import LANGUAGES

if TYPE_CHECKING:
    from meetcost.words.say import Language

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


def policy_like(name: str, language: Language) -> Policy:
    people = town(language)
    return Policy.parse(refusing(starter(name), people).encode(), directory=Directory.parse(people.directory))


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_who_is_named_is_there(language: Language) -> None:
    people = town(language)
    directory = Directory.parse(people.directory)
    card = RateCard.parse(people.rates)
    for booking in people.bookings:
        for name in filter(None, (booking.by, *booking.people, *booking.optional, booking.room)):
            entry = directory.find(address(name))
            assert entry is not None
            assert entry.name == people.names[name]
            assert not entry.band or entry.band in card.bands
    assert card.published
    assert not card.personal
    assert set(people.organizers) <= set(people.users)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STARTERS)
def test_a_starter_is_made_to_refuse(name: str, language: Language) -> None:
    policy = policy_like(name, language)
    assert policy.mode is Mode.REFUSE
    assert policy.rules.keep_until is None
    assert policy.disclosure.language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_invite_is_one_a_guard_reads(language: Language) -> None:
    people, policy = town(language), policy_like("town-office", language)
    month = Month(policy, date(2026, 11, 27))
    for booking in people.bookings:
        octets = invite(booking, month, people, uid="demo@town.example", now=NOW, zone=policy.zone.name)
        reading = read_strict(octets)
        assert not reading.refusals
        (meeting,) = reading.meetings
        assert meeting.title == booking.title
        assert len(meeting.attendees) == len(
            {*booking.people, *booking.optional, *booking.outside, booking.by} if booking.people else ()
        ) + bool(booking.room)


def test_days_are_what_they_are_called() -> None:
    month = Month(policy_like("town-office", "en"), date(2026, 11, 27))
    assert month.day("permitted 1") == date(2026, 11, 30)
    assert month.day("permitted 3") == date(2026, 12, 3)  # Wednesday the 2nd is left out
    assert month.day("no-meeting day") == date(2026, 12, 2)
    assert month.day("no-meeting week") == date(2026, 12, 7)
    assert month.day("weekday monday") == date(2026, 11, 30)


def test_a_policy_without_such_a_day_says_so() -> None:
    month = Month(policy_like("hangzhou-2014", "en"), date(2026, 11, 27))
    with pytest.raises(UsageError, match="has no `no-meeting week`"):
        month.day("no-meeting week")


def test_a_policy_with_a_directory_and_disclosures_of_its_own_takes_those_of_the_town() -> None:
    own = (
        'directory = "staff.csv"\nmode = "observe"\n[disclosure]\nlanguage = "zh"\nlink = "https://a.example/{id}"\n'
        '[[no_meeting_day]]\nweekdays = ["friday"]\n'
    )
    people = town("en")
    policy = Policy.parse(refusing(own, people).encode(), directory=Directory.parse(people.directory))
    assert policy.mode is Mode.REFUSE
    assert policy.disclosure.language == "en"
    assert [rule.id for rule in policy.rules.rules] == ["1"]
