# SPDX-License-Identifier: Apache-2.0
"""Outcomes under each mode, and the words in which a verdict is told."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po

import meetcost
from meetcost.errors import Problem
from meetcost.model.moment import Moment, local_seconds
from meetcost.model.occurrence import OccurrenceId
from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Bearing, Finding, Mode, Outcome, Skip, Verdict
from meetcost.model.zone import ZoneReading
from meetcost.values.citation import Citation

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = Phrase.of("every {weekday} is a no-meeting day", weekday=Phrase("Wednesday"))


def finding(
    day: date = date(2026, 12, 9), rule: str = "1", bearing: Bearing = Bearing.REFUSED, by: str = ""
) -> Finding:
    start = datetime(day.year, day.month, day.day, 10, tzinfo=BERLIN)
    return Finding(
        rule,
        OccurrenceId("u"),
        (day,),
        start,
        start.replace(hour=11),
        WEDNESDAY,
        Citation("house rules", "§ 3"),
        ZoneReading.NAME,
        bearing,
        by,
        datetime(2026, 12, 11, tzinfo=BERLIN) if by else None,
    )


def verdict(outcome: Outcome, *findings: Finding, **more: object) -> Verdict:
    return Verdict(outcome, findings=findings, title="Budget round", policy="Town Office 2026", **more)  # type: ignore[arg-type]


def test_a_refusal_says_what_why_under_which_rule_and_what_helps() -> None:
    hint = Phrase.of("{exemption}? Put {tag} in the title", exemption="emergency", tag="#emergency")
    told = verdict(Outcome.DENY, finding(), hints=(hint,))
    assert told.text(slots="Free for all 9: Thu 10 Dec 10:00, Fri 11 Dec 09:00.") == (
        "“Budget round” was not saved. Wed 9 Dec: every Wednesday is a no-meeting day (rule 1, Town Office 2026). "
        "Free for all 9: Thu 10 Dec 10:00, Fri 11 Dec 09:00. Emergency? Put #emergency in the title."
    )
    assert told.text("zh", slots="9人均有空:12月10日 10:00") == (
        "“Budget round”未保存。12月9日(周三)：每周三为无会日（第1条，Town Office 2026）。9人均有空:12月10日 10:00。"
        "属于“emergency”的，请在标题中加“#emergency”。"
    )


def test_many_days_are_told_by_the_first_three() -> None:
    days = [finding(date(2026, 12, day)) for day in (30, 23, 16, 9, 2)]
    assert "Wed 2 Dec, Wed 9 Dec, Wed 16 Dec and 2 more: every" in verdict(Outcome.DENY, *days).text()
    assert "12月2日(周三)、12月9日(周三)、12月16日(周三)等（另有2天）：每" in verdict(Outcome.DENY, *days).text("zh")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (verdict(Outcome.ALLOW), "“Budget round” is permitted."),
        (
            verdict(Outcome.ALLOW, finding(bearing=Bearing.EXEMPTED, by="emergency")),
            (
                "“Budget round” is permitted. Wed 9 Dec: every Wednesday is a no-meeting day (rule 1, "
                "Town Office 2026); exempt as `emergency`. To be confirmed by Fri 11 Dec 00:00."
            ),
        ),
        (
            verdict(Outcome.FLAG, finding(bearing=Bearing.LATER)),
            (
                "“Budget round” is let pass, though the policy cannot decide on it. Beyond the horizon: "
                "Wed 9 Dec 2026: every Wednesday is a no-meeting day (rule 1, Town Office 2026)."
            ),
        ),
        (
            verdict(Outcome.DENY, finding(rule="short weeks"), mode=Mode.OBSERVE),
            (
                "“Budget round” would have been refused. Wed 9 Dec: every Wednesday is a no-meeting day "
                "(rule “short weeks”, Town Office 2026)."
            ),
        ),
        (
            verdict(Outcome.REJECT, errors=(Problem("limit", "too many instances", 4, "RRULE"),)),
            "“Budget round” cannot be judged and was not saved. Line 4, RRULE: too many instances.",
        ),
    ],
)
def test_other_outcomes(told: Verdict, expected: str) -> None:
    assert told.text() == expected


def test_skips_are_told_and_hold_only_where_the_policy_refuses() -> None:
    skip = Skip(OccurrenceId("u"), Moment(local_seconds(date(2026, 12, 9)), "", True), date(2026, 12, 9))
    told = verdict(Outcome.ALLOW, finding(bearing=Bearing.SKIPPED), planned_skips=(skip,))
    assert told.skips == (skip,)
    assert told.text("zh").startswith("“Budget round”已跳过12月9日(周三)。")
    watched = verdict(Outcome.ALLOW, planned_skips=(skip,), mode=Mode.OBSERVE)
    assert watched.skips == ()
    assert watched.text() == "“Budget round” would leave out Wed 9 Dec."
    assert verdict(Outcome.DENY, planned_skips=(skip,)).skips == ()


@pytest.mark.parametrize(
    ("would_be", "mode", "outcome", "allowed"),
    [
        (Outcome.ALLOW, Mode.REFUSE, Outcome.ALLOW, True),
        (Outcome.FLAG, Mode.REFUSE, Outcome.FLAG, True),
        (Outcome.DENY, Mode.REFUSE, Outcome.DENY, False),
        (Outcome.ERROR, Mode.REFUSE, Outcome.ERROR, False),
        (Outcome.REJECT, Mode.REFUSE, Outcome.REJECT, False),
        (Outcome.DENY, Mode.OBSERVE, Outcome.ALLOW, True),
        (Outcome.ERROR, Mode.OBSERVE, Outcome.ERROR, True),
        (Outcome.REJECT, Mode.OBSERVE, Outcome.REJECT, False),
    ],
)
def test_what_a_mode_makes_of_a_decision(would_be: Outcome, mode: Mode, outcome: Outcome, allowed: bool) -> None:
    told = Verdict(would_be, mode)
    assert (told.outcome, told.allowed) == (outcome, allowed)


def test_a_record_is_plain_json() -> None:
    record = json.loads(json.dumps(finding().record()))
    assert record["rule"] == "1"
    assert record["instance"] == "-/u"
    assert record["reason"] == "Wed 9 Dec: every Wednesday is a no-meeting day (rule 1)"
    assert record["source"] == "house rules, § 3"
    assert (record["starts"], record["days"]) == ("2026-12-09T10:00:00+01:00", ["2026-12-09"])


def test_findings_are_chosen_by_their_bearing() -> None:
    told = verdict(Outcome.DENY, finding(), finding(bearing=Bearing.PAST))
    assert [one.bearing for one in told.bearing(Bearing.PAST, Bearing.KEPT)] == [Bearing.PAST]


def test_every_sentence_of_rules_policies_and_verdicts_has_its_chinese() -> None:
    package = Path(meetcost.__file__).parent
    catalogue = {}
    for path in (package / "words" / "zh_CN").glob("*.po"):
        with path.open("rb") as file:
            catalogue |= {str(message.id): str(message.string) for message in read_po(file) if message.id}
    sources = [package / "model" / "verdict.py", *(package / "rules").glob("*.py"), *(package / "policy").glob("*.py")]
    said = set()
    for source in sources:
        text = source.read_text("utf-8")
        said.update(re.findall(r'(?:Phrase(?:\.of)?|say)\(\s*"([^"]+)"', text))
        said.update(re.findall(r'template = "([^"]+)"', text))
        said.update(re.findall(r'^    Bearing\.\w+: "([^"]*[a-z]{3} [^"]*)"', text, re.MULTILINE))
    assert len(said) > 30
    assert said - set(catalogue) == set()
    for template in said:
        assert set(re.findall(r"\{\w+\}", catalogue[template])) == set(re.findall(r"\{\w+\}", template)), template
