# SPDX-License-Identifier: Apache-2.0
"""`meetcost disclose`: the costs into the invites of a CalDAV account."""

from __future__ import annotations

from typing import Annotated

import typer

from meetcost.cli import accounts, options
from meetcost.cli.ledger import KeyFile, ledger_shell
from meetcost.cli.shell import answering
from meetcost.errors import UsageError


@answering
def disclose(
    *,
    url: accounts.Url = None,
    user: accounts.User = None,
    password_file: accounts.PasswordFile = None,
    ledger: Annotated[
        str | None,
        options.books_option("The books, in which each write is recorded; needed for --write, made if there are none."),
    ] = None,
    key: KeyFile = None,
    write: Annotated[bool, typer.Option("--write", help="Do it; without this it is only shown.")] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take our lines out again, octet for octet, in place of writing any.")
    ] = False,
    organizer: Annotated[
        list[str] | None,
        typer.Option(
            "--organizer",
            metavar="ADDRESS",
            help="Write into the meetings that this address calls; without it, those of the account's own addresses.",
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="INSTANT", help="Leave alone what is over by then, not only by now."),
    ] = None,
    at_most: Annotated[
        int | None,
        typer.Option("--at-most", metavar="NUMBER", min=1, help="Write so many at most, the others next time."),
    ] = None,
    policy: options.PolicyFile = None,
    directory: options.DirectoryFile = None,
    rate: options.Rate = None,
    rates: options.Rates = None,
    history: options.HistoryFile = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Write what each meeting costs into the invites of a CalDAV account, as `attach` does with files.

    Only into what the account's own user calls, only into what is still to come, and only where the lines are missing,
    damaged, or a figure in them has moved by a tenth: a server may send everybody a mail for each write. SEQUENCE
    stays, nobody is asked to answer anew. Without --write it is shown what would change, and nothing is changed.

    Each write is recorded as intended in the books, made against the strong entity tag of what was read, looked at
    again, and recorded as done. Stopped at any point, run it again: nothing is lost, and nothing written twice.

    With --json one object for each calendar object: href, uid, why, writes, written, before and after (the lines of
    each component by its RECURRENCE-ID), problem; and last the sum. The exit code is 1 if something could not be
    written.

    Example: `meetcost disclose --url https://dav.town.example/ --user office --policy meetcost.toml --rates rates.toml`
    """
    if url is None:
        raise UsageError("no account; name one by --url")
    if write and ledger is None:
        raise UsageError("--write needs the books, in which it is recorded; name them by --ledger")
    shell = ledger_shell(lang, json_lines=json_lines)
    from meetcost.cli.disclose_job import DiscloseJob  # noqa: PLC0415 - not for --help
    from meetcost.cli.histories import history_of  # noqa: PLC0415 - as above
    from meetcost.cli.settings import policy_of, rates_of  # noqa: PLC0415 - as above

    job = DiscloseJob(
        shell,
        policy_of(policy, directory, None),
        rates_of(rate, rates),
        history_of(history),
        chose_language=lang is not None,
        remove=remove,
        at_most=at_most,
    )
    with accounts.account_of(url, user, password_file) as account:
        job.run(account, organizer or [], now, first, books=ledger, key=key, write=write)
    shell.end()
