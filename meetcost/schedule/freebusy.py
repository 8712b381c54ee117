# SPDX-License-Identifier: Apache-2.0
"""Free/busy as CalDAV servers tell it: VFREEBUSY (RFC 5545 §3.6.4) read, and the request for it (RFC 5546 §3.3.2).

Nothing in it says of which meeting a period is, so that one which is moved stands in its own way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meetcost.ics.content import decode, split_line, unfold
from meetcost.ics.values import parse_duration, parse_moment
from meetcost.model.attendee import calendar_address
from meetcost.model.directory import Directory
from meetcost.model.moment import EPOCH_LOCAL, UTC_ZONE
from meetcost.schedule.busy import Busy
from meetcost.values.span import epoch, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from meetcost.ics.content import Head
    from meetcost.schedule.busy import Interval
    from meetcost.values.span import Span

_MOST: Final = 10_000
_FREE: Final = "FREE"
_STRANGERS: Final = Directory()


def read_free_busy(octets: bytes, within: Span) -> tuple[Interval, ...] | None:
    """The periods (epoch seconds) that somebody is not free in, of an answer to a question for `within`.

    All of FBTYPE but FREE is not free: an unknown one is BUSY (RFC 5545 §3.2.9). None where it does not tell: no
    VFREEBUSY, one that does not reach as far as was asked, a period that is none or not in UTC, or too many of them.
    """
    lo, hi = within.seconds
    found: list[Interval] = []
    components: list[str] = []
    block: list[tuple[Head, str]] = []
    told = False
    for line in decode(unfold(octets)).split("\n"):
        parts = split_line(line)
        if parts is None:
            continue
        name, value = parts[0].name, parts[1].strip().upper()
        if name == "BEGIN":
            components.append(value)
            block = [] if value == "VFREEBUSY" else block
        elif name == "END":
            if not components or components.pop() != value:
                return None
            if value == "VFREEBUSY":
                periods = _periods(block, lo, hi)
                if periods is None or len(found) + len(periods) > _MOST:
                    return None
                found += periods
                told = True
        elif components and components[-1] == "VFREEBUSY":
            block.append(parts)
    return tuple(sorted(set(found))) if told and not components else None


def _periods(block: list[tuple[Head, str]], lo: int, hi: int) -> list[Interval] | None:
    """Those of one VFREEBUSY, as far as they lie between two instants."""
    bounds = {head.name: _utc(value) for head, value in block if head.name in ("DTSTART", "DTEND")}
    since, until = bounds.get("DTSTART", lo), bounds.get("DTEND", hi)
    if since is None or until is None:
        return None
    kinds = [value.strip().upper() for head, value in block if head.name == "FBTYPE"]
    if kinds:  # as Radicale 3.5 writes it: one component for each period, with the type as a property
        found = [(since, until)] if kinds[0] != _FREE else []
    else:
        if since > lo or until < hi:
            return None
        found = []
    for head, value in block:
        if head.name == "FREEBUSY" and head.parameters.get("FBTYPE", "").upper() != _FREE:
            for one in value.split(","):
                if not one.strip():
                    continue  # some servers write the property with nothing in it
                period = _period(one)
                if period is None:
                    return None
                found.append(period)
    return [(max(start, lo), min(end, hi)) for start, end in found if start < end and start < hi and end > lo]


def _period(text: str) -> Interval | None:
    """A PERIOD (RFC 5545 §3.3.9), which ends at an instant or lasts."""
    begin, _, rest = text.strip().partition("/")
    start = _utc(begin)
    if start is None:
        return None
    length = parse_duration(rest)
    end = _utc(rest) if length is None else start + length.nominal_seconds
    return (start, end) if end is not None and end >= start else None


def _utc(text: str) -> int | None:
    moment = parse_moment(text.strip(), {}, [])
    return moment.local - EPOCH_LOCAL if moment is not None and moment.zone == UTC_ZONE else None


def busy_told(
    told: Mapping[str, Iterable[Interval]],
    within: Span,
    *,
    looked_at: Iterable[str] | None = None,
    directory: Directory | None = None,
) -> Busy:
    """What servers told of people (addresses) `within`; all of them are looked at, unless `looked_at` says who is."""
    book = directory if directory is not None else _STRANGERS
    periods: dict[str, list[Interval]] = {}
    for address, intervals in told.items():
        periods.setdefault(book.person(calendar_address(address)), []).extend(intervals)
    looked = (book.person(calendar_address(one)) for one in (told if looked_at is None else looked_at))
    return Busy({}, frozenset(looked), within, {key: tuple(found) for key, found in periods.items()})


def free_busy_request(organizer: str, people: Iterable[str], within: Span, *, uid: str, now: datetime) -> bytes:
    """The question for an outbox (RFC 6638 §5): when are these calendar addresses busy `within`?"""
    lo, hi = within.seconds
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//meetcost//EN",
        "METHOD:REQUEST",
        "BEGIN:VFREEBUSY",
        f"UID:{uid}",
        f"DTSTAMP:{_written(epoch(now))}",
        f"DTSTART:{_written(lo)}",
        f"DTEND:{_written(hi)}",
        f"ORGANIZER:{organizer}",
        *(f"ATTENDEE:{one}" for one in people),
        "END:VFREEBUSY",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def written_span(within: Span) -> tuple[str, str]:
    """Both bounds as a time-range of CalDAV has them (RFC 4791 §9.9): in UTC, to the second."""
    lo, hi = within.seconds
    return _written(lo), _written(hi)


def _written(seconds: int) -> str:
    return f"{instant(seconds):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> bytes:
    """RFC 5545 §3.1: at most 75 octets a line, cut between characters."""
    pieces, piece = [], b""
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(piece) + len(octets) > 75:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join((*pieces, piece)) + b"\r\n"
