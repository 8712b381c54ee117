# SPDX-License-Identifier: Apache-2.0
"""The meetings as a calendar that anybody can subscribe to; it takes nobody's time and names nobody.

The calendar, its text values and its folded lines are those of the `icalendar` package. An event is put together from
such lines instead of from an `Event`, because there are tens of thousands: a sixth of the time.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Final

from meetcost.feed.table import batches
from meetcost.model.moment import DAY
from meetcost.values.span import instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.feed.publication import Entry, Held, Publication
    from meetcost.feed.wording import Wording

_REFRESH: Final = timedelta(days=1)
_MEETINGS: Final = 500
_END: Final = b"END:VCALENDAR\r\n"


def calendar_pieces(publication: Publication, words: Wording) -> Iterator[bytes]:
    """RFC 5545 with the calendar properties of RFC 7986; one VEVENT an occurrence.

    UID is that of the page with the start, so it is the same in every publication; DTSTAMP is as of when it holds.
    """
    yield _head(publication, words).removesuffix(_END)
    stamp = f"DTSTAMP:{publication.as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for entries in batches(publication.entries, _MEETINGS):
        lines = (line for entry in entries for line in _events(entry, publication, words, stamp))
        yield "".join(lines).encode("utf-8")
    yield _END


def _head(publication: Publication, words: Wording) -> bytes:
    from icalendar import Calendar, vDuration  # noqa: PLC0415 - heavy

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//meetcost//public record//EN")
    name = words.plain("{body}: what meetings cost", body=publication.body or words.plain("Meetings"))
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("method", "PUBLISH")
    refresh = vDuration(_REFRESH)
    refresh.params["VALUE"] = "DURATION"
    calendar.add("refresh-interval", refresh)
    calendar.add("x-published-ttl", vDuration(_REFRESH))
    return bytes(calendar.to_ical())


def _events(entry: Entry, publication: Publication, words: Wording, stamp: str) -> Iterator[str]:
    from icalendar import vText  # noqa: PLC0415 - as above

    summary = _line(f"SUMMARY:{vText(words.title(entry)).to_ical().decode('utf-8')}")
    url = _line(f"URL:{publication.base}/m/{entry.id}.html") if publication.base else ""
    for held in entry.held:
        description = vText(_described(entry, held, words)).to_ical().decode("utf-8")
        yield (
            f"BEGIN:VEVENT\r\nUID:{entry.id}-{_utc(held.start)}@meetcost.invalid\r\n{stamp}\r\n{_times(held)}{summary}"
            f"{_line(f'DESCRIPTION:{description}')}TRANSP:TRANSPARENT\r\nSTATUS:CONFIRMED\r\nCLASS:PUBLIC\r\n{url}"
            "END:VEVENT\r\n"
        )


def _line(text: str) -> str:
    from icalendar.parser import Contentline  # noqa: PLC0415 - as above

    folded: bytes = Contentline(text).to_ical()  # type: ignore[no-untyped-call]
    return f"{folded.decode('utf-8')}\r\n"


def _times(held: Held) -> str:
    if not held.all_day:
        return f"DTSTART:{_utc(held.start)}\r\nDTEND:{_utc(held.end)}\r\n"
    first = date.fromordinal(held.day)
    last = first + timedelta(days=max(round((held.end - held.start) / DAY), 1))
    return f"DTSTART;VALUE=DATE:{first:%Y%m%d}\r\nDTEND;VALUE=DATE:{last:%Y%m%d}\r\n"


def _utc(seconds: int) -> str:
    return f"{instant(seconds):%Y%m%dT%H%M%SZ}"


def _described(entry: Entry, held: Held, words: Wording) -> str:
    parts = [
        words.unit(entry.called_by),
        words.plain_n(held.worked.people, "{count} person", "{count} people"),
        words.worked(held.worked.seconds),
        words.money(held.worked.minor),
    ]
    return " · ".join(part for part in parts if part)
