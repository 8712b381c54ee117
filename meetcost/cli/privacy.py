# SPDX-License-Identifier: Apache-2.0
"""`meetcost privacy`: what everything that was published gives away."""

from __future__ import annotations

from typing import Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.shell import Shell, answering, language_of
from meetcost.cli.times import zone_named

privacy_app = typer.Typer(
    help="Attack what was published, as an outsider would.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@privacy_app.command("check")
@answering
def check(
    releases: Annotated[
        list[str],
        typer.Argument(
            metavar="FOLDER|FILE",
            show_default=False,
            help="Public folders with the releases kept beside them, folders of releases, or their files (data.json).",
        ),
    ],
    *,
    calendars: Annotated[
        list[str] | None,
        typer.Option("--calendars", metavar="PATH", help="Who attended: calendar files, or folders of them."),
    ] = None,
    policy: options.PolicyFile = None,
    directory: options.DirectoryFile = None,
    rates: Annotated[
        list[str] | None,
        typer.Option("--rates", metavar="FILE", help="Every rate card that was used, the one in force last."),
    ] = None,
    zone: options.Zone = None,
    names: Annotated[
        bool,
        typer.Option(
            "--names", help="Say also whose pay was found, and how nearly: for the eyes of whoever may know it."
        ),
    ] = False,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Attack all releases together, as somebody would who knows who attended what; judge the newest.

    Every figure of money has to be people × time × a published rate; totals have to be the sum of what stands beside
    them; no band may have fewer than five people; no two releases may differ in the hours of fewer than five
    confidential meetings. Figures that hold anybody's pay are solved for it, which needs `meetcost[privacy]`; the
    verdict does not. The exit code is 1 if anything was found.

    Example: `meetcost privacy check public --calendars calendars/ --policy meetcost.toml --rates rates.toml`
    """
    from meetcost.cli.privacy_job import PrivacyJob  # noqa: PLC0415 - not for --help
    from meetcost.cli.settings import policy_of, rates_of  # noqa: PLC0415 - as above

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    cards = [card for path in rates or [] if (card := rates_of(None, path)) is not None]
    job = PrivacyJob(
        shell, policy_of(policy, directory, zone_named(zone)), cards, names=names, tariffs=policy is not None
    )
    job.run(releases, calendars or [])
    shell.end()
