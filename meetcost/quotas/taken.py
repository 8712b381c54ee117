# SPDX-License-Identifier: Apache-2.0
"""What a meeting takes out of a quota, and what it means that there is no room for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from meetcost.model.occurrence import Occurrence
    from meetcost.model.waiver import Waiver
    from meetcost.rules.periods import Stretch
    from meetcost.rules.quota import Quota


class Taken(NamedTuple):
    """`amount` units of `quota` by the instance `at`, counted for `key`: an address, a unit, a calendar, or nobody.

    `people` is how many are asked at most, `unit` the unit that calls, `organiser` the address of who calls, if any.
    """

    quota: Quota
    key: str
    at: Occurrence
    amount: int
    unit: str
    people: int
    organiser: str = ""


class Spent(NamedTuple):
    """A quota that has no room for what a meeting takes: `used` of `limit` in `stretch`, `wanted` more are asked for.

    `by_unit` says who has used how much. `enforced` is False where the quota only warns, `waiver` lets it pass.
    """

    taken: Taken
    stretch: Stretch
    used: int
    limit: int
    wanted: int
    by_unit: tuple[tuple[str, int], ...]
    enforced: bool
    waiver: Waiver | None = None


class Held(NamedTuple):
    """Room that is held under `operation` (empty: none is needed), and the quotas that have none."""

    operation: str
    spent: tuple[Spent, ...] = ()
