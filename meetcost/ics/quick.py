# SPDX-License-Identifier: Apache-2.0
"""The straight way from a block to a Meeting: for events with nothing out of the ordinary in them.

It answers None at the first thing that wants care (a property that stands twice, a quoted parameter, a date or rule it
cannot read), and `component.Component` takes its time over that block. Whatever this way accepts, the careful way reads
the same: the tests run both over every file they have. It works on octets and decodes only what it keeps.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final, cast

from meetcost.ics.content import decode, split_line, split_text_list, unescape, unfold
from meetcost.ics.recur import starts_in_rule
from meetcost.ics.recurrence import rule_of, until_kind
from meetcost.ics.rule import RuleError
from meetcost.ics.values import clock_seconds, midnight, parse_attendee, parse_duration
from meetcost.model.attendee import Attendee
from meetcost.model.meeting import Meeting, Place, Recurrence
from meetcost.model.moment import FLOATING, UTC_ZONE, Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from meetcost.ics.limits import Limits
    from meetcost.ics.scan import Block
    from meetcost.model.zone import ZoneTable

_ATTENDEE: Final = b"\nATTENDEE"
_new_moment: Final = cast("Callable[[tuple[int, str, bool]], Moment]", partial(tuple.__new__, Moment))
_MANY_EXDATES: Final = 100
_REMEMBERED: Final = 16384
_LONG: Final = 2000  # octets of EXDATE values on a line
_COLON: Final = ord(":")
_CR: Final = ord("\r")
_T: Final = ord("T")
_Z: Final = ord("Z")
_CAREFUL: Final = set(b'"^\r\n')


class _CareError(Exception):
    """This block wants the careful way."""


def quick_meeting(block: Block, zones: ZoneTable, limits: Limits) -> Meeting | None:
    """The Meeting of a plain VEVENT, None where care is wanted."""
    if block.careful or len(block.exdates) > _MANY_EXDATES:
        return None
    try:
        meeting = _meeting(block, block.once, zones, limits)
    except (_CareError, KeyError, IndexError, UnicodeDecodeError, RuleError):
        return None
    return meeting if meeting is None or len(meeting.attendees) <= limits.attendees else None


def _meeting(block: Block, once: dict[bytes, bytes], zones: ZoneTable, limits: Limits) -> Meeting | None:
    uid = _text(once[b"UID"], b"UID")
    start = _moment(once[b"DTSTART"], b"DTSTART")
    end = duration = recurrence = recurrence_id = None
    if b"DTEND" in once:
        end = _moment(once[b"DTEND"], b"DTEND")
        if end[1] != start[1] or end[2] != start[2] or end[0] < start[0] or b"DURATION" in once:
            return None
    elif b"DURATION" in once:
        duration = parse_duration(_value(once[b"DURATION"], b"DURATION").strip())
        if duration is None or duration.nominal_seconds < 0:
            return None
    if b"RRULE" in once or block.exdates:
        recurrence = _recurrence(once, block.exdates, start, limits)
    if b"RECURRENCE-ID" in once:
        recurrence_id = _moment(once[b"RECURRENCE-ID"], b"RECURRENCE-ID")
    if not uid or uid != uid.strip():
        return None
    return Meeting._make(
        (
            uid,
            _text(once[b"SUMMARY"], b"SUMMARY") if b"SUMMARY" in once else "",
            start,
            end,
            duration,
            _organizer(once[b"ORGANIZER"]) if b"ORGANIZER" in once else None,
            _attendees(block.attendees),
            recurrence,
            recurrence_id,
            False,
            (),
            block.name,
            _word(once[b"STATUS"], b"STATUS") if b"STATUS" in once else "",
            b"TRANSP" in once and _word(once[b"TRANSP"], b"TRANSP") == "TRANSPARENT",
            _word(once[b"CLASS"], b"CLASS") if b"CLASS" in once else "",
            _sequence(once[b"SEQUENCE"]) if b"SEQUENCE" in once else 0,
            _place(once[b"LOCATION"]) if b"LOCATION" in once else "",
            _categories(once[b"CATEGORIES"]) if b"CATEGORIES" in once else (),
            _text(once[b"URL"], b"URL").strip() if b"URL" in once else "",
            _long_text(once[b"DESCRIPTION"]) if b"DESCRIPTION" in once else "",
            zones,
            Place(block.start, block.end, block.line),
            (),
        )
    )


def _recurrence(once: dict[bytes, bytes], exdates: Sequence[bytes], start: Moment, limits: Limits) -> Recurrence:
    rules: tuple[str, ...] = ()
    if b"RRULE" in once:
        text = _value(once[b"RRULE"], b"RRULE").strip()
        rule = rule_of(text)
        if rule.quirks or (rule.until is not None and rule.until.kind != until_kind(start)):
            raise _CareError
        if not starts_in_rule(rule, start.local, date_only=start.is_date):
            raise _CareError
        rules = (text,)
    moments: list[Moment] = []
    for line in exdates:
        head, _, values = line.partition(b":")
        if len(values) > _LONG:
            raise _CareError
        for value in unfold(values).split(b","):
            moment = _written(value, _zone(head, b"EXDATE"))
            if moment.is_date != start.is_date or bool(moment.zone) != bool(start.zone):
                raise _CareError
            moments.append(moment)
    if len(moments) > limits.rdates:
        raise _CareError
    return Recurrence(rules, (), tuple(moments))


class _People(dict[bytes, Attendee]):
    """An ATTENDEE line without its name -> the attendee: people recur, and a call costs more than a look."""

    def __missing__(self, line: bytes) -> Attendee:
        attendee = parse_attendee("ATTENDEE" + decode_strictly(line))
        if attendee is None:
            raise _CareError
        if len(self) >= _REMEMBERED:
            self.clear()
        if len(line) <= _LONG:
            self[line] = attendee
        return attendee


_person: Final = _People().__getitem__


def _attendees(runs: list[bytes]) -> tuple[Attendee, ...]:
    for run in runs:
        if not run.startswith(_ATTENDEE):
            raise _CareError  # a fold within the name
    if len(runs) == 1:
        return tuple(map(_person, runs[0].split(_ATTENDEE)[1:]))
    return tuple([_person(line) for run in runs for line in run.split(_ATTENDEE)[1:]])


@lru_cache(maxsize=4096)
def _organizer(line: bytes) -> Attendee:
    organizer = parse_attendee(decode_strictly(line[1:]))
    if organizer is None:
        raise _CareError
    return organizer


def decode_strictly(octets: bytes) -> str:
    """An unfolded line; `UnicodeDecodeError` for what is not UTF-8."""
    return unfold(octets).decode()


def _text(line: bytes, name: bytes) -> str:
    value = _value(line, name)
    return unescape(value) if "\\" in value else value


def _value(line: bytes, name: bytes) -> str:
    """The value as written."""
    colon = len(name) + 1  # behind the line end that begins the line
    if line[colon] == _COLON and line.startswith(name, 1) and line.find(b"\n", colon) < 0:
        value = line[colon + 1 : -1 if line[-1] == _CR else None]
        if b"\r" not in value:
            return value.decode()
    parts = split_line(unfold(line[1:]).decode())
    if parts is None or parts[0].name.encode() != name:
        raise _CareError
    return parts[1]


@lru_cache(maxsize=1024)
def _word(line: bytes, name: bytes) -> str:
    return _text(line, name).strip().upper()


@lru_cache(maxsize=1024)
def _sequence(line: bytes) -> int:
    text = _value(line, b"SEQUENCE")
    if not 0 < len(text) < 10 or not text.isascii() or not text.isdigit():
        raise _CareError
    return int(text)


@lru_cache(maxsize=1024)
def _place(line: bytes) -> str:
    return _text(line, b"LOCATION")


@lru_cache(maxsize=1024)
def _categories(line: bytes) -> tuple[str, ...]:
    return tuple(split_text_list(_value(line, b"CATEGORIES")))


def _long_text(line: bytes) -> partial[str]:
    if not line.startswith(b"\nDESCRIPTION:"):
        raise _CareError
    return partial(_read_text, line)


def _read_text(line: bytes) -> str:
    return unescape(decode(unfold(line[1:])).partition(":")[2])


def _moment(line: bytes, name: bytes) -> Moment:
    colon = line.find(b":")
    return _written(line[colon + 1 : -1 if line[-1] == _CR else None], _zone(line[:colon], name))


def _written(value: bytes, zone: str | None) -> Moment:
    """A DATE (where `zone` is None) or DATE-TIME."""
    day = midnight(value[:8])
    size = len(value)
    if size > 8 and zone is not None:
        clock = clock_seconds(value[9:15])
        if day is None or clock is None or value[8] != _T:
            raise _CareError
        if size == 15:
            return _new_moment((day + clock, zone, False))
        if size == 16 and value[15] == _Z and not zone:
            return _new_moment((day + clock, UTC_ZONE, False))
    elif size == 8 and zone is None and day is not None:
        return _new_moment((day, FLOATING, True))
    raise _CareError


@lru_cache(maxsize=4096)
def _zone(head: bytes, name: bytes) -> str | None:
    """The TZID among the parameters of a date property, empty without one, None for VALUE=DATE."""
    written, *parameters = head[1:].split(b";")
    if written != name:
        raise _CareError
    if parameters == [b"VALUE=DATE"]:
        return None
    if not parameters or parameters == [b"VALUE=DATE-TIME"]:
        return FLOATING
    parameter, _, tzid = parameters[0].partition(b"=")
    odd = not tzid or tzid.upper() in (b"UTC", b"Z") or set(tzid) & _CAREFUL
    if len(parameters) > 1 or parameter != b"TZID" or odd:
        raise _CareError
    return tzid.decode()
