# SPDX-License-Identifier: Apache-2.0
"""ISO 8601 for hundreds of thousands of times: each day and each time of day is put into text once."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from meetcost.model.moment import DAY, EPOCH_LOCAL

if TYPE_CHECKING:
    from meetcost.model.occurrence import Occurrence
    from meetcost.model.zone import Zone

_REMEMBERED: Final = 1 << 17


class _Days(dict[int, str]):
    def __missing__(self, day: int) -> str:
        within = min(max(day, 1), date.max.toordinal())  # an end may lie beyond the calendar
        text = self[day] = date.fromordinal(within).isoformat()
        return text


class _Times(dict[int, str]):
    def __missing__(self, second: int) -> str:
        text = self[second] = f"T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
        return text


class _Stamps(dict[int, bytes]):
    """Seconds since the epoch -> UTC; meetings begin and end at the same few thousand instants of a year."""

    def __missing__(self, epoch: int) -> bytes:
        if len(self) >= _REMEMBERED:
            self.clear()
        local = epoch + EPOCH_LOCAL
        octets = self[epoch] = f"{DAYS[local // DAY]}{TIMES[local % DAY]}Z".encode()
        return octets


DAYS: Final = _Days()
TIMES: Final = _Times()
"""At most as many entries as there are days in the calendar, and seconds in a day."""
UTC_OCTETS: Final = _Stamps()
"""`2026-12-10T09:00:00Z` of seconds since the epoch."""


def utc_text(epoch: int) -> str:
    """The same as text."""
    return UTC_OCTETS[epoch].decode()


def local_text(local: int) -> str:
    """`2026-12-10T10:00:00` of local seconds."""
    return DAYS[local // DAY] + TIMES[local % DAY]


@lru_cache(maxsize=1 << 14)  # whole days end at the same few hundred instants of a year
def end_local(end: int, zone: Zone | None) -> int:
    """The wall-clock time of an end that was read in `zone` (UTC without one)."""
    return end + EPOCH_LOCAL if zone is None else zone.to_local(end)


def times_of(occurrence: Occurrence, zone: Zone | None) -> tuple[str, str, str]:
    """Start, end and wall-clock start: UTC for zoned times, no offset for floating ones, dates for whole days."""
    start, end, meeting, local, _, zoned = occurrence
    if meeting.dtstart.is_date:
        day = DAYS[local // DAY]
        return day, DAYS[end_local(end, zone) // DAY], day
    if zoned:
        return utc_text(start), utc_text(end), local_text(local)
    wall = local_text(local)
    return wall, local_text(end_local(end, zone)), wall


def recurrence_text(occurrence: Occurrence, zone: Zone | None) -> str | None:
    """The original start in the same form, None for a meeting that does not recur.

    What has been moved may be of another kind now: a time that became a whole day keeps its time here.
    """
    _, _, meeting, _, original, zoned = occurrence
    if original is None:
        return None
    written = meeting.recurrence_id
    if written is None:
        written = meeting.dtstart
    elif written.zone:
        zoned = zone is not None or meeting.zones.resolve(written.zone) is not None
    if written.is_date:
        return DAYS[original // DAY]
    return utc_text(original) if written.zone and zoned else local_text(original)
