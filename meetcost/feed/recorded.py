# SPDX-License-Identifier: Apache-2.0
"""What the books of a guard say, as they are read for a publication, and what of it may be published. No person in it.

What is read (`Books`) names meetings by pseudonyms of their UIDs; what is told (`Waived`, `QuotaTold`) does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from decimal import Decimal

    from meetcost.feed.publication import RefusalCount
    from meetcost.rules.periods import Stretch
    from meetcost.rules.quota import Quota, State


class Granted(NamedTuple):
    """A waiver as it was granted, for the times `spans` (epoch seconds); `beyond` are those of `rules` that are quotas.

    `unit` approved it on the day of `granted` (UTC text); `reason` is what was written for it.
    """

    uid: str
    spans: tuple[tuple[int, int], ...]
    klass: str
    rules: tuple[str, ...]
    beyond: tuple[str, ...]
    unit: str
    reason: str
    granted: str
    revoked: bool


class Drawn(NamedTuple):
    """What an instance takes out of an account; `unit` called it."""

    uid: str | None
    amount: int
    unit: str


class AccountRead(NamedTuple):
    """An account of a quota in the period that counts; `state` as the guard had it.

    `before` is what each meeting of the same period a year earlier came to, None where the books do not say or nothing
    is derived from it.
    """

    quota: Quota
    unit: str | None
    accounts: int
    state: State | None
    stretch: Stretch
    drawn: tuple[Drawn, ...]
    before: Mapping[str | None, int] | None


@dataclass(frozen=True, slots=True)
class Books:
    """What was read of some books. `open_` says of meetings, by pseudonym, whether an audit found them public."""

    pseudonym: Callable[[str], str]
    refusals: tuple[RefusalCount, ...] | None = None
    granted: tuple[Granted, ...] = ()
    accounts: tuple[AccountRead, ...] = ()
    open_: Mapping[str, bool] = field(default_factory=dict)


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

    `confidential` are of meetings that are only counted, `elsewhere` of those that stand in no calendar that was read, or
    at another time by now.
    """

    meetings: tuple[Waived, ...] = ()
    confidential: int = 0
    elsewhere: int = 0


class QuotaTold(NamedTuple):
    """An account of a quota: of `unit`, or of the body (None), or `accounts` of organisers or calendars.

    Figures are whole units of the measure (meetings, person-seconds, minor units) of public meetings alone; `others` are
    the occurrences that count besides. None is what may not be said, or is not known. `last_year` is there where the
    limit is `share` of it; `limit` is then that share of what is said.
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
