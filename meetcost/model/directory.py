# SPDX-License-Identifier: Apache-2.0
"""Who belongs where: calendar address -> unit, level, band.

Read from CSV (UTF-8, with or without BOM, or GB18030) or TOML. A row may be a person, a group with its size, or a room.
"""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from meetcost.errors import ConfigError, MoneyError, Problem
from meetcost.model.attendee import Attendee, calendar_address
from meetcost.values.rate import Rate

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
_MOST_ROWS: Final = 1_000_000


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
    """The entries by every address they are known under."""

    __slots__ = ("_by_address", "entries", "source")

    def __init__(self, entries: Iterable[Entry] = (), source: str = "directory") -> None:
        self.entries = tuple(entries)
        self.source = source
        self._by_address: dict[str, Entry] = {}
        problems = []
        for entry in self.entries:
            for address in (entry.address, *entry.aliases):
                other = self._by_address.setdefault(calendar_address(address), entry)
                if other is not entry:
                    problems.append(Problem("directory-twice", f"`{address}` stands in two entries", None, "address"))
        if problems:
            raise ConfigError(source, problems)

    @classmethod
    def load(cls, path: Path | str) -> Directory:
        """Read a `.csv` or `.toml` file; `ConfigError` lists all its mistakes, OSError is the file system's."""
        file = Path(path)
        return cls.parse(file.read_bytes(), file.name)

    @classmethod
    def parse(cls, data: bytes, source: str = "directory.csv") -> Directory:
        """From the octets of a file; TOML if `source` ends in `.toml`, CSV otherwise."""
        rows = _toml_rows(data, source) if source.endswith(".toml") else _csv_rows(data, source)
        problems: list[Problem] = []
        entries = [entry for line, row in rows if (entry := _entry(row, line, problems)) is not None]
        if problems:
            raise ConfigError(source, problems)
        return cls(entries, source)

    def find(self, who: Attendee | str) -> Entry | None:
        """The entry of an attendee or an address, under any of its aliases; None for a stranger."""
        address = who.address if isinstance(who, Attendee) else calendar_address(who)
        return self._by_address.get(address)

    def person(self, address: str) -> str:
        """One key per person: the entry's own address for any alias of it, else the address itself."""
        entry = self._by_address.get(address)
        return calendar_address(entry.address) if entry is not None else address

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


def decode_text(data: bytes, source: str) -> str:
    """UTF-8 (a BOM is dropped) or GB18030; `ConfigError` for anything else."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(source, [Problem("encoding", "is neither UTF-8 nor GB18030 text", advice="save it as UTF-8")])


def _csv_rows(data: bytes, source: str) -> Iterator[tuple[int | None, Mapping[str, str]]]:
    reader = csv.reader(io.StringIO(decode_text(data, source), newline=""), strict=True)
    columns: list[str | None] = []
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if not columns:
                columns = [_COLUMN.get(cell.strip().lower()) for cell in row]
                _require_address(columns, row, source)
            else:
                yield reader.line_num, {name: cell.strip() for name, cell in zip(columns, row, strict=False) if name}
    except csv.Error as error:
        raise ConfigError(source, [Problem("csv", f"not readable as CSV: {error}", reader.line_num)]) from None


def _require_address(columns: list[str | None], header: list[str], source: str) -> None:
    if "address" not in columns:
        found = ", ".join(f"`{cell}`" for cell in header[:8])
        advice = f"name one of them {' or '.join(_HEADERS['address'])}"
        raise ConfigError(source, [Problem("directory-header", f"no address column among {found}", 1, "", "", advice)])


def _toml_rows(data: bytes, source: str) -> Iterator[tuple[int | None, Mapping[str, str]]]:
    try:
        table = tomllib.loads(decode_text(data, source))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(source, [Problem("toml", str(error))]) from None
    entries = table.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError(source, [Problem("directory-entry", "`entry` is not a list of tables", advice="[[entry]]")])
    for entry in entries:
        yield (
            None,
            {key: ";".join(map(str, value)) if isinstance(value, list) else str(value) for key, value in entry.items()},
        )


def _entry(row: Mapping[str, str], line: int | None, problems: list[Problem]) -> Entry | None:
    address = row.get("address", "")

    def mistake(column: str, message: str, advice: str = "") -> None:
        problems.append(Problem(f"directory-{column}", message, line, column, "", advice))

    if not address:
        mistake("address", f"the entry of `{row.get('name', '?')}` has no address")
        return None
    kind, size, rate = EntryKind.PERSON, None, None
    try:
        kind = EntryKind(row.get("kind", "") or "person")
    except ValueError:
        mistake("kind", f"`{row['kind']}` is no kind", f"one of {', '.join(EntryKind)}")
    if text := row.get("size", ""):
        if text.isascii() and text.isdigit() and 0 < int(text[:9]) <= _MOST_ROWS and len(text) <= 9:
            size = int(text)
        else:
            mistake("size", f"`{text}` is no number of people", "a whole number from 1")
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
