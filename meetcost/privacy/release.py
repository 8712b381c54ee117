# SPDX-License-Identifier: Apache-2.0
"""A release: the figures of one published `data.json`, in integers. Titles and other texts are not looked at."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal


class Line(NamedTuple):
    """People of one band with the same working time: `people` times `each` seconds at `rate` (money per hour)."""

    band: str
    people: int
    each: int
    rate: Decimal | None
    minor: int


class Share(NamedTuple):
    """What a unit bears, in minor units; `seconds` are as exact as the hundredths of an hour that are published."""

    unit: str
    seconds: int
    minor: int | None


class Row(NamedTuple):
    """One occurrence. `start` is as published; `minor` is working time, None where only hours are said."""

    meeting: str
    start: str
    people: int
    seconds: int
    minor: int | None
    cash: int
    shares: tuple[Share, ...]
    lines: tuple[Line, ...]

    @property
    def place(self) -> str:
        """Where it stands, for whoever looks it up."""
        return f"{self.meeting} {self.start}"

    @property
    def day(self) -> date:
        """The day it begins on."""
        return date.fromisoformat(self.start[:10])

    @property
    def key(self) -> tuple[str, int | str]:
        """The meeting, and when it begins: seconds since the epoch, or the date of a whole day."""
        if len(self.start) == 10:
            return self.meeting, self.start
        return self.meeting, int(datetime.fromisoformat(self.start).timestamp())


class Promise(NamedTuple):
    """A series in the year after the period."""

    meeting: str
    occurrences: int
    minor: int | None


class Account(NamedTuple):
    """A quota as it is published: `used`, `parts` (those of units) and `past` in its measure; None is not said."""

    quota: str
    measure: str
    used: Decimal | None
    parts: tuple[Decimal, ...]
    past: tuple[Decimal, ...] = ()


class Sums(NamedTuple):
    """The totals, as they are published."""

    occurrences: int
    seconds: int
    minor: int | None
    cash: int | None


class BandRate(NamedTuple):
    """A line of a published rate card; `first` is None for always."""

    band: str
    first: date | None
    rate: Decimal


class Release(NamedTuple):
    """One release. The period is `first` to `last`, both included; `card` names the rate card.

    `bands` are the rates it was published with, empty if they were not kept. `hidden` are the confidential meetings:
    how many, and their hours in seconds, None where they are not said. `waived` are the meeting and the start of
    each occurrence that is said to have been let pass. `policy` is the SHA-256 of the policy, empty if not kept.
    """

    name: str
    as_of: datetime
    first: date
    last: date
    currency: str | None
    card: str
    bands: tuple[BandRate, ...]
    rows: tuple[Row, ...]
    totals: Sums
    hidden: tuple[int, int | None]
    promises: tuple[Promise, ...]
    accounts: tuple[Account, ...] = ()
    waived: tuple[tuple[str, str], ...] = ()
    policy: str = ""
