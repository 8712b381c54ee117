# SPDX-License-Identifier: Apache-2.0
"""A publication as files: the only module that knows which there are, and what each of them is made from.

Opens nothing but templates of the package.
"""

from __future__ import annotations

from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Final

from meetcost.feed.atom import atom_feed
from meetcost.feed.calendar import calendar_pieces
from meetcost.feed.data import data_pieces
from meetcost.feed.list_page import list_page, list_pages
from meetcost.feed.made_from import MadeFrom
from meetcost.feed.meeting_page import meeting_page
from meetcost.feed.method_page import method_page
from meetcost.feed.overview import overview_page
from meetcost.feed.part import Part
from meetcost.feed.recorded_data import quota_table
from meetcost.feed.search_index import shard_file, shards
from meetcost.feed.search_page import search_page
from meetcost.feed.site import Site, meeting_path
from meetcost.feed.table import table_pieces
from meetcost.feed.totals import months
from meetcost.words.say import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from meetcost.feed.publication import Publication

_ASSETS: Final = ("style.css", "icon.svg", "search.js")


def build(publication: Publication) -> Iterator[tuple[str, bytes]]:
    """(path, octets) of every file, paths with `/` and relative; the same publication gives the same octets.

    Memory does not grow with the number of pages, if the caller keeps none.
    """
    for part in parts(publication):
        yield part.path, b"".join(part.pieces())


def parts(publication: Publication, *, made_by: str = "") -> Iterator[Part]:
    """The same, not yet made; with what each is made from, if `made_by` says what makes them (`makers`)."""
    by_month = months(publication)
    known = MadeFrom(publication, by_month, made_by)
    for name in _ASSETS:
        yield Part(name, partial(_asset, name))
    for language in LANGUAGES:
        yield from _pages(Site(publication, language, by_month), known)
    for shard in shards(by_month):
        pieces = partial(_one_piece, partial(shard_file, shard, publication))
        yield Part(shard.path, pieces, known.of_month(shard.month, shard.path))
    yield Part("meetings.csv", partial(table_pieces, publication), known.of_all("csv"))
    if publication.quotas:
        yield Part("quotas.csv", partial(_one_piece, partial(quota_table, publication)))
    words = Site(publication, "en", by_month).wording
    yield Part("meetings.ics", partial(calendar_pieces, publication, words), known.of_all("ics", publication.as_of))
    yield Part("data.json", partial(data_pieces, publication))


def _pages(site: Site, known: MadeFrom) -> Iterator[Part]:
    """Those of one language. What stands on few pages and sums up all is made each time."""

    def page(path: str, made: Callable[[], tuple[str, bytes]], inputs: str = "") -> Part:
        return Part(f"{site.folder}{path}", lambda: (made()[1],), inputs)

    yield page("index.html", partial(overview_page, site))
    yield page("method.html", partial(method_page, site))
    seed = known.of_site(site, "list", "meetings/", known.months)
    for one in list_pages(site):
        yield page(one.path, partial(list_page, site, one), known.of_month(one.month.slug, seed, one.path))
    if site.by_month:
        yield page("meetings/index.html", partial(search_page, site))
    yield page("feed.atom", partial(atom_feed, site))
    seed = known.of_site(site, "meeting", meeting_path(""))
    for entry in site.publication.entries:
        yield page(meeting_path(entry.id), partial(meeting_page, site, entry), known.of_entry(seed, entry))


def _asset(name: str) -> tuple[bytes]:
    return ((resources.files("meetcost.feed") / "assets" / name).read_bytes(),)


def _one_piece(made: Callable[[], bytes]) -> tuple[bytes]:
    return (made(),)
