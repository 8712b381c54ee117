# SPDX-License-Identifier: Apache-2.0
"""The limits of a policy: which bind a meeting, and the chains and splits that keep them one by one."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from meetcost.evasion.chains import ChainSigns, chains
from meetcost.evasion.held import Gathering, Held
from meetcost.evasion.limits import UNLIMITED, Limit, Limits
from meetcost.evasion.splits import splits
from meetcost.evasion.told import record, told
from meetcost.model.meeting import Meeting
from meetcost.policy.policy import Policy
from meetcost.values.span import Span

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 12, 1, 9, tzinfo=BERLIN)  # a Tuesday
SPAN = Span(START - timedelta(days=1), START + timedelta(days=60))
TEAM = ["ann@a.example", "ben@a.example", "cem@a.example", "dua@a.example"]
RULES = """
zone = "Europe/Berlin"
roster = [{ address = "ann@a.example", unit = "Planning" }]
[[duration]]
id = "two hours"
at_most = 120
[[duration]]
id = "talks"
at_most = 60
scope.categories = ["talk"]
[[duration]]
id = "from February"
at_most = 45
from = 2027-02-01
[[duration]]
id = "half a day for many"
at_most = 100
people_over = 9
[[duration]]
id = "long ones only"
at_most = 30
minutes_over = 110
[[attendance]]
id = "small"
at_most = 5
action = "warn"
[[exemption]]
class = "emergency"
claim = ["#emergency"]
rules = ["two hours", "long ones only"]
"""


def held(*meetings: Meeting, rules: str = RULES) -> list[Held]:
    policy = Policy.parse(rules.encode())
    gathering = Gathering(SPAN, policy.directory, policy.rules, policy.cost_choices)
    gathering.calendar(meetings)
    assert gathering.problems == []
    return gathering.held


def call(after: float, minutes: int = 90, title: str = "Budget", people: list[str] = TEAM, **more: object) -> Meeting:
    start = START + timedelta(minutes=after)
    return Meeting(title=title, start=start, minutes=minutes, organizer=people[0], attendees=people, **more)  # type: ignore[arg-type]


def crowd(first: int, size: int) -> list[str]:
    return ["ann@a.example", *(f"p{at}@a.example" for at in range(first, first + size - 1))]


@pytest.mark.parametrize(
    ("meeting", "limit"),
    [
        (call(0), Limit(110, "long ones only")),
        (call(0, categories=["Talk"]), Limit(60, "talks")),
        (call(0, people=crowd(0, 12)), Limit(100, "half a day for many")),
        (call(0, title="Budget #emergency"), None),
        (call(0, title="Budget #emergency", categories=["talk"]), Limit(60, "talks")),
    ],
)
def test_the_strictest_rule_that_binds(meeting: Meeting, limit: Limit | None) -> None:
    (one,) = held(meeting)
    assert one.limits == Limits(limit, Limit(5, "small"))


def test_an_attendance_rule_may_begin_at_a_size_or_a_length() -> None:
    over_people = '[[attendance]]\nid = "a"\nat_most = 3\npeople_over = 6\n'
    (one,) = held(call(0), rules=over_people)
    assert one.limits.people == Limit(6, "a")
    over_minutes = '[[attendance]]\nid = "a"\nat_most = 3\nminutes_over = 60\n'
    short, long = held(call(0, 60), call(120, 61), rules=over_minutes)
    assert (short.limits.people, long.limits.people) == (None, Limit(3, "a"))


def test_without_such_rules_nothing_is_limited() -> None:
    (one,) = held(call(0), rules='[[no_meeting_day]]\nweekdays = ["monday"]\n')
    assert one.limits is UNLIMITED
    assert chains([one, one]) == splits([one, one]) == []


def test_a_chain_under_the_limit_of_the_policy() -> None:
    both = held(call(0), call(90))
    (found,) = chains(both)
    assert found.limit == Limit(110, "long ones only")
    assert "where the limit is 1 h 50 min (rule “long ones only”)" in told(found).text()
    assert "而上限为 1 小时 50 分钟（规则“long ones only”）" in told(found).text("zh")
    assert (record(found)["limit"], record(found)["rule"]) == (110, "long ones only")


def test_the_strictest_limit_of_its_meetings_holds_for_a_chain() -> None:
    (found,) = chains(held(call(0, 50, categories=["talk"]), call(50, 50)))
    assert found.limit == Limit(60, "talks")


def test_an_option_overrides_the_policy() -> None:
    both = held(call(0, title="Budget #emergency"), call(90, title="Budget #emergency"))
    assert chains(both) == []
    (found,) = chains(both, ChainSigns(120))
    assert found.limit == Limit(120)
    assert "where the limit is 2 h;" in told(found).text()


def test_a_split() -> None:
    halves = held(call(0, 60, people=crowd(0, 5)), call(60 * 24, 60, title="Budget (2)", people=crowd(10, 5)))
    (found,) = splits(halves)
    assert told(found).text() == (
        "split (Planning): “Budget” held 2 times from Tue 1 Dec 2026 to Wed 2 Dec 2026 for other people each time, "
        "9 people in all where the limit is 5 (rule “small”); 10 person-hours"
    )
    assert told(found).text("zh") == (
        "分批召开（Planning）：“Budget”，2026年12月1日(周二)至2026年12月2日(周三)对不同人员召开 2 次，"
        "合计 9 人，而上限为 5 人（规则“small”）；10 人·时"
    )
    assert (record(found)["people"], record(found)["limit"], record(found)["rule"]) == (9, 5, "small")


@pytest.mark.parametrize(
    "second",
    [
        call(60, 60, people=crowd(0, 5)),  # the same people
        call(60, 60, people=crowd(2, 5)),  # half of them
        call(60 * 48, 60, people=crowd(10, 5)),  # two days later
        call(60, 90, people=crowd(10, 5)),  # another length
        call(60, 60, title="Roads", people=crowd(10, 5)),
        call(60, 60, people=crowd(10, 6)),  # beyond the limit by itself: it is refused as it is
        call(60, 60, people=["bea@a.example", *crowd(10, 5)[1:]]),  # somebody else calls it
        call(60, 60, people=crowd(10, 5), rrule="FREQ=DAILY;COUNT=2"),
        call(60, 60, people=crowd(10, 1)),  # within the limit together
    ],
)
def test_just_no_split(second: Meeting) -> None:
    assert splits(held(call(0, 60, people=crowd(0, 5)), second)) == []
