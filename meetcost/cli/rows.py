# SPDX-License-Identifier: Apache-2.0
"""Occurrences with their cost as lines of JSON, many of them, fast.

A year of 10,000 meetings is 90,000 rows of eight lines. What does not differ between rows is put into octets once: who
and what by component, the lines by price (`Pricer` gives the same object for the same price), stamps by day and by
second. `tests/cli/test_rows.py` has the plain formulation and holds this one to it.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, islice, repeat
from operator import add, itemgetter
from typing import TYPE_CHECKING, Final

from meetcost.cli.shell import json_text
from meetcost.cli.stamps import UTC_OCTETS, recurrence_text, times_of
from meetcost.rows import Run
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from meetcost.costing.pricer import Priced
    from meetcost.model.attendee import PartStat, Role
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.model.zone import Zone
    from meetcost.rows import Row

_REMEMBERED: Final = 4096
_PEOPLE: Final = 1 << 16
_PIECES_AT_ONCE: Final = 1024  # seven make a row
_UTC: Final = UTC_OCTETS.__getitem__
_START: Final = repeat(b'","start":"')
_END: Final = repeat(b'","end":"')


class RowWriter:
    """The rows of one file as octets. `currency` is None without a rate card, `rules` the ids that rows number."""

    def __init__(self, file: str, *, currency: str | None, rules: Sequence[str] = (), zone: Zone | None = None) -> None:
        self._file = json_text(file)
        self._currency = currency
        self._zone = zone
        self._worths = _Worths(currency)
        self._heads: dict[int, tuple[Meeting, bytes, bytes]] = {}  # by id: the object itself is held beside its text
        self._tails: dict[int, tuple[Priced, bytes]] = {}
        self._banned = _Banned(rules)

    def chunks(self, rows: Iterable[Row]) -> Iterator[bytes]:
        """The rows as they come, some hundreds at once."""
        return self.chunks_of(map(Run.of, rows))

    def chunks_of(self, runs: Iterable[Run]) -> Iterator[bytes]:
        """The rows of all runs: the way for many."""
        pieces = chain.from_iterable(chain.from_iterable(map(self._pieces, runs)))
        while octets := b"".join(islice(pieces, _PIECES_AT_ONCE)):
            yield octets

    def _pieces(self, run: Run) -> Iterator[tuple[bytes, ...]]:
        """What each row consists of: only the times and the rules differ from one to the next."""
        occurrences = run.occurrences
        head, flags = self._head(occurrences.meeting, zoned=occurrences.zoned)
        costs = self._tail(run.priced)
        tails = {rules: b"".join((flags, costs, self._banned[rules])) for rules in set(run.rules)}
        ends_of_rows = map(tails.__getitem__, run.rules)
        starts, ends = map(_UTC, occurrences.starts), map(_UTC, occurrences.ends)
        if occurrences.zoned and occurrences.originals == (None,):
            return zip(repeat(head + b'null,"start":"'), starts, _END, ends, ends_of_rows)
        if occurrences.zoned and occurrences.originals == occurrences.starts:
            originals = map(_UTC, occurrences.starts)
            return zip(repeat(head + b'"'), originals, _START, starts, _END, ends, ends_of_rows)
        return zip(repeat(head), map(self._times, occurrences), ends_of_rows)

    def _times(self, occurrence: Occurrence) -> bytes:
        """From the value of `recurrence_id` to that of `end`, but for its closing quotation mark."""
        start, end, _ = times_of(occurrence, self._zone)
        original = recurrence_text(occurrence, self._zone)
        first = f'"{original}"' if original is not None else "null"
        return f'{first},"start":"{start}","end":"{end}'.encode()

    def _head(self, meeting: Meeting, *, zoned: bool) -> tuple[bytes, bytes]:
        """What comes before the times, and after them."""
        known = self._heads.get(id(meeting))
        if known is not None:
            return known[1:]
        first = f'{{"file":{self._file},"uid":{json_text(meeting.uid)},"recurrence_id":'
        all_day = meeting.dtstart.is_date
        organizer = meeting.organizer.address if meeting.organizer is not None else None
        second = (
            f'","all_day":{_flag(value=all_day)},"floating":{_flag(value=not zoned and not all_day)}'
            f',"summary":{json_text(meeting.title)},"organizer":{json_text(organizer)}'
        )
        if len(self._heads) >= _REMEMBERED:
            self._heads.clear()
        octets = first.encode("utf-8", "replace"), second.encode("utf-8", "replace")
        self._heads[id(meeting)] = meeting, *octets
        return octets

    def _tail(self, priced: Priced) -> bytes:
        """The hours, the cost and the lines."""
        known = self._tails.get(id(priced))
        if known is not None:
            return known[1]
        whos = map(_WHO.__getitem__, map(_WHO_OF_LINE, priced.lines))
        lines = ",".join(map(add, whos, map(self._worths.__getitem__, map(_WORTH_OF_LINE, priced.lines))))
        minor = None if priced.minor is None else priced.minor + priced.cash
        octets = (
            f',"person_hours":"{_hours(priced.seconds)}","person_seconds":{priced.seconds}'
            f',"cost":{_money(minor, self._currency)},"lines":[{lines}]'
        ).encode("utf-8", "replace")
        if len(self._tails) >= _REMEMBERED:
            self._tails.clear()
        self._tails[id(priced)] = priced, octets
        return octets


def _flag(*, value: bool) -> str:
    return "true" if value else "false"


class _Banned(dict[tuple[int, ...], bytes]):
    """The end of a row: which rules ban its day."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__()
        self._ids = ids

    def __missing__(self, rules: tuple[int, ...]) -> bytes:
        ids = json_text([self._ids[number] for number in rules])
        octets = self[rules] = f',"rules":{ids}}}\n'.encode()
        return octets


class _Whos(dict[tuple[str, "Role", "PartStat"], str]):
    """What a line says of a person."""

    def __missing__(self, who: tuple[str, Role, PartStat]) -> str:
        address, role, partstat = who
        if len(self) >= _PEOPLE:
            self.clear()
        text = f'{{"address":{json_text(address)},"role":"{role.value}","partstat":"{partstat.value}"'
        self[who] = text
        return text


class _Worths(dict[tuple[int, "int | None"], str]):
    """What a line says of working time and its price in minor units of `currency`."""

    def __init__(self, currency: str | None) -> None:
        super().__init__()
        self._currency = currency

    def __missing__(self, worth: tuple[int, int | None]) -> str:
        seconds, minor = worth
        if len(self) >= _REMEMBERED:
            self.clear()
        text = f',"person_hours":"{_hours(seconds)}","cost":{_money(minor, self._currency)}}}'
        self[worth] = text
        return text


_WHO: Final = _Whos()
_WHO_OF_LINE: Final = itemgetter(0, 1, 2)
_WORTH_OF_LINE: Final = itemgetter(4, 5)


@lru_cache(maxsize=_REMEMBERED)
def _hours(seconds: int) -> str:
    return f"{PersonHours(seconds).hours:f}"


@lru_cache(maxsize=_REMEMBERED)
def _money(minor: int | None, currency: str | None) -> str:
    if minor is None or currency is None:
        return "null"
    return f'{{"amount":"{Money.from_minor(minor, currency).amount:f}","currency":"{currency}"}}'
