# SPDX-License-Identifier: Apache-2.0
"""RECUR values (RFC 5545 §3.3.10): text to a Rule."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import MeetcostError
from meetcost.ics.values import clock_seconds, midnight

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST: Final = 65_536
_MOST_ITEMS: Final = 1_000
_WEEKDAYS: Final = {name: number for number, name in enumerate("MO TU WE TH FR SA SU".split())}
_DAY: Final = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,12}")


class RuleError(MeetcostError):
    """A rule that cannot be used; `code` is stable, `message` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Frequency(IntEnum):
    """FREQ, from the longest period to the shortest."""

    YEARLY = 0
    MONTHLY = 1
    WEEKLY = 2
    DAILY = 3
    HOURLY = 4
    MINUTELY = 5
    SECONDLY = 6


class Until(NamedTuple):
    """UNTIL as written: `kind` is "date", "local" or "utc", `local` its local seconds."""

    kind: str
    local: int


class Rule(NamedTuple):
    """A parsed RRULE. Weekdays count from Monday, 0; `by_day` pairs an ordinal (0: every one) with a weekday."""

    freq: Frequency
    interval: int = 1
    count: int | None = None  # type: ignore[assignment] # RFC 5545's name, over tuple.count
    until: Until | None = None
    by_second: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_hour: tuple[int, ...] = ()
    by_day: tuple[tuple[int, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_week_no: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    wkst: int = 0


def parse_rule(text: str) -> Rule:
    """The Rule that `text` says; letter case, a trailing `;` and X- parts are overlooked.

    Raises `RuleError`: `rule-rscale` for RFC 7529's RSCALE and SKIP, `rule-too-large` beyond 1,000 items in a list,
    `rule-interval` for INTERVAL=0, `rule-syntax` for all else that is no rule.
    """
    if len(text) > _LONGEST:
        raise RuleError("rule-too-large", f"a rule of more than {_LONGEST:,} characters")
    values: dict[str, object] = {}
    for part in text.strip().upper().split(";"):
        if not part.strip():
            continue
        name, equals, value = part.partition("=")
        name, value = name.strip(), value.strip()
        if name in ("RSCALE", "SKIP"):
            raise RuleError(
                "rule-rscale", f"{name} (RFC 7529) is not supported; write the rule in the Gregorian calendar"
            )
        if name.startswith("X-"):
            continue
        reader = _PARTS.get(name)
        if reader is None or not equals:
            raise RuleError("rule-syntax", f"`{part[:40]}` is no part of a rule")
        field, read = reader
        if field in values:
            raise RuleError("rule-syntax", f"{name} stands twice")
        values[field] = read(name, value)
    if "freq" not in values:
        raise RuleError("rule-syntax", "no FREQ")
    return Rule(**values)  # type: ignore[arg-type] # each reader gives its field's type


def _frequency(name: str, value: str) -> Frequency:
    try:
        return Frequency[value]
    except KeyError:
        raise RuleError("rule-syntax", f"`{value[:40]}` is no {name}") from None


def _until(name: str, value: str) -> Until:
    day, clock = midnight(value[:8]), clock_seconds(value[9:15])
    if day is not None and len(value) == 8:
        return Until("date", day)
    if day is None or clock is None or value[8] != "T" or value[15:] not in ("", "Z"):
        raise RuleError("rule-syntax", f"`{value[:40]}` is no date or time for {name}")
    return Until("utc" if value.endswith("Z") else "local", day + clock)


def _number(name: str, value: str, low: int, high: int) -> int:
    if not _NUMBER.fullmatch(value):
        raise RuleError("rule-syntax", f"`{value[:40]}` is no number for {name}")
    number = int(value)
    if not low <= number <= high:
        code = "rule-interval" if name == "INTERVAL" else "rule-syntax"
        raise RuleError(code, f"{name}={value} is not between {low} and {high}")
    return number


def _positive(name: str, value: str) -> int:
    return _number(name, value, 1, 10**12)


def _numbers(low: int, high: int) -> Callable[[str, str], tuple[int, ...]]:
    def read(name: str, value: str) -> tuple[int, ...]:
        numbers = {_number(name, item.strip(), low, high) for item in _items(name, value)}
        if low < 0 and 0 in numbers:
            raise RuleError("rule-syntax", f"0 in {name}")
        return tuple(sorted(numbers))

    return read


def _days(name: str, value: str) -> tuple[tuple[int, int], ...]:
    days = set()
    for item in _items(name, value):
        match = _DAY.fullmatch(item.strip())
        ordinal = int(match[1] or 0) if match else 99
        if match is None or abs(ordinal) > 53 or (match[1] and not ordinal):
            raise RuleError("rule-syntax", f"`{item[:40]}` is no day of the week for {name}")
        days.add((ordinal, _WEEKDAYS[match[2]]))
    return tuple(sorted(days))


def _weekday(name: str, value: str) -> int:
    if value not in _WEEKDAYS:
        raise RuleError("rule-syntax", f"`{value[:40]}` is no day of the week for {name}")
    return _WEEKDAYS[value]


def _items(name: str, value: str) -> list[str]:
    items = value.split(",", _MOST_ITEMS + 1)
    if len(items) > _MOST_ITEMS:
        raise RuleError("rule-too-large", f"more than {_MOST_ITEMS:,} values in {name}")
    return items


_PARTS: Final[dict[str, tuple[str, Callable[[str, str], object]]]] = {
    "FREQ": ("freq", _frequency),
    "INTERVAL": ("interval", _positive),
    "COUNT": ("count", _positive),
    "UNTIL": ("until", _until),
    "BYSECOND": ("by_second", _numbers(0, 60)),
    "BYMINUTE": ("by_minute", _numbers(0, 59)),
    "BYHOUR": ("by_hour", _numbers(0, 23)),
    "BYDAY": ("by_day", _days),
    "BYMONTHDAY": ("by_month_day", _numbers(-31, 31)),
    "BYYEARDAY": ("by_year_day", _numbers(-366, 366)),
    "BYWEEKNO": ("by_week_no", _numbers(-53, 53)),
    "BYMONTH": ("by_month", _numbers(1, 12)),
    "BYSETPOS": ("by_set_pos", _numbers(-366, 366)),
    "WKST": ("wkst", _weekday),
}
