# SPDX-License-Identifier: Apache-2.0
"""`meetcost burden`: what is read out of the books."""

from __future__ import annotations

from typing import Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.shell import Shell, answering, language_of

burden_app = typer.Typer(
    help="Whether the burden of meetings fell, or only moved.", no_args_is_help=True, rich_markup_mode="markdown"
)


@burden_app.callback()
def _burden() -> None:
    """Keeps `shift` a command of its own as long as it is the only one."""


@burden_app.command("shift")
@answering
def shift(
    *,
    history: Annotated[
        str, typer.Option("--history", "-H", metavar="FILE", help="Your own records, a JSON file.", show_default=False)
    ],
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE",
            show_default=False,
            help="The day the rule began. Without it the day is looked for, and more is needed to be sure.",
        ),
    ] = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Tell whether fewer meetings came with more paperwork for each (明减暗增).

    The exit code is 1 if paperwork per comparable meeting rose.

    Example: `meetcost burden shift --history history.json --since 2026-06-01`
    """
    from meetcost.cli.shift_job import show_shift  # noqa: PLC0415 - not for --help

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    show_shift(shell, history, since)
    shell.end()
