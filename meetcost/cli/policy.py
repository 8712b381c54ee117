# SPDX-License-Identifier: Apache-2.0
"""`meetcost policy`: check a policy file, print its schema, begin one; what it says and would do is beside this."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.policy_tools import diff_policies, explain_policy, judge_examples, try_on_calendars
from meetcost.cli.shell import MistakesError, Shell, answering, json_text, language_of, problem_object
from meetcost.errors import Problem, UsageError, said_by
from meetcost.policy.starter import STARTERS, USUAL
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from meetcost.policy.policy import Policy

policy_app = typer.Typer(
    help="Begin a policy file, check, explain, compare, test it, and try it on calendars.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@policy_app.command("check")
@answering
def check_policy(
    files: Annotated[list[str], typer.Argument(metavar="FILE", show_default=False, help="Policy files.")],
    *,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Tell all mistakes in a policy file, each with its line; the exit code is 2 if there are any.

    Example: `meetcost policy check meetcost.toml`
    """
    from meetcost.cli.settings import policy_at  # noqa: PLC0415 - not for --help

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    for file in files:
        loaded = loaded_or_told(shell, file, policy_at)
        if loaded is not None:
            _fine(shell, file, loaded)
    shell.end()


@policy_app.command("schema")
@answering
def schema() -> None:
    """Print the JSON Schema of policy files: editors complete and check a file with it."""
    from meetcost.policy.policy import Policy  # noqa: PLC0415 - heavy

    print_schema(Policy.json_schema())


@policy_app.command("init")
@answering
def init(
    path: Annotated[str, typer.Argument(metavar="PATH", help="The file to write; - for standard output.")] = (
        "meetcost.toml"
    ),
    *,
    like: Annotated[str, typer.Option("--like", metavar="NAME", help=f"{', '.join(STARTERS)}.")] = USUAL,
    lang: options.Lang = None,
) -> None:
    """Write a policy to begin with. A file that exists is never overwritten.

    Example: `meetcost policy init --like hangzhou-2014`
    """
    from meetcost.policy.starter import starter  # noqa: PLC0415 - not for --help
    from meetcost.words.say import say  # noqa: PLC0415 - as above

    text = starter(like)
    if path == "-":
        sys.stdout.write(text)
        return
    try:
        with Path(path).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError("`{path}` exists already and is left as it is; name another file", path=path) from None
    template = "{path} is written; change it to your rules, then run: meetcost policy check {path}"
    typer.echo(say(template, language_of(lang), path=path))


policy_app.command("explain")(explain_policy)
policy_app.command("diff")(diff_policies)
policy_app.command("test")(judge_examples)
policy_app.command("try")(try_on_calendars)


def loaded_or_told(shell: Shell, file: str, load: Callable[[str], Any]) -> Any:
    """What `load` makes of a file, or None and its mistakes told."""
    try:
        return load(file)
    except OSError as error:
        problem = Problem("unreadable", Sentence.of("cannot be read: {why}", why=said_by(error)))
        shell.unreadable(file, problem)
    except MistakesError as error:
        shell.unusable = True
        if shell.json:
            for problem in error.error.problems:
                shell.object(problem_object(file, problem, shell.language))
        else:
            shell.note(error.text(shell.language))
    return None


def print_schema(schema: dict[str, Any]) -> None:
    """A JSON Schema as people read it."""
    import json  # noqa: PLC0415 - the one place

    sys.stdout.write(json.dumps(schema, ensure_ascii=False, indent=2) + "\n")


def _fine(shell: Shell, file: str, policy: Policy) -> None:
    rules, language = policy.rules, shell.language
    if shell.json:
        shell.octets(
            json_text(
                {
                    "file": file,
                    "name": policy.name,
                    "mode": policy.mode.value,
                    "rules": [rule.id for rule in rules.clauses],
                    "exemptions": [exemption.name for exemption in rules.exemptions],
                    "zone": policy.zone.name,
                    "assumptions": [assumption.text(language) for assumption in policy.assumptions],
                    "digest": policy.digest,
                }
            ).encode()
            + b"\n"
        )
        return
    from meetcost.words.say import say, say_count  # noqa: PLC0415 - not for --help

    count = say_count(len(rules.clauses), "{count} rule", "{count} rules", language)
    shell.line(say("{file}: no mistakes", language, file=file), "green")
    template = "{name}: {rules}, mode {mode}, {zone}"
    about = {"name": policy.name or "-", "mode": policy.mode.value, "zone": policy.zone.name}
    shell.line(f"  {say(template, language, rules=count, **about)}")
    for assumption in policy.assumptions:
        shell.line(f"  {assumption.text(language)}")
