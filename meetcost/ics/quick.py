# SPDX-License-Identifier: Apache-2.0
"""The straight way from a block to a Meeting: for events with nothing out of the ordinary in them.

It answers None at the first thing that wants care (a property that stands twice, a quoted parameter, a date or rule it
cannot read), and `component.Component` takes its time over that block. Whatever this way accepts, the careful way reads
the same: the tests run both over every file they have. It works on octets and decodes only what it keeps.

The lines come from `plain.PLAIN_EVENT`, each as what stands behind its name; what recurs from event to event is read
once (`_Remembered`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

from meetcost.ics.content import decode, split_line, split_text_list, unescape, unfold
from meetcost.ics.recur import starts_in_rule
from meetcost.ics.recurrence import rule_of, until_kind
from meetcost.ics.rule import RuleError
from meetcost.ics.values import clock_seconds, midnight, parse_duration, read_attendee
from meetcost.model.meeting import Meeting, Place, Recurrence
from meetcost.model.moment import FLOATING, UTC_ZONE, Moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from meetcost.ics.limits import Limits
    from meetcost.ics.scan import Block
    from meetcost.model.attendee import Attendee
    from meetcost.model.zone import ZoneTable

T = TypeVar("T")

# A call of a named tuple takes twice the time of this.
_new_meeting: Final = cast("Callable[[tuple[object, ...]], Meeting]", partial(tuple.__new__, Meeting))
_new_moment: Final = cast("Callable[[tuple[int, str, bool]], Moment]", partial(tuple.__new__, Moment))
_new_place: Final = cast("Callable[[tuple[int, int, int]], Place]", partial(tuple.__new__, Place))

_MANY_EXDATES: Final = 100
_PEOPLE: Final = 16384
_REMEMBERED: Final = 4096
_LONG: Final = 2000  # octets; nothing longer is remembered
_COLON: Final = ord(":")
_CR: Final = ord("\r")
_ODD: Final = set(b'"^\r\n')


class _CareError(Exception):
    """This block wants the careful way."""


class _Remembered(dict[bytes | None, T], Generic[T]):
    """What stands behind a name -> what `read` makes of it, of None (no such line) too; no more than `most` of them.

    A look at a dict costs a third of a call of a function with an `lru_cache`.
    """

    def __init__(self, read: Callable[[bytes | None], T], most: int = _REMEMBERED) -> None:
        super().__init__()
        self._read = read
        self._most = most

    def __missing__(self, rest: bytes | None) -> T:
        value = self._read(rest)
        if rest is None or len(rest) <= _LONG:
            if len(self) >= self._most:
                self.clear()
            self[rest] = value
        return value


def quick_meeting(block: Block, zones: ZoneTable, limits: Limits) -> Meeting | None:
    """The Meeting of a plain VEVENT, None where care is wanted."""
    if block.plain is None:
        return None
    try:
        return _meeting(block, block.plain, zones, limits)
    except (_CareError, UnicodeDecodeError, RuleError):
        return None


def _meeting(block: Block, lines: tuple[bytes | None, ...], zones: ZoneTable, limits: Limits) -> Meeting:
    (
        dtstart, dtend, uid_line, organizer, summary, description, location, status, transp, sequence, rrule,
        original, length, classification, categories, url, people, exdates, _,
    ) = lines  # fmt: skip
    if dtstart is None or uid_line is None:
        raise _CareError
    uid = _text(uid_line, "UID")
    start = _moment(dtstart)
    end = duration = None
    if dtend is not None:
        end = _moment(dtend)
        if end[1] != start[1] or end[2] != start[2] or end[0] < start[0] or length is not None:
            raise _CareError
    elif length is not None:
        duration = parse_duration(_value(length, "DURATION").strip())
        if duration is None or duration.nominal_seconds < 0:
            raise _CareError
    if not uid or uid != uid.strip():
        raise _CareError
    attendees = tuple(map(_person, people.split(b"\nATTENDEE"))) if people is not None else ()
    if len(attendees) > limits.attendees:
        raise _CareError
    return _new_meeting(
        (
            uid,
            _text(summary, "SUMMARY") if summary is not None else "",
            start,
            end,
            duration,
            _ORGANIZERS[organizer],
            attendees,
            _recurrence(rrule, exdates, start, limits) if rrule is not None or exdates is not None else None,
            _moment(original) if original is not None else None,
            False,
            (),
            block.name,
            _STATES[status],
            _TRANSPARENCIES[transp],
            _CLASSES[classification],
            _SEQUENCES[sequence],
            _LOCATIONS[location],
            _CATEGORIES[categories],
            _text(url, "URL").strip() if url is not None else "",
            _long_text(description) if description is not None else "",
            zones,
            _new_place((block.start, block.end, block.line)),
            (),
        )
    )


def _recurrence(rrule: bytes | None, exdates: bytes | None, start: Moment, limits: Limits) -> Recurrence:
    rules: tuple[str, ...] = ()
    if rrule is not None:
        text = _value(rrule, "RRULE").strip()
        rule = rule_of(text)
        if rule.quirks or (rule.until is not None and rule.until.kind != until_kind(start)):
            raise _CareError
        if rule.has_doubtful_hours(date_only=start.is_date):
            raise _CareError
        if not starts_in_rule(rule, start.local, date_only=start.is_date):
            raise _CareError
        rules = (text,)
    return Recurrence(rules, (), _exdates(exdates, start, limits) if exdates is not None else ())


def _exdates(run: bytes, start: Moment, limits: Limits) -> tuple[Moment, ...]:
    if len(run) > _MANY_EXDATES * _LONG:
        raise _CareError
    moments: list[Moment] = []
    for line in run.split(b"\nEXDATE"):
        head, _, values = line.partition(b":")
        zone = _ZONES[head]
        for value in unfold(values).split(b","):
            moment = _written(value, zone)
            if moment.is_date != start.is_date or bool(moment.zone) != bool(start.zone):
                raise _CareError
            moments.append(moment)
    if len(moments) > limits.rdates:
        raise _CareError
    return tuple(moments)


def _text(rest: bytes, name: str) -> str:
    value = _value(rest, name)
    return unescape(value) if "\\" in value else value


def _value(rest: bytes, name: str) -> str:
    """The value as written."""
    if rest[0] == _COLON and b"\n" not in rest:
        value = rest[1:-1] if rest[-1] == _CR else rest[1:]
        if b"\r" not in value:
            return value.decode()
    parts = split_line(name + unfold(rest).decode())
    if parts is None or parts[0].name != name:
        raise _CareError
    return parts[1]


def _long_text(rest: bytes) -> partial[str]:
    if rest[0] != _COLON:
        raise _CareError
    return partial(_read_text, rest)


def _read_text(rest: bytes) -> str:
    return unescape(decode(unfold(rest[1:])))


def _moment(rest: bytes) -> Moment:
    head, _, value = rest.partition(b":")
    return _written(value, _ZONES[head])


def _written(value: bytes, zone: str | None) -> Moment:
    """A DATE (where `zone` is None) or DATE-TIME."""
    day, (seconds, mark) = _DAYS[value[:8]], _CLOCKS[value[8:]]
    if mark is None:
        if zone is None:
            return _new_moment((day, FLOATING, True))
    elif zone is not None:
        if not mark:
            return _new_moment((day + seconds, zone, False))
        if not zone:
            return _new_moment((day + seconds, UTC_ZONE, False))
    raise _CareError


def _day(value: bytes | None) -> int:
    """Local seconds of `YYYYMMDD`."""
    day = midnight(value) if value is not None else None
    if day is None:
        raise _CareError
    return day


def _clock(value: bytes | None) -> tuple[int, str | None]:
    """(seconds of the day, `Z` or empty) of `THHMMSS` or `THHMMSSZ`; (0, None) where a DATE has ended."""
    text = (value or b"").removesuffix(b"\r")
    if not text:
        return 0, None
    mark = UTC_ZONE if len(text) == 8 and text.endswith(b"Z") else FLOATING
    clock = clock_seconds(text[1:7])
    if clock is None or not text.startswith(b"T") or len(text) != 7 + len(mark):
        raise _CareError
    return clock, mark


def _zone(head: bytes | None) -> str | None:
    """The TZID among the parameters of a date property, empty without one, None for VALUE=DATE."""
    name, *parameters = (head or b"").split(b";")
    if name:
        raise _CareError  # it goes on
    if parameters == [b"VALUE=DATE"]:
        return None
    if not parameters or parameters == [b"VALUE=DATE-TIME"]:
        return FLOATING
    parameter, _, tzid = parameters[0].partition(b"=")
    odd = not tzid or tzid.upper() in (b"UTC", b"Z") or set(tzid) & _ODD
    if len(parameters) > 1 or parameter != b"TZID" or odd:
        raise _CareError
    return tzid.decode()


def _attendee(rest: bytes | None) -> Attendee:
    attendee = read_attendee("ATTENDEE" + unfold(rest or b"").decode())
    if attendee is None:
        raise _CareError
    return attendee


def _organizer(rest: bytes | None) -> Attendee | None:
    if rest is None:
        return None
    organizer = read_attendee("ORGANIZER" + unfold(rest).decode())
    if organizer is None:
        raise _CareError
    return organizer


def _sequence(rest: bytes | None) -> int:
    text = _value(rest, "SEQUENCE") if rest is not None else "0"
    if not 0 < len(text) < 10 or not text.isascii() or not text.isdigit():
        raise _CareError
    return int(text)


def _categories(rest: bytes | None) -> tuple[str, ...]:
    return tuple(split_text_list(_value(rest, "CATEGORIES"))) if rest is not None else ()


def _word(name: str, rest: bytes | None) -> str:
    return _text(rest, name).strip().upper() if rest is not None else ""


def _transparent(rest: bytes | None) -> bool:
    return _word("TRANSP", rest) == "TRANSPARENT"


def _location(rest: bytes | None) -> str:
    return _text(rest, "LOCATION") if rest is not None else ""


_DAYS: Final = _Remembered(_day)
_CLOCKS: Final = _Remembered(_clock)
_ZONES: Final = _Remembered(_zone)
_person: Final = _Remembered(_attendee, _PEOPLE).__getitem__
_ORGANIZERS: Final = _Remembered(_organizer)
_STATES: Final = _Remembered(partial(_word, "STATUS"))
_TRANSPARENCIES: Final = _Remembered(_transparent)
_CLASSES: Final = _Remembered(partial(_word, "CLASS"))
_SEQUENCES: Final = _Remembered(_sequence)
_LOCATIONS: Final = _Remembered(_location)
_CATEGORIES: Final = _Remembered(_categories)
