# SPDX-License-Identifier: Apache-2.0
"""The whole path on one page: the only module that knows the order of the steps.

    octets  -- ics.read / ics.strict -->  Meeting
    Meeting -- ics.expand            -->  Occurrence, ...
            -- costing               -->  Cost
            -- paperwork             -->  Forecast
            -- rules.judge           -->  Verdict

The command line, and whatever else asks, calls these functions, so that no two answers can differ. Nothing here opens
a file, a socket or a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, cast

from meetcost.costing.attendance import attendance, own_seconds
from meetcost.costing.choices import CostChoices
from meetcost.costing.price import price
from meetcost.costing.pricer import Pricer
from meetcost.costing.series import series_cost
from meetcost.costing.what_if import what_if
from meetcost.errors import LimitError
from meetcost.ics.expand import earliest, expand, expand_between
from meetcost.ics.strict import read_strict
from meetcost.model.cost import PaperworkHours
from meetcost.model.directory import Directory
from meetcost.model.verdict import Outcome, Verdict
from meetcost.paperwork.features import Features, Kind, agenda_items
from meetcost.paperwork.forecast import forecast
from meetcost.rules.instances import touching, years_of
from meetcost.rules.judge import judge
from meetcost.values.person_hours import PersonHours
from meetcost.values.span import Span, instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from meetcost.costing.pricer import Priced
    from meetcost.costing.rate_card import RateCard
    from meetcost.costing.series import SeriesCost
    from meetcost.costing.what_if import WhatIf
    from meetcost.errors import Problem
    from meetcost.model.attendee import Attendee
    from meetcost.model.cost import Cost
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.model.zone import Zone
    from meetcost.paperwork.forecast import Forecast
    from meetcost.policy.policy import Policy

YEAR: Final = timedelta(days=365)
_LONG: Final = 300 * 86400
_Edges: TypeAlias = list[tuple[int, list[int]]]
_NO_RULES: Final = Verdict(Outcome.ALLOW)


@dataclass(frozen=True)
class Assessment:
    """Everything there is to say of one meeting before it takes place.

    `cost` is that of one occurrence as the meeting is written; `series` that of all its occurrences within a year from
    `now`, None for a meeting that does not recur. `verdict` allows where there is no policy. `paperwork` is a forecast,
    and in the cost a line of its own that no sum contains.
    """

    meeting: Meeting
    cost: Cost
    verdict: Verdict
    paperwork: Forecast
    now: datetime
    policy: Policy | None = None
    rates: RateCard | None = None

    @cached_property
    def series(self) -> SeriesCost | None:
        """The cost of a year of the series; raises `LimitError` if it has more occurrences than can be counted."""
        if not self.meeting.recurring:
            return None
        window = Span(self.now, self.now + YEAR)
        occurrences = expand(self.meeting, window, zone=_zone(self.policy))
        return series_cost(
            self.meeting,
            [one for one in occurrences if not one.meeting.cancelled],
            window=window,
            rates=self.rates,
            directory=_directory(self.policy),
            choices=_choices(self.policy),
        )

    def what_if(
        self, *, minutes: int | None = None, without: Iterable[Attendee | str] = (), online: bool = False
    ) -> WhatIf:
        """What a shorter, smaller or online meeting would save, for one occurrence.

        Raises `UsageError` for a change that changes nothing, or makes no sense.
        """
        return what_if(
            self.meeting,
            minutes=minutes,
            without=without,
            online=online,
            rates=self.rates,
            directory=_directory(self.policy),
            choices=_choices(self.policy),
        )


def assess(
    meeting: Meeting,
    *,
    policy: Policy | None = None,
    rates: RateCard | None = None,
    now: datetime | None = None,
    kind: Kind = Kind.UNKNOWN,
) -> Assessment:
    """What `meeting` costs, what must be written because of it, and whether it is allowed.

    Without `rates` the cost is in person-hours. `now` (zoned) is from when on the meeting is looked at: its own first
    start if not given. `kind` is how full the minutes will be, which no invite says.
    """
    if now is None:
        now = instant(earliest(meeting, _zone(policy)))
    predicted = forecast_of(meeting, policy=policy, kind=kind)
    cost = price(
        meeting,
        rates=rates,
        directory=_directory(policy),
        choices=_choices(policy),
        paperwork=_hours(predicted),
    )
    verdict = _NO_RULES
    if policy is not None:
        verdict = judge([meeting], policy.rules, now=now, directory=policy.directory)
    return Assessment(meeting, cost, verdict, predicted, now, policy, rates)


def check(
    octets: bytes, *, policy: Policy, now: datetime, old: bytes | None = None, calendar: str | None = None
) -> tuple[Verdict, tuple[Meeting, ...]]:
    """The verdict on a calendar object as it would be stored, strictly read; and the meetings in it.

    `old` is the object that stands there already, `calendar` the path or name of the calendar, `now` is zoned. What
    cannot be read one way only, or is beyond a limit, is `Outcome.REJECT`, with the reasons as the verdict's errors.
    """
    reading = read_strict(octets, limits=policy.limits)
    if reading.refusals:
        verdict = Verdict(Outcome.REJECT, errors=reading.refusals, policy=policy.name, title=_title(reading.meetings))
        return verdict, reading.meetings
    stored = read_strict(old, limits=policy.limits).meetings if old is not None else ()
    verdict = judge(reading.meetings, policy.rules, now=now, old=stored, directory=policy.directory, calendar=calendar)
    return verdict, reading.meetings


def forecast_of(meeting: Meeting, *, policy: Policy | None = None, kind: Kind = Kind.UNKNOWN) -> Forecast:
    """The paperwork to expect, from what the invite says."""
    present = attendance(meeting, _directory(policy), _choices(policy))
    minutes = own_seconds(meeting) / 60
    features = Features(
        kind=kind,
        minutes=minutes if minutes > 0 and not meeting.all_day else None,
        attendees=present.people or None,
        agenda_items=agenda_items(meeting.description) if meeting.description else None,
        language="zh" if _mostly_chinese(f"{meeting.title}{meeting.description}") else "en",
    )
    return forecast(features)


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
    pricer = Pricer(rates, _directory(policy), _choices(policy))
    zone = _zone(policy)
    lo, hi = window.seconds
    nothing: dict[int, tuple[int, ...]] = {}
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
        edges = edges_of(meeting, occurrences)
        banned = _banned(occurrences, edges) if edges else nothing
        for occurrence, priced in zip(occurrences, pricer.of_each(occurrences), strict=True):
            if occurrence[2].status != "CANCELLED":
                yield _row((occurrence, priced, banned.get(id(occurrence), ()) if banned else ()))


def _no_edges(_meeting: Meeting, _occurrences: Sequence[Occurrence]) -> _Edges:
    return []


class _BannedTime:
    """The banned time of a policy by rule, worked out once for the years of a window."""

    def __init__(self, policy: Policy, window: Span) -> None:
        self._policy = policy
        self._first = window.seconds[0] - _LONG
        self._years = tuple(range(window.start.year - 1, window.end.year + 2))
        self._known: dict[tuple[int, ...], _Edges] = {}

    def edges_of(self, meeting: Meeting, occurrences: Sequence[Occurrence]) -> _Edges:
        """(number of a rule that binds `meeting`, edges of its banned time)."""
        rules = self._policy.rules
        indexes = rules.binding(meeting, self._policy.directory)
        if occurrences[0].start < self._first:  # it lasts for months: look at its own years
            return [(index, rules.edges((index,), years_of(occurrences) or self._years)) for index in indexes]
        if indexes not in self._known:
            self._known[indexes] = [(index, rules.edges((index,), self._years)) for index in indexes]
        return self._known[indexes]


def _banned(occurrences: Sequence[Occurrence], edges: _Edges) -> dict[int, tuple[int, ...]]:
    """By the identity of an occurrence, the rules that it meets; only those that meet any."""
    met: dict[int, tuple[int, ...]] = {}
    for index, banned in edges:
        for one in touching(occurrences, banned):
            met[id(one)] = (*met.get(id(one), ()), index)
    return met


def _zone(policy: Policy | None) -> Zone | None:
    return policy.zone if policy is not None else None


def _directory(policy: Policy | None) -> Directory:
    return policy.directory if policy is not None else Directory()


def _choices(policy: Policy | None) -> CostChoices:
    return policy.cost_choices if policy is not None else CostChoices()


def _title(meetings: tuple[Meeting, ...]) -> str:
    return next((meeting.title for meeting in meetings if meeting.title), "")


def _hours(predicted: Forecast) -> PaperworkHours | None:
    """The forecast as a cost line: the 80 % interval of writing and reading together."""
    estimate = predicted.total or predicted.writing
    if estimate is None:
        return None
    low, high = estimate.interval_80.low, estimate.interval_80.high
    hours = (_person_hours(low), _person_hours(estimate.median), _person_hours(high))
    return PaperworkHours(*hours, basis=predicted.basis[0])


def _person_hours(hours: float) -> PersonHours:
    return PersonHours(round(hours * 3600))


def _mostly_chinese(text: str) -> bool:
    return sum("\u4e00" <= character <= "\u9fff" for character in text[:2000]) * 4 > len(text[:2000])
