# SPDX-License-Identifier: Apache-2.0
"""`meetcost waiver`: ask a level above to approve a meeting, decide on it, and see what was decided."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.ledger import Books, KeyFile, ledger_shell
from meetcost.cli.shell import answering

waiver_app = typer.Typer(
    help="Let a higher level approve a meeting: request, grant, refuse, revoke, confirm.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


class Ground(str, Enum):  # noqa: UP042 - the form typer documents
    """Classes of waivers; those of `model.waiver.WaiverClass`."""

    ORDERED = "ordered"
    STATUTORY = "statutory"
    EMERGENCY = "emergency"
    OTHER = "other"


class Answer(str, Enum):  # noqa: UP042 - as above
    """What a link can be used for."""

    GRANT = "grant"
    REFUSE = "refuse"


Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The number of the request, as `list` shows it.")]
Unit = Annotated[str, typer.Option("--unit", metavar="NAME", help="The unit that decides; it is published.")]
By = Annotated[
    str, typer.Option("--by", metavar="ADDRESS", help="Who decides; the books keep a pseudonym of the address.")
]
Because = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; without names and addresses.")]


@waiver_app.command("request")
@answering
def request(
    ledger: Books,
    file: Annotated[str, typer.Argument(metavar="FILE", show_default=False, help="The invite; - for standard input.")],
    *,
    policy: Annotated[str, typer.Option("--policy", "-p", metavar="FILE", help="The rules, a TOML file.")],
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why it has to take place; without names and addresses.")
    ],
    ground: Annotated[Ground, typer.Option("--class", help="On what ground.")] = Ground.OTHER,
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="ID", help="A rule or quota besides those that refuse the invite."),
    ] = None,
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="WHEN", help="Until when it holds; the end of the meeting else.")
    ] = None,
    calendar: Annotated[str, typer.Option("--calendar", metavar="NAME", help="The calendar it is meant for.")] = "",
    busy: options.Busy = None,
    rates: options.Rates = None,
    directory: options.DirectoryFile = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what the reviewer would see; ask for nothing.")] = (
        False
    ),
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="Where `waiver serve` is reached: prints a link to decide by, too."),
    ] = None,
    key: KeyFile = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Ask for a waiver for an invite that a rule refuses, and show what its reviewer sees.

    That is: purpose and expected result (lines `Purpose:` and `Expected result:` of the description), what it costs and
    who bears it, what would be cheaper, permitted times. The request is bound to the UID, the instances that are
    refused, their times and the number of people: whatever is wider is another meeting.

    With --json one object: waiver (its number, null with --dry-run), uid, class, rules, spans, people, expires, reason,
    purpose, expected_result, times (of a series; cost and savings are of each), cost, cheaper, instead, text (the
    refusal), link (with --url; null without).

    Example: `meetcost waiver request books.db invite.ics -p meetcost.toml --reason "the flood plan is due"`
    """
    shell = ledger_shell(lang, json_lines=json_lines)
    from meetcost.cli.waiver_request import Request, Wanted  # noqa: PLC0415 - not for --help

    asked = Request(shell, policy, directory, rates, calendar, busy or [], now)
    wanted = Wanted(reason, ground.value, rule or [], expires, url)
    asked.make(None if dry_run else (ledger, key), file, wanted)
    shell.end()


