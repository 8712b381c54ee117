# SPDX-License-Identifier: Apache-2.0
"""`meetcost demo`: the whole way of the data on a calendar server of its own."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.shell import Shell, answering, language_of
from meetcost.cli.times import the_clock
from meetcost.errors import UsageError


@answering
def demo(
    *,
    like: Annotated[
        str, typer.Option("--like", metavar="NAME", help="The policy to begin with; `policy init --help` names them.")
    ] = "",
    policy: Annotated[
        str | None, typer.Option("--policy", "-p", metavar="FILE", help="A policy of your own, made to refuse.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the server running, for a calendar program of yours, until Ctrl-C.")
    ] = False,
    port: Annotated[
        int, typer.Option("--port", metavar="NUMBER", help="Where the server listens on this machine; 0: a free port.")
    ] = 0,
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="DIR", help="Keep all files here; a folder of its own, or none yet."),
    ] = None,
    lang: options.Lang = None,
) -> None:
    """Start a calendar server (Radicale) with the guard, and book a month of a small town on it.

    Shows what is refused on no-meeting days and in a no-meeting week, with the next permitted times; a series that
    steps over them; an accepted invite as it stands in the calendar, with its cost; what the month costs, by who
    called the meetings and who bears them; and publishes it. Nothing leaves this machine. Needs the extra:
    `pip install 'meetcost[all]'`.

    Example: `meetcost demo --keep`
    """
    from meetcost.cli.demo_job import DemoJob  # noqa: PLC0415 - not for --help

    if find_spec("radicale") is None or find_spec("caldav") is None:
        raise UsageError("the demonstration needs Radicale and a CalDAV client; run: pip install 'meetcost[all]'")
    shell = Shell(language=language_of(lang))
    DemoJob(shell, like, policy, keep, port, out, the_clock()).run()
    shell.end()
