# SPDX-License-Identifier: Apache-2.0
"""`meetcost attach` and `meetcost detach`: the cost into an invite, and out of it again."""

from __future__ import annotations

from typing import Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.shell import Shell, answering, language_of
from meetcost.cli.times import instant_of, the_clock
from meetcost.errors import UsageError

Out = Annotated[
    str | None,
    typer.Option("--out", "-o", metavar="DIR", help="Write into this folder, under the same names; made if need be."),
]
InPlace = Annotated[bool, typer.Option("--in-place", help="Write into the files themselves.")]


@answering
def attach(
    files: options.Files,
    *,
    policy: options.PolicyFile = None,
    directory: options.DirectoryFile = None,
    rate: options.Rate = None,
    rates: options.Rates = None,
    history: options.HistoryFile = None,
    now: options.Now = None,
    out: Out = None,
    in_place: InPlace = False,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Write what each meeting costs into its invite, in a few lines at the end of the description.

    Every octet that is not ours stays as it was; what was there of ours is replaced. Money is said only by a published
    rate card, and only where nobody from outside is asked: whom the directory knows, or `inside` in the [disclosure] of
    the policy, is inside. One file goes to standard output unless --out or --in-place says where.

    With --history the forecast of the paperwork rests on your own records. Once the minutes of a meeting have been
    learnt, their length and hours stand beside what was forecast before it; of a series, in the occurrences that have
    a component of their own.

    With --json a line for each meeting instead of the calendar on standard output: file, uid, recurrence_id,
    disclosure (as its JSON Schema says).

    Example: `meetcost attach invite.ics --policy meetcost.toml --rates rates.toml`
    """
    from meetcost.cli.attach_job import AttachJob  # noqa: PLC0415 - not for --help
    from meetcost.cli.histories import history_of  # noqa: PLC0415 - as above
    from meetcost.cli.settings import policy_of, rates_of  # noqa: PLC0415 - as above

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    rules, records = policy_of(policy, directory, None), history_of(history)
    present = instant_of(now, "--now", rules.zone if rules is not None else None) if now is not None else the_clock()
    AttachJob(shell, rules, rates_of(rate, rates), present, lang is not None, out, in_place, records).attach(files)
    shell.end()


@answering
def detach(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", show_default=False, help="Calendar files, folders, or - for standard input."),
    ] = None,
    *,
    out: Out = None,
    in_place: InPlace = False,
    radicale: Annotated[
        str | None,
        typer.Option("--radicale", metavar="CONFIG", help="All calendars of the Radicale with this configuration."),
    ] = None,
    xandikos: Annotated[
        str | None, typer.Option("--xandikos", metavar="DIR", help="All calendars of the Xandikos with this folder.")
    ] = None,
    notices: Annotated[
        bool, typer.Option("--notices", help="With these two: delete the notices of refused meetings as well.")
    ] = False,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Take every trace of ours out of invites: lines, properties and the dates that series were made to step over.

    What is left is what stood there before, octet for octet. With --json a line for each file: file, octets (how many
    were taken out).

    A whole server is cleaned by --radicale or --xandikos, once the guard is off; it may run meanwhile. Radicale's own
    storage writes, under its lock; Xandikos's makes a commit for each object. With --json a line for what was changed:
    path, octets, notice (whether it was one, or a calendar of them). For other servers there is
    `meetcost disclose --remove`.

    Example: `meetcost detach calendars/ --in-place`

    Example: `meetcost detach --radicale /etc/radicale/config --notices`
    """
    given = [one is not None for one in (radicale, xandikos)]
    shell = Shell(json_lines=json_lines, language=language_of(lang))
    if any(given):
        if all(given) or files or out is not None or in_place:
            raise UsageError("--radicale and --xandikos each stand alone, without files, --out and --in-place")
        from meetcost.cli.detach_job import detach_server  # noqa: PLC0415 - not for --help

        detach_server(shell, radicale=radicale, xandikos=xandikos, notices=notices)
        shell.end()
        return
    if not files:
        raise UsageError("no calendars; name files or folders, or a server by --radicale or --xandikos")
    if notices:
        raise UsageError("--notices goes with --radicale or --xandikos")
    from meetcost.cli.attach_job import AttachJob  # noqa: PLC0415 - not for --help

    AttachJob(shell, None, None, the_clock(), False, out, in_place).detach(files)
    shell.end()
