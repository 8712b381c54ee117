# SPDX-License-Identifier: Apache-2.0
"""The command `meetcost` and what it consists of. Heavy packages wait until a command needs them."""

from __future__ import annotations

import gc
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from meetcost import __version__
from meetcost.cli.attach import attach, detach
from meetcost.cli.audit import audit
from meetcost.cli.burden import burden_app
from meetcost.cli.check import check
from meetcost.cli.cost import cost
from meetcost.cli.demo import demo
from meetcost.cli.expand import expand
from meetcost.cli.forecast import forecast
from meetcost.cli.ledger import ledger_app
from meetcost.cli.paperwork import paperwork_app
from meetcost.cli.policy import policy_app
from meetcost.cli.publish import publish
from meetcost.cli.rates import rates_app
from meetcost.cli.slots import slots

_HELP = """What a meeting costs, whether it may take place, and when instead.

Reads iCalendar files: give files, folders (every calendar below them) or `-`
(standard input), in any number. One file that cannot be read never stops the rest.
"""
_EPILOG = "Exit codes: 0 fine, 1 findings (a meeting is refused or cannot be judged), 2 usage or unreadable input."

app = typer.Typer(
    name="meetcost",
    help=_HELP,
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("cost")(cost)
app.command("check")(check)
app.command("expand")(expand)
app.command("slots")(slots)
app.command("forecast")(forecast)
app.command("attach")(attach)
app.command("detach")(detach)
app.command("demo")(demo)
app.command("publish")(publish)
app.command("audit")(audit)
app.add_typer(ledger_app, name="ledger")
app.add_typer(paperwork_app, name="paperwork")
app.add_typer(burden_app, name="burden")
app.add_typer(policy_app, name="policy")
app.add_typer(rates_app, name="rates")


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"meetcost {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def run() -> None:
    """The entry point. What it sets holds for the process, which is ours alone."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show 会议 still shows the rest
    gc.set_threshold(200_000, 50, 1_000)  # meetings are many small tuples without cycles: a third of the time saved
    try:
        app(prog_name="meetcost")
    finally:
        gc.freeze()  # the interpreter, as it ends, would walk over all that was read: a twentieth of the time
