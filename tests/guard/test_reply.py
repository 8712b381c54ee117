# SPDX-License-Identifier: Apache-2.0
"""What a refused program gets: a status line and XML that nothing typed into a calendar can break."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from guard_making import MONDAY, NOW, REFUSE, WEDNESDAY, decided, one
from hypothesis import given
from hypothesis import strategies as st

from meetcost.errors import Problem
from meetcost.guard.decide import Refuse
from meetcost.guard.reply import Reply, malformed, refusal, text_of
from meetcost.model.meeting import Meeting
from meetcost.model.verdict import Outcome, Verdict
from meetcost.schedule.instead import Instead, instead

DAV, CALDAV, OURS = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{urn:meetcost:guard}"
CONTROLS = ["\x00\x0b\x1f", "\u202egnp.exe", "\ud800", "\ufffe\uffff", "a\r\nSet-Cookie: b", "\x85\u2028"]
NASTY = st.text(max_size=300) | st.sampled_from([*CONTROLS, "]]>", "<!--", "&amp;&#0;", "x" * 10**5])


def refused(*lines: str) -> Refuse:
    decision = decided(one(*lines))
    assert isinstance(decision, Refuse)
    return decision


def read(reply: Reply) -> ET.Element:
    """As a program reads it."""
    assert reply.status == 403
    assert reply.reason.isascii()
    assert reply.reason.isprintable()
    assert 0 < len(reply.reason) <= 120
    assert dict(reply.headers)["Content-Length"] == str(len(reply.body))
    root = ET.fromstring(reply.body)
    assert root.tag == f"{DAV}error"
    return root


def test_a_banned_day_is_named_with_the_next_permitted_time() -> None:
    refuse = refused(*WEDNESDAY)
    found = instead(refuse.meetings[0], policy=REFUSE, now=NOW)
    reply = refusal(refuse, found)
    assert reply.status_line == "403 No-meeting day 2026-01-07, next 2026-01-08 09:00"
    day, text = read(reply)
    assert day.tag == f"{OURS}no-meeting-day"
    assert day.attrib == {
        "date": "2026-01-07",
        "rule": "1",
        "policy": "reference policy",
        "next": "2026-01-08T09:00:00+01:00",
    }
    assert day.text is None
    assert text.tag == f"{DAV}responsedescription"
    assert text.text == text_of(refuse, found)
    assert text.text.startswith("“Budget round” was not saved. Wed 7 Jan: every Wednesday is a no-meeting day")


def test_the_same_in_chinese() -> None:
    reply = refusal(refused(*WEDNESDAY), Instead(), "zh")
    assert reply.reason == "No-meeting day 2026-01-07"
    assert "“Budget round”未保存" in (read(reply)[-1].text or "")


def test_several_days_are_counted_and_named_once_each() -> None:
    reply = refusal(refused(*MONDAY, "RRULE:FREQ=DAILY;COUNT=30"), Instead())
    assert reply.reason == "No-meeting day 2026-01-07 and 3 more"
    assert [day.get("date") for day in read(reply)[:-1]] == ["2026-01-07", "2026-01-14", "2026-01-21", "2026-01-28"]
    many = refusal(refused(*MONDAY, "RRULE:FREQ=DAILY;COUNT=900"), Instead())
    assert len(read(many)) == 51


@pytest.mark.parametrize(
    ("octets", "precondition"),
    [
        (b"nothing", "valid-calendar-data"),
        (one("DTSTART:soon"), "valid-calendar-data"),
        (one(*MONDAY, "RRULE:FREQ=DAILY;COUNT=20000"), "max-instances"),
        (one(*MONDAY, *["X-PAD:" + "x" * 1000] * 1100), "max-resource-size"),
        (
            one(*MONDAY, *[f"ATTENDEE:mailto:{number}@example.test" for number in range(1100)]),
            "max-attendees-per-instance",
        ),
    ],
)
def test_what_cannot_be_judged_has_its_precondition(octets: bytes, precondition: str) -> None:
    decision = decided(octets)
    assert isinstance(decision, Refuse)
    root = read(refusal(decision, Instead()))
    assert root[0].tag == f"{CALDAV}{precondition}"


@given(title=NASTY, policy=NASTY, message=NASTY, outcome=st.sampled_from([Outcome.REJECT, Outcome.ERROR, Outcome.DENY]))
def test_nothing_typed_breaks_it(title: str, policy: str, message: str, outcome: Outcome) -> None:
    problem = Problem("limit", message, 1, title, title, message)
    verdict = Verdict(outcome, errors=(problem,), title=title, policy=policy)
    meeting = Meeting(title=title, start=datetime(2026, 1, 7, 9, tzinfo=UTC), description=message)
    for language in ("en", "zh"):
        reply = refusal(Refuse(verdict, (meeting,)), Instead(), language)
        text = read(reply)[-1].text or ""
        assert len(text) <= 4000
        assert not {"\u202e", "\u2066", "\x00", "\ud800"} & set(text)


@given(title=NASTY, policy=NASTY)
def test_nothing_typed_breaks_the_attributes(title: str, policy: str) -> None:
    decision = refused(*WEDNESDAY)
    findings = tuple(replace(found, rule=policy) for found in decision.verdict.findings)
    verdict = Verdict(Outcome.DENY, findings=findings, title=title, policy=policy)
    read(refusal(Refuse(verdict, decision.meetings), Instead()))


def test_spaces_of_any_kind_stay_spaces() -> None:
    verdict = Verdict(Outcome.REJECT, title="预算　讨论\u00a0会")
    assert "“预算 讨论 会”" in (read(refusal(Refuse(verdict), Instead()))[-1].text or "")


def test_a_request_that_is_not_looked_at() -> None:
    reply = malformed("The body is shorter than its Content-Length")
    assert reply.status_line == "400 The body is shorter than its Content-Length"
    assert ET.fromstring(reply.body)[0].tag == f"{CALDAV}valid-calendar-data"
    assert malformed("a\r\nb: c").reason == "a??b: c"


def test_a_request_that_is_not_looked_at_is_told_in_the_guards_language() -> None:
    reply = malformed("Too large", 413, "max-resource-size")
    spoken = reply.said_in("zh")
    unmet, text = ET.fromstring(spoken.body)
    assert (spoken.status_line, unmet.tag, text.text) == ("413 Too large", f"{CALDAV}max-resource-size", "内容过大")
    assert dict(spoken.headers)["Content-Length"] == str(len(spoken.body))
    assert reply.said_in("en") == reply
    foreign = Reply(403, "Too large", (), b"Too large")
    assert foreign.said_in("zh") == foreign
