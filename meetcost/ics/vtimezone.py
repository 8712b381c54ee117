# SPDX-License-Identifier: Apache-2.0
"""VTIMEZONE (RFC 5545 §3.6.5) to a zone: a file's own definition of it, read."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from meetcost.errors import Problem
from meetcost.ics.clock import UNITS
from meetcost.ics.content import decode, split_line, unfold
from meetcost.ics.file_zone import END, Definition, FileZone, Observance
from meetcost.ics.recur import expand_rule
from meetcost.ics.rule import RuleError, parse_rule
from meetcost.ics.values import parse_moment
from meetcost.model.moment import FLOATING, UTC_ZONE
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from meetcost.ics.limits import Limits
    from meetcost.ics.rule import Rule

_COUNTED: Final = 200  # steps of a rule with a COUNT, which has to be followed from its start
_RULES: Final = 4  # times `Limits.rules` in one VTIMEZONE: the longest histories have a few dozen
_NEEDED: Final = ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO")
_LARGEST_REMEMBERED: Final = 16_384  # octets: the history of any zone of the database is shorter


_Properties = list[tuple[str, dict[str, str], str]]


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
                listed.update(expand_rule(rule, start, start, END, until=observance.until(rule), max_steps=_COUNTED))
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
def _definition(octets: bytes, line: int, limits: Limits) -> Definition:
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
    return Definition(reading.tzid, usable, tuple(reading.problems), {})


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
