# SPDX-License-Identifier: Apache-2.0
"""What stands may stay, and may not become worse; waivers hold for what was approved and no more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from rule_cases import BOB, EVE, answered, event, judged, policy

from meetcost.model.occurrence import OccurrenceId
from meetcost.model.verdict import Bearing, Outcome, Tally
from meetcost.model.waiver import Span, Waiver, WaiverClass
from meetcost.values.span import epoch

LONG = policy("[[duration]]\nat_most = 60\n")
SMALL = policy("[[attendance]]\nat_most = 2\n")
DAY = policy("[[no_meeting_day]]\nweekdays = ['thursday']\n")
START = "20261210T100000"
AT = epoch(datetime(2026, 12, 10, 9, tzinfo=UTC))
CAROL = "mailto:carol@town.example"


@pytest.mark.parametrize(
    ("start", "length", "allowed"),
    [
        (START, "PT3H", True),
        (START, "PT2H", True),  # shorter, and still too long
        ("20261210T110000", "PT2H", True),  # within the time it had
        (START, "PT3H1M", False),
        ("20261210T103000", "PT3H", False),  # another time
        ("20261211T100000", "PT2H", False),
    ],
)
def test_a_long_meeting_stays_within_the_time_it_had(start: str, length: str, allowed: bool) -> None:
    assert judged(event(start, length=length), LONG, old=event(START, length="PT3H")).allowed is allowed


def test_a_large_meeting_stays_but_grows_no_further() -> None:
    old = event(START, people=(BOB, EVE))
    assert judged(old, SMALL, old=old).bearing(Bearing.KEPT)
    assert judged(answered(old), SMALL, old=old).allowed
    assert not judged(event(START, people=(BOB, EVE, CAROL)), SMALL, old=old).allowed
    assert judged(event(START, people=(BOB, EVE, CAROL)), DAY, old=old).allowed  # one more person, under a rule on days


def test_an_answer_never_changes_how_large_a_meeting_is() -> None:
    declined = answered(event(START, people=(BOB, EVE)), partstat="DECLINED")
    assert not judged(declined, SMALL).allowed
    assert judged(answered(declined, who=EVE), SMALL, old=declined).allowed


def test_what_was_no_meeting_before_has_no_right_to_stay() -> None:
    private = event(START, length="PT3H", people=())
    assert judged(private, LONG).allowed
    assert not judged(event(START, length="PT3H"), LONG, old=private).allowed


def test_what_was_exempt_before_has_no_right_to_stay() -> None:
    rules = policy("[[duration]]\nat_most = 60\n[[exemption]]\nclass = 'emergency'\nclaim = ['#emergency']\n")
    exempt = event(START, "SUMMARY:Flood #emergency", length="PT3H")
    assert judged(exempt, rules).bearing(Bearing.EXEMPTED)
    assert not judged(event(START, "SUMMARY:Flood", length="PT3H"), rules, old=exempt).allowed


def test_an_exemption_from_one_rule_leaves_the_other() -> None:
    clause = "[[duration]]\nid = 'long'\nat_most = 60\n[[attendance]]\nat_most = 2\n[[exemption]]\nclass = 'e'\n"
    rules = policy(f"{clause}claim = ['#e']\nrules = ['long']\n")
    verdict = judged(event(START, "SUMMARY:x #e", length="PT3H", people=(BOB, EVE)), rules)
    assert [(one.rule, one.bearing) for one in verdict.findings] == [("long", "exempted"), ("2", "refused")]
    assert verdict.outcome is Outcome.DENY


def test_a_series_that_was_judged_only_so_far_can_still_be_answered_under_a_new_rule() -> None:
    clause = "[[no_meeting_day]]\nweekdays = ['friday']\n[[duration]]\nat_most = 60\n"
    rules = policy(clause, 'zone = "Europe/Berlin"\nseries = "skip"\nhorizon_days = 40\n')
    stood = event(START, "RRULE:FREQ=WEEKLY", length="PT3H")
    until = datetime(2026, 12, 20, tzinfo=UTC)
    assert judged(answered(stood), rules, old=stood, old_until=until).allowed
    daily = event(START, "RRULE:FREQ=DAILY", length="PT1H")
    verdict = judged(answered(daily), rules, old=daily, old_until=until)
    assert [skip.day.isoformat() for skip in verdict.skips] == ["2026-12-25", "2027-01-01", "2027-01-08"]


def test_until_a_date_and_no_longer() -> None:
    rules = policy("[[duration]]\nat_most = 60\n", 'zone = "Europe/Berlin"\nexisting = "until 2026-12-05"\n')
    old = event(START, length="PT3H")
    assert judged(old, rules, old=old).allowed
    assert not judged(old, rules, old=old, now=datetime(2026, 12, 7, tzinfo=UTC)).allowed


def waiver(people: int = 3, length: int = 10_800, **more: object) -> Waiver:
    spans = (Span(AT, AT + length),)
    return Waiver("W1", "example@town.example", spans, people, WaiverClass.ORDERED, by="Office", **more)  # type: ignore[arg-type] - more


BOTH = policy("""[[no_meeting_day]]
weekdays = ["thursday"]

