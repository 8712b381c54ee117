# SPDX-License-Identifier: Apache-2.0
"""The meetings of each month, in pages of a bearable length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.feed.totals import totals
from meetcost.feed.views import meeting_row, row_example

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from meetcost.feed.publication import Entry
    from meetcost.feed.site import Site

MOST_ROWS: Final = 250
"""Meetings of a page."""
_NEAR: Final = 3


class _Page(NamedTuple):
    """A page of a month; `near` says whether it is linked to: the first, the last, and those beside."""

    number: int
    path: str
    near: bool


def list_pages(site: Site) -> Iterator[tuple[str, bytes]]:
    """(path, octets) of the pages of each month in which there was a meeting; the most hours first."""
    words = site.wording
    for month, entries in site.by_month.items():
        whole = totals(entries)
        slug = f"{month:%Y-%m}"
        meetings = words.plain_n(whole.occurrences, "{count} meeting", "{count} meetings")
        parts = [entries[at : at + MOST_ROWS] for at in range(0, len(entries), MOST_ROWS)]
        for number, part in enumerate(parts, 1):
            yield site.render(
                "list",
                f"meetings/{_name(slug, number)}",
                f"{words.plain('Meetings in {month}', month=words.month(month))} · {site.publication.body}",
                month=words.month(month),
                slug=slug,
                said=words.plain(
                    "{meetings}, {hours} hours; the most hours first.",
                    meetings=meetings,
                    hours=words.hours(whole.seconds),
                ),
                number=number,
                pages=_pages(slug, number, parts),
                rows=[meeting_row(entry, words, "../") for entry in part],
                example=row_example(part, words, "../"),
            )


def _name(slug: str, number: int) -> str:
    return f"{slug}.html" if number == 1 else f"{slug}-{number}.html"


def _pages(slug: str, here: int, parts: Sequence[Sequence[Entry]]) -> list[_Page]:
    last = len(parts)
    return [_Page(one, _name(slug, one), one in (1, last) or abs(one - here) <= _NEAR) for one in range(1, last + 1)]