@waiver_app.command("list")
@answering
def list_(
    ledger: Books,
    *,
    unconfirmed: Annotated[
        bool, typer.Option("--unconfirmed", help="The claims that passed at once and nobody has confirmed.")
    ] = False,
    uid: Annotated[str | None, typer.Option("--uid", metavar="UID", help="Of this meeting only.")] = None,
    key: KeyFile = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """List the waivers as they stand: requested, granted, refused, revoked, expired.

    With --json one object a waiver: waiver (number), state, class, exemption, rules, spans, people, expires, reason,
    unit (that decided), approver (whether an address is on record), requested, recorded. With --unconfirmed: claim
    (number), exemption, rules, days, unit (that called), confirm_by, overdue. The exit code is 1 if a claim is overdue.

    Example: `meetcost waiver list books.db --unconfirmed`
    """
    shell = ledger_shell(lang, json_lines=json_lines)
    from meetcost.cli.waiver_job import list_claims, list_waivers  # noqa: PLC0415 - not for --help

    if unconfirmed:
        list_claims(shell, ledger, key, now)
    else:
        list_waivers(shell, ledger, key, uid, now)
    shell.end()


@waiver_app.command("grant")
@answering
def grant(
    ledger: Books,
    number: Number,
    *,
    unit: Unit = "",
    by: By = "",
    people: Annotated[int | None, typer.Option("--people", min=1, help="Fewer people than were asked for.")] = None,
    expires: Annotated[str | None, typer.Option("--expires", metavar="WHEN", help="Sooner than was asked for.")] = None,
    key: KeyFile = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Grant a request: the same invite, sent again, passes. What is granted can be narrower than the request.

    With --json one object, as of `list`.

    Example: `meetcost waiver grant books.db 12 --unit "Mayor's Office"`
    """
    shell = ledger_shell(lang, json_lines=json_lines)
    from meetcost.cli.waiver_job import Deciding  # noqa: PLC0415 - not for --help

    Deciding(shell, ledger, key, now, by, unit).decide(number, "granted", people=people, expires=expires)


@waiver_app.command("refuse")
@answering
def refuse(
    ledger: Books,
    number: Number,
    *,
    unit: Unit = "",
    by: By = "",
    reason: Because = None,
    key: KeyFile = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Refuse a request. With --json one object, as of `list`.

    Example: `meetcost waiver refuse books.db 12 --unit "Mayor's Office" --reason "write to them instead"`
    """
    shell = ledger_shell(lang, json_lines=json_lines)
    from meetcost.cli.waiver_job import Deciding  # noqa: PLC0415 - not for --help

    Deciding(shell, ledger, key, now, by, unit).decide(number, "refused", reason=reason)


@waiver_app.command("revoke")
@answering
def revoke(
    ledger: Books,
    number: Number,
    *,
    unit: Unit = "",
    by: By = "",
    reason: Because = None,
    key: KeyFile = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Withdraw what was granted. What was stored under it stays; nothing more passes. With --json as of `list`.

    Example: `meetcost waiver revoke books.db 12 --unit "Mayor's Office"`
    """
    shell = ledger_shell(lang, json_lines=json_lines)
    from meetcost.cli.waiver_job import Deciding  # noqa: PLC0415 - not for --help

    Deciding(shell, ledger, key, now, by, unit).revoke(number, reason)


@waiver_app.command("confirm")
@answering
def confirm(
    ledger: Books,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The claim, as `list --unconfirmed` shows it.")],
    *,
    unit: Unit = "",
    by: By = "",
    reason: Because = None,
    key: KeyFile = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Confirm a claim that passed at once, such as an emergency. With --json one object, as of `list --unconfirmed`.

    Example: `meetcost waiver confirm books.db 31 --unit "Mayor's Office"`
    """
    shell = ledger_shell(lang, json_lines=json_lines)
    from meetcost.cli.waiver_job import Deciding  # noqa: PLC0415 - not for --help

    Deciding(shell, ledger, key, now, by, unit).confirm(number, reason or "")


@waiver_app.command("link")
@answering
def link(
    ledger: Books,
    number: Number,
    *,
    lifetime: Annotated[int, typer.Option("--days", min=1, max=90, help="How long it can be used.")] = 7,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="Where `waiver serve` is reached: prints a link.")
    ] = None,
    key: KeyFile = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Make a token with which a request can be decided once, by whoever holds it: it is shown only now.

    With --url it is a link for a mail; `waiver serve` serves the page. With --json one object: waiver, token, expires.

    Example: `meetcost waiver link books.db 12`
    """
    shell = ledger_shell(lang, json_lines=json_lines)
    from meetcost.cli.waiver_job import make_link  # noqa: PLC0415 - not for --help

    make_link(shell, (ledger, key), number, lifetime, now, url=url)


@waiver_app.command("serve")
@answering
def serve(
    ledger: Books,
    *,
    listen: Annotated[
        str, typer.Option("--listen", metavar="HOST:PORT", help="Where the pages are served.")
    ] = "127.0.0.1:5234",
    key: KeyFile = None,
    lang: options.Lang = None,
) -> None:
    """Serve the pages on which requests are decided by a link, until SIGTERM.

    Whoever has a link decides; put a web server with HTTPS in front. Needs the extra: `pip install 'meetcost[guard]'`.

    Example: `meetcost waiver serve books.db --listen 127.0.0.1:5234`
    """
    shell = ledger_shell(lang, json_lines=False)
    from meetcost.cli.review_page_job import serve_pages  # noqa: PLC0415 - not for --help

    serve_pages(shell, ledger, key, listen)


@waiver_app.command("decide")
@answering
def decide(
    ledger: Books,
    answer: Annotated[Answer, typer.Argument(metavar="grant|refuse", help="What is decided.")],
    *,
    unit: Unit = "",
    by: By = "",
    reason: Because = None,
    key: KeyFile = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Decide a request by the token of a link, read from standard input so that it stands in no list of processes.

    With --json one object, as of `list`.

    Example: `meetcost waiver decide books.db grant --unit "Mayor's Office" < token`
    """
    shell = ledger_shell(lang, json_lines=json_lines)
    from meetcost.cli.waiver_job import Deciding  # noqa: PLC0415 - not for --help

    granted = answer is Answer.GRANT
    Deciding(shell, ledger, key, now, by, unit).by_link("granted" if granted else "refused", reason)
