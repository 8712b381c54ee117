# SPDX-License-Identifier: Apache-2.0
"""One call of a command of `meetcost ledger`."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, cast

from meetcost.cli.inputs import STANDARD_INPUT
from meetcost.cli.progress import counting
from meetcost.cli.times import instant_of, the_clock
from meetcost.errors import UsageError, said_by
from meetcost.ledger.chain import Head
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.making import stamp
from meetcost.ledger.transfer import export, imported
from meetcost.ledger.verify import verify
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from typing import TextIO

    from meetcost.cli.shell import Shell
    from meetcost.ledger.transfer import Format
    from meetcost.model.zone import Zone
    from meetcost.words.say import Language


def verify_books(shell: Shell, location: str, heads: Sequence[str]) -> None:
    """Recompute the books and tell what is not as it was."""
    published = [_published(file) for file in heads]
    with Ledger.open(location) as books, counting(say("verified", shell.language)) as progress:
        found = verify(books, against=published, progress=progress)
        name = books.store.name
    shell.findings = not found.sound
    if shell.json:
        wrong = [
            {"code": one.code, "row": one.seq, "to": one.to, "text": one.text(shell.language)}
            for one in found.discrepancies
        ]
        shell.object(
            {
                "ledger": name,
                "sound": found.sound,
                "length": found.head.length,
                "hash": found.head.hash,
                "erased": found.erased,
                "heads": len(published),
                "discrepancies": wrong,
            }
        )
        return
    for one in found.discrepancies:
        shell.line(f"{name}: {one.text(shell.language)}", "bold red")
    rows = say_count(found.head.length, "{count} row", "{count} rows", shell.language)
    erased = say("{count} of them erased", shell.language, count=found.erased)
    head = say(", ", shell.language).join((rows, erased, found.head.hash))
    if found.sound:
        shell.line(say("{ledger}: sound", shell.language, ledger=name), "green")
    shell.line(f"  {head}")
    if not published:
        shell.line(f"  {say('no head was given: a cut end or an older copy would not show', shell.language)}", "dim")


def print_head(shell: Shell, location: str, now: str | None) -> None:
    """The head as it is published."""
    with Ledger.open(location) as books:
        shell.object(books.head(present(now)).document())


def export_books(location: str, out: str, form: str | None, now: str | None, *, headers: bool) -> None:
    """The books into a file, which appears once it is whole."""
    time = stamp(present(now))
    with Ledger.open(location) as books, counting("") as progress:
        if out != STANDARD_INPUT:
            with _new_file(Path(out)) as file:
                export(books, file, form_of(out, form), headers=headers, time=time, progress=progress)
            return
        lines = TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=True)
        try:
            export(books, lines, form_of(out, form), headers=headers, time=time, progress=progress)
        finally:
            lines.detach()


def import_books(shell: Shell, location: str, key: str | None, file: str, form: str | None) -> None:
    """An export into books, which are made where there are none."""
    with Ledger.open(location, key=key, create=True, new_key=False) as books, counting("") as progress:
        try:
            with _lines(file) as lines:
                new, head = imported(books, lines, form_of(file, form), progress=lambda done: progress(done, None))
        except UnicodeDecodeError:
            raise UsageError("{file}: is not UTF-8 text", file=file) from None
        except LedgerError as error:
            raise LedgerError("{where}: {why}", where=file, why=said_by(error)) from None
        name = books.store.name
    if shell.json:
        shell.object({"ledger": name, "rows": new, "length": head.length, "hash": head.hash})
        return
    rows = say_count(new, "{count} new row", "{count} new rows", shell.language)
    shell.line(f"{name}: {say(', ', shell.language).join((rows, f'{head.length:,} {head.hash}'))}")


def books_text(name: str, rows: int, corrections: int, head: Head, language: Language) -> str:
    """What is new in the books, and where they end now."""
    told = say_count(rows, "{count} new row", "{count} new rows", language)
    corrected = say_count(corrections, "{count} correction", "{count} corrections", language)
    return f"{name}: {say(', ', language).join((told, corrected, f'{head.length:,} {head.hash}'))}"


def present(now: str | None, zone: Zone | None = None) -> datetime:
    """What `--now` says, a date or a time without an offset read in `zone`, else the clock."""
    return instant_of(now, "--now", zone) if now is not None else the_clock()


def form_of(name: str, chosen: str | None) -> Format:
    """The format that was chosen, else that of the name."""
    return cast("Format", chosen or ("csv" if name.lower().endswith(".csv") else "jsonl"))


def _published(file: str) -> Head:
    octets = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
    try:
        return Head.parse(octets)
    except LedgerError as error:
        raise UsageError("{where}: {why}", where=file, why=said_by(error)) from None


@contextmanager
def _new_file(path: Path) -> Iterator[TextIO]:
    """A file that only its owner can read, and that has its name once it is whole and on disk."""
    if path.exists():
        raise UsageError("`{path}` exists already and is left as it is; name another file", path=path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            raise UsageError("`{path}` exists already and is left as it is; name another file", path=path) from None
    finally:
        draft.unlink()


@contextmanager
def _lines(file: str) -> Iterator[TextIO]:
    if file == STANDARD_INPUT:
        lines = TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="")
        try:
            yield lines
        finally:
            lines.detach()
        return
    with Path(file).open(encoding="utf-8", newline="") as opened:
        yield opened
