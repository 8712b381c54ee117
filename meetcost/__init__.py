# SPDX-License-Identifier: Apache-2.0
"""What a meeting costs, whether it may take place, and when instead."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from meetcost.assessment import Assessment, assess, check
    from meetcost.costing.explain import explain
    from meetcost.costing.price import price
    from meetcost.costing.rate_card import RateCard
    from meetcost.costing.what_if import what_if
    from meetcost.disclosure.state import Audience, Disclosure
    from meetcost.errors import CalendarError, ConfigError, LimitError, MeetcostError, MoneyError, Problem, UsageError
    from meetcost.ics.expand import expand
    from meetcost.ics.objects import to_calendar
    from meetcost.ics.read import Reading, read, read_one, read_stream
    from meetcost.invite import attach, detach
    from meetcost.model.attendee import Attendee
    from meetcost.model.cost import Cost
    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence, OccurrenceId
    from meetcost.model.verdict import Verdict
    from meetcost.paperwork.forecast import forecast
    from meetcost.policy.policy import Policy
    from meetcost.schedule.slots import Slot, find_slots
    from meetcost.values.money import Money
    from meetcost.values.rate import Rate
    from meetcost.values.span import Span

__all__ = [
    "Assessment",
    "Attendee",
    "Audience",
    "CalendarError",
    "ConfigError",
    "Cost",
    "Directory",
    "Disclosure",
    "LimitError",
    "MeetcostError",
    "Meeting",
    "Money",
    "MoneyError",
    "Occurrence",
    "OccurrenceId",
    "Policy",
    "Problem",
    "Rate",
    "RateCard",
    "Reading",
    "Slot",
    "Span",
    "UsageError",
    "Verdict",
    "assess",
    "attach",
    "check",
    "detach",
    "expand",
    "explain",
    "find_slots",
    "forecast",
    "price",
    "read",
    "read_one",
    "read_stream",
    "to_calendar",
    "what_if",
]

__version__ = "0.1.0"

_HOME = {
    "assessment": "assess Assessment check",
    "costing.explain": "explain",
    "costing.price": "price",
    "costing.rate_card": "RateCard",
    "costing.what_if": "what_if",
    "disclosure.state": "Audience Disclosure",
    "errors": "CalendarError ConfigError LimitError MeetcostError MoneyError Problem UsageError",
    "ics.expand": "expand",
    "ics.objects": "to_calendar",
    "invite": "attach detach",
    "ics.read": "Reading read read_one read_stream",
    "model.attendee": "Attendee",
    "model.cost": "Cost",
    "model.directory": "Directory",
    "model.meeting": "Meeting",
    "model.occurrence": "Occurrence OccurrenceId",
    "model.verdict": "Verdict",
    "paperwork.forecast": "forecast",
    "policy.policy": "Policy",
    "schedule.slots": "Slot find_slots",
    "values.money": "Money",
    "values.rate": "Rate",
    "values.span": "Span",
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Each name is imported when it is first asked for: `import meetcost` costs next to nothing."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'meetcost' has no attribute {name!r}")
    value = getattr(import_module(f"meetcost.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
