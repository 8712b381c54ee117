# SPDX-License-Identifier: Apache-2.0
"""`meetcost guard`: the guard as a server of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.shell import Shell, answering, language_of
from meetcost.cli.times import the_clock
from meetcost.errors import UsageError

_MANY = "; may be given several times"


@answering
def guard(
    *,
    upstream: Annotated[
        str | None,
        typer.Option("--upstream", metavar="URL", help="The CalDAV server to stand before, or unix:/PATH."),
    ] = None,
    decide: Annotated[
        bool, typer.Option("--decide", help="Serve decisions to a calendar server that can refuse by itself.")
    ] = False,
    listen: Annotated[
        str, typer.Option("--listen", metavar="HOST:PORT", help="Where clients connect to, or unix:/PATH.")
    ] = "127.0.0.1:5233",
    policy: options.PolicyFile = None,
    directory: options.DirectoryFile = None,
    rates: options.Rates = None,
    journal: Annotated[
        str | None, typer.Option("--journal", metavar="FILE", help="Where decisions are written down, JSON Lines.")
    ] = None,
    history: options.HistoryFile = None,
    ledger: Annotated[
        str | None,
        typer.Option("--ledger", metavar="BOOKS", help="The books with approvals and quotas: a file, or a URL."),
    ] = None,
    ledger_key: Annotated[
        str | None,
        typer.Option("--ledger-key", metavar="FILE", help="The key of their pseudonyms, if not beside them."),
    ] = None,
    break_glass: Annotated[
        str | None,
        typer.Option(
            "--break-glass", metavar="NAMES", help="Logins whose writes no rule refuses, a,b; --decide wants a token."
        ),
    ] = None,
    token_file: Annotated[
        str | None,
        typer.Option("--token-file", metavar="FILE", help="With --decide: what whoever asks has to know."),
    ] = None,
    cert: Annotated[
        str | None, typer.Option("--cert", metavar="FILE", help="Serve HTTPS with this certificate chain, PEM.")
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", metavar="FILE", help="Its private key, unless it is in the same file.")
    ] = None,
    upstream_ca: Annotated[
        str | None,
        typer.Option("--upstream-ca", metavar="FILE", help="Who may vouch for the server's certificate, PEM."),
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option("--host", metavar="NAME", help=f"Take requests for this host only{_MANY}."),
    ] = None,
    exempt: Annotated[
        list[str] | None,
        typer.Option("--exempt", metavar="/PATH/", help=f"Do not look at what is written below this path{_MANY}."),
    ] = None,
    drop_header: Annotated[
        list[str] | None,
        typer.Option("--drop-header", metavar="NAME", help=f"A header that no client may send{_MANY}."),
    ] = None,
    keep_header: Annotated[
        list[str] | None,
        typer.Option(
            "--keep-header",
            metavar="NAME",
            help=f"A header on who somebody is that a server of yours before this one sets{_MANY}.",
        ),
    ] = None,
    as_is: Annotated[
        bool, typer.Option("--as-is", help="Never change what is sent: no cost in invites, no series that steps over.")
    ] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="How long the server may say nothing.")
    ] = 120,
    drain: Annotated[
        float, typer.Option("--drain", metavar="SECONDS", help="How long to wait at the end for what is under way.")
    ] = 30,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Guard a CalDAV server: a reverse proxy that refuses meetings on no-meeting days.

    Clients connect to the proxy, and the server behind it must be reachable from nowhere else. What is written is
    judged on its way, and stored by the server as it was judged; reads pass through. Names and passwords are the
    server's business. A policy that observes lets everything pass and writes it down.

    Policy, directory and rates are read again when they change, and at once on SIGHUP; with mistakes they are not
    taken. SIGTERM ends when what is under way has ended. How it
    does is said at /.meetcost/health/live, /.meetcost/health/ready and /.meetcost/metrics, and the no-meeting days as a
    calendar at /.meetcost/no-meeting-days.ics. With --json a line for each request: at, level, message, method,
    status, milliseconds, calendar (hashed), outcome. Needs the extra: `pip install 'meetcost[guard]'`.

    With --decide there is no proxy: a server that can refuse by itself asks over local HTTP whether an object may be
    stored, and as what (docs/reference/decision-service.md).

    Example: `meetcost guard --upstream http://127.0.0.1:5232 --policy meetcost.toml`
    """
    from meetcost.cli.guard_job import GuardJob, files_of, settings_of  # noqa: PLC0415 - not for --help

    if upstream is None and not decide:
        raise UsageError(
            "name the server to stand before: --upstream http://127.0.0.1:5232, or --decide for one that asks"
        )
    if upstream is not None and decide:
        raise UsageError("--upstream or --decide, not both: start two")
    if break_glass and decide and not token_file:
        raise UsageError("--break-glass with --decide needs --token-file: else any program here could say who writes")
    if policy is None:
        raise UsageError("name the rules: --policy meetcost.toml; a guard without rules would let everything pass")
    files = files_of(
        policy=policy,
        directory=directory,
        rates=rates,
        journal=journal,
        history=history,
        ledger=ledger,
        ledger_key=ledger_key,
        break_glass=break_glass,
    )
    shell = Shell(json_lines=json_lines, language=language_of(lang))
    if upstream is None:
        from meetcost.cli.decision_job import DecisionJob, decision_settings  # noqa: PLC0415 - as above

        chosen = decision_settings(listen, token_file or "")
        DecisionJob(shell, chosen, files, the_clock).run()
        shell.end()
        return
    settings = settings_of(
        upstream=upstream,
        listen=listen,
        cert=cert or "",
        key=key or "",
        upstream_ca=upstream_ca or "",
        hosts=tuple(host or ()),
        exempt=tuple(exempt or ()),
        dropped=tuple(drop_header or ()),
        kept=tuple(keep_header or ()),
        as_is=as_is,
        timeout=timeout,
        drain=drain,
    )
    GuardJob(shell, settings, files, the_clock).run()
    shell.end()
