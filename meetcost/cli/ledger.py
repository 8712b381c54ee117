# SPDX-License-Identifier: Apache-2.0
"""`meetcost ledger`: verify the books, publish their head, take them elsewhere, erase what has to go."""

from __future__ import annotations

from enum import Enum
from importlib.util import find_spec
from typing import Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.shell import Shell, answering, language_of
from meetcost.errors import UsageError

ledger_app = typer.Typer(
    help="Verify the books, print their head, export, import, erase.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

Books = Annotated[
    str,
    typer.Argument(
        metavar="LEDGER",
        show_default=False,
        help="The books: a file (SQLite), or postgresql://user@host/database.",
    ),
]
KeyFile = Annotated[
    str | None,
    typer.Option("--key", metavar="FILE", help="The key of the pseudonyms; without it LEDGER.key beside the file."),
]


class Form(str, Enum):  # noqa: UP042 - the form typer documents
    """Formats of an export."""

    JSONL = "jsonl"
    CSV = "csv"


class Why(str, Enum):  # noqa: UP042 - as above
    """Grounds of an erasure; those of `ledger.rows.Ground`, which is too heavy for `--help`."""

    REQUEST = "request"
    RETENTION = "retention"
    MISTAKE = "mistake"
    ORDER = "order"


FormOption = Annotated[
    Form | None,
    typer.Option("--format", "-f", show_default=False, help="Without it, by the name of the file: .csv, else jsonl."),
]


def ledger_shell(lang: options.Tongue | None = None, *, json_lines: bool = False) -> Shell:
    """Where the output goes; `UsageError` where the extra is not installed."""
    if find_spec("sqlalchemy") is None:
        raise UsageError("the ledger needs SQLAlchemy; run: pip install 'meetcost[ledger]'")
    return Shell(json_lines=json_lines, language=language_of(lang))


@ledger_app.command("verify")
@answering
def verify(
    ledger: Books,
    *,
    head: Annotated[
        list[str] | None,
        typer.Option("--head", metavar="FILE", help="A head that was published; may be given several times."),
    ] = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Recompute every row of the books, and compare them with heads that were published.

    Finds rows that were edited, taken out or put in another place. That the end was cut off, or the whole put back to
    an older state, only a published head shows: give one. Needs no key and changes nothing.

    With --json one object: ledger, sound, length, hash, erased (payloads), heads (compared), discrepancies (code, row,
    to, text). The exit code is 1 if there are any.

    Example: `meetcost ledger verify books.db --head head.json`
    """
    shell = ledger_shell(lang, json_lines=json_lines)
    from meetcost.cli.ledger_job import verify_books  # noqa: PLC0415 - not for --help

    verify_books(shell, ledger, head or [])
    shell.end()


@ledger_app.command("head")
@answering
def head(
    ledger: Books,
    *,
    now: options.Now = None,
) -> None:
    """Print the head of the books: their length, the hash of their last row, and the time. Publish it.

    Whoever has kept a head can tell later whether the books up to it are still the same.

    Example: `meetcost ledger head books.db > head.json`
    """
    shell = ledger_shell(json_lines=True)
    from meetcost.cli.ledger_job import print_head  # noqa: PLC0415 - not for --help

    print_head(shell, ledger, now)


@ledger_app.command("export")
@answering
def export(
    ledger: Books,
    out: Annotated[str, typer.Argument(metavar="FILE", help="The file to write; - for standard output.")] = "-",
    *,
    form: FormOption = None,
    headers: Annotated[
        bool, typer.Option("--headers", help="Without payloads: the chain alone, which may be shown to anybody.")
    ] = False,
    now: options.Now = None,
) -> None:
    """Write the books to a file, whole or not at all. A file that exists is never overwritten.

    One line a row, the head last. It holds what the books hold, and is as confidential. Quotas that are reserved at the
    moment are not in it.

    Example: `meetcost ledger export books.db books.jsonl`
    """
    ledger_shell()
    from meetcost.cli.ledger_job import export_books  # noqa: PLC0415 - not for --help

    export_books(ledger, out, form.value if form is not None else None, now, headers=headers)


@ledger_app.command("import")
@answering
def import_(
    ledger: Books,
    file: Annotated[str, typer.Argument(metavar="FILE", show_default=False, help="An export; - for standard input.")],
    *,
    key: KeyFile = None,
    form: FormOption = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Take an export into new books, every row verified; one that was interrupted goes on where it stopped.

    The pseudonyms stay those of the key they were made with: whoever appends to the new books needs that key.

    With --json one object: ledger, rows (that were new), length, hash.

    Example: `meetcost ledger import postgresql://books@db.example/books books.jsonl --key books.db.key`
    """
    shell = ledger_shell(lang, json_lines=json_lines)
    from meetcost.cli.ledger_job import import_books  # noqa: PLC0415 - not for --help

    import_books(shell, ledger, key, file, form.value if form is not None else None)
    shell.end()


@ledger_app.command("erase")
@answering
def erase(
    ledger: Books,
    *,
    key: KeyFile = None,
    uid: Annotated[str | None, typer.Option("--uid", metavar="UID", help="All rows of this meeting.")] = None,
    person: Annotated[
        str | None,
        typer.Option(
            "--person", metavar="ADDRESS", help="All rows this person's pseudonym stands in; - asks for the address."
        ),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="WHEN", help='Recorded before this date, or so long ago: "5 years".'),
    ] = None,
    row: Annotated[
        list[int] | None, typer.Option("--row", metavar="NUMBER", help="This row; may be given several times.")
    ] = None,
    ground: Annotated[Why, typer.Option("--ground", help="On what ground; it is put on record.")] = Why.REQUEST,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this, only say what would be erased.")] = False,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Erase payloads so that nothing of them is left, and put on record that it was done. The chain still verifies.

    Of a person, hours and costs of the meetings stay, without them. What cannot be undone is done with --yes only.
    Back-ups, exports and the write-ahead log of a PostgreSQL server are not reached.

    With --json one object: ledger, rows (their numbers), erased, wiped (false if somebody still reads an older state:
    run it again). The exit code is 1 if it is not wiped.

    Examples: `meetcost ledger erase books.db --person ann@town.example --yes`,
    `meetcost ledger erase books.db --before "5 years" --ground retention --yes`
    """
    shell = ledger_shell(lang, json_lines=json_lines)
    from meetcost.cli.ledger_erase import erase_rows  # noqa: PLC0415 - not for --help

    erase_rows(shell, ledger, key, (uid, person, before, row or []), ground=ground.value, now=now, done=yes)
    shell.end()
