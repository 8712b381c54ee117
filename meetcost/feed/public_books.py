# SPDX-License-Identifier: Apache-2.0
"""What is published of the books of a guard: the meetings that were waived, and the quotas. No person has a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal


class Waived(NamedTuple):
    """A meeting that took place by a waiver: the entry `id`, its occurrences that begin at `starts` (epoch seconds).

    `klass` is the ground (`WaiverClass`), `unit` approved it. `explanation` is what was written for going beyond the
    quotas `beyond`; empty where nothing has to be explained, and where `withheld` says that a rule keeps it.
    """

    id: str
    starts: tuple[int, ...]
    klass: str
    rules: tuple[str, ...]
    beyond: tuple[str, ...]
    unit: str
    granted: date
    revoked: bool
    explanation: str = ""
    withheld: bool = False


class WaivedAll(NamedTuple):
    """The waived meetings, and the waivers of which no more may be said than that they were granted.

    `confidential` are of meetings that are only counted, `elsewhere` of those that stand in no calendar that was read,
    or at another time by now.
    """

    meetings: tuple[Waived, ...] = ()
    confidential: int = 0
    elsewhere: int = 0


class PastUsed(NamedTuple):
    """What public meetings used of a quota in an earlier period, and how many others counted besides."""

    first: date
    last: date
    used: int
    others: int | None


class QuotaTold(NamedTuple):
    """An account of a quota: of `unit`, or of the body (None), or `accounts` of organisers or calendars.

    Figures are whole units of the measure (meetings, person-seconds, minor units) of public meetings alone; `others`
    are the occurrences that count besides. None is what may not be said, or is not known. `last_year` is there where
    the limit is `share` of it; `limit` is then that share of what is said. `past`: earlier periods, latest first.
    """

    id: str
    measure: str
    per: str
    unit: str | None
    accounts: int
    first: date
    last: date
    limit: int | None
    used: int | None
    others: int | None
    state: str | None
    by_unit: tuple[tuple[str, int], ...] = ()
    share: Decimal | None = None
    last_year: int | None = None
    currency: str = ""
    past: tuple[PastUsed, ...] = ()
