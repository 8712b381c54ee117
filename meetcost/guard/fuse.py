# SPDX-License-Identifier: Apache-2.0
"""What a quota without room means for a decision: pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from meetcost.guard.decide import Refuse
from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Action, Bearing, Outcome
from meetcost.quotas.told import finding, reason

if TYPE_CHECKING:
    from meetcost.guard.decide import Allow, Decision, Rewrite
    from meetcost.policy.policy import Policy
    from meetcost.quotas.taken import Held


def with_quotas(decision: Allow | Rewrite, held: Held, policy: Policy) -> Decision:
    """The decision with what the quotas say: a refusal where one of them has no room and no waiver covers it."""
    verdict = decision.verdict
    findings, notes = list(verdict.findings), list(verdict.notes)
    denied = []
    for one in held.spent:
        if one.waiver:
            findings.append(finding(one, policy, Bearing.WAIVED))
        elif one.taken.quota.action is Action.WARN:
            notes.append(reason(one))
        else:
            review = one.taken.quota.action is Action.REVIEW
            findings.append(finding(one, policy, Bearing.REVIEW if review else Bearing.REFUSED))
            denied.append(one)
    if held.spent:
        verdict = replace(verdict, findings=tuple(findings), notes=tuple(notes))
    if denied:
        ask = Phrase("a level above can approve it: ask for a waiver")
        verdict = replace(verdict, would_be=Outcome.DENY, hints=(*verdict.hints, ask))
    if any(one.enforced for one in denied):
        return Refuse(verdict, decision.meetings, tuple(denied))
    return replace(decision, verdict=verdict, operation=held.operation)
