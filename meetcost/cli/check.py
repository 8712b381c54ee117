# SPDX-License-Identifier: Apache-2.0
"""`meetcost check`: is it allowed?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.shell import Shell, answering, language_of
from meetcost.cli.times import instant_of, the_clock
from meetcost.errors import UsageError


@answering
def check(
    files: options.Files,
    *,
    policy: Annotated[
        str, typer.Option("--policy", "-p", metavar="FILE", help="The rules of your organisation, a TOML file.")
    ],
    now: options.Now = None,
    directory: options.DirectoryFile = None,
    rate: options.Rate = None,
    rates: options.Rates = None,
    export: Annotated[
        bool,
        typer.Option("--export", help="The files hold many meetings: read tolerantly, judge meeting by meeting."),
    ] = False,
    calendar: Annotated[
        str, typer.Option("--calendar", metavar="NAME", help="The calendar it is meant for, where rules name some.")
    ] = "",
    old: Annotated[
        str | None, typer.Option("--old", metavar="FILE", help="What stands there already; for one FILE only.")
    ] = None,
    suggest: Annotated[
        bool, typer.Option("--slots/--no-slots", help="Name permitted times for what is refused.")
    ] = True,
    busy: options.Busy = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Say whether each meeting is allowed under a policy, why not, and when instead.

    Each file is read strictly, as one calendar object on its way to a server: what two programs could read differently
    is rejected. For an export with many meetings give --export.

    A rule on costs in money needs a rate card (--rates or --rate); without one it cannot be asked, and the meeting is
    not judged, which is no pass. Quotas are not asked: only the books know what they hold.

    With --json one object a file (a meeting with --export): file, uid, outcome (allow, deny, reject, flag, error),
    findings (rule, instance, reason, source, ...), problems, text, instead (for what is refused: the permitted starts
    that are proposed; of a series, the one that it could be moved to). The exit code is 1 if anything is denied,
    rejected or an error; a flag is let pass.

    Example: `meetcost check invite.ics --policy meetcost.toml`

    Example: `meetcost check calendars/ --export --policy meetcost.toml --rates rates.toml`
    """
    from meetcost.cli.check_job import CheckJob  # noqa: PLC0415 - not for --help
    from meetcost.cli.settings import policy_with, rates_of  # noqa: PLC0415 - as above

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    rules = policy_with(policy, directory)
    present = instant_of(now, "--now", rules.zone) if now is not None else the_clock()
    if old is not None and (len(files) != 1 or Path(files[0]).is_dir() or export):
        raise UsageError("--old is what stood in the place of one FILE; give one, without --export")
    stored = Path(old).read_bytes() if old is not None else None
    job = CheckJob(shell, rules, present, calendar or None, stored, suggest, busy or [], rates_of(rate, rates))
    if export:
        job.meetings(files)
    else:
        job.objects(files)
    shell.end()
