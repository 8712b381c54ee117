# SPDX-License-Identifier: Apache-2.0
"""The monthly sheet that is put up in public (公示): name, content, headcount, spending, and hours of each meeting.

One row for each time a meeting took place, in the order of their beginnings. Spending (`cash`) and working time are two
columns and in no common sum. Every total is the sum of its column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from meetcost.feed.totals import days_of, totals
from meetcost.feed.views import by_hand, usual
from meetcost.feed.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.feed.publication import Entry, Held, Publication
    from meetcost.words.say import Language


class SheetRow(NamedTuple):
    """One time a meeting took place; `seconds` of working time, money in minor units (None: hours only)."""

    number: int
    name: str
    content: str
    called_by: str
    when: str
    people: int
    seconds: int
    minor: int | None
    cash: int | None


class Sheet(NamedTuple):
    """The sheet in one language; `total` is a row without name and number, `notes` are whole sentences."""

    language: Language
    body: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    total: SheetRow
    notes: tuple[str, ...]
    words: Wording

    @property
    def priced(self) -> bool:
        """Whether it has columns of money."""
        return self.words.currency is not None


def sheet(publication: Publication, language: Language) -> Sheet:
    """The sheet of a publication; one of a calendar month is what it is meant for."""
    words = Wording(language, publication.currency, publication.zone)
    priced = publication.currency is not None
    held = sorted(
        ((one, entry) for entry in publication.entries for one in entry.held),
        key=lambda pair: (pair[0].start, pair[0].end, pair[1].id),
    )
    rows = tuple(_row(number, entry, one, words, priced=priced) for number, (one, entry) in enumerate(held, 1))
    whole = totals(publication.entries)
    total = SheetRow(
        len(rows),
        words.plain("Total"),
        "",
        "",
        words.plain_n(len(rows), "{count} meeting", "{count} meetings"),
        whole.people,
        whole.seconds,
        whole.minor if priced else None,
        whole.cash if priced else None,
    )
    period = words.period(*days_of(publication))
    title = words.plain("Meetings of {period}: public sheet", period=period)
    notes = tuple(_notes(publication, rows, words))
    return Sheet(language, publication.body, title, _columns(words), rows, total, notes, words)


def _columns(words: Wording) -> tuple[str, ...]:
    always = (
        words.plain("No."),
        words.plain("Name"),
        words.plain("Content"),
        words.plain("Called by"),
        words.plain("When"),
        words.plain("Headcount"),
        words.plain("Working time, hours"),
    )
    if words.currency is None:
        return always
    return (
        *always,
        words.plain("Worth of working time, {currency}", currency=words.currency),
        words.plain("Spending, {currency}", currency=words.currency),
    )


def _row(number: int, entry: Entry, held: Held, words: Wording, *, priced: bool) -> SheetRow:
    worked = held.worked
    return SheetRow(
        number,
        words.title(entry),
        entry.kind,
        words.unit(entry.called_by),
        words.when(held),
        worked.people,
        worked.seconds,
        worked.minor if priced else None,
        worked.cash if priced else None,
    )


def _notes(publication: Publication, rows: tuple[SheetRow, ...], words: Wording) -> Iterator[str]:
    example = max(publication.entries, key=lambda entry: (len(usual(entry).bands) > 1, entry.seconds), default=None)
    if example is not None:
        yield words.plain(
            "Worked example: {title}: {sum}.", title=words.title(example), sum=by_hand(usual(example), words)
        )
    yield words.plain("Content is the category that the invite names; hours are those of all who are counted.")
    if any(row.seconds % 36 for row in rows):
        yield words.plain("Hours are shown to hundredths; their total is rounded once, from the exact sum.")
    if publication.method.card is not None:
        text = (
            "Working time is worth what published pay bands say ({card}); nobody's own pay goes into it. Spending is "
            "travel and rooms, and in no sum with it."
        )
        yield words.plain(text, card=str(publication.method.card))
        yield from (words.sentence(one) for one in publication.method.assumptions if one.code == "small-bands")
    withheld, covered = publication.withheld, publication.coverage
    if withheld.occurrences:
        text = "{count} confidential meetings are counted here and in no row or total."
        yield words.plain(text, count=withheld.occurrences)
    if covered.titles_withheld:
        text = "{count} names of meetings are withheld by rule; their other columns are complete."
        yield words.plain(text, count=covered.titles_withheld)
    if covered.planned:
        yield words.plain("{count} meetings were still to come.", count=covered.planned)
    if covered.statement:
        yield words.plain("Covered: {statement}", statement=covered.statement)
    as_of = publication.as_of.astimezone(publication.zone.tzinfo)
    day = f"{words.day(as_of.date())} {as_of:%H:%M}"
    yield words.plain("As of {as_of}, times in {zone}.", as_of=day, zone=publication.zone.name)
    if publication.contact:
        yield words.plain("Report an error: {contact}", contact=publication.contact.removeprefix("mailto:"))
