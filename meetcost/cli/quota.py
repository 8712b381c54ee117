# SPDX-License-Identifier: Apache-2.0
"""`meetcost quota`: how the quotas of a policy stand."""

from __future__ import annotations

from typing import Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.ledger import Books, KeyFile, ledger_shell
from meetcost.cli.shell import answering

quota_app = typer.Typer(
    help="How the quotas stand: who has used how much, and when they begin anew.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@quota_app.command("status")
@answering
def status(
    ledger: Books,
    *,
    policy: Annotated[str, typer.Option("--policy", "-p", metavar="FILE", help="The rules, a TOML file.")],
    key: KeyFile = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Say how every quota stands: closed (meetings pass), near, tripped (nothing fits), reset (it had tripped before).

    Units are named, people and calendars never: of a quota per organiser or calendar it says how many stand how.

    With --json one object for each account: quota, unit (null for the whole body), accounts (how many), state,
    measure, used, limit (whole meetings, person-seconds, minor units of money), currency, from, until, begins_anew
    (null for days on end that roll), first_free (of such days: the first on which some of what is used counts no
    longer; null for organisers and calendars), by_unit (unit, used), waivers (reason, unit that granted it, waiver) in
    force beyond it. The exit code is 1 if any is tripped.

    Example: `meetcost quota status books.db --policy meetcost.toml`
    """
    shell = ledger_shell(lang, json_lines=json_lines)
    from meetcost.cli.quota_job import show_status  # noqa: PLC0415 - not for --help

    show_status(shell, ledger, key, policy, now)
    shell.end()
