# SPDX-License-Identifier: Apache-2.0
"""`meetcost audit`: whole calendars into the books."""

from __future__ import annotations

from typing import Annotated

import typer

from meetcost.cli import accounts, options
from meetcost.cli.ledger import KeyFile, ledger_shell
from meetcost.cli.shell import answering
from meetcost.errors import UsageError


@answering
def audit(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            show_default=False,
            help="Calendar files, folders of them, or - for standard input; or none, and an account by --url.",
        ),
    ] = None,
    *,
    ledger: Annotated[
        str,
        options.books_option("The books: a file (SQLite), or postgresql://user@host/database. Made if there are none."),
    ],
    key: KeyFile = None,
    url: accounts.Url = None,
    user: accounts.User = None,
    password_file: accounts.PasswordFile = None,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="INSTANT", help="From this date or instant on; without it, a year before --to."),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--to", metavar="INSTANT", help="Up to, not including, this one; without it, until now."),
    ] = None,
    policy: options.PolicyFile = None,
    rates: options.Rates = None,
    rate: options.Rate = None,
    directory: options.DirectoryFile = None,
    zone: options.Zone = None,
    evasion: Annotated[
        bool, typer.Option("--evasion", help="Look for patterns that get round rules, too; warnings, never public.")
    ] = False,
    longest: Annotated[
        int | None,
        typer.Option(
            "--longest",
            metavar="MINUTES",
            min=1,
            help="With --evasion: this limit on length for all meetings, in place of the policy's.",
        ),
    ] = None,
    levels: Annotated[
        str | None,
        typer.Option("--levels", metavar="A,B,C", help="With --evasion: levels of the directory, the highest first."),
    ] = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Record in the books what took place: each meeting, its occurrences in a span, their cost, and the verdict.

    It can be stopped at any point and run again: what is there is not recorded twice, a file that has not changed is
    not read again. A meeting that has changed is corrected by new rows, unless it was over when it was recorded. One
    UID in several files counts once. No address and no name enters the books; titles that name somebody stay out.

    --evasion adds what it finds at the end: meetings chained back to back to stay under a limit on length, or split to
    stay under one on attendance, as the rules of the policy say; a series kept as one-off copies, one meeting repeated
    down the levels. It names units, no person, decides nothing, and nothing of it
    enters the books or a page.

    By --url all calendars of a CalDAV account are read, or the one calendar at that address. The next time, with the
    same span and settings, the server is only asked what has changed since. Nothing is written to it.

    With --json one object a file (file, unchanged, meetings, copies, rows, corrections), of an account one for each
    calendar object (href in place of file), problems as of other commands, and last the sum with length and hash of the
    books. Findings of --evasion come after it. The exit code is 2 if a file or an object could not be read.

    Example: `meetcost audit calendars/ --ledger books.db --policy meetcost.toml --rates rates.toml`

    Example: `meetcost audit --url https://dav.town.example/ --user office --ledger books.db --from 2026-01-01`
    """
    shell = ledger_shell(lang, json_lines=json_lines)
    if not evasion and (longest is not None or levels is not None):
        raise UsageError("--longest and --levels say what --evasion looks for; add --evasion")
    if evasion and url is not None:  # of an account only what has changed is read
        raise UsageError("--evasion looks through files; leave --url out, and name exported calendars")
    from meetcost.cli.audit_job import AuditJob, Patterns  # noqa: PLC0415 - not for --help
    from meetcost.cli.settings import policy_of, rates_of  # noqa: PLC0415 - as above
    from meetcost.cli.times import zone_named  # noqa: PLC0415 - as above

    rules = policy_of(policy, directory, zone_named(zone))
    patterns = Patterns(longest, levels) if evasion else None
    job = AuditJob(shell, rules, rates_of(rate, rates), first, last, now, patterns)
    if url is None:
        if not files:
            raise UsageError("nothing to read; name calendars, or an account by --url")
        job.files(files, ledger, key)
    elif files:
        raise UsageError("files and --url say two sources; give one of them")
    else:
        with accounts.account_of(url, user, password_file) as account:
            job.account(account, ledger, key)
    shell.end()
