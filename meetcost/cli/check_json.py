# SPDX-License-Identifier: Apache-2.0
"""A verdict as a JSON object."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from meetcost.cli.cost_json import source_object
from meetcost.cli.stamps import local_text
from meetcost.model.verdict import Outcome
from meetcost.words.sentence import said

if TYPE_CHECKING:
    from datetime import datetime

    from meetcost.errors import Problem
    from meetcost.model.meeting import Meeting
    from meetcost.model.moment import Moment
    from meetcost.model.verdict import Finding, Verdict
    from meetcost.schedule.instead import Instead
    from meetcost.words.say import Language


def verdict_object(
    file: str, verdict: Verdict, meetings: tuple[Meeting, ...], instead: Instead, language: Language
) -> dict[str, Any]:
    """What is decided on one object, everything that it rests on, and when it could begin instead."""
    value: dict[str, Any] = {
        "file": file,
        "uid": meetings[0].uid if meetings else None,
        "outcome": verdict.outcome.value,
        "findings": [finding_object(finding, language) for finding in verdict.findings],
        "summary": verdict.title,
        "text": verdict.text(language),
        "policy": verdict.policy,
        "mode": verdict.mode.value,
        "would_be": verdict.would_be.value,
        "skips": [moment_text(skip.exdate) for skip in verdict.planned_skips],
        "instead": _starts(instead),
        "problems": [_problem(problem) for problem in verdict.errors],
    }
    return value


def _starts(instead: Instead) -> list[str]:
    """In the zone of the policy; of a series the one that it could be moved to as a whole."""
    if instead.series is not None:
        return [instead.series.start.isoformat()]
    return [slot.start.isoformat() for slot in instead.slots]


def unreadable_object(file: str, problem: Problem, language: Language) -> dict[str, Any]:
    """What can be said of a file that cannot be opened."""
    return {
        "file": file,
        "uid": None,
        "outcome": Outcome.ERROR.value,
        "findings": [],
        "text": said(problem.message, language),
        "problems": [_problem(problem)],
    }


def finding_object(finding: Finding, language: Language) -> dict[str, Any]:
    """One rule met by one instance. `instance` is the original start, null for a meeting that does not recur."""
    original = finding.instance.recurrence_id
    value: dict[str, Any] = {
        "rule": finding.rule,
        "instance": moment_text(original) if original is not None else None,
        "reason": finding.reason.text(language),
        "source": source_object(finding.source),
        "bearing": finding.bearing.value,
        "days": [day.isoformat() for day in finding.days],
        "start": _utc(finding.starts),
        "end": _utc(finding.ends),
        "reading": finding.reading.value,
    }
    if finding.exempted_by:
        value["exempted_by"] = finding.exempted_by
    if finding.kind:
        value["kind"] = finding.kind
    if finding.reviewer:
        value["reviewer"] = finding.reviewer
    if finding.waiver is not None:
        value["waiver"] = finding.waiver.id
    if finding.confirm_by is not None:
        value["confirm_by"] = _utc(finding.confirm_by)
    return value


def moment_text(moment: Moment) -> str:
    """ISO 8601, as in `expand`: UTC with Z, no offset for a floating time, a date."""
    if moment.is_date:
        return moment.day.isoformat()
    return f"{local_text(moment.local)}{'Z' if moment.zone == 'Z' else ''}"


def _utc(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _problem(problem: Problem) -> dict[str, Any]:
    value = {"problem": problem.message, "line": problem.line, "code": problem.code}
    return {**value, "advice": problem.advice} if problem.advice else value
