# SPDX-License-Identifier: Apache-2.0
"""What differs between two policies: everything that does, and nothing that does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.policy.difference import Difference, Kind, What, difference
from meetcost.policy.policy import Policy
from meetcost.policy.starter import STARTERS, starter

FIRST, LAST = date(2026, 11, 27), date(2027, 11, 27)
HEAD = 'zone = "Europe/Berlin"\n'
WEDNESDAY = '[[no_meeting_day]]\nweekdays = ["wednesday"]\n'
MONDAY = '[[no_meeting_day]]\nweekdays = ["monday"]\n'
EMERGENCY = '[[exemption]]\nclass = "emergency"\nclaim = ["#emergency"]\n'


def between(old: str, new: str) -> Difference:
    made = [Policy.parse(text.encode()) for text in (old, new)]
    return difference(made[0], made[1], FIRST, LAST)


def said(found: Difference) -> list[tuple[str, str, str]]:
    return [(change.what.value, change.kind.value, change.name) for change in found.changes]


@pytest.mark.parametrize("name", STARTERS)
def test_a_policy_does_not_differ_from_itself(name: str) -> None:
    assert not between(starter(name), f"# a comment\n{starter(name)}")


def test_examples_are_not_compared() -> None:
    example = '[[example]]\nstart = 2026-12-09\nexpect = "refuse"\n'
    assert not between(HEAD + WEDNESDAY, HEAD + WEDNESDAY + example)


def test_a_rule_put_before_another_does_not_make_that_one_another() -> None:
    found = between(HEAD + WEDNESDAY, HEAD + MONDAY + WEDNESDAY)
    assert said(found) == [("rule", "renamed", "1"), ("rule", "added", "1")]
    assert {day.weekday() for day in found.banned} == {0}
    assert len(found.banned) == 52
    assert found.permitted == ()


def test_a_rule_that_is_gone() -> None:
    found = between(HEAD + MONDAY + WEDNESDAY, HEAD + MONDAY)
    assert said(found) == [("rule", "removed", "2")]
    assert found.changes[0].phrase.text() == (
        "rule “2” is gone: every Wednesday is a no-meeting day; it holds on public holidays too; binds everybody"
    )
    assert {day.weekday() for day in found.permitted} == {2}


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('scope.categories = ["city-wide"]\n', "scope"),
        ("from = 2027-01-01\n", "first"),
        ("until = 2027-01-01\n", "last"),
        ("nth = 1\n", "days"),
    ],
)
def test_a_rule_that_changed(line: str, field: str) -> None:
    found = between(HEAD + WEDNESDAY, HEAD + WEDNESDAY + line)
    assert said(found) == [("rule", "changed", "1")]
    assert found.changes[0].fields == (field,)
    assert found.changes[0].before != found.changes[0].after


def test_a_source_alone() -> None:
    found = between(HEAD + WEDNESDAY, HEAD + WEDNESDAY + 'source = "notice 7"\n')
    assert said(found) == [("rule", "source", "1")]
    assert found.changes[0].phrase.text("zh") == "条款“1”内容不变，所注出处有改动"


def test_exemptions() -> None:
    wider = EMERGENCY.replace('["#emergency"]', '["#emergency", "#应急"]')
    assert said(between(HEAD, HEAD + EMERGENCY)) == [("exemption", "added", "emergency")]
    assert said(between(HEAD + EMERGENCY, HEAD)) == [("exemption", "removed", "emergency")]
    assert said(between(HEAD + EMERGENCY, HEAD + wider)) == [("exemption", "changed", "emergency")]
    renamed = EMERGENCY.replace('"emergency"', '"urgent"')
    assert said(between(HEAD + EMERGENCY, HEAD + renamed)) == [("exemption", "renamed", "emergency")]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('mode = "observe"\n', "mode"),
        ('series = "skip"\n', "series"),
        ('existing = "until 2027-03-31"\n', "existing"),
        ('scope.calendars = ["/office/*"]\n', "[scope]"),
        ("meeting.people = 3\n", "[meeting]"),
        ('name = "Town"\n', "name"),
        ('source = "notice"\n', "source"),
        ("horizon_days = 100\n", "horizon_days"),
        ('holidays.country = "DE"\n', "[holidays]"),
        ('working_hours.from = "08:00"\n', "[working_hours]"),
        ("costing.online = true\n", "[costing]"),
        ("disclosure.attach = false\n", "[disclosure]"),
        ("limits.max_components = 9\n", "[limits]"),
        ('roster = [{ address = "ann@town.example" }]\n', "[[roster]]"),
    ],
)
def test_settings(line: str, name: str) -> None:
    found = between(HEAD, line + HEAD)
    assert said(found) == [("setting", "changed", name)]
    for language in ("en", "zh"):
        assert name in found.changes[0].phrase.text("zh" if language == "zh" else "en")


DAYS = st.lists(st.dates(FIRST, LAST), min_size=1, max_size=8, unique=True)


@given(DAYS, DAYS)
def test_the_days_are_those_that_become_banned_and_permitted(before: list[date], after: list[date]) -> None:
    texts = [f"{HEAD}[[no_meeting_day]]\ndates = [{', '.join(map(str, days))}]\n" for days in (before, after)]
    found = between(*texts)
    assert found.banned == tuple(sorted(set(after) - set(before)))
    assert found.permitted == tuple(sorted(set(before) - set(after)))
    assert bool(found) == (set(before) != set(after))
    assert all(change.what is What.RULE and change.kind is Kind.CHANGED for change in found.changes)


def test_the_span_includes_both_ends() -> None:
    dates = f"[[no_meeting_day]]\ndates = [{FIRST}, {LAST}, {LAST + timedelta(days=1)}]\n"
    assert between(HEAD, HEAD + dates).banned == (FIRST, LAST)


def test_rules_that_ban_no_days() -> None:
    duration = '[[duration]]\nid = "long"\nat_most = 120\n'
    assert said(between(HEAD, HEAD + duration)) == [("rule", "added", "long")]
    assert said(between(HEAD + duration, HEAD)) == [("rule", "removed", "long")]
    found = between(HEAD + duration, HEAD + duration.replace("120", "90"))
    assert said(found) == [("rule", "changed", "long")]
    assert found.changes[0].fields == ("condition",)
    warns = between(HEAD + duration, HEAD + duration + 'action = "warn"\n')
    assert warns.changes[0].fields == ("action",)


WEEKLY = '[[quota]]\nid = "weekly"\nlimit = 2\nperiod = "week"\n'


def test_quotas_are_compared_as_rules_are() -> None:
    assert said(between(HEAD, HEAD + WEEKLY)) == [("rule", "added", "weekly")]
    assert said(between(HEAD + WEEKLY, HEAD)) == [("rule", "removed", "weekly")]
    changed = between(HEAD + WEEKLY, HEAD + WEEKLY.replace("2", "1"))
    assert said(changed) == [("rule", "changed", "weekly")]
    assert changed.changes[0].phrase.text() == (
        "rule “weekly” was: in each week, Monday to Sunday, at most 2 meetings; everybody's meetings count together. "
        "It is now: in each week, Monday to Sunday, at most 1 meeting; everybody's meetings count together"
    )
    assert not between(HEAD + WEEKLY, HEAD + WEEKLY)


def test_a_rule_for_large_meetings_is_not_said_to_bind_everybody() -> None:
    (change,) = between("", "[[agenda]]\npeople_over = 10\n").changes
    assert "binds everybody" not in change.phrase.text()
    (change,) = between("", "[[duration]]\nat_most = 60\n").changes
    assert "binds everybody" in change.phrase.text()


def test_the_names_are_told() -> None:
    (change,) = between('name = "Old"\n', "").changes
    assert change.phrase.text() == "“name” was: “Old”. It is now: none"
    assert change.phrase.text("zh") == "“name”原为：“Old”。现为：无"
