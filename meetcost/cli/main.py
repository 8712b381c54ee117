# SPDX-License-Identifier: Apache-2.0
"""The command `meetcost` and what it consists of. Heavy packages wait until a command needs them."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated, Final

import typer

from meetcost import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMANDS: Final = {
    "cost": "cost:cost",
    "check": "check:check",
    "expand": "expand:expand",
    "slots": "slots:slots",
    "forecast": "forecast:forecast",
    "guard": "guard:guard",
    "attach": "attach:attach",
    "detach": "attach:detach",
    "disclose": "disclose:disclose",
    "demo": "demo:demo",
    "publish": "publish:publish",
    "report": "report:report",
    "privacy": "privacy:privacy_app",
    "audit": "audit:audit",
    "paperwork": "paperwork:paperwork_app",
    "burden": "burden:burden_app",
    "ledger": "ledger:ledger_app",
    "waiver": "waiver:waiver_app",
    "quota": "quota:quota_app",
    "policy": "policy:policy_app",
    "rates": "rates:rates_app",
}
"""The module of each command beside this one, and what it is called there."""

_HELP = """What a meeting costs, whether it may take place, and when instead.

Reads iCalendar files: give files, folders (every calendar below them) or `-`
(standard input), in any number. One file that cannot be read never stops the rest.
"""
_EPILOG = "Exit codes: 0 fine, 1 findings (a meeting is refused or cannot be judged), 2 usage or unreadable input."


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"meetcost {__version__}")
        raise typer.Exit


def _top(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def program(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """`meetcost` with these commands; no other is imported."""
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
    app.callback()(_top)
    for name in names:
        module, _, attribute = COMMANDS[name].partition(":")
        command = getattr(import_module(f"meetcost.cli.{module}"), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def __getattr__(name: str) -> typer.Typer:
    """`app` is the whole of it."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    whole = globals()[name] = program()
    return whole


def run() -> None:
    """The entry point. What it sets holds for the process, which is ours alone."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show 会议 still shows the rest
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # none is ours, and to look for them takes time
    gc.set_threshold(200_000, 50, 1_000)  # meetings are many small tuples without cycles: a third of the time saved
    named = [word for word in sys.argv[1:2] if word in COMMANDS]
    try:
        program(named or COMMANDS)(prog_name="meetcost")  # help, and advice for what is misspelt, want all of them
    finally:
        gc.freeze()  # the interpreter, as it ends, would walk over all that was read: a twentieth of the time
