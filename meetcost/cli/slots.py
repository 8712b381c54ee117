# SPDX-License-Identifier: Apache-2.0
"""`meetcost slots`: when instead?"""

from __future__ import annotations

from typing import Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.shell import Shell, answering, language_of
from meetcost.cli.times import instant_of, the_clock
from meetcost.errors import UsageError


@answering
def slots(
    files: options.Files,
    *,
    policy: options.PolicyFile = None,
    directory: options.DirectoryFile = None,
    rate: options.Rate = None,
    rates: options.Rates = None,
    busy: options.Busy = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="INSTANT", help="Not before; without it, when the meeting is due.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="INSTANT", help="Not after; without it, four weeks later.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many times to name.")] = 3,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Name the next times at which a meeting is permitted and people are free, the best first.

    With --json one object a time: file, uid, start, end, all_day, local_start, conflicts (optional people who are
    busy), free (whose calendar was looked at), unknown (whose was not), person_hours, cost. Of a series the weekdays
    and times at which it loses the fewest instances: start, rrule, instances, banned and off (days), blocked, ...

    Example: `meetcost slots invite.ics --policy meetcost.toml --busy calendars/`
    """
    from meetcost.cli.settings import policy_of, rates_of  # noqa: PLC0415 - not for --help
    from meetcost.cli.slots_job import SlotsJob  # noqa: PLC0415 - as above

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    rules = policy_of(policy, directory, None)
    zone = rules.zone if rules is not None else None
    present = instant_of(now, "--now", zone) if now is not None else the_clock()
    if last is not None and first is None:
        raise UsageError("--to without --from; give both, or only --from")
    SlotsJob(shell, rules, rates_of(rate, rates), present, first, last, busy or [], limit).run(files)
    shell.end()
