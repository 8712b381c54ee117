# SPDX-License-Identifier: Apache-2.0
"""Time zones for integers, and which of two readings a TZID gets.

A calendar file may define a zone itself (VTIMEZONE) and give it the name of a zone of the IANA database. RFC 5545
§3.6.5 makes the file's definition the rule; nearly every program uses the name. Neither is wrong enough to be ignored:
costs are worked out by name, and a guard judges both.
"""

from __future__ import annotations

import zoneinfo
from bisect import bisect_left, bisect_right, insort
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeAlias

from meetcost.model.moment import DAY, EPOCH_LOCAL, LAST_LOCAL, UTC_ZONE, wall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CACHED_DAYS: Final = 20_000
_REMEMBERED: Final = 256  # characters: no zone has a longer name
_FIRST: Final = 2 * DAY  # what datetime can hold, with a day to spare for the offset
_LAST: Final = date.max.toordinal() * DAY - 1


class ZoneReading(StrEnum):
    """Which definition of a TZID counts where two are at hand."""

    NAME = "name"  # the zone database's zone of exactly that name, else the file's own VTIMEZONE
    FILE = "file"  # the file's own VTIMEZONE, else the zone of that name
    ALIAS = "alias"  # as NAME, but a Windows name or other letter case outranks the file's own VTIMEZONE, too


_Memo: TypeAlias = tuple[dict[int, int], list[int]]
"""Day -> offset at its beginning, and those of the days on which it changes, ascending."""
_LEARNING: Final = Lock()


def _remembered(memo: _Memo, day: int, offset: int, *, changes: bool) -> int:
    """Servers ask in many threads: a day that is known is known whole, and both parts are of one memo."""
    by_day, changing = memo
    if changes:
        with _LEARNING:
            if day not in by_day:
                insort(changing, day)
                by_day[day] = offset
    else:
        by_day[day] = offset
    return offset


