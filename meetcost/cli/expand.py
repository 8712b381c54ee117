# SPDX-License-Identifier: Apache-2.0
"""`meetcost expand`: every occurrence in a span."""

from __future__ import annotations

from typing import Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.shell import Shell, answering, language_of
from meetcost.cli.times import window_of, zone_named


@answering
def expand(
    files: options.Files,
    *,
    first: Annotated[str, typer.Option("--from", metavar="INSTANT", help="A date (its midnight) or an instant.")],
    last: Annotated[str, typer.Option("--to", metavar="INSTANT", help="Up to, not including, this date or instant.")],
    zone: options.Zone = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """List every occurrence that overlaps a span, series expanded, ordered by file and start.

    With --json one object a line: file, uid, recurrence_id (the original start, null where nothing recurs), start,
    end, all_day, floating, local_start (the wall-clock time in its own zone), summary. Zoned times are in UTC with Z,
    floating ones without an offset, whole days are dates. A problem in a file is a line with file, problem, line.

    Dates in --from and --to are midnight in UTC, or in --zone. X-WR-TIMEZONE has no effect.

    Example: `meetcost expand calendars/ --from 2026-01-01 --to 2027-01-01 --json`
    """
    from meetcost.cli.expand_job import list_occurrences  # noqa: PLC0415 - not for --help

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    known = zone_named(zone)
    list_occurrences(shell, files, window_of(first, last, known), known)
    shell.end()
