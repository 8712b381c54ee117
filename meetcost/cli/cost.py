# SPDX-License-Identifier: Apache-2.0
"""`meetcost cost`: what meetings cost."""

from __future__ import annotations

from typing import Annotated

import typer

from meetcost.cli import options
from meetcost.cli.shell import Shell, answering, language_of
from meetcost.cli.times import instant_of, window_of, zone_named
from meetcost.errors import UsageError


@answering
def cost(
    files: options.Files,
    *,
    rate: options.Rate = None,
    rates: options.Rates = None,
    directory: options.DirectoryFile = None,
    policy: options.PolicyFile = None,
    kind: options.Kind = options.MinutesKind.UNKNOWN,
    explain: Annotated[bool, typer.Option("--explain", "-e", help="Every step, assumption and source.")] = False,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="INSTANT", help="With --to: every occurrence from this date or instant on."),
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="INSTANT", help="With --from: up to, not including, this one.")
    ] = None,
    zone: options.Zone = None,
    now: options.Now = None,
    private: Annotated[
        bool, typer.Option("--private", help="Show figures that rest on personal pay; never publish them.")
    ] = False,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Say what each meeting costs: hours, money with a rate, the paperwork after it, what would be cheaper.

    Needs no configuration: without a rate the answer is person-hours. Of a series the cost is that of one occurrence,
    and beside it that of a year (from its first date, or from --now).

    With --json one object a meeting. With --from and --to one object an occurrence: file, uid, recurrence_id, start,
    end, all_day, floating, summary, organizer, person_hours, person_seconds (exact), cost, lines (address, role,
    partstat, person_hours, cost of each), rules (ids of those that ban its day).

    Examples: `meetcost cost invite.ics --rate "46 EUR"`,
    `meetcost cost calendars/ --rates rates.toml --from 2026-01-01 --to 2027-01-01 --json`
    """
    shell = Shell(json_lines=json_lines, language=language_of(lang))
    if (first is None) != (last is None):
        raise UsageError("--from and --to belong together; give both, or none")
    from meetcost.cli.settings import policy_of, rates_of  # noqa: PLC0415 - not for --help

    known = zone_named(zone)
    chosen = policy_of(policy, directory, known)
    read_in = known or (chosen.zone if chosen is not None else None)
    window = window_of(first, last, read_in) if first is not None and last is not None else None
    at = instant_of(now, "--now", read_in) if now is not None else None
    if window is not None:
        from meetcost.cli.rows_job import RowsJob  # noqa: PLC0415 - as above

        RowsJob(shell, chosen, rates_of(rate, rates), window, private).run(files)
    else:
        from meetcost.cli.cost_job import CostJob  # noqa: PLC0415 - as above

        CostJob(
            shell,
            chosen,
            rates_of(rate, rates),
            kind=kind.value,
            now=at,
            explained=explain,
            private=private,
            judged=policy is not None,
        ).run(files)
    shell.end()
