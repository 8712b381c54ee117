# SPDX-License-Identifier: Apache-2.0
"""VTIMEZONE (RFC 5545 §3.6.5): a file's own definition of a time zone."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from meetcost.errors import Problem
from meetcost.ics.content import decode, split_line, unfold
from meetcost.ics.recur import expand_rule
from meetcost.ics.rule import RuleError, parse_rule
from meetcost.ics.values import parse_moment
from meetcost.model.moment import DAY, UTC_ZONE, local_seconds
from meetcost.model.zone import Zone

if TYPE_CHECKING:
    from collections.abc import Callable

    from meetcost.ics.limits import Limits
    from meetcost.ics.rule import Rule

_BLOCK_YEARS: Final = 64
_YEAR: Final = 366 * DAY
_Properties: TypeAlias = list[tuple[str, dict[str, str], str]]
_Mistake: TypeAlias = "Callable[[str, str], None]"


class Observance(NamedTuple):
    """One STANDARD or DAYLIGHT: from each of its onsets (local seconds) on, `offset_to` holds."""

    standard: bool
    start: int
    offset_from: int
    offset_to: int
    rules: tuple[Rule, ...]
    rdates: tuple[int, ...]

    def onsets(self, lo: int, hi: int) -> list[int]:
        """Its onsets in [lo, hi), in local seconds before the change."""
        found = [onset for onset in (self.start, *self.rdates) if lo <= onset < hi]
        for rule in self.rules:
            until = None
            if rule.until is not None:
                until = rule.until.seconds + (self.offset_from if rule.until.kind == "utc" else 0)
            found += expand_rule(rule, self.start, lo, hi, until=until, max_instances=_BLOCK_YEARS * 53)
        return found

    def last(self, lo: int) -> list[int]:
        """Its latest onset before `lo`, if there is one; looked for backwards, a block at a time."""
        first = min(self.start, *self.rdates) if self.rdates else self.start
        while lo > first:
            onsets = self.onsets(max(first, lo - _BLOCK_YEARS * _YEAR), lo)
            if onsets:
                return [max(onsets)]
            lo -= _BLOCK_YEARS * _YEAR
        return []


class FileZone(Zone):
    """A zone as a VTIMEZONE defines it. Onsets are expanded in blocks of years, when a time in them is asked for."""

    __slots__ = ("_blocks", "_observances", "octets")

    def __init__(self, name: str, observances: tuple[Observance, ...], octets: bytes) -> None:
        super().__init__(name, _FileTzInfo(self, name))
        self.octets = octets
        self._observances = observances
        self._blocks: dict[int, tuple[list[int], list[int]]] = {}

    def offset(self, local: int) -> int:
        """That of the latest onset at or before `local`; before all of them, the first STANDARD's TZOFFSETTO."""
        onsets, offsets = self._block(local // (_BLOCK_YEARS * _YEAR))
        return offsets[bisect_right(onsets, local)]

    def _changes_on(self, day: int) -> bool:
        onsets, _ = self._block(day * DAY // (_BLOCK_YEARS * _YEAR))
        at = bisect_right(onsets, day * DAY)
        return at < len(onsets) and onsets[at] < day * DAY + DAY

    def _block(self, number: int) -> tuple[list[int], list[int]]:
        """(onsets, offsets): offsets[i] holds before onsets[i], the last one to the end of the block."""
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = self._expand(number)
        return block

    def _expand(self, number: int) -> tuple[list[int], list[int]]:
        lo = number * _BLOCK_YEARS * _YEAR
        hi = lo + _BLOCK_YEARS * _YEAR + 2 * DAY
        changes = sorted(
            (onset, observance.offset_to) for observance in self._observances for onset in observance.onsets(lo, hi)
        )
        return [onset for onset, _ in changes], [self._before(lo), *(offset for _, offset in changes)]

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
        """The offset at the wall-clock time of `moment`."""
        return timedelta(seconds=self._zone.offset(local_seconds(moment))) if moment is not None else None

    def dst(self, moment: datetime | None) -> timedelta | None:  # noqa: ARG002 - the base class's signature
        """Not told apart: a VTIMEZONE's DAYLIGHT need not be summer time."""
        return None

    def tzname(self, moment: datetime | None) -> str:  # noqa: ARG002 - the base class's signature
        """The TZID."""
        return self._name

    def fromutc(self, moment: datetime) -> datetime:
        """The wall-clock time in this zone of a UTC time."""
        utc = local_seconds(moment)
        shift = self._zone.offset(utc + self._zone.offset(utc))
        return moment + timedelta(seconds=shift)

    def __reduce__(self) -> tuple[type, tuple[FileZone, str]]:
        return _FileTzInfo, (self._zone, self._name)


def read_vtimezone(octets: bytes, line: int, limits: Limits) -> tuple[str, FileZone | None, list[Problem]]:
    """(TZID, zone, problems) of a VTIMEZONE's octets; no zone if it cannot be used."""
    tzid, observances, problems = "", list[tuple[str, _Properties]](), list[Problem]()
    current: _Properties | None = None
    for text in decode(unfold(octets)).split("\n"):
        parts = split_line(text.rstrip("\r"))
        if parts is None:
            continue
        (name, parameters), value = parts
        word = value.strip().upper()
        if name == "BEGIN" and word in ("STANDARD", "DAYLIGHT"):
            current = []
        elif name == "END" and word in ("STANDARD", "DAYLIGHT") and current is not None:
            observances.append((word, current))
            current = None
        elif current is not None:
            current.append((name, parameters, value))
        elif name == "TZID":
            tzid = value.strip()

    def mistake(name: str, value: str) -> None:
        message = f"`{value[:60]}` in the VTIMEZONE `{tzid[:60]}` cannot be used"
        problems.append(Problem("bad-zone", message, line, name))

    read: list[Observance] = []
    for word, properties in observances[: limits.observances]:
        observance = _observance(word, properties, limits, mistake)
        if observance is not None:
            read.append(observance)
    if len(observances) > limits.observances:
        problems.append(Problem("limit", f"more than {limits.observances:,} observances in `{tzid[:60]}`", line))
    if not tzid or not read:
        problems.append(Problem("bad-zone", f"the VTIMEZONE `{tzid[:60]}` defines no time zone", line, "TZID"))
        return tzid, None, problems
    return tzid, FileZone(tzid, tuple(read), octets), problems


def _observance(kind: str, properties: _Properties, limits: Limits, mistake: _Mistake) -> Observance | None:
    start: int | None = None
    offsets: dict[str, int | None] = {}
    rules: list[Rule] = []
    rdates: list[int] = []
    for name, parameters, value in properties:
        if name == "DTSTART":
            moment = parse_moment(value.strip(), parameters, [])
            start = moment.local if moment is not None and moment.zone in ("", UTC_ZONE) else None
            if start is None:
                mistake(name, value)
        elif name in ("TZOFFSETFROM", "TZOFFSETTO"):
            offsets[name] = _offset(value.strip())
            if offsets[name] is None:
                mistake(name, value)
                offsets[name] = _offset(value.strip()[:5])  # `-05000`: readers take the first four digits
        elif name == "RRULE":
            try:
                rules.append(parse_rule(value.strip()))
            except RuleError:
                mistake(name, value)
        elif name == "RDATE":
            moments = [parse_moment(item[:15], {}, []) for item in value.strip().split(",")[: limits.rdates]]
            rdates += [moment.local for moment in moments if moment is not None]
    offset_from, offset_to = offsets.get("TZOFFSETFROM"), offsets.get("TZOFFSETTO")
    if start is None or offset_from is None or offset_to is None:
        mistake("TZOFFSETTO" if start is not None else "DTSTART", "an observance")
        return None
    observance = Observance(kind == "STANDARD", start, offset_from, offset_to, tuple(rules), tuple(rdates))
    try:
        observance.onsets(start, start + _BLOCK_YEARS * _YEAR)
    except RuleError as error:
        mistake("RRULE", error.message)
        return None
    return observance


def _offset(value: str) -> int | None:
    """Seconds of a UTC-OFFSET (RFC 5545 §3.3.14): `+HHMM` or `+HHMMSS`, less than a day."""
    digits = value[1:]
    if value[:1] not in ("+", "-") or len(digits) not in (4, 6) or not digits.isascii() or not digits.isdigit():
        return None
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:] or 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    total = hours * 3600 + minutes * 60 + seconds
    return -total if value[0] == "-" else total
