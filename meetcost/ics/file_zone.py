# SPDX-License-Identifier: Apache-2.0
"""What time it is in a zone that a file defines (RFC 5545 §3.6.5)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.ics.recur import expand_rule
from meetcost.model.moment import DAY, EPOCH_LOCAL, LAST_LOCAL, local_seconds
from meetcost.model.zone import Zone

if TYPE_CHECKING:
    from meetcost.errors import Problem
    from meetcost.ics.rule import Rule

_BLOCK_YEARS: Final = 16
_YEAR: Final = 366 * DAY
_BLOCK: Final = _BLOCK_YEARS * _YEAR
_STEPS: Final = 20_000  # in one block: any rule that steps by days or more and keeps to one time of day
_CACHED_BLOCKS: Final = 64
END: Final = LAST_LOCAL + 1
"""The first local second behind all that can be told."""


class Observance(NamedTuple):
    """One STANDARD or DAYLIGHT: from each of its onsets (local seconds) on, `offset_to` holds.

    `listed` are DTSTART, RDATEs and what rules with a COUNT give, ascending.
    """

    standard: bool
    offset_from: int
    offset_to: int
    listed: tuple[int, ...]
    rules: tuple[Rule, ...]

    def onsets(self, lo: int, hi: int) -> list[int]:
        """Its onsets in [lo, hi), in local seconds before the change."""
        found = list(self.listed[bisect_left(self.listed, lo) : bisect_left(self.listed, hi)])
        for rule in self.rules:
            found += expand_rule(
                rule, self.listed[0], lo, hi, until=self.until(rule), max_steps=_STEPS, max_instances=_STEPS
            )
        return found

    def until(self, rule: Rule) -> int | None:
        """UNTIL in local seconds before the change."""
        if rule.until is None:
            return None
        return rule.until.seconds + (self.offset_from if rule.until.kind == "utc" else 0)

    def last(self, lo: int) -> list[int]:
        """Its latest onset before `lo`, if there is one; a rule's is looked for two blocks back from its end."""
        found = list(self.listed[: bisect_left(self.listed, lo)][-1:])
        for rule in self.rules:
            until = self.until(rule)
            end = min(lo, END) if until is None else min(lo, until + 1, END)
            for hi in (end, end - _BLOCK):
                onsets = expand_rule(rule, self.listed[0], hi - _BLOCK, hi, max_steps=_STEPS, max_instances=_STEPS)
                if onsets:
                    found.append(onsets[-1])
                    break
        return [max(found)] if found else []


class Changes(NamedTuple):
    """Of one block: `after[i]` holds from `walls[i]` (wall clock) or `instants[i]` (UTC) on, `before` until then.

    Wall-clock times that a change skips are read with the offset before it (RFC 5545 §3.3.5), so `walls` are behind
    the gap.
    """

    before: int
    walls: list[int]
    instants: list[int]
    after: list[int]

    def at(self, times: list[int], moment: int) -> int:
        """The offset at `moment` on the scale of `times`."""
        number = bisect_right(times, moment)
        return self.after[number - 1] if number else self.before


class Definition(NamedTuple):
    """What the octets of a VTIMEZONE say; no observances if it defines no zone.

    `blocks` fills up as times are asked for. Threads share it: what one puts there is what any other would.
    """

    name: str
    observances: tuple[Observance, ...]
    problems: tuple[Problem, ...]
    blocks: dict[int, Changes]


class FileZone(Zone):
    """A zone as a VTIMEZONE defines it. Onsets are expanded in blocks of years, when a time in them is asked for."""

    __slots__ = ("_blocks", "_observances", "octets")

    def __init__(self, octets: bytes, definition: Definition) -> None:
        super().__init__(definition.name, _FileTzInfo(self, definition.name))
        self.octets = octets
        self._observances = definition.observances
        self._blocks = definition.blocks

    def offset(self, local: int) -> int:
        """That of the latest onset at or before `local`; before all of them, the first STANDARD's TZOFFSETTO."""
        changes = self._block(local)
        return changes.at(changes.walls, local)

    def to_local(self, epoch: int) -> int:
        """The wall-clock time at `epoch` seconds."""
        utc = epoch + EPOCH_LOCAL
        return utc + self.offset_of_utc(utc)

    def offset_of_utc(self, utc: int) -> int:
        """The offset at a UTC time in local seconds."""
        changes = self._block(utc)
        return changes.at(changes.instants, utc)

    def _changes_on(self, day: int) -> bool:
        walls = self._block(day * DAY).walls
        return bisect_right(walls, day * DAY) < bisect_right(walls, day * DAY + DAY - 1)

    def _block(self, moment: int) -> Changes:
        number = moment // _BLOCK
        changes = self._blocks.get(number)
        if changes is None:
            if len(self._blocks) >= _CACHED_BLOCKS:
                self._blocks.clear()
            changes = self._blocks[number] = self._expand(number * _BLOCK)
        return changes

    def _expand(self, lo: int) -> Changes:
        """The changes from two days before `lo` to two days behind its block: no offset is longer than a day."""
        lo, hi = lo - 2 * DAY, lo + _BLOCK + 2 * DAY
        found = sorted((onset, one.offset_to) for one in self._observances for onset in one.onsets(lo, hi))
        before = offset = self._before(lo)
        changes = Changes(before, [], [], [])
        for onset, after in found:
            changes.walls.append(onset + max(after - offset, 0))
            changes.instants.append(onset - offset)
            changes.after.append(after)
            offset = after
        return changes

    def _before(self, lo: int) -> int:
        """The offset in force just before `lo`."""
        latest = max(
            ((onset, observance.offset_to) for observance in self._observances for onset in observance.last(lo)),
            default=None,
        )
        if latest is not None:
            return latest[1]
        # RFC 5545 leaves it open. dateutil does the same; the first TZOFFSETFROM would be summer time for ever where a
        # file lists only the changes to come and the next one is in autumn.
        standards = (observance for observance in self._observances if observance.standard)
        return next(standards, self._observances[0]).offset_to


class _FileTzInfo(tzinfo):
    """The same for stdlib datetimes."""

    def __init__(self, zone: FileZone, name: str) -> None:
        self._zone = zone
        self._name = name

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """The offset at the wall-clock time of `moment`; with `fold`, that of the second of two equal ones."""
        if moment is None:
            return None
        local = local_seconds(moment)
        offset = self._zone.offset(local)
        if moment.fold:
            offset = self._zone.offset_of_utc(local - min(offset, self._zone.offset(local + DAY)))
        return timedelta(seconds=offset)

    def dst(self, moment: datetime | None) -> timedelta | None:  # noqa: ARG002 - the base class's signature
        """Not told apart: a VTIMEZONE's DAYLIGHT need not be summer time."""
        return None

    def tzname(self, moment: datetime | None) -> str:  # noqa: ARG002 - the base class's signature
        """The TZID."""
        return self._name

    def fromutc(self, moment: datetime) -> datetime:
        """The wall-clock time in this zone of a UTC time."""
        utc = local_seconds(moment)
        shift = self._zone.offset_of_utc(utc)
        again = self._zone.offset(utc + shift) != shift  # the second of two equal wall-clock times
        return (moment + timedelta(seconds=shift)).replace(fold=int(again))

    def __reduce__(self) -> tuple[type, tuple[FileZone, str]]:
        return _FileTzInfo, (self._zone, self._name)
