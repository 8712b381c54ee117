# SPDX-License-Identifier: Apache-2.0
"""Occurrences with their cost as lines of JSON, many of them, fast.

A year of 10,000 meetings is 90,000 rows of eight lines. What does not differ between rows is put into octets once: who
and what by component, the lines by price (`Pricer` gives the same object for the same price), stamps by day and by
second. `tests/cli/test_rows.py` has the plain formulation and holds this one to it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from meetcost.cli.shell import json_text
from meetcost.cli.stamps import UTC_TEXT, recurrence_text, times_of
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
_ROWS_AT_ONCE: Final = 128


class RowWriter:
    """The rows of one file as octets. `currency` is None without a rate card, `rules` the ids that rows number."""

    def __init__(self, file: str, *, currency: str | None, rules: Sequence[str] = (), zone: Zone | None = None) -> None:
        self._file = json_text(file)
        self._currency = currency
        self._rules = rules
        self._zone = zone
        self._heads: dict[int, tuple[Meeting, bytes, bytes]] = {}  # by id: the object itself is held beside its text
        self._tails: dict[int, tuple[Priced, bytes]] = {}
        self._banned: dict[tuple[int, ...], bytes] = {(): b',"rules":[]}\n'}

    def chunks(self, rows: Iterable[Row]) -> Iterator[bytes]:
        """The rows as they come, some hundreds at once."""
        zone = self._zone
        pieces: list[bytes] = []
        add = pieces.append
        part, price = None, None  # those of the row before: a series is row after row of the same
        head = flags = b""
        tails: dict[tuple[int, ...], bytes] = {}  # of that part and price, by the rules that ban the day
        for occurrence, priced, rules in rows:
            began, ended, meeting, _, original, zoned = occurrence
            if meeting is not part or priced is not price:
                part, price, tails = meeting, priced, {}
                head, flags = self._head(occurrence)
            if zoned:
                start, end = UTC_TEXT[began], UTC_TEXT[ended]
            else:
                start, end, _ = times_of(occurrence, zone)
            add(head)
            if original is None:
                add(f'null,"start":"{start}","end":"{end}"'.encode())
            else:
                first = start if zoned and original == began else recurrence_text(occurrence, zone)
                add(f'"{first}","start":"{start}","end":"{end}"'.encode())
            tail = tails.get(rules)
            if tail is None:
                end_of_row = self._banned.get(rules) or self._rules_of(rules)
                tail = tails[rules] = b"".join((flags, self._tail(priced), end_of_row))
            add(tail)
            if len(pieces) >= _ROWS_AT_ONCE * 3:
                yield b"".join(pieces)
                pieces.clear()
        yield b"".join(pieces)

    def _head(self, occurrence: Occurrence) -> tuple[bytes, bytes]:
        """What comes before the times, and after them."""
        meeting = occurrence.meeting
        known = self._heads.get(id(meeting))
        if known is not None:
            return known[1:]
        first = f'{{"file":{self._file},"uid":{json_text(meeting.uid)},"recurrence_id":'
        organizer = meeting.organizer.address if meeting.organizer is not None else None
        second = (
            f',"all_day":{_flag(value=occurrence.all_day)},"floating":{_flag(value=occurrence.floating)}'
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
        currency = self._currency
        lines = ",".join(
            [
                f"{_who(address, role, partstat)}{_worth(seconds, minor, currency)}"
                for address, role, partstat, _, seconds, minor in priced.lines
            ]
        )
        minor = None if priced.minor is None else priced.minor + priced.cash
        octets = (
            f',"person_hours":"{_hours(priced.seconds)}","person_seconds":{priced.seconds}'
            f',"cost":{_money(minor, self._currency)},"lines":[{lines}]'
        ).encode("utf-8", "replace")
        if len(self._tails) >= _REMEMBERED:
            self._tails.clear()
        self._tails[id(priced)] = priced, octets
        return octets

    def _rules_of(self, rules: tuple[int, ...]) -> bytes:
        ids = json_text([self._rules[number] for number in rules])
        octets = self._banned[rules] = f',"rules":{ids}}}\n'.encode()
        return octets


def _flag(*, value: bool) -> str:
    return "true" if value else "false"


@lru_cache(maxsize=1 << 16)
def _who(address: str, role: Role, partstat: PartStat) -> str:
    return f'{{"address":{json_text(address)},"role":"{role.value}","partstat":"{partstat.value}"'


@lru_cache(maxsize=_REMEMBERED)
def _worth(seconds: int, minor: int | None, currency: str | None) -> str:
    return f',"person_hours":"{_hours(seconds)}","cost":{_money(minor, currency)}}}'


@lru_cache(maxsize=_REMEMBERED)
def _hours(seconds: int) -> str:
    return f"{PersonHours(seconds).hours:f}"


@lru_cache(maxsize=_REMEMBERED)
def _money(minor: int | None, currency: str | None) -> str:
    if minor is None or currency is None:
        return "null"
    return f'{{"amount":"{Money.from_minor(minor, currency).amount:f}","currency":"{currency}"}}'
