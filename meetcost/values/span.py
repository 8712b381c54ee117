# SPDX-License-Identifier: Apache-2.0
"""A stretch of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from meetcost.errors import UsageError

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def epoch(instant: datetime) -> int:
    """Whole seconds since 1970-01-01T00:00:00Z, rounded down; `UsageError` for a naive datetime."""
    if instant.tzinfo is None:
        raise UsageError("`{instant}` has no time zone; give one", instant=instant.isoformat())
    since = datetime.__sub__(instant, _EPOCH)  # not `-`: pendulum's result cannot be divided by a timedelta
    return since // timedelta(seconds=1)


def instant(seconds: int) -> datetime:
    """The UTC datetime of `seconds` since 1970-01-01T00:00:00Z."""
    return _EPOCH + timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end`; both zoned (pendulum's datetimes are welcome).

    `seconds` are both bounds as seconds since 1970-01-01T00:00:00Z. Raises `UsageError` for a naive bound or an end
    before the start.
    """

    start: datetime
    end: datetime
    seconds: tuple[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        seconds = epoch(self.start), epoch(self.end)
        if seconds[1] < seconds[0]:
            raise UsageError(
                "the span ends ({end}) before it begins ({start})",
                end=self.end.isoformat(),
                start=self.start.isoformat(),
            )
        object.__setattr__(self, "seconds", seconds)

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share any time; touching ends do not count."""
        return self.start < other.end and other.start < self.end
