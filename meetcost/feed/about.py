# SPDX-License-Identifier: Apache-2.0
"""What a publisher says beside the calendars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from meetcost.feed.publication import Correction, Measured, RefusalCount
    from meetcost.feed.recorded import Books


@dataclass(frozen=True, slots=True)
class About:
    """What a publisher says; `contact` and `base` are addresses, `target` a change in per cent.

    `measured` gives the minutes of an occurrence by its UID and RECURRENCE-ID (as in `OccurrenceId`), where known.
    `withhold` are words: a title or a kind that holds one, in any case, is withheld and counted. `books` are those of a
    guard; what they say of refusals counts where `refusals` is None. `copies` are those that the caller left out.
    """

    body: str = ""
    contact: str = ""
    base: str = ""
    coverage: str = ""
    target: Decimal | None = None
    target_source: str = ""
    measured: Callable[[str, str], Measured | None] | None = None
    refusals: tuple[RefusalCount, ...] | None = None
    books: Books | None = None
    corrections: tuple[Correction, ...] = ()
    calendars: int = 0
    unreadable: int = 0
    copies: int = 0
    withhold: tuple[str, ...] = ()
