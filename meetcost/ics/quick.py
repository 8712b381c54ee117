# SPDX-License-Identifier: Apache-2.0
"""The straight way from a block to a Meeting: for events with nothing out of the ordinary in them.

It answers None at the first thing that wants care (recurrence, a property that stands twice, a quoted parameter, a date
it cannot read), and `component.Component` takes its time over that block. Whatever this way accepts, the careful way
reads the same: the tests run both over every file they have. It works on octets and decodes only what it keeps.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from meetcost.ics.content import decode, split_text_list, unescape, unfold
from meetcost.ics.values import clock_seconds, midnight, parse_attendee
from meetcost.model.meeting import Meeting, Place
from meetcost.model.moment import FLOATING, UTC_ZONE, Moment

if TYPE_CHECKING:
    from meetcost.ics.limits import Limits
    from meetcost.ics.scan import Block
    from meetcost.model.attendee import Attendee
    from meetcost.model.zone import ZoneTable

_COLON: Final = ord(":")
_SEMICOLON: Final = ord(";")


class _CareError(Exception):
    """This block wants the careful way."""


def quick_meeting(block: Block, zones: ZoneTable, limits: Limits) -> Meeting | None:
    """The Meeting of a plain VEVENT, None where care is wanted."""
    once = block.once
    if block.careful or block.exdates or b"RRULE" in once or b"RECURRENCE-ID" in once or b"DURATION" in once:
        return None
    try:
        return _meeting(block, once, block.attendees, zones, limits)
    except (_CareError, KeyError, UnicodeDecodeError):
        return None


def _meeting(
    block: Block, once: dict[bytes, bytes], lines: list[bytes], zones: ZoneTable, limits: Limits
) -> Meeting | None:
    uid = _text(once, b"UID")
    start = _moment(once[b"DTSTART"])
    end = _moment(once[b"DTEND"]) if b"DTEND" in once else None
    attendees = tuple(map(_person, lines))
    if not uid or uid != uid.strip() or len(attendees) > limits.attendees:
        return None
    if end is not None and (end[1] != start[1] or end[2] != start[2] or end[0] < start[0]):
        return None
    return Meeting._make(
        (
            uid,
            _text(once, b"SUMMARY"),
            start,
            end,
            None,
            _person(once[b"ORGANIZER"]) if b"ORGANIZER" in once else None,
            attendees,
            None,
            None,
            False,
            (),
            block.name,
            _text(once, b"STATUS").strip().upper(),
            _text(once, b"TRANSP").strip().upper() == "TRANSPARENT",
            _text(once, b"CLASS").strip().upper(),
            _sequence(once),
            _text(once, b"LOCATION"),
            _categories(once),
            _text(once, b"URL").strip(),
            _long_text(once.get(b"DESCRIPTION")),
            zones,
            Place(block.start, block.end, block.line),
            (),
        )
    )


@lru_cache(maxsize=16384)
def _person(line: bytes) -> Attendee:
    attendee = parse_attendee(unfold(line[1:]).decode())
    if attendee is None:
        raise _CareError
    return attendee


def _value(once: dict[bytes, bytes], name: bytes) -> str:
    """The value as written; empty without the property."""
    line = once.get(name)
    if line is None:
        return ""
    colon = len(name) + 1  # behind the line end that begins the line
    if line[colon] != _COLON:
        colon = line.find(b":")
        if line[len(name) + 1] != _SEMICOLON or colon < 0 or b'"' in line[:colon]:
            raise _CareError
    return _unfolded(line[colon + 1 :]).decode()


def _unfolded(value: bytes) -> bytes:
    if value.find(b"\n") >= 0:
        return unfold(value)
    return value[:-1] if value.endswith(b"\r") else value


def _text(once: dict[bytes, bytes], name: bytes) -> str:
    value = _value(once, name)
    return unescape(value) if "\\" in value else value


def _long_text(line: bytes | None) -> str | partial[str]:
    if line is None:
        return ""
    if not line.startswith(b"\nDESCRIPTION:"):
        raise _CareError
    return partial(_read_text, line)


def _read_text(line: bytes) -> str:
    return unescape(decode(unfold(line[1:])).partition(":")[2])


def _moment(line: bytes) -> Moment:
    head, _, value = line.partition(b":")
    zone = _zone(head)
    value = _unfolded(value)
    day = midnight(value[:8])
    if day is None:
        raise _CareError
    size = len(value)
    if size == 8:
        if zone is not None:
            raise _CareError
        return Moment(day, FLOATING, True)
    clock = clock_seconds(value[9:15])
    if zone is None or clock is None or value[8] != 0x54:  # a T
        raise _CareError
    if size == 15:
        return Moment(day + clock, zone)
    if size != 16 or value[15] != 0x5A or zone:  # a Z
        raise _CareError
    return Moment(day + clock, UTC_ZONE)


@lru_cache(maxsize=4096)
def _zone(head: bytes) -> str | None:
    """The TZID of DTSTART's or DTEND's parameters, empty without one, None for VALUE=DATE."""
    name, *parameters = head[1:].decode().split(";")
    if name not in ("DTSTART", "DTEND"):
        raise _CareError
    if parameters == ["VALUE=DATE"]:
        return None
    if not parameters or parameters == ["VALUE=DATE-TIME"]:
        return FLOATING
    parameter, equals, tzid = parameters[0].partition("=")
    if len(parameters) > 1 or parameter != "TZID" or not equals or set(tzid) & set('"^') or tzid.upper() == "UTC":
        raise _CareError
    return tzid


def _sequence(once: dict[bytes, bytes]) -> int:
    text = _value(once, b"SEQUENCE") or "0"
    if len(text) > 9 or not text.isascii() or not text.isdigit():
        raise _CareError
    return int(text)


def _categories(once: dict[bytes, bytes]) -> tuple[str, ...]:
    value = _value(once, b"CATEGORIES")
    return tuple(split_text_list(value)) if value else ()
