# SPDX-License-Identifier: Apache-2.0
"""What each file of a publication is made from, as digests: of entries, of months, of all of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from meetcost.feed.part import digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from meetcost.feed.publication import Entry, Publication
    from meetcost.feed.site import Site


class MadeFrom:
    """`made_by` says what makes the files (`makers`); where it is empty nothing is known, and all digests are empty."""

    def __init__(self, publication: Publication, by_month: Mapping[date, Sequence[Entry]], made_by: str) -> None:
        self._publication = publication
        self._by_month = by_month
        self._made_by = made_by

    def of_site(self, site: Site, template: str, path: str, *more: object) -> bytes:
        """What all pages of a kind share: maker, language, the frame with all that stands in it, and `more`."""
        return digest(self._head, site.language, *site.frame(template, path), *more) if self._made_by else b""

    def of_entry(self, seed: bytes, entry: Entry) -> str:
        """The page of a meeting; `seed` is `of_site`."""
        return digest(seed, self._entries[entry.id]).hex() if self._made_by else ""

    @property
    def months(self) -> list[str]:
        """The slugs of all months, to which each of their pages leads."""
        return [f"{month:%Y-%m}" for month in self._by_month]

    def of_month(self, slug: str, *more: object) -> str:
        """A file that is made from the meetings of a month, and `more`."""
        return digest(self._head, self._months[slug], slug, *more).hex() if self._made_by else ""

    def of_all(self, *more: object) -> str:
        """A file that is made from all meetings, and `more`."""
        return digest(self._head, self._all, *more).hex() if self._made_by else ""

    @cached_property
    def _head(self) -> bytes:
        publication = self._publication
        return digest(self._made_by, publication.currency, publication.zone.name, publication.body, publication.base)

    @cached_property
    def _entries(self) -> dict[str, bytes]:
        """With the wall clock of the zone, whose rules may have changed under the same name."""
        local = self._publication.zone.to_local
        return {
            one.id: digest(one, [(local(held.start), local(held.end)) for held in one.held])
            for one in self._publication.entries
        }

    @cached_property
    def _months(self) -> dict[str, bytes]:
        """In the order in which they stand there."""
        return {
            f"{month:%Y-%m}": digest(*(self._entries[one.id] for one in entries))
            for month, entries in self._by_month.items()
        }

    @cached_property
    def _all(self) -> bytes:
        return digest(*(self._entries[one.id] for one in self._publication.entries))
