# SPDX-License-Identifier: Apache-2.0
"""The table: a row for each time a meeting took place, for whoever wants to add it up again.

UTF-8 with a byte order mark, because Excel takes a file without one for the local code page and shows no Chinese;
commas, CRLF (RFC 4180). Column names are for programs and stay.
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from meetcost.feed.text import csv_text
from meetcost.model.moment import DAY
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours
from meetcost.values.span import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from meetcost.feed.publication import Entry, Held, Publication
_T = TypeVar("_T")
_ROWS: Final = 500

COLUMNS: Final = {
    "id": "the meeting; its page is `m/ID.html`",
    "title": "as it is shown; an apostrophe stands before one that a spreadsheet program would take for a formula",
    "called_by": "the unit that called it, empty if unknown",
    "start": "when it began: with its offset from UTC, or a date for a whole day",
    "end": "when it ended, not included",
    "people": "how many people are counted",
    "person_hours": "working time, to hundredths",
    "person_seconds": "the same, exactly",
    "working_time": "what that is worth by the published rate card, empty without one",
    "cash": "travel and rooms, empty without a rate card",
    "currency": "of both, ISO 4217",
    "paperwork_low": "hours of writing and reading minutes: low end of the forecast's 80 % interval",
    "paperwork_likely": "its median",
    "paperwork_high": "its high end",
    "paid_by": "person-hours of each unit, `Unit: 4.5; Other: 3`",
    "no_meeting_rules": "ids of the rules whose days it fell on",
    "kind": "the first of its CATEGORIES, empty without one",
    "exemption": "the class it claims from those rules, empty without one",
    "minutes_length": "length of its minutes as measured, 0 where none were written, empty where that is not known",
    "minutes_unit": "`words`, or `characters` for Chinese",
    "paperwork_measured": "hours of writing and reading them, at the speeds of the forecast",
    "title_withheld": "1 where a rule of the publisher keeps its title",
}
"""The columns, in order, with what they hold."""


def table_pieces(publication: Publication) -> Iterator[bytes]:
    """All rows, by meeting and start; piece by piece, for there may be a hundred thousand."""
    yield b"\xef\xbb\xbf"
    for rows in batches(_rows(publication), _ROWS):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(rows)
        yield text.getvalue().encode("utf-8")


def _rows(publication: Publication) -> Iterator[list[str]]:
    yield list(COLUMNS)
    for entry in publication.entries:
        for held in entry.held:
            yield _row(entry, held, publication)


def batches(values: Iterable[_T], most: int) -> Iterator[list[_T]]:
    """`most` of them at a time."""
    left = iter(values)
    while some := list(islice(left, most)):
        yield some


def times_of(held: Held, publication: Publication) -> tuple[str, str]:
    """Start and end in the zone of the publication, ISO 8601."""
    if held.all_day:
        first = date.fromordinal(held.day)
        return first.isoformat(), (first + timedelta(days=max(round((held.end - held.start) / DAY), 1))).isoformat()
    zone = publication.zone.tzinfo
    return instant(held.start).astimezone(zone).isoformat(), instant(held.end).astimezone(zone).isoformat()


@lru_cache(1 << 14)
def amount(minor: int | None, currency: str | None) -> str:
    """As a decimal number; empty where none is said."""
    return f"{Money.from_minor(minor, currency).amount:f}" if minor is not None and currency is not None else ""


@lru_cache(1 << 14)
def hours(seconds: int) -> str:
    """To hundredths."""
    return f"{PersonHours(seconds).hours:f}"


def _row(entry: Entry, held: Held, publication: Publication) -> list[str]:
    worked, currency = held.worked, publication.currency
    paperwork = entry.paperwork
    shares = "; ".join(f"{share.unit or '?'}: {hours(share.seconds)}" for share in worked.shares)
    return [
        entry.id,
        csv_text(entry.title),
        csv_text(entry.called_by),
        *times_of(held, publication),
        str(worked.people),
        hours(worked.seconds),
        str(worked.seconds),
        amount(worked.minor, currency),
        amount(worked.cash, currency),
        currency or "",
        *([hours(end) for end in paperwork] if paperwork is not None else ["", "", ""]),
        csv_text(shares),
        csv_text("; ".join(held.rules)),
        csv_text(entry.kind),
        csv_text(held.exemption),
        *_measured(held),
        "1" if entry.title_withheld else "",
    ]


def _measured(held: Held) -> list[str]:
    measured = held.measured
    if measured is None:
        return ["", "", ""]
    return [str(measured.length), measured.unit, hours(measured.seconds) if measured.seconds is not None else ""]
