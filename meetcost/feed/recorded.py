# SPDX-License-Identifier: Apache-2.0
"""What the books of a guard say, as it is read for a publication: meetings are pseudonyms of their UIDs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


class PastRead(NamedTuple):
    """What was drawn from an account in an earlier period."""

    stretch: Stretch
    drawn: tuple[Drawn, ...]


class AccountRead(NamedTuple):
    """An account of a quota in the period that counts; `state` as the guard had it.

    `before` is what each meeting of the same period a year earlier came to, None where the books do not say or nothing
    is derived from it. `past` are the periods before it that the books know from their first day, the latest first.
    """

    quota: Quota
    unit: str | None
    accounts: int
    state: State | None
    stretch: Stretch
    drawn: tuple[Drawn, ...]
    before: Mapping[str | None, int] | None
    past: tuple[PastRead, ...] = ()


@dataclass(frozen=True, slots=True)
class Books:
    """What was read of some books. `open_` says of meetings, by pseudonym, whether an audit found them public."""

    pseudonym: Callable[[str], str]
    refusals: tuple[RefusalCount, ...] | None = None
    granted: tuple[Granted, ...] = ()
    accounts: tuple[AccountRead, ...] = ()
    open_: Mapping[str, bool] = field(default_factory=dict)
