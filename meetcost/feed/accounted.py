# SPDX-License-Identifier: Apache-2.0
"""Whether a file of a publication says any money that its `data.json` does not account for.

The amounts of a finding are told to nobody: they could be somebody's pay.
"""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from meetcost.feed.manifest import read_records
from meetcost.model.phrase import Phrase
from meetcost.privacy.amounts import Amounts, waived_ids
from meetcost.privacy.finding import Finding, Kind
from meetcost.words.say import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from meetcost.feed.part import Part
    from meetcost.feed.publication import Method

SUFFIXES: Final = (".html", ".atom", ".ics", ".csv", ".js")
"""Of the files that say anything; the style and the picture do not, and `data.json` is what they are held against."""
_COLUMNS: Final = ("working_time", "cash")
_COST_COLUMNS: Final = ("limit", "used", "last_year")
_PAGES: Final = ("index.html", "method.html", "feed.atom", "m/*.html", "meetings/*.html")
_PLACES: Final = (
    *_PAGES,
    *(f"zh/{page}" for page in _PAGES),
    "meetings.csv",
    "quotas.csv",
    "meetings.ics",
    "search/*.js",
)
"""Where our files lie in a public folder, where no list says it."""
_INDEX: Final = "meetcostIndex("
_WORTH: Final = -2
"""Where a row of the search has the worth of its hours."""


class UnaccountedError(Exception):
    """A file that says such an amount; `finding` is what is told of it."""

    def __init__(self, release: str, path: str) -> None:
        self.finding = unaccounted(release, [path])
        super().__init__(path)


def accounted(parts: Iterable[Part], amounts: Amounts, release: str) -> Iterator[Part]:
    """The same parts, each looked at when it is made; raises `UnaccountedError` then."""
    for part in parts:
        yield part._replace(pieces=_Looked(part, amounts, release)) if part.path.endswith(SUFFIXES) else part


class _Looked:
    """The pieces of a part, looked at one by one: no amount stands in two of them."""

    def __init__(self, part: Part, amounts: Amounts, release: str) -> None:
        self._part, self._amounts, self._release = part, amounts, release

    def __call__(self) -> Iterator[bytes]:
        columns: list[str] = []
        for piece in self._part.pieces():
            if not says_only(self._part.path, piece, self._amounts, columns):
                raise UnaccountedError(self._release, self._part.path)
            yield piece


def says_only(path: str, octets: bytes, amounts: Amounts, columns: list[str] | None = None) -> bool:
    """Whether a file, or a piece of one, says no amount but those of the release.

    `columns` are those of a table; they are put in when its first line is met.
    """
    text = octets.decode("utf-8-sig", "replace")
    if path.endswith(".csv"):
        return _table(text, amounts, columns if columns is not None else [])
    if path.endswith(".ics"):
        text = text.replace("\r\n ", "").replace("\\,", ",")  # RFC 5545 §3.1, §3.3.11
    elif path.startswith("search/"):
        return _index(text, amounts)
    return not amounts.unaccounted(text)


def _table(text: str, amounts: Amounts, columns: list[str]) -> bool:
    """By column, and for whatever else is said in its cells."""
    for row in csv.reader(io.StringIO(text, newline="")):
        if not columns:
            columns += row
            continue
        cells = dict(zip(columns, row, strict=False))
        names = _COLUMNS if "working_time" in cells else _COST_COLUMNS if cells.get("measure") == "cost" else ()
        currency = cells.get("currency", amounts.currency)
        said = [cells.get(name, "") for name in names]
        if amounts.unaccounted("\n".join(row)) or not all(_is_one(cell, currency, amounts) for cell in said):
            return False
    return True


def _is_one(cell: str, currency: str, amounts: Amounts) -> bool:
    try:
        amount = Decimal(cell or 0)
    except InvalidOperation:
        return False
    if not cell or currency == amounts.currency:
        return amounts.accounts_for(amount)
    return amounts.accounts_for_limit(amount, currency)


def _index(text: str, amounts: Amounts) -> bool:
    """A script that hands one object over (`search_index`)."""
    try:
        rows = json.loads(text.strip().removeprefix(_INDEX).removesuffix(");"))["rows"]
        return all(row[_WORTH] is None or amounts.accounts_for_minor(row[_WORTH]) for row in rows)
    except (ValueError, KeyError, TypeError, IndexError):
        return False


def texts_of(method: Method) -> Iterator[str]:
    """What people wrote of rules and rates, which stands on pages and not in `data.json`."""
    yield method.source
    yield from (band.band for band in method.bands)
    for rule in method.rules:
        yield from (rule.id, rule.source)
    for language in LANGUAGES:
        yield from (rule.reason.text(language) for rule in method.rules if rule.reason is not None)
        yield from (one.text(language) for one in method.assumptions)


def unaccounted(release: str, paths: Sequence[str]) -> Finding:
    """That these files say such an amount."""
    said = Phrase("files say amounts that are neither in data.json nor sums of what is: somebody's pay may be in them")
    return Finding.of(Kind.UNACCOUNTED, said, [release], paths)


def untold(release: str, paths: Sequence[str]) -> Finding:
    """That they say such an amount, and that nobody knows whether people wrote it in rules, levels or rates."""
    said = Phrase(
        "files say amounts that are not in data.json; give --policy, --directory and --rates to tell whether rules or "
        "rates say them"
    )
    return Finding.of(Kind.UNPROVEN, said, [release], paths)


def folder_says_more(folder: Path, rates: Iterable[Decimal], texts: Iterable[str]) -> list[str]:
    """Of a public folder that is there, the paths of those files; `rates` are those of its card, `texts` of its rules.

    Looked at is what its list of files names: others in it, or folders below, are not of this release.

    Raises ValueError or KeyError for a document that is none of ours, `UsageError` for a list that cannot be read.
    """
    document = json.loads((folder / "data.json").read_bytes())
    if document["currency"] is None:
        return []
    amounts = Amounts(document["currency"], waived_ids(document))
    for meeting in document["meetings"]:
        amounts.add(meeting)
    amounts.close(document, rates, texts)
    files = ((name, folder / name) for name in _files(folder))
    return [name for name, path in files if path.is_file() and not says_only(name, path.read_bytes(), amounts)]


def _files(folder: Path) -> list[str]:
    names: Iterable[str] = read_records(folder)
    if not names:
        names = (path.relative_to(folder).as_posix() for place in _PLACES for path in folder.glob(place))
    return sorted(name for name in names if name.endswith(SUFFIXES) and name != "search.js")
