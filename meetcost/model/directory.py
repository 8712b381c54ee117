# SPDX-License-Identifier: Apache-2.0
"""Who belongs where: calendar address -> unit, level, band.

Read from CSV (UTF-8, with or without BOM, or GB18030) or TOML. A row may be a person, a group with its size, or a room.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from meetcost.errors import MOST_MISTAKES, ConfigError, MoneyError, Problem
from meetcost.model.attendee import Attendee, calendar_address
from meetcost.model.text_file import decode_text
from meetcost.model.wrong_value import one_of, quoted
from meetcost.values.rate import Rate
from meetcost.values.toml_text import read_toml
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_HEADERS: Final = {
    "address": ("address", "email", "mail", "邮箱", "地址"),
    "name": ("name", "姓名", "名称"),
    "kind": ("kind", "类型"),
    "unit": ("unit", "单位", "部门"),
    "level": ("level", "层级", "级别"),
    "band": ("band", "grade", "档次", "职级"),
    "site": ("site", "地点", "驻地"),
    "size": ("size", "人数"),
    "aliases": ("aliases", "别名"),
    "rate": ("rate", "时薪"),
}
_COLUMN: Final = {header: column for column, headers in _HEADERS.items() for header in headers}
_ADDRESS_ADVICE: Final = Sentence.of("call one of the columns {names}", names=quoted(_HEADERS["address"]))
_MOST_SHOWN: Final = 60
_MOST_PEOPLE: Final = 1_000_000
_LIKE_PAY: Final = re.compile(r"\d[.,]\d|\d{3}|\d.*[A-Z]{3}")
"""What may be somebody's pay in a wrong column, or in a first row that is no header."""


class EntryKind(StrEnum):
    """What stands behind an address."""

    PERSON = "person"
    GROUP = "group"
    ROOM = "room"
    RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `size` is how many people a group has; `rate` is a personal rate: private, never published."""

    address: str
    name: str = ""
    kind: EntryKind = EntryKind.PERSON
    unit: str = ""
    level: str = ""
    band: str = ""
    site: str = ""
    size: int | None = None
    aliases: tuple[str, ...] = ()
    rate: Rate | None = field(default=None, repr=False)


class Directory:
    """The entries by every address they are known under.

    `by_address` (canonical address -> entry) and `persons` (canonical address -> that of the entry) are to be read.
    """

    __slots__ = ("by_address", "entries", "persons", "source")

    def __init__(self, entries: Iterable[Entry] = (), source: str = "directory") -> None:
        self._fill(((None, entry) for entry in entries), source, [])

    def _fill(self, entries: Iterable[tuple[int | None, Entry]], source: str, problems: list[Problem]) -> None:
        self.source = source
        self.by_address: dict[str, Entry] = {}
        self.persons: dict[str, str] = {}
        kept = []
        for line, entry in entries:
            kept.append(entry)
            key = calendar_address(entry.address)
            for address in (entry.address, *entry.aliases):
                spelling = calendar_address(address)
                if self.by_address.setdefault(spelling, entry) is entry:
                    self.persons[spelling] = key
                else:
                    message = Sentence.of("`{address}` stands in two entries", address=_clipped(address))
                    problems.append(Problem("directory-twice", message, line, "address", "", "keep one of them"))
        self.entries = tuple(kept)
        if problems:
            raise ConfigError(source, sorted(problems, key=lambda problem: problem.line or 0))

    @classmethod
    def load(cls, path: Path | str) -> Directory:
        """Read a `.csv` or `.toml` file; `ConfigError` lists all its mistakes, OSError is the file system's."""
        file = Path(path)
        return cls.parse(file.read_bytes(), file.name)

    @classmethod
    def parse(cls, data: bytes, source: str = "directory.csv") -> Directory:
        """From the octets of a file; TOML if `source` ends in `.toml`, CSV otherwise."""
        problems: list[Problem] = []
        rows = (_toml_rows if source.endswith(".toml") else _csv_rows)(data, source, problems)
        entries = []
        for line, row in rows:
            entry = _entry(row, line, problems)
            if entry is not None:
                entries.append((line, entry))
            if len(problems) > MOST_MISTAKES:
                raise ConfigError(source, problems)
        directory = cls.__new__(cls)
        directory._fill(entries, source, problems)
        return directory

    def find(self, who: Attendee | str) -> Entry | None:
        """The entry of an attendee or an address, under any of its aliases; None for a stranger.

        An attendee whose address nobody knows is looked up by the mail address that the invite gives for it. Who is who
        does not rest on that (`person`): two addresses with one EMAIL are two people.
        """
        if not isinstance(who, Attendee):
            return self.by_address.get(calendar_address(who))
        entry = self.by_address.get(who.address)
        return self.by_address.get(who.email) if entry is None and who.email else entry

    def person(self, address: str) -> str:
        """One key per person: the entry's own address for any alias of it, else the address itself."""
        return self.persons.get(address, address)

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


