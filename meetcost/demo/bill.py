# SPDX-License-Identifier: Apache-2.0
"""What a month costs, by who called the meetings and by who bears them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from meetcost.model.directory import Directory
    from meetcost.rows import Row


@dataclass(frozen=True, slots=True)
class Share:
    """Hours and money of one unit."""

    hours: PersonHours
    money: Money


@dataclass(frozen=True, slots=True)
class Bill:
    """`called` and `borne` by unit, largest first; the empty name is people of no known unit."""

    meetings: int
    hours: PersonHours
    money: Money
    called: Mapping[str, Share]
    borne: Mapping[str, Share]


def bill(month: Iterable[Row], directory: Directory, currency: str) -> Bill:
    """All occurrences added up, exactly; each has been priced by a card in `currency`."""
    called: dict[str, list[int]] = {}
    borne: dict[str, list[int]] = {}
    count = 0
    for row in month:
        count += 1
        organizer = row.occurrence.meeting.organizer
        calling = _unit(directory, organizer.address) if organizer is not None else ""
        for line in row.priced.lines:
            for sums, unit in ((called, calling), (borne, _unit(directory, line.address))):
                own = sums.setdefault(unit, [0, 0])
                own[0] += line.seconds
                own[1] += line.minor or 0
    return Bill(count, *_together(called, currency), _shares(called, currency), _shares(borne, currency))


def _unit(directory: Directory, address: str) -> str:
    entry = directory.find(address)
    return entry.unit if entry is not None else ""


def _shares(sums: Mapping[str, list[int]], currency: str) -> dict[str, Share]:
    largest = sorted(sums.items(), key=lambda item: (-item[1][0], item[0]))
    return {unit: Share(PersonHours(seconds), Money.from_minor(minor, currency)) for unit, (seconds, minor) in largest}


def _together(sums: Mapping[str, list[int]], currency: str) -> tuple[PersonHours, Money]:
    seconds, minor = (sum(own[at] for own in sums.values()) for at in (0, 1))
    return PersonHours(seconds), Money.from_minor(minor, currency)
