# SPDX-License-Identifier: Apache-2.0
"""`meetcost report`: the monthly sheet."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from meetcost.cli import options
from meetcost.cli.ledger import KeyFile  # noqa: TC001 - typer reads the annotations
from meetcost.cli.publish import AsOf, Contact, CoverageText, Title, Withhold  # noqa: TC001 - as above
from meetcost.cli.shell import Shell, answering, language_of
from meetcost.cli.times import zone_named


class SheetForm(str, Enum):  # noqa: UP042 - the form typer documents
    """Formats of the sheet."""

    HTML = "html"
    XLSX = "xlsx"


@answering
def report(
    files: options.Files,
    *,
    month: Annotated[str, typer.Option("--month", metavar="MONTH", help="The month, such as 2026-09.")],
    out: Annotated[str, typer.Option("--out", "-o", metavar="DIR", help="Where the files go; made if need be.")] = ".",
    form: Annotated[
        list[SheetForm] | None,
        typer.Option(
            "--format",
            "-f",
            metavar="html|xlsx",
            show_default=False,
            help="Only this one; may be repeated. Without it, all.",
        ),
    ] = None,
    policy: options.PolicyFile = None,
    directory: options.DirectoryFile = None,
    rates: options.Rates = None,
    rate: options.NoRate = None,
    title: Title = None,
    contact: Contact = None,
    coverage: CoverageText = None,
    withhold: Withhold = None,
    ledger: Annotated[
        str | None,
        options.books_option("The books of a guard: the meetings let pass by a waiver."),
    ] = None,
    key: KeyFile = None,
    as_of: AsOf = None,
    zone: options.Zone = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Write the sheet of a month to be put up in public: name, content, headcount, spending and hours of each meeting.

    It is a printable HTML file and a workbook (.xlsx, with the extra `xlsx`), each in English and Chinese. What is
    shown and what is withheld is as with `meetcost publish`: confidential meetings are only counted.

    Example: `meetcost report calendars/ --month 2026-09 --policy meetcost.toml --rates rates.toml --out reports`
    """
    from meetcost.cli.guard_books import guard_books  # noqa: PLC0415 - as below
    from meetcost.cli.report_job import ReportJob  # noqa: PLC0415 - not for --help
    from meetcost.cli.settings import policy_of, published_rates  # noqa: PLC0415 - as above

    said = {"title": title or "", "contact": contact or "", "coverage": coverage or ""}
    shell = Shell(json_lines=json_lines, language=language_of(lang))
    chosen = policy_of(policy, directory, zone_named(zone))
    job = ReportJob.of(shell, chosen, published_rates(rate, rates), month, as_of)
    books = guard_books(ledger, key, job.job.window, as_of=job.job.as_of, policy=chosen)
    job.run(files, out, said, tuple(withhold or ()), tuple(one.value for one in form or SheetForm), books=books)
    shell.end()
