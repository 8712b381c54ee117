# SPDX-License-Identifier: Apache-2.0
"""Property values (RFC 5545 §3.3) as integers and Moments. ASCII digits only."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from meetcost.ics.content import split_line_once
from meetcost.model.attendee import Attendee, CuType, PartStat, Role, calendar_address
from meetcost.model.moment import DAY, FLOATING, UTC_ZONE, Length, Moment

_DURATION: Final = re.compile(
    r"([+-]?)P(?:([0-9]{1,6})W)?(?:([0-9]{1,7})D)?"
    r"(?:T(?:([0-9]{1,8})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,10})S)?)?"
)
_END_OF_DAY: Final = "240000"
_OF_A_MOMENT: Final = frozenset({"", "DATE", "DATE-TIME"})
_LONGEST: Final = 3_660_000 * DAY  # ten thousand years
_REMEMBERED: Final = 512  # characters: longer lines would let a stranger fill the memory with them
_CUTYPES: Final = {item.value: item for item in CuType}
_ROLES: Final = {item.value: item for item in Role}
_STATES: Final = {item.value: item for item in PartStat}


@lru_cache(maxsize=8192)
def midnight(text: str | bytes) -> int | None:
    """Local seconds of the day `YYYYMMDD`; None if it is none."""
    if len(text) != 8 or not text.isascii() or not text.isdigit():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal() * DAY
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def clock_seconds(text: str | bytes) -> int | None:
    """Seconds of the day `HHMMSS`, None if it is no time of day; a leap second counts as the one before."""
    if len(text) != 6 or not text.isascii() or not text.isdigit():
        return None
    hour, minute, second = int(text[:2]), int(text[2:4]), int(text[4:])
    if hour > 23 or minute > 59 or second > 60:
        return None
    return hour * 3600 + minute * 60 + min(second, 59)


def parse_moment(value: str, parameters: dict[str, str], quirks: list[str]) -> Moment | None:
    """A DATE or DATE-TIME; None if it is neither. What was tolerated is appended to `quirks` by its code."""
    day = midnight(value[:8])
    if day is None:
        return None
    if parameters.get("VALUE", "").upper() not in _OF_A_MOMENT:
        quirks.append("value-type")
    if len(value) == 8:
        return _date(day, parameters, quirks)
    clock = clock_seconds(value[9:15])
    if clock is None and value[9:15] == _END_OF_DAY:
        quirks.append("hour-24")
        clock = DAY
    if clock is None or value[8] not in "Tt":
        return None
    if parameters.get("VALUE", "").upper() == "DATE":
        quirks.append("date-with-time")
        return Moment(day, FLOATING, True)
    if len(value) == 15:
        zone = parameters.get("TZID", FLOATING)
        if zone == UTC_ZONE:  # nobody's name for UTC, and how Moment writes it
            quirks.append("unknown-zone")
        return Moment(day + clock, zone)
    if value[15:] not in ("Z", "z"):
        return None
    if parameters.get("TZID", "UTC").upper() not in ("UTC", "ETC/UTC"):
        quirks.append("utc-with-tzid")
    return Moment(day + clock, UTC_ZONE)


def _date(day: int, parameters: dict[str, str], quirks: list[str]) -> Moment:
    if parameters.get("VALUE", "").upper() != "DATE":
        quirks.append("date-without-value")
    if "TZID" in parameters:
        quirks.append("date-with-tzid")
    return Moment(day, FLOATING, True)


def parse_duration(value: str) -> Length | None:
    """A DURATION, also below zero; None if it is none or beyond ten thousand years."""
    match = _DURATION.fullmatch(value.upper()) if len(value) < 64 and value.isascii() else None
    if match is None or not any(match.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(group or 0) for group in match.groups()[1:])
    length = Length(weeks * 7 + days, hours * 3600 + minutes * 60 + seconds)
    if length.nominal_seconds > _LONGEST:
        return None
    return Length(-length.days, -length.seconds) if match[1] == "-" else length


def parse_attendee(line: str) -> Attendee | None:
    """An ATTENDEE or ORGANIZER line; None if it is broken. People recur: most lines are found in the cache."""
    return _known_attendee(line) if len(line) <= _REMEMBERED else read_attendee(line)


def read_attendee(line: str) -> Attendee | None:
    """`parse_attendee` for who remembers the lines."""
    parts = split_line_once(line)
    if parts is None or parts[0].name not in ("ATTENDEE", "ORGANIZER") or not parts[1].strip():
        return None
    get = parts[0].parameters.get
    delegated, address, email = get("DELEGATED-TO", ""), calendar_address(parts[1]), get("EMAIL", "")
    return Attendee(
        address,
        get("CN", ""),
        _CUTYPES.get(get("CUTYPE", "INDIVIDUAL").upper(), CuType.UNKNOWN),
        _ROLES.get(get("ROLE", "").upper(), Role.REQ_PARTICIPANT),
        _STATES.get(get("PARTSTAT", "").upper(), PartStat.NEEDS_ACTION),
        tuple(calendar_address(item) for item in delegated.split(",")) if delegated else (),
        calendar_address(email) if email.strip() and not _is_mail(address) else "",
    )


def _is_mail(address: str) -> bool:
    """`/o=Town/cn=ann`, as Exchange has it, is none, though no scheme stands before it."""
    return address.startswith("mailto:") and "@" in address


_known_attendee: Final = lru_cache(maxsize=16384)(read_attendee)


def parse_integer(value: str) -> int | None:
    """An INTEGER of at most 10 digits; None otherwise."""
    text = value.strip()
    digits = text.removeprefix("-").removeprefix("+")
    return int(text) if 0 < len(digits) <= 10 and digits.isascii() and digits.isdigit() else None
