# SPDX-License-Identifier: Apache-2.0
"""What the search looks into: the meetings of each month, cut into files of a bearable size.

Each file is a script that hands one JSON object over: a page opened from a disk may load a script beside it, but not
fetch a document. Both languages share the files.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.model.moment import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from meetcost.feed.publication import Entry, Publication

MOST_ROWS: Final = 2_000
"""Rows of a file: some 150 kB."""
_EPOCH: Final = 719_163  # the day 1970-01-01 as an ordinal


class Shard(NamedTuple):
    """One file of the index: where it lies, and the month (`2026-07`) whose meetings it has."""

    path: str
    month: str
    rows: Sequence[Entry]


def shards(by_month: Mapping[date, Sequence[Entry]]) -> Iterator[Shard]:
    """The files, in the order of the months."""
    for month, entries in by_month.items():
        slug = f"{month:%Y-%m}"
        for at in range(0, len(entries), MOST_ROWS):
            yield Shard(f"search/{slug}-{at // MOST_ROWS + 1}.js", slug, entries[at : at + MOST_ROWS])


def shard_file(shard: Shard, publication: Publication) -> bytes:
    """The octets of a file.

    A row is a meeting in a month: its id; title, unit and kind by their places in the lists of the file; how often it
    met; the first day since 1970, and seconds of it at which it began and ended (whole days: -1 and their number);
    people at least and at most; working time in seconds; its worth in minor units; whether its title is withheld.
    """
    titles: dict[str, int] = {}
    units: dict[str, int] = {}
    kinds: dict[str, int] = {}
    rows = [
        [
            entry.id,
            titles.setdefault(entry.title, len(titles)),
            units.setdefault(entry.called_by, len(units)),
            kinds.setdefault(entry.kind, len(kinds)),
            *_figures(entry, publication),
            int(entry.title_withheld),
        ]
        for entry in shard.rows
    ]
    document = {
        "path": shard.path,
        "titles": list(titles),
        "units": list(units),
        "kinds": list(kinds),
        "rows": rows,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"meetcostIndex({text.replace('<', chr(92) + 'u003c')});\n".encode()


def _figures(entry: Entry, publication: Publication) -> list[int | None]:
    first = entry.held[0]
    people = [held.worked.people for held in entry.held]
    if first.all_day:
        begin, end = -1, max(round((first.end - first.start) / DAY), 1)
    else:
        local = publication.zone.to_local
        begin, end = (local(seconds) - first.day * DAY for seconds in (first.start, first.end))
    return [len(entry.held), first.day - _EPOCH, begin, end, min(people), max(people), entry.seconds, entry.minor]
