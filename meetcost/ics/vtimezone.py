# SPDX-License-Identifier: Apache-2.0
"""VTIMEZONE (RFC 5545 §3.6.5): a file's own definition of a time zone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import Problem
from meetcost.ics.clock import UNITS
from meetcost.ics.content import decode, split_line, unfold
from meetcost.ics.recur import expand_rule
from meetcost.ics.rule import RuleError, parse_rule
from meetcost.ics.values import parse_moment
from meetcost.model.moment import DAY, EPOCH_LOCAL, FLOATING, LAST_LOCAL, UTC_ZONE, local_seconds
from meetcost.model.zone import Zone
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from meetcost.ics.limits import Limits
    from meetcost.ics.rule import Rule

_BLOCK_YEARS: Final = 16
_YEAR: Final = 366 * DAY
_BLOCK: Final = _BLOCK_YEARS * _YEAR
_STEPS: Final = 20_000  # in one block: any rule that steps by days or more and keeps to one time of day
_COUNTED: Final = 200  # the same for a rule with a COUNT, which has to be followed from its start
_RULES: Final = 4  # times `Limits.rules` in one VTIMEZONE: the longest histories have a few dozen
_NEEDED: Final = ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO")
_CACHED_BLOCKS: Final = 64
_END: Final = LAST_LOCAL + 1
_LARGEST_REMEMBERED: Final = 16_384  # octets: the history of any zone of the database is shorter


_Properties = list[tuple[str, dict[str, str], str]]


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
            end = min(lo, _END) if until is None else min(lo, until + 1, _END)
            for hi in (end, end - _BLOCK):
                onsets = expand_rule(rule, self.listed[0], hi - _BLOCK, hi, max_steps=_STEPS, max_instances=_STEPS)
                if onsets:
                    found.append(onsets[-1])
                    break
        return [max(found)] if found else []


class _Changes(NamedTuple):
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


class _Definition(NamedTuple):
    """What the octets of a VTIMEZONE say; no observances if it defines no zone.

    `blocks` fills up as times are asked for. Threads share it: what one puts there is what any other would.
    """

    name: str
    observances: tuple[Observance, ...]
    problems: tuple[Problem, ...]
    blocks: dict[int, _Changes]


class FileZone(Zone):
    """A zone as a VTIMEZONE defines it. Onsets are expanded in blocks of years, when a time in them is asked for."""

    __slots__ = ("_blocks", "_observances", "octets")

    def __init__(self, octets: bytes, definition: _Definition) -> None:
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

    def _block(self, moment: int) -> _Changes:
        number = moment // _BLOCK
        changes = self._blocks.get(number)
        if changes is None:
            if len(self._blocks) >= _CACHED_BLOCKS:
                self._blocks.clear()
            changes = self._blocks[number] = self._expand(number * _BLOCK)
        return changes

    def _expand(self, lo: int) -> _Changes:
        """The changes from two days before `lo` to two days behind its block: no offset is longer than a day."""
        lo, hi = lo - 2 * DAY, lo + _BLOCK + 2 * DAY
        found = sorted((onset, one.offset_to) for one in self._observances for onset in one.onsets(lo, hi))
        before = offset = self._before(lo)
        changes = _Changes(before, [], [], [])
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


class _Reading:
    """A VTIMEZONE as it is read, with what is wrong with it."""

    def __init__(self, line: int, limits: Limits) -> None:
        self.tzid = ""
        self.problems: list[Problem] = []
        self._line = line
        self._limits = limits
        self._rules = 0

    def mistake(self, name: str, what: str, code: str = "bad-zone") -> None:
        """Note what cannot be used."""
        template = "{what} in the VTIMEZONE `{tzid}` cannot be used"
        message = Sentence.of(template, what=what, tzid=self.tzid[:60])
        self.problems.append(Problem(code, message, self._line, name))

    def observance(self, properties: _Properties, *, standard: bool) -> Observance | None:
        """One STANDARD or DAYLIGHT; None (and a problem) without a start or an offset."""
        found: dict[str, int] = {}
        rules: list[Rule] = []
        onsets: list[int] = []
        for name, parameters, value in properties:
            if name in _NEEDED:
                number = _start(value, parameters) if name == "DTSTART" else _offset(value)
                if number is None or name in found:
                    self.mistake(name, f"`{value[:60]}`")
                if number is None and name != "DTSTART":
                    number = _offset(value[:5])  # `-05000`: readers take the first four digits
                if number is not None:
                    found.setdefault(name, number)
            elif name == "RRULE":
                rules += self._rule(value)
            elif name == "RDATE":
                onsets += self._rdates(value, len(onsets))
        missing = [name for name in _NEEDED if name not in found]
        if missing:
            self.mistake(missing[0], Sentence.of("an observance"))
            return None
        start = found["DTSTART"]
        listed = tuple(sorted({start, *(onset for onset in onsets if onset > start)}))
        observance = Observance(standard, found["TZOFFSETFROM"], found["TZOFFSETTO"], listed, tuple(rules))
        return self._listed(observance)

    def _rule(self, value: str) -> list[Rule]:
        self._rules += 1
        if self._rules > _RULES * self._limits.rules:
            if self._rules == _RULES * self._limits.rules + 1:
                self.mistake(
                    "RRULE", Sentence.of("more than {most:,} rules", most=_RULES * self._limits.rules), "limit"
                )
            return []
        try:
            rule = parse_rule(value)
        except RuleError as error:
            self.mistake("RRULE", Sentence.of("`{rule}` ({why})", rule=value[:60], why=error.message))
            return []
        if rule.freq in UNITS or rule.by_hour or rule.by_minute or rule.by_second:
            self.mistake("RRULE", Sentence.of("`{rule}`, more than one onset a day,", rule=value[:60]))
            return []
        return [rule]

    def _rdates(self, value: str, known: int) -> list[int]:
        items = value.split(",", self._limits.rdates + 1)
        if known + len(items) > self._limits.rdates:
            self.mistake("RDATE", Sentence.of("more than {most:,} dates", most=self._limits.rdates), "limit")
            return []
        onsets = [_start(item.strip(), {}) for item in items]
        if None in onsets:
            self.mistake("RDATE", f"`{value[:60]}`")
        return [onset for onset in onsets if onset is not None]

    def _listed(self, observance: Observance) -> Observance:
        """The same with the onsets of rules that have a COUNT listed: those are followed from their start."""
        start = observance.listed[0]
        listed = set(observance.listed)
        for rule in observance.rules:
            if rule.count is None:
                continue
            try:
                listed.update(expand_rule(rule, start, start, _END, until=observance.until(rule), max_steps=_COUNTED))
            except RuleError as error:
                self.mistake("RRULE", Sentence.of("a rule with COUNT ({why})", why=error.message))
        endless = tuple(rule for rule in observance.rules if rule.count is None)
        return observance._replace(listed=tuple(sorted(listed)), rules=endless)


def read_vtimezone(octets: bytes, line: int, limits: Limits) -> tuple[str, FileZone | None, list[Problem]]:
    """(TZID, zone, problems) of a VTIMEZONE's octets; no zone if it cannot be used.

    Programs write the same few zones into every object, so the last definitions are remembered: by all of their octets,
    never by name, so that no file can change what another one means.
    """
    define = _definition if len(octets) <= _LARGEST_REMEMBERED else _definition.__wrapped__
    definition = define(octets, line, limits)
    zone = FileZone(octets, definition) if definition.observances else None
    return definition.name, zone, list(definition.problems)


@lru_cache(maxsize=64)
def _definition(octets: bytes, line: int, limits: Limits) -> _Definition:
    reading = _Reading(line, limits)
    observances: list[tuple[bool, _Properties]] = []
    current: _Properties | None = None
    for text in decode(unfold(octets)).split("\n"):
        parts = split_line(text)
        if parts is None:
            continue
        (name, parameters, _), value = parts[0], parts[1].strip()
        if name in ("BEGIN", "END") and value.upper() in ("STANDARD", "DAYLIGHT"):
            if current is not None and name == "END":
                observances.append((value.upper() == "STANDARD", current))
            current = [] if name == "BEGIN" else None
        elif current is not None:
            current.append((name, parameters, value))
        elif name == "TZID":
            if reading.tzid:
                reading.mistake("TZID", Sentence.of("a second TZID `{zone}`", zone=value[:60]))
            reading.tzid = reading.tzid or value
    if len(observances) > limits.observances:
        reading.mistake("BEGIN", Sentence.of("more than {most:,} observances", most=limits.observances), "limit")
    found = [reading.observance(lines, standard=standard) for standard, lines in observances[: limits.observances]]
    usable = tuple(observance for observance in found if observance is not None)
    if not reading.tzid or not usable:
        message = Sentence.of("the VTIMEZONE `{tzid}` defines no time zone", tzid=reading.tzid[:60])
        reading.problems.append(Problem("bad-zone", message, line))
        usable = ()
    return _Definition(reading.tzid, usable, tuple(reading.problems), {})


def _start(value: str, parameters: dict[str, str]) -> int | None:
    """Local seconds of a DTSTART or RDATE."""
    moment = parse_moment(value, parameters, [])
    return moment.local if moment is not None and moment.zone in (FLOATING, UTC_ZONE) else None


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
