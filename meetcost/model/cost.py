# SPDX-License-Identifier: Apache-2.0
"""What a meeting costs: lines of hours and money, each with the arithmetic and the assumptions behind it.

`PrivateCostError` is what stops a figure that rests on personal pay from leaving the house.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import MeetcostError, UsageError
from meetcost.model.phrase import Count, Phrase
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from meetcost.values.citation import Citation


class PrivateCostError(MeetcostError):
    """A cost worked out with personal rates was about to be attached or published."""

    def __init__(self, rate_card: CardRef | None) -> None:
        super().__init__(rate_card)
        self.rate_card = rate_card

    def sentence(self) -> str:
        """Why it stays in the house, and what to do."""
        named = "rate card `{name}`" if self.rate_card is not None else "the rate card"
        return Sentence.of(
            "{card} let personal rates in, and this cost was worked out with one: it is private, because pay can be "
            "solved for from published totals; price again with bands or a flat rate (`personal = false`)",
            card=Sentence.of(named, name=self.rate_card),
        )


class CostKind(StrEnum):
    """What is paid for."""

    ATTENDANCE = "attendance"
    PREPARATION = "preparation"
    TRAVEL = "travel"
    VENUE = "venue"
    PAPERWORK = "paperwork"


class Nature(StrEnum):
    """Working time that is paid anyway, or money that leaves the till: never mixed in one line."""

    TIME = "time"
    CASH = "cash"


@dataclass(frozen=True, slots=True)
class Step(Phrase):
    """One step of the arithmetic, in words. `once`: it holds for several lines and need be read only once."""

    once: bool = False


@dataclass(frozen=True, slots=True)
class Assumption(Phrase):
    """What was taken to be so. `code` is stable and kebab-case; `citation` says on whose word, if on anyone's."""

    code: str = ""
    citation: Citation | None = None

    @classmethod
    def named(cls, code: str, template: str, citation: Citation | None = None, /, **fields: object) -> Assumption:
        """`Assumption.named("day-hours", "a day counts as {hours} hours", hours=8)`."""
        return cls(template, tuple(fields.items()), code, citation)


class CardRef(NamedTuple):
    """Which rate card a cost was worked out with."""

    name: str
    version: str = ""
    published: bool = False

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


@dataclass(frozen=True, slots=True)
class PaperworkHours:
    """The follow-up paperwork of one meeting as a forecast: `likely`, and the interval [`low`, `high`].

    `level` is the share of cases the interval is meant to hold; `unit` does the work (empty: the unit that called the
    meeting); `basis` says in a sentence what the forecast rests on, `records` on how many of one's own.
    """

    low: PersonHours
    likely: PersonHours
    high: PersonHours
    basis: str | Phrase
    level: Decimal = Decimal("0.8")
    unit: str = ""
    records: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.low.seconds <= self.likely.seconds <= self.high.seconds:
            raise UsageError(
                "paperwork of {low} to {high} hours, likely {likely}",
                low=self.low.hours,
                high=self.high.hours,
                likely=self.likely.hours,
            )


