# SPDX-License-Identifier: Apache-2.0
"""The hours by week or month: the picture, its caption, and its figures as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from meetcost.feed.picture import NARROW, WIDE, Bar, bars
from meetcost.feed.totals import buckets, by_month

if TYPE_CHECKING:
    from meetcost.feed.site import Site

_WEEK: Final = 7


def over_time(site: Site) -> dict[str, Any]:
    """The section of the overview, of a publication that has meetings."""
    words = site.wording
    monthly = by_month(site.first, site.last)
    found = buckets(site.publication)
    heading = words.plain("Hours by month") if monthly else words.plain("Hours by week")
    shown = []
    for one in found:
        meetings = words.plain_n(one.occurrences, "{count} meeting", "{count} meetings")
        day = words.month(one.first) if monthly else words.period(one.first, one.last)
        said = words.plain("{when}: {hours}, {meetings}", when=day, hours=words.worked(one.seconds), meetings=meetings)
        label = words.short_month(one.first) if monthly else words.short_day(one.first)
        shown.append(Bar(one.seconds / 3600, label, said))
    top = max(found, key=lambda one: one.seconds)
    when = words.month(top.first) if monthly else words.period(top.first, top.last)
    caption = words.plain("Most in {when}: {hours}.", when=when, hours=words.worked(top.seconds))
    if not monthly and any((one.last - one.first).days < _WEEK - 1 for one in (found[0], found[-1])):
        caption = words.plain("{caption} The period cuts its first or last week short.", caption=caption)
    told = words.plain("{heading}, {period}", heading=heading, period=site.period)
    return {
        "heading": heading,
        "caption": caption,
        "column": words.plain("Month") if monthly else words.plain("Week"),
        "pictures": [bars(shown, size, told, caption, "over-time-picture") for size in (WIDE, NARROW)],
        "rows": [
            {
                "when": words.month(one.first) if monthly else words.period(one.first, one.last),
                "meetings": f"{one.occurrences:,}",
                "hours": words.hours(one.seconds),
                "money": words.money(one.minor),
            }
            for one in found
        ],
    }
