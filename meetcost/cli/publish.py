# SPDX-License-Identifier: Apache-2.0
"""`meetcost publish`: the public page."""

from __future__ import annotations

from typing import Annotated

import typer

from meetcost.cli import options
from meetcost.cli.ledger import KeyFile  # noqa: TC001 - as above
from meetcost.cli.shell import Shell, answering, language_of
from meetcost.cli.times import zone_named

Title = Annotated[
    str | None, typer.Option("--title", metavar="TEXT", help="Whose meetings; without it, the policy's name.")
]
Contact = Annotated[
    str | None,
    typer.Option("--contact", metavar="ADDRESS", help="Where errors are reported: a mail address or https://."),
]
CoverageText = Annotated[
    str | None,
    typer.Option("--coverage", metavar="TEXT", help="What is covered, in your words: 31 of 34 calendars."),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="INSTANT", help="As of when the calendars stand so; without it, now."),
]
Withhold = Annotated[
    list[str] | None,
    typer.Option("--withhold", metavar="TEXT", help="Withhold, and count, titles that hold this; may be repeated."),
]


@answering
def publish(
    files: options.Files,
    *,
    out: Annotated[str, typer.Option("--out", "-o", metavar="DIR", help="The folder to write; made if need be.")],
    first: Annotated[str, typer.Option("--from", metavar="INSTANT", help="The first day of the period.")],
    last: Annotated[str, typer.Option("--to", metavar="INSTANT", help="The day after its last one.")],
    policy: options.PolicyFile = None,
    directory: options.DirectoryFile = None,
    rates: options.Rates = None,
    rate: options.NoRate = None,
    title: Title = None,
    contact: Contact = None,
    coverage: CoverageText = None,
    target: Annotated[
        str | None,
        typer.Option("--target", metavar="PERCENT", help="The change that was promised, such as -20."),
    ] = None,
    target_source: Annotated[
        str | None, typer.Option("--target-source", metavar="TEXT", help="Where that was promised.")
    ] = None,
    history: options.HistoryFile = None,
    ledger: Annotated[
        str | None,
        options.books_option(
            "The books of a guard: decisions, waivers, quotas; and minutes that were measured into them."
        ),
    ] = None,
    key: KeyFile = None,
    decisions: Annotated[
        str | None,
        typer.Option(
            "--decisions",
            metavar="FILE",
            help="The journal of a guard, JSON Lines; counted in place of the decisions in the books.",
        ),
    ] = None,
    corrections: Annotated[
        str | None,
        typer.Option("--corrections", metavar="FILE", help="What was wrong before: TOML, [[correction]] day, text."),
    ] = None,
    link_base: Annotated[
        str | None,
        typer.Option("--link-base", metavar="URL", help="Where the folder will be; for Atom and iCalendar."),
    ] = None,
    withhold: Withhold = None,
    as_of: AsOf = None,
    zone: options.Zone = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Write the public page of a period: HTML in English and Chinese, Atom, iCalendar, CSV, JSON.

    The folder needs no server, and no script but for the search; put it on any web host. Names, addresses,
    descriptions and places are never in it; confidential meetings are only counted; money only where the rate card is
    published. Run it again, and what has changed is written; what it did not write stays.

    Example: `meetcost publish calendars/ --policy meetcost.toml --rates rates.toml --from 2026-07-01 --to 2026-10-01
    --out public --contact office@town.example`
    """
    from meetcost.cli.guard_books import guard_books  # noqa: PLC0415 - as below
    from meetcost.cli.measured_minutes import measured_minutes  # noqa: PLC0415 - as below
    from meetcost.cli.publish_job import PublishJob  # noqa: PLC0415 - not for --help
    from meetcost.cli.settings import policy_of, published_rates  # noqa: PLC0415 - as above

    said = {"title": title, "contact": contact, "coverage": coverage, "target": target, "base": link_base}
    said["target_source"] = target_source
    said["withhold"] = "\n".join(withhold or ())
    shell = Shell(json_lines=json_lines, language=language_of(lang))
    chosen = policy_of(policy, directory, zone_named(zone))
    job = PublishJob.of(shell, chosen, published_rates(rate, rates), (first, last, as_of))
    texts = {name: text or "" for name, text in said.items()}
    with measured_minutes(history, ledger, key) as measured:
        books = guard_books(ledger, key, job.window, as_of=job.as_of, policy=chosen)
        job.run(files, out, texts, decisions, corrections, measured=measured, books=books)
    shell.end()
