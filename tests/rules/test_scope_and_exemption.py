# SPDX-License-Identifier: Apache-2.0
"""Whom rules bind, and how an exemption is claimed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from meetcost.model.attendee import Attendee
from meetcost.model.directory import Directory, Entry
from meetcost.model.meeting import Meeting
from meetcost.model.verdict import Approval, Tally
from meetcost.policy.policy import Policy
from meetcost.rules.exemption import Exemption, Passes, Tags, Unit, Within, claim, hint
from meetcost.rules.holidays import WorkCalendar
from meetcost.rules.judge import judge
from meetcost.rules.scope import Scope

if TYPE_CHECKING:
    from meetcost.words.say import Language

PEOPLE = Directory(
    [Entry("ann@town.example", unit="Planning", aliases=("a.n@town.example",)), Entry("bob@town.example")]
)


def meeting(title: str = "t", organizer: str | None = "ann@town.example", categories: tuple[str, ...] = ()) -> Meeting:
    return Meeting(title=title, start=datetime(2026, 1, 7, 9), organizer=organizer, categories=categories, uid="u1")


@pytest.mark.parametrize(
    ("scope", "organizer", "expected"),
    [
        (Scope(), "x@elsewhere.example", True),
        (Scope(organisers=("*@town.example",)), "ann@town.example", True),
        (Scope(organisers=("*@town.example",)), "Ann@TOWN.example", True),
        (Scope(organisers=("*@town.example",)), "x@elsewhere.example", False),
        (Scope(organisers=("unit:Planning",)), "a.n@town.example", True),
        (Scope(organisers=("unit:Planning",)), "bob@town.example", False),
        (Scope(organisers=("a.n@town.example",)), "ann@town.example", True),  # an alias is the person
        (Scope(organisers=("*@town.example",)), None, True),  # nobody knows: it binds
        (Scope(directory_only=True), "bob@town.example", True),
        (Scope(directory_only=True), "x@elsewhere.example", False),
        (Scope(directory_only=True), None, True),
    ],
)
def test_organisers(scope: Scope, organizer: str | None, expected: bool) -> None:
    assert scope.binds(meeting(organizer=organizer), PEOPLE) is expected


def test_an_organiser_is_bound_by_the_email_beside_the_address_and_claims_nothing_by_it() -> None:
    ann = Attendee("urn:uuid:0000-ann", email="mailto:ann@town.example")
    made = meeting("#emergency").replace(organizer=ann)
    for scope in (Scope(organisers=("unit:Planning",)), Scope(organisers=("ann@*",)), Scope(directory_only=True)):
        assert scope.binds(made, PEOPLE)
    assert not Scope(organisers=("bob@*",)).binds(made, PEOPLE)
    assert not Exemption("emergency", ("#emergency",), by=("ann@town.example",)).open_to(made, PEOPLE)


@pytest.mark.parametrize(
    ("calendar", "expected"), [("/ann/projects/", True), ("ann/projects", True), ("/ann/private/", False), (None, True)]
)
def test_calendars(calendar: str | None, expected: bool) -> None:
    assert Scope(calendars=("/*/projects/",)).binds(meeting(), PEOPLE, calendar) is expected


@pytest.mark.parametrize(("said", "expected"), [(("全市性会议",), True), (("Other", " CITY-WIDE "), True), ((), False)])
def test_categories(said: tuple[str, ...], expected: bool) -> None:
    assert Scope(categories=("全市性会议", "city-wide")).binds(meeting(categories=said), PEOPLE) is expected


EMERGENCY = Exemption("emergency", ("#应急", "#emergency"))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Flood #emergency", True),
        ("#Emergency: flood", True),
        ("Flood (#EMERGENCY)", True),
        ("Flood #emergency-drill", False),
        ("Flood #emergencyroom", False),
        ("Flood a#emergency", False),
        ("Flood #emergencies, #emergency", True),
        ("emergency", False),  # the word alone is no tag
        ("防汛＃应急", True),  # full-width
        ("#应急 防汛调度", True),
        ("#应急：防汛", True),
        ("#应急，防汛", True),
        ("防汛调度（#应急）", True),
        ("防汛#应急\u3000会商", True),
        ("#应急演练", False),  # a drill is no emergency
        ("防汛#应急会商", False),
        ("#应急2026", False),
        ("#应急drill", False),
        ("#应急演练 #应急", True),
        ("#emergency防汛", True),  # another script begins another word
        ("#emergencydrill", False),
        ("#emergency2", False),
        ("#emergency\u0338", False),
        ("防汛应急", False),
    ],
)
def test_a_tag_in_the_title(title: str, expected: bool) -> None:
    assert EMERGENCY.claimed(meeting(title)) is expected


def test_who_lets_a_tag_run_into_the_next_word_is_told() -> None:
    noted = claim(meeting("#应急防汛调度会"), [EMERGENCY], PEOPLE, Tally())
    assert noted.holding == ()
    (note,) = noted.notes
    assert note.text() == "`#应急` is a tag only with a space or a punctuation mark after it"
    assert note.text("zh") == "“#应急”之后须有空格或标点，否则不作为标签"
    assert claim(meeting("#应急 防汛调度会"), [EMERGENCY], PEOPLE, Tally()) == ((EMERGENCY,), ())


@pytest.mark.parametrize(
    ("category", "expected"), [("emergency", True), ("#Emergency", True), ("应急", True), ("emer", False)]
)
def test_a_category(category: str, expected: bool) -> None:
    assert EMERGENCY.claimed(meeting(categories=("x", category))) is expected


def test_only_those_named_may_claim() -> None:
    only = Exemption("emergency", ("#emergency",), by=("office@town.example", "unit:Planning"))
    granted = claim(meeting("#emergency"), [only], PEOPLE, Tally())
    assert granted.holding == (only,)
    for organizer in ("bob@town.example", None):
        refused = claim(meeting("#emergency", organizer), [only], PEOPLE, Tally())
        assert refused.holding == ()
        assert refused.notes[0].text() == "`emergency` may be claimed only by office@town.example, unit:Planning"


def test_what_has_to_be_approved_holds_once_it_is() -> None:
    waiting = Exemption("unplanned", ("#unplanned",), passes=Passes.AFTER_APPROVAL)
    asked = claim(meeting("#unplanned"), [waiting], PEOPLE, Tally())
    assert (asked.holding, asked.notes[0].text("zh")) == ((), "“unplanned”须先经批准")
    other = Tally(frozenset({Approval("u2", "unplanned"), Approval("u1", "emergency")}))
    assert claim(meeting("#unplanned"), [waiting], PEOPLE, other).holding == ()
    approved = Tally(frozenset({Approval("u1", "unplanned")}))
    assert claim(meeting("#unplanned"), [waiting], PEOPLE, approved).holding == (waiting,)


def test_nothing_claimed_is_nothing() -> None:
    assert claim(meeting("Budget"), [EMERGENCY], PEOPLE, Tally()) == ((), ())


def test_time_limits() -> None:
    friday = datetime(2026, 11, 20, 15, tzinfo=ZoneInfo("Europe/Berlin"))
    here = friday.tzinfo
    assert Within(2, Unit.WORKING_DAYS).after(friday, WorkCalendar()) == datetime(2026, 11, 25, tzinfo=here)
    assert Within(2, Unit.DAYS).after(friday, WorkCalendar()) == datetime(2026, 11, 23, tzinfo=here)
    assert Within(48, Unit.HOURS).after(friday, WorkCalendar()).astimezone(UTC) == datetime(
        2026, 11, 22, 14, tzinfo=UTC
    )


def test_hints_speak_the_language_of_the_reader() -> None:
    one = hint([EMERGENCY])
    assert one is not None
    assert one.text() == "emergency? Put #emergency in the title"
    assert one.text("zh") == "属于“emergency”的，请在标题中加“#应急”"
    several = hint([EMERGENCY, Exemption("statutory", ("#statutory",))])
    assert several is not None
    assert several.text("zh") == "如属豁免情形，请在标题中加相应标签：#应急、#statutory"
    assert hint([]) is None
    assert Tags(("#应急",)).text("en") == "#应急"


def test_a_hint_does_not_name_for_a_title_what_only_a_category_claims() -> None:
    group, both = Exemption("group", ("分组讨论",)), Exemption("emergency", ("#应急", "emergency"))
    only = hint([group])
    assert only is not None
    assert only.text() == "group? Give the invite the category 分组讨论"
    assert only.text("zh") == "属于“group”的，请在邀请中加类别“分组讨论”"
    mixed = hint([both])
    assert mixed is not None
    assert mixed.text() == "emergency? Put #应急 in the title"
    several = hint([group, both])
    assert several is not None
    assert several.text() == "exempt? Give the invite the category of its class: 分组讨论, #应急"


@pytest.mark.parametrize("claims", [("分组讨论",), ("#应急", "emergency"), ("emergency", "#emergency"), ("＃应急",)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_who_follows_a_hint_has_claimed(claims: tuple[str, ...], language: Language) -> None:
    one = Exemption("one", claims)
    said = hint([one])
    assert said is not None
    tag = Tags(one.tags or claims).text(language)
    assert tag in said.text(language)
    assert one.claimed(meeting(f"Budget {tag}")) is bool(one.tags)
    assert one.claimed(meeting("Budget", categories=(tag,)))


@pytest.mark.parametrize(("rules", "helps"), [("", True), ('rules = ["long", "1"]', True), ('rules = ["1"]', False)])
def test_nobody_is_told_of_an_exemption_that_does_not_help(rules: str, helps: bool) -> None:
    text = f"""zone = "UTC"
[[no_meeting_day]]
weekdays = ["wednesday"]
[[duration]]
id = "long"
at_most = 60
[[exemption]]
class = "emergency"
claim = ["#emergency"]
{rules}
"""
    policy = Policy.parse(text.encode())
    for minutes, met, told in ((61, ["1", "long"], helps), (60, ["1"], True)):
        long = Meeting(
            title="Wednesday",
            start=datetime(2026, 12, 9, 10, tzinfo=UTC),
            minutes=minutes,
            organizer="ann@town.example",
            attendees=["bob@town.example"],
        )
        verdict = judge([long], policy.rules, now=datetime(2026, 12, 1, tzinfo=UTC))
        assert [one.rule for one in verdict.findings] == met
        assert bool(verdict.hints) is told
