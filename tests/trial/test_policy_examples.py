# SPDX-License-Identifier: Apache-2.0
"""A policy on its own examples: the verdicts are those of the guard, and a wrong expectation is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from meetcost.errors import ConfigError, Problem
from meetcost.policy.policy import Policy
from meetcost.policy.starter import STARTERS, starter
from meetcost.trial.examples import Tried, try_examples

INVITE = (Path(__file__).parents[2] / "examples" / "calendars" / "wednesday-report.ics").read_bytes()
HEAD = 'zone = "Europe/Berlin"\nmode = "observe"\n'
RULES = """
[[no_meeting_day]]
weekdays = ["wednesday"]
[[no_meeting_day]]
id = "christmas"
yearly = ["12-24"]
scope.calendars = ["/office/*"]
[[exemption]]
class = "emergency"
claim = ["#应急"]
"""


def tried(example: str, *, head: str = HEAD, invites: dict[str, bytes | Problem] | None = None) -> Tried:
    policy = Policy.parse(f"{head}{RULES}[[example]]\n{example}".encode())
    return next(iter(try_examples(policy, invites or {})))


@pytest.mark.parametrize("name", STARTERS)
def test_every_starter_holds_examples_of_a_refusal_and_of_what_is_allowed(name: str) -> None:
    policy = Policy.parse(starter(name).encode())
    found = list(try_examples(policy, {}))
    assert [(one.example.name, one.fault) for one in found if one.fault is not None] == []
    assert "allow" in {one.got for one in found}
    assert {"refuse", "review"} & {one.got for one in found}
    told = {rule for one in found for rule in one.rules}
    assert told == {rule.id for rule in (*policy.rules.clauses, *policy.quotas)}


@pytest.mark.parametrize(
    ("example", "got", "rules"),
    [
        ("start = 2026-12-09T10:00:00", "refuse", ("1",)),
        ("start = 2026-12-09", "refuse", ("1",)),
        ("start = 2026-12-08T23:30:00\nminutes = 31", "refuse", ("1",)),
        ("start = 2026-12-08T23:30:00\nminutes = 30", "allow", ()),
        ("start = 2026-12-08T23:30:00-01:00", "refuse", ("1",)),  # half past one on Wednesday in Berlin
        ("start = 2026-12-09T10:00:00\npeople = 1", "allow", ()),
        ('start = 2026-12-09T10:00:00\ntags = ["#应急"]', "allow", ("1",)),
        ('start = 2026-12-24T10:00:00\ncalendar = "/office/a"', "refuse", ("christmas",)),
        ('start = 2026-12-24T10:00:00\ncalendar = "/home/a"', "allow", ()),
        ('start = 2026-12-08T10:00:00\nrrule = "FREQ=DAILY"', "refuse", ("1", "christmas")),
        ('start = 2026-12-09T10:00:00\nrrule = "FREQ=WEEKLY"', "refuse", ("1",)),
        ("start = 2026-12-09T10:00:00\nnow = 2026-12-10", "allow", ("1",)),
        ("start = 2026-12-09T10:00:00\nnow = 2026-12-09T10:30:00", "refuse", ("1",)),
    ],
)
def test_said_in_place(example: str, got: str, rules: tuple[str, ...]) -> None:
    found = tried(f'{example}\nexpect = "{got}"')
    assert (found.got, found.rules, found.fault) == (got, rules, None)


def test_a_series_that_skips() -> None:
    example = 'start = 2026-12-08T10:00:00\nrrule = "FREQ=DAILY;COUNT=5"\nexpect = "skip"\nrule = 1'
    found = tried(example, head=f'{HEAD}series = "skip"\n')
    assert (found.got, found.rules, found.fault) == ("skip", ("1",), None)


def test_an_invite_beside_the_policy() -> None:
    example = 'invite = "report.ics"\nexpect = "refuse"\nrule = "1"'
    assert tried(example, invites={"report.ics": INVITE}).fault is None
    missing = tried(example, invites={"report.ics": Problem("unreadable", "cannot be read")})
    assert missing.fault is not None
    assert missing.fault.text() == "cannot be judged: cannot be read"
    nothing = tried(example, invites={"report.ics": b"no calendar"})
    assert nothing.got == "error"


def test_what_is_not_as_expected_is_told() -> None:
    other = tried('start = 2026-12-09T10:00:00\nexpect = "allow"')
    assert other.fault is not None
    assert other.fault.text() == "expected `allow`, got `refuse`"
    assert other.fault.text("zh") == "预期 `allow`，结果为 `refuse`"
    rule = tried('start = 2026-12-09T10:00:00\nexpect = "refuse"\nrule = "christmas"')
    assert rule.fault is not None
    assert rule.fault.text() == "expected rule christmas, met 1"
    none = tried('start = 2026-12-10T10:00:00\nexpect = "allow"\nrule = "1"')
    assert none.fault is not None
    assert none.fault.text() == "expected rule 1, met none"


def test_a_recurrence_that_cannot_be_read_is_no_pass() -> None:
    found = tried('start = 2026-12-10T10:00:00\nrrule = "FREQ=NEVER"\nexpect = "allow"')
    assert found.fault is not None


@pytest.mark.parametrize(
    ("example", "message"),
    [
        ('expect = "refuse"', "`invite` or `start` is wanted"),
        ('expect = "refuse"\ninvite = "a.ics"\nstart = 2026-12-09', "says `start` itself"),
        ('expect = "refuse"\nstart = 2026-12-09\npeople = 3\nattendees = ["a@b.example"]', "the same thing twice"),
        ('expect = "refuse"\nstart = "tomorrow"', "`tomorrow` is no date or time"),
        ('expect = "refuse"\nstart = 2026-12-09\nrule = "chrismas"', "there is no rule `chrismas`"),
        ('expect = "refused"\nstart = 2026-12-09', "`refused` is none of allow, skip, flag, warn, review, refuse"),
        ("start = 2026-12-09", "is missing"),
        ('expect = "refuse"\nstart = 2026-12-09\nminutes = 60', "is a day, which has no `minutes`"),
        ('expect = "refuse"\nstart = 2026-12-09\nminuts = 60', "did you mean `minutes`"),
    ],
)
def test_mistakes(example: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        tried(example)


def test_one_mistake_does_not_hide_another() -> None:
    with pytest.raises(ConfigError) as caught:
        tried('expect = "refused"\nrule = "chrismas"')
    assert [problem.code for problem in caught.value.problems] == ["bad-value", "bad-value", "policy-rules"]
    assert all(problem.line is not None for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("action", "minutes", "got"),
    [
        ("refuse", 121, "refuse"),
        ("review", 121, "review"),
        ("warn", 121, "warn"),
        ("review", 120, "allow"),
    ],
)
def test_what_a_rule_does(action: str, minutes: int, got: str) -> None:
    head = f'{HEAD}reviewer = "boss@town.example"\nduration = [{{ id = "long", at_most = 120, action = "{action}" }}]\n'
    rule = 'rule = "long"' if got != "allow" else ""
    found = tried(f'start = 2026-12-10T10:00:00\nminutes = {minutes}\nexpect = "{got}"\n{rule}', head=head)
    assert (found.got, found.fault) == (got, None)


def test_a_refusal_outranks_a_review() -> None:
    head = f'{HEAD}reviewer = "boss@town.example"\nduration = [{{ id = "long", at_most = 120, action = "review" }}]\n'
    found = tried('start = 2026-12-09T10:00:00\nminutes = 180\nexpect = "refuse"\nrule = 1', head=head)
    assert found.fault is None


def test_rules_that_look_at_the_description() -> None:
    head = f"{HEAD}agenda = [{{}}]\n"
    text = "start = 2026-12-10T10:00:00\n{}expect = '{}'"
    assert tried(text.format("", "refuse"), head=head).fault is None
    agenda = 'description = """\nAgenda:\n1. Budget\n2. Roads\n"""\n'
    assert tried(text.format(agenda, "allow"), head=head).fault is None


QUOTAS = """
[[quota]]
id = "weekly"
limit = 2
period = "week"
[[quota]]
id = "hours"
measure = "person_hours"
limit = 40
rolling = "7 days"
action = "{action}"
reviewer = "unit:Office"
[[quota]]
id = "down"
limit = {{ of_last_year = "50 %" }}
period = "year"
[[quota]]
id = "money"
measure = "cost"
limit = "0 EUR"
period = "year"
"""


@pytest.mark.parametrize(
    ("example", "action", "got", "rules"),
    [
        ("used = 1", "refuse", "allow", ()),
        ("used = 2", "refuse", "refuse", ("weekly",)),
        ("used = 2\napproved = true", "refuse", "allow", ("weekly",)),
        ('rrule = "FREQ=WEEKLY;COUNT=2"\nused = 1', "refuse", "allow", ()),
        ('rrule = "FREQ=DAILY;COUNT=2"\nused = 1', "refuse", "refuse", ("weekly",)),  # Thursday and Friday
        ('rrule = "FREQ=DAILY;INTERVAL=4;COUNT=2"\nused = 1', "refuse", "allow", ()),  # Thursday and Monday
        ("people = 41", "refuse", "refuse", ("hours",)),
        ("people = 40", "refuse", "allow", ()),
        ("people = 41", "review", "review", ("hours",)),
        ("people = 41", "warn", "warn", ("hours",)),
        ('people = 20\nrrule = "FREQ=DAILY;INTERVAL=5;COUNT=3"', "refuse", "allow", ()),
        ('people = 21\nrrule = "FREQ=DAILY;INTERVAL=5;COUNT=3"', "refuse", "refuse", ("hours",)),
        ("people = 1\nused = 9", "refuse", "allow", ()),  # no meeting
    ],
)
def test_quotas(example: str, action: str, got: str, rules: tuple[str, ...]) -> None:
    text = f'start = 2026-12-10T10:00:00\n{example}\nexpect = "{got}"\n'
    found = tried(text, head=HEAD + QUOTAS.format(action=action))
    assert (found.got, found.rules, found.fault) == (got, rules, None)


def test_what_a_rule_refuses_takes_nothing_of_a_quota() -> None:
    found = tried('start = 2026-12-09T10:00:00\nused = 2\nexpect = "refuse"', head=HEAD + QUOTAS.format(action="warn"))
    assert found.rules == ("1",)


def test_quotas_are_asked_of_an_invite_beside_the_policy() -> None:
    head = 'zone = "Europe/Berlin"\n[[quota]]\nid = "none"\nlimit = 0\nperiod = "year"\n'
    policy = Policy.parse(f'{head}[[example]]\ninvite = "a.ics"\nexpect = "refuse"\nrule = "none"\n'.encode())
    assert [one.fault for one in try_examples(policy, {"a.ics": INVITE})] == [None]


def test_a_waiver_is_for_rules_too_and_covers_the_whole_series() -> None:
    text = 'start = 2026-12-09T10:00:00\nrrule = "FREQ=WEEKLY"\napproved = true\nexpect = "allow"\nrule = 1'
    assert tried(text).fault is None


def test_where_it_takes_place() -> None:
    head = f"{HEAD}[[cash_ceiling]]\nid = 'cash'\nat_most = '100 EUR'\n"
    head += "[[costing.venues]]\nname = 'Hotel'\neach = '201 EUR'\n"
    text = "start = 2026-12-10T10:00:00\nlocation = '{}'\nexpect = '{}'\n"
    assert tried(text.format("Hotel", "refuse") + "rule = 'cash'", head=head).fault is None
    assert tried(text.format("Town Hall", "allow"), head=head).fault is None
