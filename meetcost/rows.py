# SPDX-License-Identifier: Apache-2.0
"""The way for many: every occurrence of many meetings with its price and the rules that ban its day.

`assessment` says everything of one meeting; this says the little that a table of a year holds, and needs nothing else.
"""

from __future__ import annotations

from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, cast

from meetcost.costing.pricer import Pricer
from meetcost.errors import LimitError
from meetcost.ics.expand import expand_between
from meetcost.rules.instances import touching, years_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from meetcost.costing.pricer import Priced
    from meetcost.costing.rate_card import RateCard
    from meetcost.errors import Problem
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.policy.policy import Policy
    from meetcost.values.span import Span

_LONG: Final = 300 * 86400
_Edges: TypeAlias = tuple[list[int], list[tuple[int, list[int]]]]  # of all rules together, and of each
_NO_EDGES: Final[_Edges] = ([], [])


class Row(NamedTuple):
    """One occurrence with its price and the numbers (in the policy) of the rules that ban its day."""

    occurrence: Occurrence
    priced: Priced
    rules: tuple[int, ...]


_row: Final = cast("Callable[[tuple[object, ...]], Row]", partial(tuple.__new__, Row))  # in half of Row()'s time


def rows(
    meetings: Iterable[Meeting],
    window: Span,
    *,
    policy: Policy | None = None,
    rates: RateCard | None = None,
    problems: list[Problem] | None = None,
) -> Iterator[Row]:
    """Every occurrence in `window` that is not cancelled, priced and looked up in the policy: the way for many.

    Rules are asked by day alone, without exemptions or history: `check` decides, this counts. A meeting with more
    occurrences than can be counted is told in `problems` and left out; without such a list it raises `LimitError`.
    """
    pricer = Pricer(rates) if policy is None else Pricer(rates, policy.directory, policy.cost_choices)
    zone = policy.zone if policy is not None else None
    lo, hi = window.seconds
    edges_of = _BannedTime(policy, window).edges_of if policy is not None else _no_edges
    for meeting in meetings:
        try:
            occurrences = list(expand_between(meeting, lo, hi, zone))  # held: `_banned` goes by identity
        except LimitError as error:
            if problems is None:
                raise
            problems.append(error.problem)
            continue
        if not occurrences:
            continue
        banned = _banned(occurrences, edges_of(meeting, occurrences))
        rules = [banned.get(id(one), ()) for one in occurrences] if banned else repeat(())
        found: Iterator[Row] = map(_row, zip(occurrences, pricer.of_each(occurrences), rules))  # noqa: B905 - `repeat` is endless
        if meeting.cancelled or any(override.cancelled for override in meeting.overrides):
            found = (row for row in found if not row.occurrence.meeting.cancelled)
        yield from found


def _no_edges(_meeting: Meeting, _occurrences: Sequence[Occurrence]) -> _Edges:
    return _NO_EDGES


class _BannedTime:
    """The banned time of a policy by rule, worked out once for the years of a window."""

    def __init__(self, policy: Policy, window: Span) -> None:
        self._policy = policy
        self._first = window.seconds[0] - _LONG
        self._years = tuple(range(window.start.year - 1, window.end.year + 2))
        self._known: dict[tuple[int, ...], _Edges] = {}

    def edges_of(self, meeting: Meeting, occurrences: Sequence[Occurrence]) -> _Edges:
        """The edges of what the rules that bind `meeting` ban: of all together, and of each by its number."""
        indexes = self._policy.rules.binding(meeting, self._policy.directory)
        if occurrences[0].start < self._first:  # it lasts for months: look at its own years
            return self._edges(indexes, years_of(occurrences) or self._years)
        if indexes not in self._known:
            self._known[indexes] = self._edges(indexes, self._years)
        return self._known[indexes]

    def _edges(self, indexes: tuple[int, ...], years: tuple[int, ...]) -> _Edges:
        rules = self._policy.rules
        return rules.edges(indexes, years), [(index, rules.edges((index,), years)) for index in indexes]


def _banned(occurrences: Sequence[Occurrence], edges: _Edges) -> dict[int, tuple[int, ...]]:
    """By the identity of an occurrence, the rules that it meets; only those that meet any."""
    together, each = edges
    met: dict[int, tuple[int, ...]] = {}
    touched = touching(occurrences, together) if each else ()
    for index, banned in each if touched else ():
        for one in touching(touched, banned):
            met[id(one)] = (*met.get(id(one), ()), index)
    return met
