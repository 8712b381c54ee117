# SPDX-License-Identifier: Apache-2.0
"""`meetcost paperwork`: learn from real minutes, look back at the forecast, measure documents."""

from __future__ import annotations

from typing import Annotated

import typer

from meetcost.cli import options
from meetcost.cli.ledger import KeyFile, ledger_shell
from meetcost.cli.shell import Shell, answering, language_of

paperwork_app = typer.Typer(
    help="Measure real minutes and documents, learn from them, look back at the forecast.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

Documents = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH", show_default=False, help="Documents (.md .txt .html .docx .pdf), or folders of them; - is none."
    ),
]
Records = Annotated[
    str, typer.Option("--history", "-H", metavar="FILE", help="Your own records, a JSON file.", show_default=False)
]
Day = Annotated[
    str | None,
    typer.Option("--day", metavar="DATE", help="The day of the meeting, or of the document, where the file is silent."),
]


@paperwork_app.command("learn")
@answering
def learn(
    files: Documents,
    *,
    history: Records,
    calendar: Annotated[
        list[str] | None,
        typer.Option("--calendar", "-c", metavar="PATH", help="Calendars that the meetings are in; may be repeated."),
    ] = None,
    series: Annotated[
        str | None, typer.Option("--series", metavar="NAME", help="The series (UID), for minutes without a calendar.")
    ] = None,
    kind: options.KindOrLearnt = None,
    day: Day = None,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete",
            help="Meetings of these series between the days that are learnt left no minutes if none are here.",
        ),
    ] = False,
    ledger: Annotated[
        str | None,
        options.books_option(
            "Record the lengths in these books too: a file (SQLite), or postgresql://user@host/database."
        ),
    ] = None,
    key: KeyFile = None,
    zone: options.Zone = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Measure real minutes, match them to meetings, and add them to your own records.

    Nothing but counts is kept. Minutes that are learnt again take the place of what was learnt before.

    With --ledger each length is also a row of the books, beside the occurrence it belongs to; no name enters them. What
    stands there is not recorded twice, and minutes that have changed are corrected by a new row.

    Example: `meetcost paperwork learn minutes/ --calendar office.ics --history history.json --kind summary`
    """
    from meetcost.cli.learn_job import LearnJob  # noqa: PLC0415 - not for --help

    books = None
    if ledger is not None:
        shell = ledger_shell(lang, json_lines=json_lines)
        from meetcost.cli.learn_books import LearnBooks  # noqa: PLC0415 - needs the extra

        books = LearnBooks(shell, ledger, key, now)
    else:
        shell = Shell(json_lines=json_lines, language=language_of(lang))
    job = LearnJob(shell, history, kind.value if kind is not None else None, series, day, zone, books)
    job.run(files, calendar or [], complete=complete)
    shell.end()


@paperwork_app.command("evaluate")
@answering
def evaluate(*, history: Records, json_lines: options.Json = False, lang: options.Lang = None) -> None:
    """Tell how good the forecast has been on your own records, each forecast from what was known before.

    Example: `meetcost paperwork evaluate --history history.json`
    """
    from meetcost.cli.review_job import show_review  # noqa: PLC0415 - not for --help

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    show_review(shell, history)
    shell.end()


@paperwork_app.command("measure")
@answering
def measure(
    files: Documents,
    *,
    ceiling: Annotated[
        int | None,
        typer.Option("--ceiling", metavar="NUMBER", help="Your own ceiling: characters in Chinese, words otherwise."),
    ] = None,
    day: Day = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Tell how long documents are, against their ceiling, and which forms and reports they ask for.

    The exit code is 1 if a document is over its ceiling, holds several papers or is a paper without a number.

    Example: `meetcost paperwork measure notice.docx --ceiling 3000`
    """
    from meetcost.cli.measure_job import measure_files  # noqa: PLC0415 - not for --help

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    measure_files(shell, files, ceiling, day, now)
    shell.end()
