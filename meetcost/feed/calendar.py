# SPDX-License-Identifier: Apache-2.0
"""The meetings as a calendar that anybody can subscribe to; it takes nobody's time and names nobody."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Final

from meetcost.model.moment import DAY
from meetcost.values.span import instant

if TYPE_CHECKING:
    from icalendar import Event

    from meetcost.feed.publication import Entry, Held, Publication
    from meetcost.feed.wording import Wording

_REFRESH: Final = timedelta(days=1)


def calendar_file(publication: Publication, words: Wording) -> bytes:
    """RFC 5545 with the calendar properties of RFC 7986; one VEVENT an occurrence.

    UID is that of the page with the start, so it is the same in every publication; DTSTAMP is as of when it holds.
    """
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
    stamp = publication.as_of.astimezone(UTC).replace(microsecond=0)
    for entry in publication.entries:
        for held in entry.held:
            calendar.add_component(_event(entry, held, publication, words, stamp))
    return bytes(calendar.to_ical())


def _event(entry: Entry, held: Held, publication: Publication, words: Wording, stamp: object) -> Event:
    from icalendar import Event  # noqa: PLC0415 - as above

    event = Event()
    event.add("uid", f"{entry.id}-{instant(held.start):%Y%m%dT%H%M%SZ}@meetcost.invalid")
    event.add("dtstamp", stamp)
    if held.all_day:
        first = date.fromordinal(held.day)
        event.add("dtstart", first)
        event.add("dtend", first + timedelta(days=max(round((held.end - held.start) / DAY), 1)))
    else:
        event.add("dtstart", instant(held.start))
        event.add("dtend", instant(held.end))
    event.add("summary", words.title(entry.title))
    event.add("description", _described(entry, held, words))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    event.add("class", "PUBLIC")
    if publication.base:
        event.add("url", f"{publication.base}/m/{entry.id}.html")
    return event


def _described(entry: Entry, held: Held, words: Wording) -> str:
    parts = [
        words.unit(entry.called_by),
        words.plain_n(held.worked.people, "{count} person", "{count} people"),
        words.plain("{hours} hours", hours=words.hours(held.worked.seconds)),
        words.money(held.worked.minor),
    ]
    return " · ".join(part for part in parts if part)