@dataclass(frozen=True, slots=True)
class CostLine:
    """One kind of cost that one unit bears. `hours` is None for cash, `money` None without a rate card.

    `interval` is set for a forecast (paperwork): its hours are likely, not certain.
    """

    kind: CostKind
    nature: Nature
    unit: str
    hours: PersonHours | None
    money: Money | None
    steps: tuple[Step, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    interval: tuple[PersonHours, PersonHours] | None = None

    @property
    def certain(self) -> bool:
        """Whether it is worked out rather than forecast."""
        return self.interval is None

    @property
    def key(self) -> tuple[CostKind, Nature, str]:
        """Lines with the same key are added up."""
        return self.kind, self.nature, self.unit


class Borne(NamedTuple):
    """What one unit bears: `money` is working time and cash together, None without a rate card."""

    hours: PersonHours
    money: Money | None


_NO_HOURS = PersonHours(0)
_HOURS_ONLY = "hours-only"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one occurrence, or `occurrences` of them together, cost.

    Costs add up (`+`, `Cost.sum`, `* count`) if they were worked out by one method with one rate card in one currency;
    `UsageError` otherwise. A sum over meetings that different units called has an empty `called_by`.
    """

    lines: tuple[CostLine, ...] = ()
    method: str = _HOURS_ONLY
    rate_card: CardRef | None = None
    currency: str | None = None
    called_by: str = ""
    occurrences: int = 1
    notes: tuple[Assumption, ...] = ()
    private: bool = False

    @property
    def hours(self) -> PersonHours:
        """Working time of attendance, preparation and travel, exactly; the paperwork forecast is not in it."""
        return sum((line.hours for line in self.lines if line.certain and line.hours is not None), _NO_HOURS)

    @property
    def person_hours(self) -> Decimal:
        """`hours` to two decimals."""
        return self.hours.hours

    @property
    def time(self) -> Money | None:
        """The money worth of `hours`; None without a rate card."""
        return self._sum(Nature.TIME) if self.rate_card is not None else None

    @property
    def cash(self) -> Money | None:
        """Travel and venue paid in money; None where no currency is known."""
        return self._sum(Nature.CASH) if self.currency is not None else None

    @property
    def total(self) -> Money | None:
        """`time` and `cash` together; None without a rate card. The paperwork forecast is not in it."""
        time, cash = self.time, self.cash
        return time + cash if time is not None and cash is not None else None

    @property
    def paperwork(self) -> tuple[CostLine, ...]:
        """The lines that are a forecast."""
        return tuple(line for line in self.lines if not line.certain)

    @property
    def borne_by(self) -> Mapping[str, Borne]:
        """Unit -> what it bears of `hours` and `total`; the empty name is people of no known unit."""
        units: dict[str, Borne] = {}
        for line in self.lines:
            if not line.certain:
                continue
            zero = Money(0, self.currency) if self.rate_card is not None and self.currency is not None else None
            hours, money = units.get(line.unit, Borne(_NO_HOURS, zero))
            if money is not None and line.money is not None:
                money += line.money
            units[line.unit] = Borne(hours + (line.hours or _NO_HOURS), money)
        return units

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """All of them, each once, in the order they were made."""
        of_lines = (assumption for line in self.lines for assumption in line.assumptions)
        return tuple(dict.fromkeys((*of_lines, *self.notes)))

    def publishable(self) -> Cost:
        """This cost, if it may be attached or published; `PrivateCostError` if a personal rate is in it."""
        if self.private:
            raise PrivateCostError(self.rate_card)
        return self

    @classmethod
    def sum(cls, costs: Iterable[Cost]) -> Cost:
        """All of them added up; nothing costs nothing, with no method but hours."""
        parts = [cost for cost in costs if cost != _NOTHING]
        if not parts:
            return _NOTHING
        first = parts[0]
        for other in parts[1:]:
            first._same(other)
        called_by = {cost.called_by for cost in parts}
        currencies = {cost.currency for cost in parts} - {None}
        return cls(
            lines=merged(line for cost in parts for line in cost.lines),
            method=first.method,
            rate_card=first.rate_card,
            currency=next(iter(currencies), None),
            called_by=first.called_by if len(called_by) == 1 else "",
            occurrences=sum(cost.occurrences for cost in parts),
            notes=tuple(dict.fromkeys(note for cost in parts for note in cost.notes)),
            private=any(cost.private for cost in parts),
        )

    def __add__(self, other: Cost) -> Cost:
        return Cost.sum((self, other)) if isinstance(other, Cost) else NotImplemented

    def __mul__(self, count: int) -> Cost:
        """So many identical occurrences."""
        if isinstance(count, bool) or not isinstance(count, int):
            return NotImplemented
        if count < 0:
            raise UsageError("a cost times {count}; give 0 or more", count=count)
        if count == 1:
            return self
        lines = (_scaled(line, count) for line in self.lines)
        lines = (replace(line, steps=(*line.steps, _times(line, count))) for line in lines)
        return replace(self, lines=tuple(lines), occurrences=self.occurrences * count)

    __rmul__ = __mul__

    def __sub__(self, other: Cost) -> Cost:
        """What this one costs more than `other`, line by line; certain lines only, those that are equal left out."""
        if not isinstance(other, Cost):
            return NotImplemented
        self._same(other)
        negative = (_scaled(line, -1) for line in other.lines if line.certain)
        certain = (line for line in self.lines if line.certain)
        lines = tuple(line for line in merged((*certain, *negative)) if _amount(line))
        lines = tuple(replace(line, steps=()) for line in lines)
        return replace(self, lines=lines, notes=(), private=self.private or other.private)

    def _same(self, other: Cost) -> None:
        if (self.method, self.rate_card) != (other.method, other.rate_card):
            mine, yours = (f"`{cost.method}` with rate card `{cost.rate_card or 'none'}`" for cost in (self, other))
            raise UsageError(
                "costs by {mine} and by {yours} do not add up; price both with one rate card", mine=mine, yours=yours
            )
        if self.currency != other.currency and None not in (self.currency, other.currency):
            raise UsageError("costs in {one} and in {other} do not add up", one=self.currency, other=other.currency)

    def _sum(self, nature: Nature) -> Money:
        zero = Money(0, self.currency or "")
        return sum(
            (line.money for line in self.lines if line.certain and line.nature is nature and line.money is not None),
            zero,
        )


_NOTHING = Cost(occurrences=0)


def _scaled(line: CostLine, count: int) -> CostLine:
    interval = line.interval and (line.interval[0] * count, line.interval[1] * count)
    return replace(
        line,
        hours=line.hours * count if line.hours is not None else None,
        money=line.money * count if line.money is not None else None,
        interval=interval,
    )


def _times(line: CostLine, count: int) -> Step:
    times = Count(count, "{count} occurrence", "{count} occurrences")
    if line.hours is None:
        return Step.of("× {times} = {money}", times=times, money=line.money)
    if line.money is None:
        return Step.of("× {times} = {hours}", times=times, hours=line.hours)
    return Step.of("× {times} = {hours}, {money}", times=times, hours=line.hours, money=line.money)


def _amount(line: CostLine) -> bool:
    return bool(line.hours is not None and line.hours.seconds) or bool(line.money)


def merged(lines: Iterable[CostLine]) -> tuple[CostLine, ...]:
    """Lines of one kind, nature and unit added up, with all their steps and assumptions; in order of the first."""
    groups: dict[tuple[CostKind, Nature, str], list[CostLine]] = {}
    for line in lines:
        groups.setdefault(line.key, []).append(line)
    return tuple(group[0] if len(group) == 1 else _together(group) for group in groups.values())


def _together(lines: Sequence[CostLine]) -> CostLine:
    assumptions = [assumption for line in lines for assumption in line.assumptions]
    intervals = [line.interval for line in lines if line.interval is not None]
    if intervals:
        assumptions.append(INTERVALS_ADDED)
    hours = [line.hours for line in lines if line.hours is not None]
    moneys = [line.money for line in lines if line.money is not None]
    return CostLine(
        *lines[0].key,
        hours=sum(hours, _NO_HOURS) if hours else None,
        money=sum(moneys[1:], moneys[0]) if moneys else None,
        steps=tuple(step for line in lines for step in line.steps),
        assumptions=tuple(dict.fromkeys(assumptions)),
        interval=(sum((low for low, _ in intervals), _NO_HOURS), sum((high for _, high in intervals), _NO_HOURS))
        if intervals
        else None,
    )


INTERVALS_ADDED: Final = Assumption.named(
    "intervals-added",
    "assumption: the low ends of the paperwork forecasts are added up, and the high ends, as if all of them erred the "
    "same way; the true interval of the sum is no wider",
)
