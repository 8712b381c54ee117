# SPDX-License-Identifier: Apache-2.0
"""The meetings that were held on a no-meeting day because an exemption was claimed: each of them, with its class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from meetcost.feed.totals import totals
from meetcost.feed.views import meeting_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.feed.publication import Entry, Publication
    from meetcost.feed.wording import Wording


def exempted(publication: Publication) -> Iterator[tuple[str, Entry]]:
    """(class, meeting cut down to those occurrences), in the order of the meetings."""
    for entry in publication.entries:
        for name in dict.fromkeys(held.exemption for held in entry.held if held.exemption):
            yield name, entry._replace(held=tuple(held for held in entry.held if held.exemption == name))


def exempted_said(publication: Publication, words: Wording) -> dict[str, Any] | None:
    """The part of the overview; None where no policy knows exemptions or nothing was claimed."""
    found = list(exempted(publication))
    if not found:
        return None
    whole = totals(entry for _, entry in found)
    meetings = words.plain_n(whole.occurrences, "{count} meeting", "{count} meetings")
    text = "{meetings}, {hours}, on days without meetings, by an exemption that the invite claims:"
    return {
        "said": words.plain(text, meetings=meetings, hours=words.worked(whole.seconds)),
        "rows": [_row(name, entry, words) for name, entry in found],
    }


def _row(name: str, entry: Entry, words: Wording) -> Any:
    row = meeting_row(entry, words, "")
    return row._replace(people=f"{row.people} · {words.plain('Exemption: {name}', name=name)}")
