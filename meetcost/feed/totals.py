# SPDX-License-Identifier: Apache-2.0
"""The figures of a publication added up: in all, by week or month, by who called and who paid.

Every one of them is a sum over `Publication.entries`, so that anybody can have it again from the table.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.feed.publication import NO_PAPERWORK
from meetcost.model.moment import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from meetcost.feed.publication import Entry, Held, Paperwork, Publication

_LONGEST_BY_WEEK: Final = 190
"""Days up to which the picture has a bar a week; a longer window has one a month."""
COSTLIEST: Final = 5


class Totals(NamedTuple):
    """A sum: occurrences, working time in seconds, its worth and cash in minor units, the paperwork forecast."""

    occurrences: int
    people: int
    seconds: int
    minor: int | None
    cash: int
    paperwork: Paperwork


class Bucket(NamedTuple):
    """One bar: the days from `first` to `last`, both included, that lie in the window."""

    first: date
    last: date
    occurrences: int
    seconds: int
    minor: int | None


class UnitSums(NamedTuple):
    """What a unit called and what it bore, in seconds and minor units; `meetings` are those it called."""

    unit: str
    meetings: int
    called: int
    borne: int
    borne_minor: int | None


class KindSums(NamedTuple):
    """What the meetings of a kind come to."""

    kind: str
    whole: Totals


class Flow(NamedTuple):
    """Working time that one group called and another bore."""

    caller: str
    bearer: str
    seconds: int


def totals(entries: Iterable[Entry]) -> Totals:
    """Everything together."""
    occurrences = people = seconds = minor = cash = 0
    priced = True
    papers = []
    for entry in entries:
        for held in entry.held:
            worked = held.worked
            occurrences += 1
            people += worked.people
            seconds += worked.seconds
            cash += worked.cash
            if worked.minor is None:
                priced = False
            else:
                minor += worked.minor
        if entry.paperwork is not None:
            papers.append(entry.paperwork * len(entry.held))
    paperwork = reduce(add, papers, NO_PAPERWORK)
    return Totals(occurrences, people, seconds, minor if priced else None, cash, paperwork)


def days_of(publication: Publication) -> tuple[date, date]:
    """The first and the last day of the window, in the zone of the publication."""
    first, last = publication.window.seconds
    local = publication.zone.to_local
    return date.fromordinal(local(first) // DAY), date.fromordinal(local(max(last - 1, first)) // DAY)


def by_month(first: date, last: date) -> bool:
    """Whether bars are months rather than weeks."""
    return (last - first).days >= _LONGEST_BY_WEEK


def buckets(publication: Publication) -> tuple[Bucket, ...]:
    """The weeks (Monday to Sunday) or months of the window, empty ones as well."""
    first, last = days_of(publication)
    spans = list(_months(first, last) if by_month(first, last) else _weeks(first, last))
    starts = {day: at for at, (begin, end) in enumerate(spans) for day in range(begin.toordinal(), end.toordinal() + 1)}
    found: list[list[Held]] = [[] for _ in spans]
    for entry in publication.entries:
        for held in entry.held:
            at = starts.get(held.day)
            if at is not None:
                found[at].append(held)
    return tuple(_bucket(span, held, publication) for span, held in zip(spans, found, strict=True))


def _bucket(span: tuple[date, date], held: Sequence[Held], publication: Publication) -> Bucket:
    minor = None if publication.currency is None else sum(one.worked.minor or 0 for one in held)
    return Bucket(*span, len(held), sum(one.worked.seconds for one in held), minor)


def _weeks(first: date, last: date) -> Iterator[tuple[date, date]]:
    begin = first
    while begin <= last:
        end = min(begin + timedelta(days=6 - begin.weekday()), last)
        yield begin, end
        begin = end + timedelta(days=1)


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    begin = first
    while begin <= last:
        end = min((begin.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1), last)
        yield begin, end
        begin = end + timedelta(days=1)


def months(publication: Publication) -> dict[date, list[Entry]]:
    """First of the month -> the meetings with an occurrence in it, cut down to those; the most hours first."""
    found: dict[date, list[Entry]] = {}
    for entry in publication.entries:
        held_in: dict[date, list[Held]] = {}
        for held in entry.held:
            held_in.setdefault(date.fromordinal(held.day).replace(day=1), []).append(held)
        for month, held_then in held_in.items():
            found.setdefault(month, []).append(entry._replace(held=tuple(held_then)))
    return {month: sorted(then, key=lambda entry: (-entry.seconds, entry.id)) for month, then in sorted(found.items())}


def by_unit(entries: Iterable[Entry]) -> tuple[UnitSums, ...]:
    """Every unit that called or bore anything, the most called first."""
    meetings: Counter[str] = Counter()
    called: Counter[str] = Counter()
    borne: Counter[str] = Counter()
    worth: Counter[str] = Counter()
    priced = True
    for entry in entries:
        meetings[entry.called_by] += len(entry.held)
        called[entry.called_by] += entry.seconds
        for held in entry.held:
            for share in held.worked.shares:
                borne[share.unit] += share.seconds
                if share.minor is None:
                    priced = False
                else:
                    worth[share.unit] += share.minor
    units = sorted(called.keys() | borne.keys(), key=lambda unit: (not unit, -called[unit], -borne[unit], unit))
    return tuple(
        UnitSums(unit, meetings[unit], called[unit], borne[unit], worth[unit] if priced else None) for unit in units
    )


def by_kind(entries: Iterable[Entry]) -> tuple[KindSums, ...]:
    """Every kind of meeting, the most hours first; that without a name last."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.kind, []).append(entry)
    sums = (KindSums(kind, totals(of_kind)) for kind, of_kind in found.items())
    return tuple(sorted(sums, key=lambda one: (not one.kind, -one.whole.seconds, one.kind)))


def flows(entries: Iterable[Entry], groups: Mapping[str, str]) -> tuple[Flow, ...]:
    """Who called the hours of whom; `groups` maps a unit to what stands for it (itself where it is not there)."""
    found: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        caller = groups.get(entry.called_by, entry.called_by)
        for held in entry.held:
            for share in held.worked.shares:
                found[caller, groups.get(share.unit, share.unit)] += share.seconds
    return tuple(
        Flow(*pair, seconds) for pair, seconds in sorted(found.items(), key=lambda one: (-one[1], one[0])) if seconds
    )


def costliest(entries: Iterable[Entry], most: int = COSTLIEST) -> tuple[Entry, ...]:
    """The meetings with the most working time in the window, all their occurrences together."""
    return tuple(sorted(entries, key=lambda entry: (-entry.seconds, entry.id))[:most])


def change(before: int, now: int) -> int | None:
    """By how many per cent `now` differs from `before`, rounded; None where there was nothing before."""
    return round((now - before) * 100 / before) if before else None