class Zone:
    """A time zone asked with local seconds; offsets are seconds east of UTC.

    A wall-clock time that occurs twice means the first; one that is skipped is read with the offset before the gap
    (RFC 5545 §3.3.5).
    """

    __slots__ = ("_memo", "name", "tzinfo")

    def __init__(self, name: str, info: tzinfo) -> None:
        self.name = name
        self.tzinfo = info
        self._memo: _Memo = ({}, [])

    def offset(self, local: int) -> int:
        """The offset in force at the wall-clock time `local`."""
        shift = wall(min(max(local, _FIRST), _LAST)).replace(tzinfo=self.tzinfo).utcoffset()
        return shift // timedelta(seconds=1) if shift is not None else 0

    def _changes_on(self, day: int) -> bool:
        """Whether the offset changes on that day."""
        start = self.offset(day * DAY)
        times = (DAY // 4, DAY // 2, 3 * DAY // 4, DAY - 1)
        return any(self.offset(day * DAY + time) != start for time in times)

    def to_epoch(self, local: int) -> int:
        """Seconds since 1970-01-01T00:00:00Z of the wall-clock time `local`."""
        day = local // DAY
        by_day, changing = self._memo
        offset = by_day.get(day)
        if offset is None:
            by_day, changing = memo = self._with_room(1)
            offset = self._learn(day, memo)
        if day in changing:
            offset = self.offset(local)
        return local - EPOCH_LOCAL - offset

    def to_epochs(self, locals_: Sequence[int]) -> list[int]:
        """`to_epoch` of each; they are in ascending order. Days are asked once, and no more if they are known."""
        (by_day, changing), base = self._memo, EPOCH_LOCAL
        try:
            epochs = [local - base - by_day[local // DAY] for local in locals_]
        except KeyError:
            if len(locals_) > _CACHED_DAYS:
                return [self.to_epoch(local) for local in locals_]
            by_day, changing = memo = self._with_room(len(locals_))
            for local in locals_:
                if local // DAY not in by_day:
                    self._learn(local // DAY, memo)
            epochs = [local - base - by_day[local // DAY] for local in locals_]
        if changing and locals_:
            first = bisect_left(changing, locals_[0] // DAY)
            last = bisect_right(changing, locals_[-1] // DAY)
            for day in changing[first:last]:
                for at in range(bisect_left(locals_, day * DAY), bisect_left(locals_, day * DAY + DAY)):
                    epochs[at] = locals_[at] - base - self.offset(locals_[at])
        return epochs

    def to_local(self, epoch: int) -> int:
        """The wall-clock time at `epoch` seconds."""
        local = epoch + EPOCH_LOCAL + self.offset(epoch + EPOCH_LOCAL)
        again = epoch + EPOCH_LOCAL + self.offset(local)
        return again if self.to_epoch(again) == epoch else local

    def _with_room(self, days: int) -> _Memo:
        """What is remembered; all of it is forgotten before it would be too much."""
        if len(self._memo[0]) + days > 2 * _CACHED_DAYS:
            self._memo = {}, []
        return self._memo

    def _learn(self, day: int, memo: _Memo) -> int:
        """The offset at the beginning of `day`, remembered."""
        return _remembered(memo, day, self.offset(day * DAY), changes=self._changes_on(day))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class FixedZone(Zone):
    """A constant offset."""

    __slots__ = ("_offset",)

    def __init__(self, name: str, offset: int) -> None:
        super().__init__(name, timezone(timedelta(seconds=offset), name) if offset else UTC)
        self._offset = offset

    def offset(self, local: int) -> int:  # noqa: ARG002 - the base class's signature
        """Always the same."""
        return self._offset

    def to_epoch(self, local: int) -> int:
        """Seconds since 1970-01-01T00:00:00Z."""
        return local - EPOCH_LOCAL - self._offset

    def to_epochs(self, locals_: Sequence[int]) -> list[int]:
        """`to_epoch` of each."""
        base = EPOCH_LOCAL + self._offset
        return [local - base for local in locals_]


_ONE_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_NO_SHIFT: Final = timedelta(0)
UTC_TIME: Final = FixedZone(UTC_ZONE, 0)


class NamedZone(Zone):
    """A zone of the IANA database."""

    __slots__ = ()

    def _learn(self, day: int, memo: _Memo) -> int:
        # No zone of the database goes there and back within a day.
        if not _FIRST <= day * DAY < _LAST - DAY:
            return super()._learn(day, memo)
        midnight = datetime.fromordinal(day).replace(tzinfo=self.tzinfo)
        shift = midnight.utcoffset() or _NO_SHIFT
        return _remembered(memo, day, shift // _SECOND, changes=(midnight + _ONE_DAY).utcoffset() != shift)

    def to_local(self, epoch: int) -> int:
        """The wall-clock time at `epoch` seconds."""
        within = min(max(epoch + EPOCH_LOCAL, 2 * DAY), LAST_LOCAL - DAY)  # no offset is longer than a day
        shift = wall(within).replace(tzinfo=UTC).astimezone(self.tzinfo).utcoffset()
        return epoch + EPOCH_LOCAL + (shift // timedelta(seconds=1) if shift is not None else 0)


class ZoneTable:
    """The VTIMEZONEs of one document, by TZID. Never shared between documents.

    A VTIMEZONE may stand after the meetings that use it, so the table is asked only once the document is read.
    """

    __slots__ = ("_known", "own")

    def __init__(self, own: Mapping[str, Zone] | None = None) -> None:
        self.own: dict[str, Zone] = dict(own or {})
        self._known: dict[tuple[str, ZoneReading, int], Zone | None] = {}

    def resolve(self, tzid: str, reading: ZoneReading = ZoneReading.NAME) -> Zone | None:
        """The zone that `tzid` means, None if neither the file nor the database knows it."""
        if tzid == UTC_ZONE:
            return UTC_TIME
        key = tzid, reading, len(self.own)  # a zone may still come
        if key not in self._known:
            self._known[key] = self._look_up(tzid, reading)
        return self._known[key]

    def _look_up(self, tzid: str, reading: ZoneReading) -> Zone | None:
        own = self.own.get(tzid)
        if own is None:
            return named_zone(tzid) or prefixed_zone(tzid)
        if reading is ZoneReading.FILE or (reading is ZoneReading.NAME and not is_exact(tzid)):
            return own
        return named_zone(tzid) or own

    def differs(self, tzid: str) -> bool:
        """Whether the two readings of `tzid` are two zones."""
        return tzid in self.own and named_zone(tzid) is not None


def is_exact(tzid: str) -> bool:
    """Whether the zone database has this very name, letter case included."""
    return _names().get(tzid.casefold()) == tzid


@cache
def _names() -> dict[str, str]:
    # tzdata's own list: `zoneinfo.available_timezones()` opens every file, which takes 26 ms, and finds `localtime`.
    names = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return {name.casefold(): name for name in names}


@cache
def _windows_names() -> Mapping[str, str]:
    from babel.core import get_global  # noqa: PLC0415 - only files with such names pay for it

    return {name.casefold(): zone for name, zone in get_global("windows_zone_mapping").items()}


def named_zone(name: str) -> Zone | None:
    """The zone of an IANA name (letter case aside), a Windows name (CLDR) or `UTC`; None for any other.

    Names are looked up in the list of the tzdata package first: a TZID never becomes a path.
    """
    return _named_zone(name) if len(name) <= _REMEMBERED else None


@lru_cache(maxsize=1024)
def _named_zone(name: str) -> Zone | None:
    key = name.casefold()
    known = _names().get(key)
    if known is None and "/" not in name:
        known = _windows_names().get(key)
    if known is None:
        return None
    return UTC_TIME if known in ("UTC", "Etc/UTC") else NamedZone(known, zoneinfo.ZoneInfo(known))


def prefixed_zone(tzid: str) -> Zone | None:
    """The zone of a globally unique TZID (RFC 5545 §3.2.19) such as `/mozilla.org/20050126_1/Europe/Berlin`."""
    return _prefixed_zone(tzid) if tzid.startswith("/") and len(tzid) <= _REMEMBERED else None


@lru_cache(maxsize=1024)
def _prefixed_zone(tzid: str) -> Zone | None:
    parts = tzid.split("/")
    tails = ("/".join(parts[-count:]) for count in (3, 2, 1) if len(parts) > count)
    return next((zone for zone in map(named_zone, tails) if zone is not None), None)
