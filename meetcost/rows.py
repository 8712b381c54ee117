# SPDX-License-Identifier: Apache-2.0
"""The way for many: every occurrence of many meetings with its price and the rules that ban its day.

`assessment` says everything of one meeting; this says the little that a table of a year holds, and needs nothing else.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from meetcost.costing.pricer import Pricer
from meetcost.errors import LimitError
from meetcost.ics.expand import expand_between
from meetcost.model.occurrence import Occurrences
from meetcost.rules.instances import years_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from meetcost.costing.pricer import Priced
    from meetcost.costing.rate_card import RateCard
    from meetcost.errors import Problem
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.policy.policy import Policy
    from meetcost.rules.ruleset import RuleSet
    from meetcost.values.span import Span

_LONG: Final = 300 * 86400
_REMEMBERED: Final = 16


class Row(NamedTuple):
    """One occurrence with its price and the numbers (in the policy) of the rules that ban its day."""

    occurrence: Occurrence
    priced: Priced
    rules: tuple[int, ...]


_row: Final = cast("Callable[[tuple[object, ...]], Row]", partial(tuple.__new__, Row))  # in half of Row()'s time


class Run(NamedTuple):
    """Neighbouring rows of one component that cost the same: what goes over many of them goes faster so."""

    occurrences: Occurrences
    priced: Priced
    rules: Sequence[tuple[int, ...]]

    @classmethod
    def of(cls, row: Row) -> Run:
        """A run of one."""
        return cls(Occurrences.of_one(row.occurrence), row.priced, (row.rules,))

    def rows(self) -> Iterator[Row]:
        """Its rows, one by one."""
        return map(_row, zip(self.occurrences, repeat(self.priced), self.rules))


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
    for run in runs(meetings, window, policy=policy, rates=rates, problems=problems):
        yield from run.rows()


def runs(
    meetings: Iterable[Meeting],
    window: Span,
    *,
    policy: Policy | None = None,
    rates: RateCard | None = None,
    problems: list[Problem] | None = None,
) -> Iterator[Run]:
    """`rows` in runs."""
    pricer = Pricer(rates) if policy is None else Pricer(rates, policy.directory, policy.cost_choices)
    zone = policy.zone if policy is not None else None
    lo, hi = window.seconds
    banned = _BannedTime(policy, window) if policy is not None else None
    for meeting in meetings:
        try:
            found = expand_between(meeting, lo, hi, zone)
        except LimitError as error:
            if problems is None:
                raise
            problems.append(error.problem)
            continue
        if not found:
            continue
        stretches = banned.binding(meeting, found) if banned is not None else None
        for part in Occurrences.by_component(found):
            if part.meeting.cancelled:
                continue
            rules = stretches.meet(part) if stretches is not None else [()] * len(part)
            for first, last, priced in pricer.stretches(part):
                yield Run(part.part(first, last), priced, rules[first:last])


class _BannedTime:
    """The banned time of a policy, worked out once for the years of a window."""

    def __init__(self, policy: Policy, window: Span) -> None:
        self._policy = policy
        self._first = window.seconds[0] - _LONG
        self._years = tuple(range(window.start.year - 1, window.end.year + 2))
        self._known: dict[tuple[tuple[int, ...], tuple[int, ...]], _Stretches] = {}

    def binding(self, meeting: Meeting, occurrences: Sequence[Occurrence]) -> _Stretches:
        """What the rules that bind `meeting` ban."""
        indexes, years = self._policy.rules.binding(meeting, self._policy.directory), self._years
        if occurrences[0].start < self._first:  # it lasts for months: look at its own years
            years = years_of(occurrences) or years
        known = self._known.get((indexes, years))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[indexes, years] = _Stretches(self._policy.rules, indexes, years)
        return known


class _Stretches:
    """Some years cut wherever a rule begins or ends to ban: within a stretch the same rules do."""

    def __init__(self, rules: RuleSet, indexes: tuple[int, ...], years: tuple[int, ...]) -> None:
        self._edges = [(index, rules.edges((index,), years)) for index in indexes]
        self._cuts = sorted({*rules.edges((), years), *chain.from_iterable(banned for _, banned in self._edges)})
        self._rules = [self._between(begin, begin) for begin in (self._cuts[0] - 1, *self._cuts[:-1])]

    def meet(self, occurrences: Occurrences) -> list[tuple[int, ...]]:
        """The rules that each of them meets; one without length has to lie inside of what they ban."""
        cuts, rules, starts = self._cuts, self._rules, occurrences.starts
        places = map(bisect_right, repeat(cuts), starts)
        return [
            rules[at] if end <= cuts[at] else self._between(start, end)
            for at, start, end in zip(places, starts, occurrences.ends, strict=True)
        ]

    def _between(self, start: int, end: int) -> tuple[int, ...]:
        return tuple(
            [index for index, edges in self._edges if (at := bisect_right(edges, start)) & 1 or edges[at] < end]
        )
