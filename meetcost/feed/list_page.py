# SPDX-License-Identifier: Apache-2.0
"""The meetings of each month, in pages of a bearable length."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.feed.totals import totals
from meetcost.feed.views import meeting_row, row_example

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from meetcost.feed.publication import Entry
    from meetcost.feed.site import Site
    from meetcost.feed.totals import Totals

MOST_ROWS: Final = 250
"""Meetings of a page."""
_NEAR: Final = 3


class MonthOfMeetings:
    """What all pages of a month share; its sums are worked out once, if a page is made at all."""

    def __init__(self, first: date, entries: Sequence[Entry]) -> None:
        self.first = first
        self.slug = f"{first:%Y-%m}"
        self.entries = entries
        self.pages = -(-len(entries) // MOST_ROWS)

    @cached_property
    def whole(self) -> Totals:
        """All its meetings."""
        return totals(self.entries)

    def file(self, number: int) -> str:
        """The name of a page of it."""
        return f"{self.slug}.html" if number == 1 else f"{self.slug}-{number}.html"


class ListPage(NamedTuple):
    """One page of a month, yet to be made; `path` is relative to the folder of the language."""

    month: MonthOfMeetings
    number: int

    @property
    def path(self) -> str:
        """Where it lies."""
        return f"meetings/{self.month.file(self.number)}"


class _Link(NamedTuple):
    """A page of a month; `near` says whether it is linked to: the first, the last, and those beside."""

    number: int
    path: str
    near: bool


def list_pages(site: Site) -> Iterator[ListPage]:
    """The pages of each month in which there was a meeting; the most hours first."""
    for first, entries in site.by_month.items():
        month = MonthOfMeetings(first, entries)
        for number in range(1, month.pages + 1):
            yield ListPage(month, number)


def list_page(site: Site, page: ListPage) -> tuple[str, bytes]:
    """(path, octets)."""
    words, month = site.wording, page.month
    meetings = words.plain_n(month.whole.occurrences, "{count} meeting", "{count} meetings")
    part = month.entries[(page.number - 1) * MOST_ROWS : page.number * MOST_ROWS]
    name = words.month(month.first)
    return site.render(
        "list",
        page.path,
        f"{words.plain('Meetings in {month}', month=name)} · {site.publication.body}",
        month=name,
        slug=month.slug,
        said=words.plain(
            "{meetings}, {hours}; the most hours first.",
            meetings=meetings,
            hours=words.worked(month.whole.seconds),
        ),
        number=page.number,
        pages=list(_links(month, page.number)),
        rows=[meeting_row(entry, words, "../") for entry in part],
        example=row_example(part, words, "../"),
    )


def _links(month: MonthOfMeetings, here: int) -> Iterator[_Link]:
    last = month.pages
    for one in range(1, last + 1):
        yield _Link(one, month.file(one), one in (1, last) or abs(one - here) <= _NEAR)
