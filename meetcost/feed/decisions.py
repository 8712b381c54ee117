# SPDX-License-Identifier: Apache-2.0
"""The journal of a guard (JSON Lines), counted by rule and unit.

One object a line: `at` (ISO 8601 instant with an offset), `outcome` (deny, allow, reject, error, flag, skip, observe),
`would_be` (what a policy that refuses would have done, may be missing), `rules` (ids), `unit` (may be empty),
`exemption` (a class, or empty), `id` (which object it was, may be missing). Other keys are for others.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from meetcost.errors import Problem
from meetcost.feed.publication import Decided, RefusalCount
from meetcost.feed.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.values.span import Span

_OUTCOMES: Final = {
    "deny": Decided.REFUSED,
    "observe": Decided.OBSERVED,
    "skip": Decided.SKIPPED,
    "flag": Decided.FLAGGED,
    "reject": Decided.UNREADABLE,
    "error": Decided.UNREADABLE,
}

_REFUSALS: Final = ("deny", "reject")


def refusals_of(octets: bytes, window: Span, problems: list[Problem]) -> tuple[RefusalCount, ...]:
    """What was decided in `window`. A decision by several rules counts for each of them.

    The same one on the same object counts once: each process of a guard writes it down, and again when it starts anew.
    A line that cannot be read is told in `problems` and left out.
    """
    counting = Counting(window)
    for number, line in enumerate(octets.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            counting.add(record, str(record.get("id") or "") or number)
        except (ValueError, TypeError, AttributeError, RecursionError):
            message = "is no decision: an object with `at`, an instant with its offset, and `outcome`"
            problems.append(Problem("decision", message, number))
    return counting.found()


class Counting:
    """Counts what was decided in a window, the same thing of the same object once."""

    def __init__(self, window: Span) -> None:
        self._window = window
        self._found: Counter[tuple[str, str, Decided]] = Counter()
        self._known: set[tuple[str | int, str, str, Decided]] = set()

    def add(self, record: Any, which: str | int) -> None:
        """A decision on the object `which`; raises ValueError, TypeError or AttributeError for what is none."""
        for rule, unit, outcome in _counted(record, self._window):
            self.count(rule, unit, outcome, which)

    def count(self, rule: str, unit: str, outcome: Decided, which: str | int) -> None:
        """One of them."""
        if (which, rule, unit, outcome) not in self._known:
            self._known.add((which, rule, unit, outcome))
            self._found[rule, unit, outcome] += 1

    def found(self) -> tuple[RefusalCount, ...]:
        """By rule, unit and outcome."""
        return tuple(RefusalCount(*key, count) for key, count in sorted(self._found.items()))


def _counted(record: Any, window: Span) -> Iterable[tuple[str, str, Decided]]:
    if not isinstance(record, dict) or not isinstance(record.get("at"), str):
        raise TypeError
    at = datetime.fromisoformat(record["at"])
    if at.tzinfo is None:
        raise ValueError
    outcome = record.get("outcome")
    if outcome not in (*_OUTCOMES, "allow"):
        raise ValueError
    if at not in window:
        return []
    unit, exemption = plain(str(record.get("unit") or "")), plain(str(record.get("exemption") or ""))
    if outcome == "allow" and record.get("would_be") in _REFUSALS:
        outcome = "observe"
    if outcome == "allow":
        return [(exemption, unit, Decided.EXEMPTED)] if exemption else []
    rules = record.get("rules") or [""]
    if not isinstance(rules, list):
        raise TypeError
    return [(plain(str(rule)), unit, _OUTCOMES[outcome]) for rule in dict.fromkeys(map(str, rules))]
