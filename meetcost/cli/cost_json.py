# SPDX-License-Identifier: Apache-2.0
"""One meeting with its cost as a JSON object. Hours and money are text, so that nothing is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from meetcost.cli.cheaper import cheaper
from meetcost.costing.attendance import attendance, own_seconds
from meetcost.costing.choices import CostChoices
from meetcost.errors import CalendarError
from meetcost.model.directory import Directory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.assessment import Assessment
    from meetcost.costing.series import SeriesCost
    from meetcost.errors import Problem
    from meetcost.model.cost import Assumption, Cost, CostLine
    from meetcost.paperwork.forecast import Estimate, Forecast, Interval
    from meetcost.values.citation import Citation
    from meetcost.values.money import Money
    from meetcost.values.person_hours import PersonHours
    from meetcost.words.say import Language


def cost_object(
    file: str, found: Assessment, problems: Iterable[Problem], language: Language, *, judged: bool
) -> dict[str, Any]:
    """Everything that is known of the cost of one meeting."""
    meeting, one = found.meeting, found.cost
    value: dict[str, Any] = {
        "file": file,
        "uid": meeting.uid,
        "summary": meeting.title,
        "start": iso(meeting.start),
        "end": iso(meeting.end),
        "all_day": meeting.all_day,
        "minutes": own_seconds(meeting) // 60,
        "people": people_of(found),
        **hours(one.hours),
        "cost": money(one.total),
        "time": money(one.time),
        "cash": money(one.cash),
        "rate_card": str(one.rate_card) if one.rate_card is not None else None,
        "method": str(one.method),
        "private": one.private,
        "lines": [_line(line, language) for line in one.lines],
        "called_by": one.called_by or None,
        "borne_by": [
            {"unit": unit or None, **hours(borne.hours), "cost": money(borne.money)}
            for unit, borne in one.borne_by.items()
        ],
        "assumptions": [_assumption(assumption, language) for assumption in one.assumptions],
        "paperwork": forecast_object(found.paperwork, language),
        "cheaper": [
            {
                "minutes": change.minutes,
                "without": list(change.addresses) or None,
                "saves": {**hours(change.saved.hours), "cost": money(change.saved.total)},
            }
            for change in cheaper(found)
        ],
    }
    told = [{"problem": str(problem), "line": problem.line, "code": problem.code} for problem in problems]
    try:
        value["series"] = _series(found, found.series)
    except CalendarError as error:
        value["series"] = None
        told.append({"problem": str(error), "line": error.problem.line, "code": error.problem.code})
    if judged:
        value["outcome"], value["verdict"] = str(found.verdict.outcome), found.verdict.text(language)
    value["problems"] = told
    return value


def people_of(found: Assessment) -> int:
    """Heads that are counted."""
    policy = found.policy
    directory = policy.directory if policy is not None else Directory()
    choices = policy.cost_choices if policy is not None else CostChoices()
    return attendance(found.meeting, directory, choices).people


def hours(value: PersonHours) -> dict[str, Any]:
    """Person-hours to two decimals, and the exact seconds."""
    return {"person_hours": f"{value.hours:f}", "person_seconds": value.seconds}


def money(value: Money | None) -> dict[str, str] | None:
    """Amount and currency."""
    return {"amount": f"{value.amount:f}", "currency": value.currency} if value is not None else None


def iso(value: datetime | date) -> str:
    """UTC with Z for a zoned time, no offset for a floating one, a date for a whole day."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return value.isoformat()


def source_object(source: Citation | None) -> dict[str, str] | None:
    """The parts of a citation that are there; None without any."""
    if source is None:
        return None
    parts = {name: getattr(source, name) for name in ("title", "locator", "published", "url", "quote")}
    return {name: text for name, text in parts.items() if text} or None


def forecast_object(found: Forecast, language: Language = "en") -> dict[str, Any]:
    """Lengths and hours with their intervals, to the two digits that they can carry."""
    features = found.features
    estimates = (found.length, found.writing, found.reading, found.reporting, found.total)
    cited = {citation: None for one in estimates if one is not None for citation in one.citations}
    return {
        "basis": [line.text(language) for line in found.basis],
        "own_records": found.records,
        "kind": features.kind.value,
        "minutes": features.minutes,
        "attendees": features.attendees,
        "agenda_items": features.agenda_items,
        "language": features.language,
        "written": round(found.written, 2),
        "length": _estimate(found.length),
        "writing": _estimate(found.writing),
        "reading": _estimate(found.reading),
        "reporting": _estimate(found.reporting),
        "total": _estimate(found.total),
        "sources": [source_object(citation) for citation in cited],
    }


def _line(line: CostLine, language: Language) -> dict[str, Any]:
    return {
        "kind": line.kind.value,
        "nature": line.nature.value,
        "unit": line.unit or None,
        "person_hours": f"{line.hours.hours:f}" if line.hours is not None else None,
        "person_seconds": line.hours.seconds if line.hours is not None else None,
        "cost": money(line.money),
        "interval": [f"{end.hours:f}" for end in line.interval] if line.interval is not None else None,
        "steps": [step.text(language) for step in line.steps],
    }


def _assumption(assumption: Assumption, language: Language) -> dict[str, Any]:
    return {
        "code": assumption.code,
        "text": assumption.text(language),
        "source": source_object(assumption.citation),
    }


def _series(found: Assessment, series: SeriesCost | None) -> dict[str, Any] | None:
    if series is None:
        return None
    return {
        "from": iso(found.now),
        "days": 365,
        **_several(series.cost),
        "by_year": {str(year): _several(one) for year, one in series.by_year.items()},
    }


def _several(one: Cost) -> dict[str, Any]:
    return {"occurrences": one.occurrences, **hours(one.hours), "cost": money(one.total)}


def _estimate(one: Estimate | None) -> dict[str, Any] | None:
    if one is None:
        return None
    shown = one.rounded()
    return {
        "median": shown.median,
        "interval_50": _interval(shown.interval_50),
        "interval_80": _interval(shown.interval_80),
        "interval_95": _interval(shown.interval_95),
        "unit": shown.unit,
        "tag": shown.tag.value,
        "figures": [str(used) for used in shown.figures],
    }


def _interval(one: Interval) -> list[float]:
    return [one.low, one.high]
