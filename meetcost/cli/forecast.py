# SPDX-License-Identifier: Apache-2.0
"""`meetcost forecast`: the paperwork that will follow."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.shell import Shell, answering, language_of
from meetcost.errors import UsageError


class Writing(str, Enum):  # noqa: UP042 - the form typer documents
    """When and how the minutes are written; the names of `paperwork.forecast.Writing`."""

    AFTERWARDS = "afterwards"
    LIVE = "live"
    TRANSCRIBED = "transcribed"


class Complexity(str, Enum):  # noqa: UP042 - as above
    """How hard it is to answer a form or report; the names of `paperwork.standard_cost.Complexity`."""

    SIMPLE = "simple"
    MEDIUM = "medium"
    HIGH = "high"


@answering
def forecast(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", show_default=False, help="Invites; or say it by the options instead."),
    ] = None,
    *,
    minutes: Annotated[float | None, typer.Option("--minutes", "-m", help="Planned duration.")] = None,
    attendees: Annotated[int | None, typer.Option("--attendees", "-a", help="People expected to come.")] = None,
    agenda_items: Annotated[int | None, typer.Option("--agenda-items", "-i", help="Items on the agenda.")] = None,
    kind: options.KindOrLearnt = None,
    readers: Annotated[
        int | None, typer.Option("--readers", help="Who reads the minutes; without it, as many as attend.")
    ] = None,
    writing: Annotated[Writing | None, typer.Option("--writing", help="When and how they are written.")] = None,
    minutes_in: Annotated[
        options.Tongue | None, typer.Option("--minutes-in", help="Language of the minutes; of an invite it is guessed.")
    ] = None,
    requests: Annotated[
        int | None, typer.Option("--requests", help="Answers to forms and reports; of an invite they are counted.")
    ] = None,
    complexity: Annotated[Complexity, typer.Option("--complexity", help="How hard an answer is.")] = Complexity.MEDIUM,
    history: options.HistoryFile = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Forecast how long the minutes will be, and the hours of writing and reading them.

    The first line says what the forecast was fitted on; each figure has its interval, and its sources are named.

    Examples: `meetcost forecast invite.ics`,
    `meetcost forecast --minutes 90 --attendees 9 --agenda-items 5 --kind summary`
    """
    from meetcost.cli.forecast_job import Chosen, ForecastJob  # noqa: PLC0415 - not for --help

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    given = {
        "minutes": minutes,
        "attendees": attendees,
        "agenda_items": agenda_items,
        "language": minutes_in.value if minutes_in is not None else None,
    }
    known = {name: value for name, value in given.items() if value is not None}
    if not files and not known:
        raise UsageError("nothing is known of the meeting; name an invite, or give --minutes and --attendees")
    chosen = Chosen(
        kind=kind.value if kind is not None else None,
        known=known,
        readers=readers,
        writing=writing.value if writing is not None else None,
        requests=requests,
        complexity=complexity.value,
        history=history,
    )
    ForecastJob(shell, chosen).run(files or [])
    shell.end()
