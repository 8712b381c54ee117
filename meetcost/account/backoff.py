# SPDX-License-Identifier: Apache-2.0
"""How long to wait before asking a server again: longer each time, never all clients at once, never for ever."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

AGAIN: Final = frozenset((408, 423, 425, 429, 500, 502, 503, 504))
"""Answers after which the same request may succeed (RFC 9110 §15; 423 of a lock, RFC 4918 §11.3)."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often something is tried, and how long is waited in between: `first` seconds, then twice that, and so on.

    `longest` bounds one wait, also one that the server asks for (Retry-After, RFC 9110 §10.2.3): beyond it we give up.
    """

    tries: int = 6
    first: float = 0.5
    longest: float = 120.0
    sleep: Callable[[float], None] = time.sleep

    def wait(self, done: int, retry_after: float | None = None) -> bool:
        """Wait after the try number `done` (from 1); False if there is to be no other."""
        if done >= self.tries or (retry_after is not None and retry_after > self.longest):
            return False
        own = min(self.first * 2 ** (done - 1), self.longest)
        jittered = own * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        self.sleep(max(jittered, retry_after or 0.0))
        return True


def retry_after(text: str | None, date: str | None = None) -> float | None:
    """Seconds of a Retry-After header: a number, or a date counted from the `date` that the same answer bears."""
    if not text:
        return None
    if text.strip().isdecimal():
        return float(text)
    until, said = _date(text), _date(date)
    return max(0.0, (until - said).total_seconds()) if until is not None and said is not None else None


def _date(text: str | None) -> datetime | None:
    try:
        when = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):
        return None
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)
