# SPDX-License-Identifier: Apache-2.0
"""The documentation of every rule is run: the bad invite is refused by it, the mended one passes."""

from __future__ import annotations

import re

import pytest
from rule_cases import WRITTEN, answered, judged, policy

from meetcost.model.verdict import Bearing, Outcome
from meetcost.policy.clauses import DAY_KINDS, REQUIREMENT_KINDS
from meetcost.policy.policy import Policy
from meetcost.rules.catalogue.form import Documentation, invite
from meetcost.rules.catalogue.index import CATALOGUE

EACH = pytest.mark.parametrize("doc", CATALOGUE, ids=[doc.table for doc in CATALOGUE])


def test_every_rule_of_a_policy_is_documented_once_and_in_its_order() -> None:
    assert [doc.table for doc in CATALOGUE] == [*DAY_KINDS, *REQUIREMENT_KINDS]


@EACH
def test_the_bad_invite_is_not_stored_and_the_mended_one_is(doc: Documentation) -> None:
    rules = policy(doc.clause)
    bad = judged(invite(doc.bad).encode(), rules)
    assert bad.outcome is Outcome.DENY, bad.text()
    assert bad.findings
    assert all(finding.bearing in (Bearing.REFUSED, Bearing.REVIEW) for finding in bad.findings)
    mended = judged(invite(doc.mended).encode(), rules)
    assert mended.outcome is Outcome.ALLOW, mended.text()
    assert not mended.findings


@EACH
def test_what_stands_may_be_answered_and_renamed(doc: Documentation) -> None:
    rules, bad = policy(doc.clause), invite(doc.bad).encode()
    if b"ATTENDEE:mailto:bob" in bad:
        assert judged(answered(bad), rules, old=bad).allowed
        assert judged(answered(bad, partstat="DECLINED"), rules, old=bad).allowed
    renamed = re.sub(b"SUMMARY:", b"SUMMARY:New ", bad)
    verdict = judged(renamed, rules, old=bad)
    assert verdict.allowed, verdict.text()
    assert verdict.bearing(Bearing.KEPT)


@EACH
def test_a_warning_refuses_nothing_and_is_told(doc: Documentation) -> None:
    verdict = judged(invite(doc.bad).encode(), acting(doc, "warn"))
    assert verdict.outcome is Outcome.ALLOW
    assert {finding.bearing for finding in verdict.findings} == {Bearing.WARNED}
    assert "recorded, not refused" in verdict.text()


@EACH
def test_a_review_is_refused_and_says_who_reviews(doc: Documentation) -> None:
    verdict = judged(invite(doc.bad).encode(), acting(doc, "review"))
    assert verdict.outcome is Outcome.DENY
    assert {(finding.bearing, finding.reviewer) for finding in verdict.findings} == {(Bearing.REVIEW, "unit:Office")}
    assert "not allowed until Office has approved it" in verdict.text()
    assert "须经Office审核批准后方可召开" in verdict.text("zh")


@pytest.mark.parametrize("doc", [one for one in CATALOGUE if one.table != "series_end"], ids=lambda doc: doc.table)
def test_what_is_over_is_never_refused(doc: Documentation) -> None:
    later = WRITTEN.replace(year=2028)
    assert judged(invite(doc.bad).encode(), policy(doc.clause), now=later).outcome is Outcome.ALLOW


@EACH
def test_a_cancelled_meeting_breaks_nothing(doc: Documentation) -> None:
    assert judged(invite((*doc.bad, "STATUS:CANCELLED")).encode(), policy(doc.clause)).outcome is Outcome.ALLOW


@EACH
def test_the_schema_says_what_the_documentation_says(doc: Documentation) -> None:
    schema = Policy.json_schema()
    table = schema["$defs"][schema["properties"][doc.table]["items"]["$ref"].rsplit("/", 1)[-1]]
    assert table["description"] == f"{doc.what} {doc.why}"


@pytest.mark.parametrize("doc", [doc for doc in CATALOGUE if doc.table in REQUIREMENT_KINDS], ids=lambda doc: doc.table)
def test_the_rule_and_its_breach_are_told_in_both_languages(doc: Documentation) -> None:
    rules = policy(doc.clause)
    verdict = judged(invite(doc.bad).encode(), rules)
    told = [phrase.text("zh") for one in rules.rules.requirements for phrase in one.told()]
    assert all(re.search("[\u4e00-\u9fff]", text) for text in (*told, verdict.findings[0].reason.text("zh")))
    assert all(one.brief.isascii() and 0 < len(one.brief) <= 70 for one in verdict.findings)


def acting(doc: Documentation, action: str) -> Policy:
    """The clause with another action."""
    line = f'action = "{action}"\nreviewer = "unit:Office"\n'
    bare = re.sub(r"^(action|reviewer) = .*\n", "", doc.clause, flags=re.MULTILINE)
    return policy(re.sub(rf"^(\[\[{doc.table}\]\]\n)", rf"\1{line}", bare, flags=re.MULTILINE))
