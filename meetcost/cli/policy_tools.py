# SPDX-License-Identifier: Apache-2.0
"""`meetcost policy explain | diff | test | try`: what a policy says, and what it would do."""

from __future__ import annotations

from typing import Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.shell import Shell, answering, language_of

_File = Annotated[str, typer.Argument(metavar="FILE", show_default=False, help="A policy file.")]


@answering
def explain_policy(
    file: _File,
    *,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Say in sentences what a policy forbids, to whom, what is exempt, and which days are banned next.

    A page in Markdown, with the sentence of the source below each clause that names one.

    Example: `meetcost policy explain meetcost.toml --lang zh`
    """
    from meetcost.cli.ledger_job import present  # noqa: PLC0415 - not for --help
    from meetcost.cli.policy_explain_job import show_policy  # noqa: PLC0415 - as above
    from meetcost.cli.settings import policy_at  # noqa: PLC0415 - as above

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    policy = policy_at(file)
    show_policy(shell, file, policy, present(now, policy.zone))
    shell.end()


@answering
def diff_policies(
    old: Annotated[str, typer.Argument(metavar="OLD", show_default=False, help="The policy as it was.")],
    new: Annotated[str, typer.Argument(metavar="NEW", show_default=False, help="The policy as it is to be.")],
    *,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Tell what changes from one policy to another, and for whom; the exit code is 1 if anything does.

    Rules and exemptions by their ids, settings by their names, and the days that become banned or permitted within a
    year from now. Examples and comments are not compared.

    Example: `meetcost policy diff meetcost.toml new.toml`
    """
    from meetcost.cli.ledger_job import present  # noqa: PLC0415 - not for --help
    from meetcost.cli.policy_diff_job import show_difference  # noqa: PLC0415 - as above
    from meetcost.cli.settings import policy_at  # noqa: PLC0415 - as above

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    before, after = policy_at(old), policy_at(new)
    show_difference(shell, (old, new), before, after, present(now, after.zone))
    shell.end()


@answering
def judge_examples(
    files: Annotated[list[str], typer.Argument(metavar="FILE", show_default=False, help="Policy files.")],
    *,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Judge the example invites of a policy, its `[[example]]` tables; the exit code is 1 if one is not as expected.

    They are judged as if the policy refused already, even while it only observes.

    Example: `meetcost policy test meetcost.toml`
    """
    from meetcost.cli.policy_test_job import try_out  # noqa: PLC0415 - not for --help
    from meetcost.cli.settings import policy_at  # noqa: PLC0415 - as above

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    for file in files:
        try_out(shell, file, policy_at(file))
    shell.end()


@answering
def try_on_calendars(
    file: _File,
    *,
    on: Annotated[
        list[str],
        typer.Option(
            "--on",
            metavar="PATH",
            show_default=False,
            help="Calendar files or folders of them, - for standard input; may be given several times.",
        ),
    ],
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="INSTANT", help="Look back to this date or instant; without it, a year."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--letters", help="Write to each organiser of a standing meeting what becomes of it.")
    ] = False,
    directory: options.DirectoryFile = None,
    rate: options.Rate = None,
    rates: options.Rates = None,
    now: options.Now = None,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Tell what a policy would have done to the meetings of the last twelve months, and what it means for what stands.

    It is tried as if it had refused all the time. Standing meetings are those with banned dates to come, as far as the
    policy looks ahead; what `existing` means for each is said, and nothing is ever changed or deleted. Letters are
    printed, not sent.

    Quotas are drawn on in the order in which meetings took place, a series instance by instance; what a rule meets
    draws nothing, and what found no room is told by calling unit. Rules and quotas on costs in money need a rate card
    (--rates or --rate).

    With --json one object a line: those that the policy meets (`met`), what found no room in a quota (`no room`) and
    the sum of each quota (`quota`), the standing ones (`standing`), the letters (`letter`), and last the sum (`trial`;
    its `not_asked` are the rules that could not be asked of `unjudged` meetings). The exit code is 1 if anything could
    not be judged, as by a rule on costs without a rate card.

    Example: `meetcost policy try meetcost.toml --on calendars/`
    """
    from meetcost.cli.ledger_job import present  # noqa: PLC0415 - not for --help
    from meetcost.cli.policy_try_job import try_policy  # noqa: PLC0415 - as above
    from meetcost.cli.settings import policy_with, rates_of  # noqa: PLC0415 - as above

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    policy, card = policy_with(file, directory), rates_of(rate, rates)
    try_policy(shell, policy, on, now=present(now, policy.zone), since=since, write=write, rates=card)
    shell.end()
