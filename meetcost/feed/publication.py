# SPDX-License-Identifier: Apache-2.0
"""What is published: everything the files are made from, and nothing that must not be in them.

No name or address of a person has a field here, no description, no location, no UID. Titles and names of units are text
from outside that `feed.text.plain` has made harmless; money is in minor units of `Publication.currency`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal

    from meetcost.feed.public_books import QuotaTold, WaivedAll
    from meetcost.model.cost import Assumption, CardRef
    from meetcost.model.phrase import Phrase
    from meetcost.model.zone import Zone
    from meetcost.values.rate import Rate
    from meetcost.values.span import Span


class Share(NamedTuple):
    """What one unit bears of an occurrence: working time in seconds, its worth in minor units."""

    unit: str
    seconds: int
    minor: int | None


class BandHours(NamedTuple):
    """People of one published pay band with the same working time: `people` times `each` seconds at `rate`."""

    band: str
    people: int
    each: int
    rate: Rate | None
    minor: int | None


class Paperwork(NamedTuple):
    """Writing and reading afterwards, in seconds: the 80 % interval and the median of a forecast."""

    low: int
    likely: int
    high: int

    def __add__(self, other: object) -> Paperwork:
        """End by end, as if all forecasts erred the same way."""
        if not isinstance(other, Paperwork):
            return NotImplemented
        return Paperwork(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def __mul__(self, count: object) -> Paperwork:
        """So many times the same."""
        if not isinstance(count, int):
            return NotImplemented
        return Paperwork(self.low * count, self.likely * count, self.high * count)


NO_PAPERWORK: Final = Paperwork(0, 0, 0)


class Measured(NamedTuple):
    """The minutes of an occurrence as they were measured: length in `unit` (0: none were written).

    `seconds` are writing and reading at the speeds of a forecast, None where they cannot be told.
    """

    length: int
    unit: Literal["words", "characters"]
    seconds: int | None


class Worked(NamedTuple):
    """What an occurrence costs; occurrences that cost the same share it. `minor` is working time, `cash` is apart."""

    people: int
    seconds: int
    minor: int | None
    cash: int
    shares: tuple[Share, ...] = ()
    bands: tuple[BandHours, ...] = ()


class Held(NamedTuple):
    """One occurrence: seconds since the epoch at UTC, the day (ordinal) in the zone of the publication.

    `rules` are those that ban its day, `exemption` the class that its invite claims from all of them.
    """

    start: int
    end: int
    day: int
    all_day: bool
    worked: Worked
    rules: tuple[str, ...] = ()
    exemption: str = ""
    measured: Measured | None = None


class Entry(NamedTuple):
    """A meeting with its occurrences in the window, in order; `paperwork` is that of one of them.

    `id` is the one that its invite links to (`disclosure.public_id`); `kind` the first of its CATEGORIES (RFC 5545
    §3.8.1.2) that claims no exemption, empty without one; `title_withheld` says that a rule of the publisher keeps it.
    """

    id: str
    title: str
    called_by: str
    recurring: bool
    held: tuple[Held, ...]
    paperwork: Paperwork | None = None
    kind: str = ""
    title_withheld: bool = False

    @property
    def seconds(self) -> int:
        """Working time of all occurrences."""
        return sum(held.worked.seconds for held in self.held)

    @property
    def minor(self) -> int | None:
        """What that time is worth; None where only hours are said."""
        worth = [held.worked.minor for held in self.held]
        return sum(minor for minor in worth if minor is not None) if None not in worth else None

    @property
    def cash(self) -> int:
        """Travel and rooms of all occurrences."""
        return sum(held.worked.cash for held in self.held)


class Commitment(NamedTuple):
    """A series that stands in the calendars for the year to come."""

    id: str
    title: str
    called_by: str
    occurrences: int
    seconds: int
    minor: int | None
    title_withheld: bool = False


class Decided(StrEnum):
    """What a guard decided, in the words of the public page."""

    REFUSED = "refused"
    OBSERVED = "observed"  # would have been refused: the policy only watched
    EXEMPTED = "exempted"
    UNCONFIRMED = "unconfirmed"  # an exemption that passed at once and was not confirmed in time
    SKIPPED = "skipped"  # a series stepped over its banned dates
    FLAGGED = "flagged"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How often the guard decided so; `unit` is empty if unknown.

    `rule` is an id or, for EXEMPTED and UNCONFIRMED, the class of the exemption.
    """

    rule: str
    unit: str
    outcome: Decided
    count: int


class Correction(NamedTuple):
    """What was published wrongly, and when that was put right."""

    day: date
    text: str


class Coverage(NamedTuple):
    """What the figures rest on. `statement` is the publisher's own words; `planned` occurrences are still to come.

    `titles_withheld` meetings have no title by a rule of the publisher, `titles_shortened` one with a name taken out.
    """

    calendars: int = 0
    unreadable: int = 0
    copies: int = 0
    not_meetings: int = 0
    planned: int = 0
    statement: str = ""
    titles_withheld: int = 0
    titles_shortened: int = 0


NOTHING_SAID: Final = Coverage()


class Withheld(NamedTuple):
    """Meetings marked PRIVATE or CONFIDENTIAL: in no other figure. `seconds` is None where they are too few to say."""

    occurrences: int = 0
    seconds: int | None = None


NONE_WITHHELD: Final = Withheld()


class Before(NamedTuple):
    """An earlier period, for comparison."""

    first: date
    last: date
    occurrences: int
    seconds: int


class RuleTold(NamedTuple):
    """A rule of the live policy; `reason` is the sentence a refused organiser reads, None where it bans no day.

    `days` are those it bans in the period; None for a rule that is not about days.
    """

    id: str
    reason: Phrase | None
    days: int | None
    source: str


class BandTold(NamedTuple):
    """A line of the rate card: what an hour of `band` costs from `first` on (None: always)."""

    band: str
    first: date | None
    rate: Rate


@dataclass(frozen=True, slots=True)
class Method:
    """How the figures come about: the live policy and rate card. `card` is None where only hours are said."""

    policy: str = ""
    policy_digest: str = ""
    mode: str = ""
    rules: tuple[RuleTold, ...] = ()
    card: CardRef | None = None
    cost_method: str = "hours-only"
    bands: tuple[BandTold, ...] = ()
    source: str = ""
    assumptions: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """One period of one body, ready to be written down.

    `window` is half-open; `target` a change in per cent (-20) against the
    year before, decided in `target_source`; `contact` and `base` have passed `feed.text.link`;
    `base` is the address the folder will have, empty if that is not known; `levels` says of each unit how high it
    stands, where the directory does; `refusals` is None where no guard keeps a journal or books, `waived` where no
    books were read. Entries are in the order of their first occurrence.
    """

    body: str
    window: Span
    zone: Zone
    as_of: datetime
    entries: tuple[Entry, ...]
    currency: str | None = None
    method: Method = field(default_factory=Method)
    withheld: Withheld = NONE_WITHHELD
    coverage: Coverage = NOTHING_SAID
    refusals: tuple[RefusalCount, ...] | None = None
    waived: WaivedAll | None = None
    quotas: tuple[QuotaTold, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    before: Before | None = None
    year_before: Before | None = None
    target: Decimal | None = None
    target_source: str = ""
    corrections: tuple[Correction, ...] = ()
    contact: str = ""
    base: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)
