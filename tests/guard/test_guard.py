# SPDX-License-Identifier: Apache-2.0
"""What every adapter does around a decision: it never raises, and says in words what was decided."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import icalendar
import pytest
from guard_making import MONDAY, NOW, OBSERVE, RATES, REFUSE, SKIP, TESTS, TUESDAY, WEDNESDAY, one
from hypothesis import given
from hypothesis import strategies as st

from meetcost.costing.rate_card import RateCard
from meetcost.errors import ConfigError
from meetcost.guard import guard as guard_module
from meetcost.guard.decide import Allow, Refuse, Rewrite
from meetcost.guard.guard import Guard
from meetcost.guard.journal import Journal
from meetcost.ics.strict import read_strict
from meetcost.invite import attach
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.history import History, Record

if TYPE_CHECKING:
    from pathlib import Path

    from meetcost.policy.policy import Policy

FILES = sorted((TESTS / "data" / "calendars").glob("*.ics")) + sorted((TESTS / "data" / "guard" / "ics").glob("*.ics"))
GUARD = Guard(REFUSE, lambda: NOW, RATES)


def chinese(policy: Policy) -> Policy:
    return replace(policy, disclosure=replace(policy.disclosure, language="zh"))


def failing(*_arguments: object, **_named: object) -> object:
    raise RuntimeError("a defect")


def test_a_decision_is_written_down(tmp_path: Path) -> None:
    guard = replace(GUARD, journal=Journal.open(tmp_path / "j"))
    assert isinstance(guard.decide(one(*TUESDAY)), Rewrite)
    assert isinstance(guard.decide(one(*WEDNESDAY)), Refuse)
    (line,) = (tmp_path / "j").read_text("utf-8").splitlines()
    assert json.loads(line)["outcome"] == "deny"


def test_a_journal_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j")
    (tmp_path / "j").mkdir()
    assert isinstance(replace(GUARD, journal=journal).decide(one(*WEDNESDAY)), Refuse)


def test_a_defect_refuses_and_where_a_policy_observes_it_lets_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_module, "decide", failing)
    decision = GUARD.decide(one(*TUESDAY))
    assert isinstance(decision, Refuse)
    assert decision.verdict.errors[0].code == "guard-failed"
    assert "a defect" not in GUARD.refusal(decision).reply.body.decode()  # it may hold what was typed
    assert isinstance(Guard(OBSERVE, lambda: NOW).decide(one(*TUESDAY)), Allow)


def test_a_refusal_without_proposals_is_one_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    decision = GUARD.decide(one(*WEDNESDAY))
    assert isinstance(decision, Refuse)
    assert "next" in GUARD.refusal(decision).reply.reason
    monkeypatch.setattr(guard_module, "instead", failing)
    assert GUARD.refusal(decision).reply.reason == "No-meeting day 2026-01-07"


def test_personal_rates_do_not_get_into_invites() -> None:
    card = b'name = "P"\ncurrency = "EUR"\nversion = "1"\npersonal = true\ndefault_band = "b"\n'
    card += b"bands.b.values.2026-01-01 = 30\n"
    with pytest.raises(ConfigError, match="personal"):
        Guard(REFUSE, lambda: NOW, RateCard.parse(card))


def test_it_speaks_the_language_of_its_policy() -> None:
    guard = Guard(chinese(REFUSE), lambda: NOW)
    decision = guard.decide(one(*WEDNESDAY))
    assert isinstance(decision, Refuse)
    assert "未保存" in guard.refusal(decision).reply.body.decode()
    assert "not saved" in GUARD.refusal(decision).reply.body.decode()
    assert guard.refusal(decision).notice != GUARD.refusal(decision).notice


@given(st.sampled_from(FILES), st.data())
def test_whatever_is_sent_there_is_an_answer(path: Path, data: st.DataObject) -> None:
    octets = path.read_bytes()[:60_000]
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(octets)))
        octets = octets[:at] + data.draw(st.binary(max_size=3)) + octets[at + data.draw(st.integers(0, 3)) :]
    for policy in (REFUSE, SKIP):
        guard = Guard(policy, lambda: NOW, RATES)
        decision = guard.decide(octets)
        if isinstance(decision, Refuse):
            assert all(problem.code != "guard-failed" for problem in decision.verdict.errors), decision.verdict.errors
            for spoken in (policy, chinese(policy)):
                refusal = Guard(spoken, lambda: NOW).refusal(decision)
                ET.fromstring(refusal.reply.body)
                assert read_strict(refusal.notice).refusals == ()
        elif isinstance(decision, Rewrite):
            icalendar.Calendar.from_ical(decision.octets)
            assert isinstance(guard.decide(decision.octets), Allow)


def test_a_series_is_proposed_to_move() -> None:
    decision = GUARD.decide(one(*MONDAY, "RRULE:FREQ=DAILY;COUNT=5"))
    assert isinstance(decision, Refuse)
    assert ET.fromstring(GUARD.refusal(decision).reply.body)[-1].text


def test_what_is_let_pass_is_recorded_when_it_is_stored(tmp_path: Path) -> None:
    """A server may still turn away what the guard let pass; then nothing has been exempted or skipped."""
    guard = Guard(SKIP, lambda: NOW, journal=Journal.open(tmp_path / "journal"))
    decision = guard.decide(one(*MONDAY, "RRULE:FREQ=DAILY;COUNT=5"))
    guard.settle(decision, stored=False)
    assert not (tmp_path / "journal").exists()
    guard.settle(decision, stored=True)
    assert '"outcome":"skip"' in (tmp_path / "journal").read_text("utf-8")


def test_what_was_measured_is_said_again_when_an_invite_is_rewritten() -> None:
    """As `attach --history` puts it there."""
    features = Features(Kind.SUMMARY, 60, 2, None, "en")
    (meeting,) = read_strict(one(*TUESDAY)).meetings
    history = History.of([Record(meeting.uid, "", date(2026, 1, 6), 910, features)])
    attached = attach(one(*TUESDAY), policy=REFUSE, rates=RATES, now=NOW, history=history)
    assert b"X-MEETCOST-PAPERWORK-MEASURED" in attached
    rewritten = replace(GUARD, history=lambda: history).decide(one(*TUESDAY))
    assert isinstance(rewritten, Rewrite)
    assert rewritten.octets == attached
    assert isinstance(replace(GUARD, history=lambda: history).decide(attached, attached), Allow)
