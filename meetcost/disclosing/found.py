# SPDX-License-Identifier: Apache-2.0
"""What an object says of its cost already: how many blocks in each component, with which figures.

The figures stand in the `X-MEETCOST-*` properties, which some servers drop; then the books know what was written last.
"""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.disclosure.attach import detach
from meetcost.disclosure.block import MARKERS
from meetcost.errors import MoneyError
from meetcost.ics.read import read
from meetcost.ics.scan import MEETINGS
from meetcost.ics.write import OWN_PREFIX, own_lines
from meetcost.model.occurrence import OccurrenceId
from meetcost.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from meetcost.ics.limits import Limits
    from meetcost.model.meeting import Meeting

_NUMBER: Final = re.compile(r"\d{1,12}(\.\d{1,6})?")
_PART: Final = 10
"""A figure has moved if it changed by one part in so many, or more."""


class Figures(NamedTuple):
    """What is compared: person-hours, the worth of them, cash, and what was measured (empty before the minutes)."""

    hours: Decimal
    time: Money | None = None
    cash: Money | None = None
    measured: str = ""

    @classmethod
    def of(cls, properties: Mapping[str, str]) -> Figures | None:
        """Those of our properties (without their prefix); None if they are not there or cannot be read."""
        hours = properties.get("PERSON-HOURS", "")
        if not _NUMBER.fullmatch(hours):
            return None
        try:
            time, cash = (_money(properties.get(name, "")) for name in ("TIME-COST", "CASH-COST"))
        except MoneyError:
            return None
        return cls(Decimal(hours), time, cash, properties.get("PAPERWORK-MEASURED", ""))

    def moved_from(self, before: Figures) -> bool:
        """Whether any of them is off by a tenth or more, or has come, gone, or changed its currency."""
        return (
            _moved(before.hours, self.hours)
            or _money_moved(before.time, self.time)
            or _money_moved(before.cash, self.cash)
            or before.measured != self.measured
        )


class Found(NamedTuple):
    """One component: how many blocks of ours, the lines of the last one, and its figures."""

    blocks: int = 0
    lines: tuple[str, ...] = ()
    figures: Figures | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the block as it is read, however it is folded and escaped."""
        return digest_of(self.lines)


NOTHING: Final = Found()


class Said(NamedTuple):
    """What one component says, or is to say: the lines of the block, and the figures."""

    lines: tuple[str, ...] = ()
    figures: Figures | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the block."""
        return digest_of(self.lines)


def digest_of(lines: Iterable[str]) -> str:
    """SHA-256 of the lines between the markers."""
    return hashlib.sha256("\n".join(line.strip() for line in lines).encode("utf-8", "replace")).hexdigest()


def found_in(octets: bytes, limits: Limits) -> dict[str, Found]:
    """By the RECURRENCE-ID of each component (empty for what has none): what it says."""
    without_ours = detach(octets)
    if without_ours == octets:
        return {key_of(part): NOTHING for part in _parts(octets, limits)}
    bare = {key_of(part): part.description for part in _parts(without_ours, limits)}
    found: dict[str, Found] = {}
    for part in _parts(octets, limits):
        text, without = part.description, bare.get(key_of(part), "")
        blocks = _count(text) - _count(without)
        place = part.place
        own = dict(_own(octets[place.start : place.end])) if place is not None else {}
        found[key_of(part)] = Found(blocks, _lines(text) if blocks else (), Figures.of(own))
    return found


def key_of(part: Meeting) -> str:
    """What tells the components of an object apart, as the books have it."""
    recurrence_id = OccurrenceId.of_override(part).recurrence_id if part.recurrence_id is not None else None
    return str(recurrence_id) if recurrence_id is not None else ""


def _parts(octets: bytes, limits: Limits) -> Iterator[Meeting]:
    for meeting in read(octets, limits=limits, components=MEETINGS).meetings:
        yield from (meeting, *meeting.overrides)


def _own(component: bytes) -> Iterator[tuple[str, str]]:
    for head, value in own_lines(component):
        if head.name.startswith(OWN_PREFIX):
            yield head.name.removeprefix(OWN_PREFIX), value


def _count(text: str) -> int:
    return sum(text.count(marker.end) for marker in MARKERS.values())


def _lines(text: str) -> tuple[str, ...]:
    """Those between the last end marker and the begin marker before it."""
    end, marker = max((text.rfind(marker.end), marker) for marker in MARKERS.values())
    begin = text.rfind(marker.begin, 0, end)
    between = text[begin + len(marker.begin) : end] if begin >= 0 else ""
    return tuple(line.strip() for line in between.strip().splitlines())


def _money(text: str) -> Money | None:
    currency, _, amount = text.partition(" ")
    if text and not _NUMBER.fullmatch(amount):
        raise MoneyError("`{amount}` is no amount that we write", amount=amount)
    return Money(amount, currency) if text else None


def _moved(before: Decimal, after: Decimal) -> bool:
    return abs(after - before) * _PART >= abs(before) if after != before else False


def _money_moved(before: Money | None, after: Money | None) -> bool:
    if before is None or after is None:
        return before is not after
    return before.currency != after.currency or _moved(before.amount, after.amount)