[[duration]]
at_most = 60
action = "review"
reviewer = "unit:Office"
""")


def test_a_waiver_covers_a_ban_and_a_review() -> None:
    meeting = event(START, length="PT3H", people=(BOB, EVE))
    refused = judged(meeting, BOTH)
    assert {one.bearing for one in refused.findings} == {Bearing.REFUSED, Bearing.REVIEW}
    assert "say what it is for" in refused.text()
    verdict = judged(meeting, BOTH, tally=Tally(waivers=(waiver(),)))
    assert verdict.outcome is Outcome.ALLOW
    assert {one.bearing for one in verdict.findings} == {Bearing.WAIVED}
    assert verdict.findings[0].record()["waiver"] == "W1"
    assert "permitted by waiver W1 (Office)" in verdict.text()
    assert "已获批准（W1 (Office)）" in verdict.text("zh")


@pytest.mark.parametrize(
    "narrow",
    [
        waiver(people=2),
        waiver(length=10_000),
        waiver(rules=frozenset({"2"})),
        waiver(instances=frozenset({OccurrenceId("other")})),
        waiver()._replace(uid="other"),
    ],
)
def test_a_waiver_covers_no_more_than_was_approved(narrow: Waiver) -> None:
    meeting = event(START, length="PT3H", people=(BOB, EVE))
    assert judged(meeting, BOTH, tally=Tally(waivers=(narrow,))).outcome is Outcome.DENY


def test_what_was_stored_under_a_waiver_may_not_grow() -> None:
    stood = event(START, length="PT3H", people=(BOB, EVE))
    larger = event(START, length="PT3H", people=(BOB, EVE, CAROL))
    for tally in (Tally(waivers=(waiver(),)), Tally(lapsed=(waiver(),))):
        assert judged(answered(stood), BOTH, old=stood, tally=tally).allowed
        assert not judged(larger, BOTH, old=stood, tally=tally).allowed


def test_a_group_of_unknown_size_is_larger_than_any_waiver() -> None:
    group = event(START).replace(b"ATTENDEE:mailto:bob", b"ATTENDEE;CUTYPE=GROUP:mailto:bob")
    assert judged(group, DAY, tally=Tally(waivers=(waiver(people=1000),))).outcome is Outcome.DENY


def test_a_second_reading_that_breaks_another_rule_is_not_hidden_by_the_first() -> None:
    """The name of the zone puts it on a day that only warns, the file's own definition on one that is banned."""
    clause = "[[no_meeting_day]]\nweekdays = ['thursday']\naction = 'warn'\n[[no_meeting_day]]\nweekdays = ['friday']\n"
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:-1000\r\nTZOFFSETTO:-1000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    octets = event("20261210T220000").replace(b"BEGIN:VEVENT", zone.encode() + b"BEGIN:VEVENT")
    verdict = judged(octets, policy(clause))
    assert verdict.outcome is Outcome.DENY
    assert [(one.rule, one.bearing) for one in verdict.findings] == [("1", "warned"), ("2", "refused")]


@pytest.mark.parametrize(
    ("people", "allowed"),
    [((BOB, EVE), True), ((EVE, BOB), True), ((BOB, CAROL), False), ((CAROL, "mailto:dan@town.example"), False)],
)
def test_a_large_meeting_stays_for_the_same_people_only(people: tuple[str, ...], allowed: bool) -> None:
    old = event(START, people=(BOB, EVE))
    assert judged(event(START, people=people), SMALL, old=old).allowed is allowed


def test_one_of_several_too_many_may_go_and_a_new_address_of_the_same_person_is_nobody_new() -> None:
    roster = "[[roster]]\naddress = 'bob@town.example'\naliases = ['urn:uuid:0000-bob']\n"
    rules = policy(f"[[attendance]]\nat_most = 2\n{roster}")
    old = event(START, people=(BOB, EVE, CAROL))
    assert judged(event(START, people=("urn:uuid:0000-bob", EVE)), rules, old=old).allowed
    assert not judged(event(START, people=("urn:uuid:0000-eve", BOB)), rules, old=old).allowed
