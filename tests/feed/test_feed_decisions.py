# SPDX-License-Identifier: Apache-2.0
"""The journal of the guard, counted."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.feed.decisions import refusals_of
from meetcost.feed.publication import Decided, RefusalCount
from meetcost.values.span import Span

JULY = Span(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC))


def line(**changes):
    record = {"at": "2026-07-03T09:00:00Z", "outcome": "deny", "rules": ["1"], "unit": "Finance", "exemption": ""}
    return json.dumps({**record, **changes}).encode() + b"\n"


def test_counted_by_rule_and_unit():
    journal = b"".join(
        [line(), line(), line(unit=""), line(rules=["1", "2"]), line(outcome="allow"), line(at="2026-08-01T00:00:00Z"),
         line(outcome="allow", exemption="emergency"), line(outcome="reject", rules=[]),
         line(at="2026-07-31T23:59:00+00:00")]
    )  # fmt: skip
    problems = []
    assert refusals_of(journal, JULY, problems) == (
        RefusalCount("", "Finance", Decided.UNREADABLE, 1),
        RefusalCount("1", "", Decided.REFUSED, 1),
        RefusalCount("1", "Finance", Decided.REFUSED, 4),
        RefusalCount("2", "Finance", Decided.REFUSED, 1),
        RefusalCount("emergency", "Finance", Decided.EXEMPTED, 1),
    )
    assert problems == []


def test_what_is_written_again_after_a_restart_counts_once():
    journal = b"".join(
        [line(id="a"), line(id="a", at="2026-07-04T09:00:00Z"), line(id="b"), line(id="a", rules=["1", "2"]),
         line(id="a", outcome="skip"), line(id=""), line(id="")]
    )  # fmt: skip
    assert refusals_of(journal, JULY, []) == (
        RefusalCount("1", "Finance", Decided.REFUSED, 4),
        RefusalCount("1", "Finance", Decided.SKIPPED, 1),
        RefusalCount("2", "Finance", Decided.REFUSED, 1),
    )


def test_what_a_policy_that_only_watches_would_have_refused():
    watched = {"outcome": "allow", "mode": "observe"}
    journal = b"".join(
        [
            line(**watched, would_be="deny"),
            line(**watched, would_be="skip"),
            line(**watched, would_be="allow", exemption="emergency"),
            line(outcome="error", would_be="error", rules=[]),
        ]
    )
    assert refusals_of(journal, JULY, []) == (
        RefusalCount("", "Finance", Decided.UNREADABLE, 1),
        RefusalCount("1", "Finance", Decided.OBSERVED, 1),
        RefusalCount("emergency", "Finance", Decided.EXEMPTED, 1),
    )


@pytest.mark.parametrize(
    "bad",
    [
        b"{\n",
        b"[]\n",
        b"1\n",
        b"\xff\n",
        line(at="2026-07-03"),
        line(at=3),
        line(outcome="denied"),
        line(rules="1"),
        b"[" * 90_000,
    ],
)
def test_a_line_that_is_none_is_told_with_its_number(bad):
    problems = []
    assert len(refusals_of(line() + bad, JULY, problems)) == 1
    assert [problem.line for problem in problems] == [2]


@given(st.binary(max_size=300))
def test_any_octets_give_counts_or_problems(octets):
    problems = []
    refusals_of(octets, JULY, problems)
    assert len(problems) <= octets.count(b"\n") + 1
