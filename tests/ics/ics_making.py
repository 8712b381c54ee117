# SPDX-License-Identifier: Apache-2.0
"""Calendars for tests: those on disk, and short ones from their lines."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meetcost.ics.expand import expand_between
from meetcost.ics.read import read
from meetcost.ics.scan import MEETINGS, Scanner
from meetcost.model.zone import ZoneReading, ZoneTable, named_zone

if TYPE_CHECKING:
    from meetcost.ics.scan import Block
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.model.zone import Zone

DATA = Path(__file__).parents[1] / "data"
CALENDARS = sorted((DATA / "calendars").glob("*.ics"))
GUARD_OBJECTS = sorted((DATA / "guard" / "ics").glob("*.ics"))
ALL_FILES = [*CALENDARS, *GUARD_OBJECTS]
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//meetcost//tests//EN")
EUROPE_BERLIN = (
    *("BEGIN:VTIMEZONE", "TZID:Europe/Berlin"),
    *("BEGIN:DAYLIGHT", "DTSTART:19810329T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200"),
    *("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT"),
    *("BEGIN:STANDARD", "DTSTART:19961027T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100"),
    *("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD", "END:VTIMEZONE"),
)


def path_id(path: Path) -> str:
    return path.stem


def file(name: str) -> bytes:
    return (DATA / "calendars" / f"{name}.ics").read_bytes()


def calendar(*lines: str) -> bytes:
    """A VCALENDAR of these lines."""
    return "".join(f"{line}\r\n" for line in (*HEAD, *lines, "END:VCALENDAR")).encode()


def event(*lines: str, uid: str = "one", kind: str = "VEVENT") -> bytes:
    """A VCALENDAR with one component."""
    return calendar(f"BEGIN:{kind}", f"UID:{uid}", *lines, f"END:{kind}")


def meeting(*lines: str) -> Meeting:
    """The one meeting of `event(*lines)`."""
    (found,) = read(event(*lines)).meetings
    return found


def codes(octets: bytes) -> list[str]:
    """The codes of all problems, sorted."""
    return sorted(problem.code for problem in read(octets).problems)


def blocks(octets: bytes) -> list[Block]:
    """Its meetings' blocks."""
    scanner = Scanner()
    return [block for block in (*scanner.feed(octets), *scanner.close()) if block.name in MEETINGS]


def block(*lines: str) -> Block:
    """That of `event(*lines)`."""
    (found,) = blocks(event(*lines))
    return found


def zones() -> ZoneTable:
    return ZoneTable()


def epoch(text: str) -> int:
    """Seconds since the epoch of `20260113T090000`, UTC."""
    return int(datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp())


def between(
    octets: bytes | Meeting,
    lo: str = "20260101T000000",
    hi: str = "20270101T000000",
    *,
    zone: str | None = None,
    reading: ZoneReading = ZoneReading.NAME,
    strict: bool = False,
) -> list[Occurrence]:
    """Every occurrence in a span of UTC times, of all meetings, by start."""
    meetings = read(octets).meetings if isinstance(octets, bytes) else (octets,)
    assumed: Zone | None = named_zone(zone) if zone is not None else None
    found = [
        one
        for found in meetings
        for one in expand_between(found, epoch(lo), epoch(hi), assumed, reading, strict=strict)
    ]
    return sorted(found, key=lambda one: (one.start, one.end))


def spans(octets: bytes | Meeting, *window: str, **how: Any) -> list[str]:
    """The same as `0113T0900-1000`, in UTC; with the day of the end where it is another."""
    return [_span(one.starts, one.ends) for one in between(octets, *window, **how)]


def _span(start: datetime, end: datetime) -> str:
    return f"{start:%m%dT%H%M}-{end:%H%M}" if start.date() == end.date() else f"{start:%m%dT%H%M}-{end:%m%dT%H%M}"