def _csv_rows(data: bytes, source: str, problems: list[Problem]) -> Iterator[tuple[int | None, Mapping[str, str]]]:
    text = decode_text(data, source)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    columns: list[str | None] = []
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if not columns:
                columns = _columns(row, source)
            elif any(cell.strip() for cell in row[len(columns) :]):
                message = Sentence.of("{cells} cells under {headers} headers", cells=len(row), headers=len(columns))
                advice = "put a cell that holds the separator between double quotes"
                problems.append(Problem("directory-cells", message, reader.line_num, "", "", advice))
            else:
                yield reader.line_num, {name: cell.strip() for name, cell in zip(columns, row, strict=False) if name}
    except csv.Error as error:
        message = Sentence.of("not readable as CSV: `{why}`", why=error)
        raise ConfigError(source, [Problem("csv", message, reader.line_num)]) from None
    if not columns:
        raise ConfigError(source, [Problem("directory-header", "has no header line", 1, "", "", _ADDRESS_ADVICE)])


def _delimiter(text: str) -> str:
    """Comma, or the semicolon or tab that spreadsheet programs write instead: whichever parts the header most."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=header.count)


def _columns(header: list[str], source: str) -> list[str | None]:
    columns = [_COLUMN.get(cell.strip().lower()) for cell in header]
    if "address" not in columns:
        found = tuple(_shown(cell) for cell in header[:8])
        message = Sentence.of("no address column among {found}", found=found)
        raise ConfigError(source, [Problem("directory-header", message, 1, "", "", _ADDRESS_ADVICE)])
    twice = sorted(name for name, count in Counter(columns).items() if name and count > 1)
    if twice:
        problems = [
            Problem("directory-header", Sentence.of("two columns mean `{name}`", name=name), 1, name) for name in twice
        ]
        raise ConfigError(source, problems)
    return columns


def _toml_rows(data: bytes, source: str, problems: list[Problem]) -> Iterator[tuple[int | None, Mapping[str, str]]]:
    table = read_toml(decode_text(data, source), source)
    problems += islice((_unknown(key, "", ("entry",)) for key in table if key != "entry"), MOST_MISTAKES)
    entries = table.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError(source, [Problem("directory-entry", "`entry` is not a list of tables", advice="[[entry]]")])
    for number, entry in enumerate(entries):
        unknown = (_unknown(key, f"entry[{number}].", tuple(_HEADERS)) for key in entry if key not in _HEADERS)
        problems += islice(unknown, MOST_MISTAKES)
        yield (
            None,
            {key: ";".join(map(str, value)) if isinstance(value, list) else str(value) for key, value in entry.items()},
        )


def _shown(cell: str) -> str:
    cell = _clipped(cell)
    return "..." if _LIKE_PAY.search(cell) else f"`{cell}`"


def _clipped(cell: str) -> str:
    return cell if len(cell) <= _MOST_SHOWN else f"{cell[:_MOST_SHOWN]}..."


def _unknown(key: str, table: str, known: tuple[str, ...]) -> Problem:
    return Problem("directory-key", "is not known here", None, f"{table}{key}", "", one_of(key, known))


def _entry(row: Mapping[str, str], line: int | None, problems: list[Problem]) -> Entry | None:
    address = row.get("address", "")

    def mistake(column: str, message: str, advice: str = "") -> None:
        problems.append(Problem(f"directory-{column}", message, line, column, "", advice))

    if not address:
        mistake("address", Sentence.of("the entry of `{name}` has no address", name=row.get("name") or "?"))
        return None
    kind, size, rate = EntryKind.PERSON, None, None
    try:
        kind = EntryKind(row.get("kind", "") or "person")
    except ValueError:
        message = Sentence.of("{kind} is no kind", kind=_shown(row["kind"]))
        mistake("kind", message, Sentence.of("one of {choices}", choices=tuple(EntryKind)))
    if text := row.get("size", ""):
        if text.isascii() and text.isdigit() and 0 < int(text[:9]) <= _MOST_PEOPLE and len(text) <= 9:
            size = int(text)
        else:
            message = Sentence.of("{size} is no number of people", size=_shown(text))
            mistake("size", message, "a whole number from 1")
    try:
        rate = Rate.parse(row["rate"]) if row.get("rate") else None
    except MoneyError:
        mistake("rate", "the rate cannot be read", "write it as `46 EUR`")
    return Entry(
        address=address,
        name=row.get("name", ""),
        kind=kind,
        unit=row.get("unit", ""),
        level=row.get("level", ""),
        band=row.get("band", ""),
        site=row.get("site", ""),
        size=size,
        aliases=tuple(alias.strip() for alias in row.get("aliases", "").split(";") if alias.strip()),
        rate=rate,
    )
