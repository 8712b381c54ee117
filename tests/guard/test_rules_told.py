# SPDX-License-Identifier: Apache-2.0
"""What a calendar program gets of rules that ban no days: the phrase, the elements, times that keep the rules."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from meetcost.guard.decide import Allow, Context, Refuse, decide
from meetcost.guard.journal import record, worth_telling
from meetcost.guard.reply import NAMESPACE, refusal
from meetcost.model.verdict import Bearing
from meetcost.policy.policy import Policy
from meetcost.rules.catalogue.form import HEAD, Documentation, invite
from meetcost.rules.catalogue.index import CATALOGUE
from meetcost.schedule.instead import instead

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


def context(clause: str) -> Context:
    return Context(Policy.parse(f"{HEAD}\n{clause}".encode()), NOW)


def decided(lines: tuple[str, ...], by: Context, old: bytes | None = None) -> Allow | Refuse:
    decision = decide(invite(lines).encode(), old, by)
    assert isinstance(decision, Allow | Refuse), decision
    return decision


LATE = ("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261203T180000", "DURATION:PT3H")
REQUIREMENTS = [doc for doc in CATALOGUE if "no_meeting" not in doc.table and doc.table != "blackout"]


@pytest.mark.parametrize("doc", REQUIREMENTS, ids=lambda doc: doc.table)
def test_the_answer_has_a_short_phrase_and_one_element_a_rule(doc: Documentation) -> None:
    by = context(doc.clause)
    refuse = decided(doc.bad, by)
    assert isinstance(refuse, Refuse)
    found = instead(refuse.meetings[0], policy=by.policy, now=NOW)
    reply = refusal(refuse, found, "zh")
    assert reply.status == 403
    brief = refuse.verdict.findings[0].brief
    assert reply.reason.startswith(brief)
    assert reply.reason.isascii()
    elements = ET.fromstring(reply.body).findall(f"{{{NAMESPACE}}}rule-broken")
    assert [one.attrib["kind"] for one in elements] == [doc.table]
    assert elements[0].attrib["said"] == brief
    review = refuse.verdict.findings[0].bearing is Bearing.REVIEW
    assert elements[0].attrib.get("reviewer") == ("unit:Office" if review else None)


def test_the_phrase_of_a_long_meeting() -> None:
    refuse = decided(LATE, context("[[duration]]\nat_most = 120\n"))
    assert isinstance(refuse, Refuse)
    reply = refusal(refuse, instead(refuse.meetings[0], policy=context("").policy, now=NOW))
    assert reply.reason == "Too long: 180 min, at most 120"  # no other time would help
    assert b"next=" not in reply.body
    assert b"Permitted:" not in reply.body


def test_a_banned_day_outranks_the_others_in_the_phrase() -> None:
    refuse = decided(LATE, context("[[duration]]\nat_most = 1\n[[no_meeting_day]]\nweekdays = ['thursday']\n"))
    assert isinstance(refuse, Refuse)
    reply = refusal(refuse, instead(refuse.meetings[0], policy=context("").policy, now=NOW))
    assert reply.reason.startswith("No-meeting day 2026-12-03")
    assert reply.body.count(b"<M:") == 2


def test_a_warning_is_allowed_and_on_record() -> None:
    by = context("[[duration]]\nat_most = 120\naction = 'warn'\n[disclosure]\nattach = false\n")
    allowed = decided(LATE, by)
    assert isinstance(allowed, Allow)
    assert worth_telling(allowed)
    line = record(allowed, by, key=b"k")
    assert (line["outcome"], line["rules"], line["reasons"]) == ("allow", ["1"], ["lasts 3 h, at most 2 h"])


TIMES = """
[[hours]]
start = "10:00"
end = "16:00"
breaks = [{ start = "12:00", end = "13:00" }]

[[window]]
minutes_over = 60
days = ["tuesday"]

[[notice]]
at_least = "5 working days"

[[blackout]]
dates = [2026-12-08]
"""


@pytest.mark.parametrize(
    ("lines", "first"),
    [
        (LATE, "2026-12-15 13:00"),  # three hours: a Tuesday, after the break, five working days from now, no blackout
        ((*LATE[:2], "DURATION:PT1H"), "2026-12-09 10:00"),
        ((*LATE[:2], "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2"), "2026-12-09 10:00"),
        (("SUMMARY:x", "DTSTART;TZID=Europe/Berlin:20261217T180000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2"),
         "2026-12-17 10:00"),
    ],
)  # fmt: skip
def test_no_time_is_proposed_that_would_be_refused(lines: tuple[str, ...], first: str) -> None:
    by = context(TIMES)
    refuse = decided(lines, by)
    assert isinstance(refuse, Refuse)
    found = instead(refuse.meetings[0], policy=by.policy, now=NOW)
    assert found.first is not None
    assert f"{found.first:%Y-%m-%d %H:%M}" == first
    for slot in found.slots:
        moved = (lines[0], f"DTSTART:{slot.start.astimezone(UTC):%Y%m%dT%H%M%SZ}", *lines[2:])
        assert not isinstance(decide(invite(moved).encode(), None, by), Refuse)


def test_it_says_so_where_no_time_keeps_all_rules() -> None:
    by = context('[[hours]]\nstart = "10:00"\nend = "12:00"\n')
    refuse = decided(LATE, by)
    assert isinstance(refuse, Refuse)
    found = instead(refuse.meetings[0], policy=by.policy, now=NOW)
    assert "there is no time that all rules permit" in found.text()
    assert "没有符合全部规定的时间" in found.text("zh")
