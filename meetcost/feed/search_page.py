# SPDX-License-Identifier: Apache-2.0
"""The list of all meetings with its search: months to go through without a script, a form with one."""

from __future__ import annotations

import itertools
import json
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from meetcost.feed.list_page import MOST_ROWS
from meetcost.feed.search_index import shards
from meetcost.feed.totals import totals
from meetcost.feed.views import meeting_row, row_example
from meetcost.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.feed.site import Site
    from meetcost.feed.wording import Wording

BANDS: Final = (5, 20, 50, 100)
"""Hours at which a band of cost ends and the next begins."""
_DAY: Final = {"en": "{weekday} {day} {month} {year}", "zh": "{year}年{month}{day}日({weekday})"}
_DAY_ONLY: Final = {"en": "{weekday} {day} {month}", "zh": "{month}{day}日({weekday})"}
_MONDAY: Final = date(2024, 1, 1)


def search_page(site: Site) -> tuple[str, bytes]:
    """(path, octets)."""
    words, entries = site.wording, site.publication.entries
    whole = totals(entries)
    rows = sum(len(of_month) for of_month in site.by_month.values())
    meetings = words.plain_n(whole.occurrences, "{count} meeting", "{count} meetings")
    return site.render(
        "search",
        "meetings/index.html",
        f"{words.plain('All meetings')} · {site.publication.body}",
        said=words.plain("{meetings}, {hours}.", meetings=meetings, hours=words.worked(whole.seconds)),
        units=sorted({entry.called_by for entry in entries if entry.called_by}),
        no_unit=any(not entry.called_by for entry in entries),
        kinds=sorted({entry.kind for entry in entries if entry.kind}),
        bands=list(_bands(words)),
        shards=json.dumps([[one.path, one.month, len(one.rows)] for one in shards(site.by_month)]),
        words=json.dumps(_words(words), ensure_ascii=False),
        by_month=list(_months(site)),
        lists=list(_lists(site)) if rows <= MOST_ROWS else [],
        example=row_example(entries, words, "../"),
    )


def _bands(words: Wording) -> Iterator[tuple[str, str]]:
    yield f"0-{BANDS[0] * 3600}", words.plain("under {hours} hours", hours=BANDS[0])
    for low, high in itertools.pairwise(BANDS):
        yield f"{low * 3600}-{high * 3600}", words.plain("{low} to under {high} hours", low=low, high=high)
    yield f"{BANDS[-1] * 3600}-", words.plain("{hours} hours and more", hours=BANDS[-1])


def _months(site: Site) -> Iterator[dict[str, Any]]:
    words = site.wording
    for month, entries in site.by_month.items():
        whole = totals(entries)
        yield {
            "slug": f"{month:%Y-%m}",
            "name": words.month(month),
            "meetings": f"{whole.occurrences:,}",
            "hours": words.hours(whole.seconds),
            "money": words.round_money(whole.minor),
        }


def _lists(site: Site) -> Iterator[dict[str, Any]]:
    words = site.wording
    for month, entries in site.by_month.items():
        yield {"name": words.month(month), "rows": [meeting_row(entry, words, "../") for entry in entries]}


def _words(words: Wording) -> dict[str, Any]:
    """What the script says, and how it writes days and money."""
    currency = words.currency
    money, digits = "", 0
    if currency is not None:
        digits = -int(Money.from_minor(0, currency).amount.as_tuple().exponent)
        money = words.round_money(10**digits).replace("1", "{amount}")
    months = [words.short_month(date(2024, number, 1)) for number in range(1, 13)]
    return {
        "one": words.plain_n(1, "{count} meeting", "{count} meetings").replace("1", "{count}"),
        "many": words.plain("{count} meetings"),
        "found": words.plain("{meetings}, {hours}."),
        "none": words.plain("No meeting fits."),
        "busy": words.plain("Searching …"),
        "failed": words.plain("The search cannot be loaded here; the lists below are complete."),
        "hour": words.plain("{hours} hour"),
        "hours": words.plain("{hours} hours"),
        "times": words.plain("{count} times"),
        "person": words.plain_n(1, "{count} person", "{count} people").replace("1", "{count}"),
        "people": words.plain("{count} people"),
        "range": words.plain("{low}–{high} people"),
        "allDay": words.plain("{day}, all day"),
        "days": words.plain("{days}, {count} days"),
        "noTitle": words.plain("(no title)"),
        "withheld": words.plain("(title withheld)"),
        "noUnit": words.plain("unit unknown"),
        "day": _DAY[words.language],
        "dayOnly": _DAY_ONLY[words.language],
        "months": months,
        "weekdays": [words.weekday(_MONDAY.replace(day=number)) for number in range(1, 8)],
        "money": money,
        "digits": digits,
    }
