# SPDX-License-Identifier: Apache-2.0
"""The gallery: every clause of every policy has an invite that breaks it and one that keeps it, and they decide it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from meetcost.policy.gallery import LABELS, Clause, clauses
from meetcost.policy.policy import Policy
from meetcost.policy.starter import STARTERS, starter
from meetcost.trial.examples import Tried, try_examples

EXAMPLES = Path(__file__).parents[2] / "examples" / "policies"
CLAUSES = [(name, clause) for name in STARTERS for clause in clauses(starter(name))]
UNSAID = ("not expressible", "elsewhere", "left out")
SOURCED = [name for name in STARTERS if name != "town-office"]


def named(value: object) -> str | None:
    return f"clause-{value.number}" if isinstance(value, Clause) else None


def policy(name: str) -> Policy:
    return Policy.parse(starter(name).encode())


def tried(made: Policy) -> dict[int, Tried]:
    return {one.example.number: one for one in try_examples(made, {})}


def numbers(name: str, clause: Clause) -> set[int]:
    """The examples of one clause, by their numbers in the file."""
    before = [one for of, one in CLAUSES if of == name and one.number < clause.number]
    first = 1 + sum(len(one.examples) for one in before)
    return set(range(first, first + len(clause.examples)))


def without(made: Policy, ids: frozenset[str]) -> Policy:
    """The policy as if nobody had written these tables."""
    rules = replace(
        made.rules,
        rules=tuple(one for one in made.rules.rules if one.id not in ids),
        requirements=tuple(one for one in made.rules.requirements if one.id not in ids),
        exemptions=tuple(one for one in made.rules.exemptions if one.name not in ids),
    )
    return replace(made, rules=rules, quotas=tuple(one for one in made.quotas if one.id not in ids))


def test_the_policies_stand_in_the_examples() -> None:
    assert {file.stem for file in EXAMPLES.glob("*.toml")} == set(STARTERS)


@pytest.mark.parametrize("name", STARTERS)
def test_all_examples_are_as_expected(name: str) -> None:
    assert [(one.example.name, one.fault.text()) for one in tried(policy(name)).values() if one.fault] == []


@pytest.mark.parametrize("name", STARTERS)
def test_every_table_belongs_to_a_clause_and_the_clauses_are_numbered(name: str) -> None:
    made, found = policy(name), clauses(starter(name))
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    written = {rule.id for rule in made.rules.clauses} | {one.id for one in made.quotas}
    written |= {one.name for one in made.rules.exemptions}
    assert {name for one in found for kind, name in one.rules if kind} == written
    assert {name for one in found for _, name in one.rules} == written
    assert sum(len(one.examples) for one in found) == len(made.examples)


@pytest.mark.parametrize(("name", "clause"), CLAUSES, ids=named)
def test_a_clause_is_said_and_tested_or_it_is_told_why_not(name: str, clause: Clause) -> None:
    assert clause.status
    if clause.status in UNSAID:
        assert not clause.rules
        assert not clause.examples
    elif clause.examples or "To fill in" not in clause.notes:
        assert clause.breaking
        assert clause.keeping


@pytest.mark.parametrize(("name", "clause"), [(name, clause) for name, clause in CLAUSES if clause.examples], ids=named)
def test_the_tables_of_a_clause_decide_its_examples(name: str, clause: Clause) -> None:
    bare = tried(without(policy(name), clause.ids))
    assert any(bare[number].fault is not None for number in numbers(name, clause))


@pytest.mark.parametrize("name", SOURCED)
def test_every_clause_quotes_its_source_or_says_that_it_sums_it_up(name: str) -> None:
    for clause in clauses(starter(name)):
        assert clause.text.startswith(("Summary: ", "“"))
        assert clause.text.endswith((".", "。", "”"))


@pytest.mark.parametrize("name", STARTERS)
def test_no_label_is_misspelt(name: str) -> None:
    for line in starter(name).splitlines():
        if label := re.match(r"# ([A-Z][a-z ]{3,16}):", line):
            assert label[1] in LABELS


@pytest.mark.parametrize(("name", "day"), [("hangzhou-2014", "2026-12-09"), ("zhangjiajie-2022", "2026-12-14")])
def test_named_kinds_of_meeting_can_be_filled_in(name: str, day: str) -> None:
    text = starter(name).replace("scope.categories = [] ", 'scope.categories = ["全市性工作会议"] ')
    head, *_ = text.split("[[example]]")
    tables = [part.split("\n\n", 1)[1] if "\n\n" in part else "" for part in text.split("[[example]]")[1:]]
    asked = f"[[example]]\nstart = {day}T10:00:00\ntags = [{{}}]\nexpect = '{{}}'\n"
    other = asked.format("", "allow")
    named = asked.format('"全市性工作会议"', "review" if name == "hangzhou-2014" else "refuse")
    made = Policy.parse("\n".join([head, *tables, other, named]).encode())
    assert [one.fault for one in tried(made).values()] == [None, None]


def test_what_the_page_is_made_from() -> None:
    text = """
# Clause 1. “Short.” Summary: a meeting
# lasts an hour.
# In part: what
# is left.

# not of the clause
[[duration]]
at_most = 60

[[example]]
start = 2026-12-10T10:00:00
expect = "refuse"
rule = 1

# Clause 2. Summary: it begins at nine.
# Said by: 1
# Our choice: none.
"""
    one, two = clauses(text)
    assert one == Clause(
        1,
        "“Short.” Summary: a meeting lasts an hour.",
        {"In part": "what is left."},
        [("duration", "1")],
        one.examples,
    )
    assert (one.status, len(one.breaking), one.keeping) == ("in part", 1, [])
    assert (two.status, two.rules, two.notes) == ("said", [("", "1")], {"Our choice": "none."})
