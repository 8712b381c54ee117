# SPDX-License-Identifier: Apache-2.0
"""Every guard case and bomb has the outcome that the reference policy wants, by the path that all doors take."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from guard_cases import CASES, GUARD, octets

from meetcost.assessment import check
from meetcost.model.verdict import Outcome
from meetcost.policy.policy import Policy

TESTS = Path(__file__).parents[1]
POLICY = Policy.load(TESTS / "reference-policy.toml")
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_no_case_is_lost() -> None:
    assert len([case for case in CASES if case["id"].startswith("G")]) == 119
    assert len([case for case in CASES if case["id"].startswith("B")]) == 32


@pytest.mark.parametrize("case", CASES, ids=[f"{case['id']} {case['description'][:40]}" for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    verdict, _ = check(octets(case), policy=POLICY, now=NOW)
    assert verdict.outcome in (case["expect"]["outcome"], *case.get("alt", ())), verdict.text()


def stored(name: str) -> bytes:
    return (GUARD / "ics" / f"{name}.ics").read_bytes()


def test_a_cancelled_wednesday_cannot_be_revived() -> None:
    cancelled = stored("G096")
    verdict, _ = check(cancelled.replace(b"STATUS:CANCELLED\r\n", b""), policy=POLICY, now=NOW, old=cancelled)
    assert verdict.outcome is Outcome.DENY


def test_a_reply_to_what_stands_on_a_wednesday_passes() -> None:
    standing = stored("G001")
    reply = standing.replace(b"ATTENDEE:mailto:bob", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob")
    assert reply != standing
    verdict, _ = check(reply, policy=POLICY, now=NOW, old=standing)
    assert verdict.outcome is Outcome.ALLOW


def test_people_cannot_be_added_to_a_private_wednesday() -> None:
    verdict, _ = check(stored("G001"), policy=POLICY, now=NOW, old=stored("G003"))
    assert verdict.outcome is Outcome.DENY
