# SPDX-License-Identifier: Apache-2.0
"""A publication as files: the only module that knows which there are. Opens nothing but templates of the package."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

from meetcost.feed.atom import atom_feed
from meetcost.feed.calendar import calendar_file
from meetcost.feed.data import data_file
from meetcost.feed.list_page import list_pages
from meetcost.feed.meeting_page import meeting_page
from meetcost.feed.method_page import method_page
from meetcost.feed.overview import overview_page
from meetcost.feed.recorded_data import quota_table
from meetcost.feed.search_index import shard_file, shards
from meetcost.feed.search_page import search_page
from meetcost.feed.site import Site
from meetcost.feed.table import table_file
from meetcost.words.say import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.feed.publication import Publication

_ASSETS: Final = ("style.css", "icon.svg", "search.js")


def build(publication: Publication) -> Iterator[tuple[str, bytes]]:
    """(path, octets) of every file, paths with `/` and relative; the same publication gives the same octets.

    Memory does not grow with the number of pages, if the caller keeps none.
    """
    for name in _ASSETS:
        yield name, (resources.files("meetcost.feed") / "assets" / name).read_bytes()
    for language in LANGUAGES:
        site = Site(publication, language)
        yield overview_page(site)
        yield method_page(site)
        yield from list_pages(site)
        if site.by_month:
            yield search_page(site)
        yield atom_feed(site)
        for entry in publication.entries:
            yield meeting_page(site, entry)
    for shard in shards(site.by_month):
        yield shard.path, shard_file(shard, publication)
    yield "meetings.csv", table_file(publication)
    if publication.quotas:
        yield "quotas.csv", quota_table(publication)
    yield "meetings.ics", calendar_file(publication, Site(publication, "en").wording)
    yield "data.json", data_file(publication)
