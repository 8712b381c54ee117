# SPDX-License-Identifier: Apache-2.0
"""All meetings, a page a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.feed.totals import totals
from meetcost.feed.views import meeting_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.feed.site import Site


def list_pages(site: Site) -> Iterator[tuple[str, bytes]]:
    """(path, octets) of each month in which there was a meeting; the most hours first."""
    words = site.wording
    for month, entries in site.by_month.items():
        whole = totals(entries)
        meetings = words.plain_n(whole.occurrences, "{count} meeting", "{count} meetings")
        rows = sorted(entries, key=lambda entry: (-entry.seconds, entry.id))
        yield site.render(
            "list",
            f"meetings/{month:%Y-%m}.html",
            f"{words.plain('Meetings in {month}', month=words.month(month))} · {site.publication.body}",
            month=words.month(month),
            slug=f"{month:%Y-%m}",
            said=words.plain(
                "{meetings}, {hours} hours; the most hours first.", meetings=meetings, hours=words.hours(whole.seconds)
            ),
            rows=[meeting_row(entry, words, "../") for entry in rows],
        )
