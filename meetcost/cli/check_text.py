# SPDX-License-Identifier: Apache-2.0
"""A verdict in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from meetcost.cli.shell import told_problem
from meetcost.model.verdict import Mode, Outcome
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from meetcost.cli.shell import Shell
    from meetcost.model.verdict import Verdict

_STYLES: Final = {
    Outcome.ALLOW: "green",
    Outcome.FLAG: "yellow",
    Outcome.DENY: "bold red",
    Outcome.REJECT: "bold red",
    Outcome.ERROR: "bold red",
}
_OUTCOMES: Final = {
    Outcome.ALLOW: "allowed",
    Outcome.FLAG: "allowed, flagged",
    Outcome.DENY: "denied",
    Outcome.REJECT: "rejected",
    Outcome.ERROR: "not judged",
}
_ALWAYS: Final = 2  # how many there are and how many are refused is said even where it is none


def show_verdict(shell: Shell, file: str, verdict: Verdict, slots: str, octets: bytes) -> None:
    """The decision, why and under which rule, when instead, where it is written."""
    language = shell.language
    shell.line(f"{file}: {say(_OUTCOMES[verdict.outcome], language)}", _STYLES[verdict.outcome])
    shell.line(f"  {replace(verdict, errors=()).text(language, slots=slots)}")  # its errors follow, with their lines
    for problem in verdict.errors:
        for line in told_problem(file, problem, octets, language).split("\n"):
            shell.line(f"  {line}")
    for source in dict.fromkeys(finding.source for finding in verdict.findings):
        if source.title:
            quote = f" “{source.quote}”" if source.quote else ""
            text = say("source: {source}", language, source=f"{source}{quote}")
            shell.line(f"  {text}", "dim")
            if source.url:
                shell.line(f"  {source.url}", "dim")


def show_tally(shell: Shell, tally: Mapping[Outcome, int], past: int, mode: Mode) -> None:
    """How many of the meetings of an export had which outcome; `past` are those with what is over and never refused."""
    language = shell.language
    refused = '{count} would be refused under mode = "refuse"' if mode is Mode.OBSERVE else "{count} refused"
    counts = (
        (sum(tally.values()), "{count} meetings"),
        (tally.get(Outcome.DENY, 0), refused),
        (tally.get(Outcome.FLAG, 0), "{count} flagged"),
        (tally.get(Outcome.REJECT, 0), "{count} rejected"),
        (tally.get(Outcome.ERROR, 0), "{count} not judged"),
        (past, "{count} with dates already over that a rule forbids"),
    )
    said = [say(text, language, count=count) for at, (count, text) in enumerate(counts) if count or at < _ALWAYS]
    shell.line()
    shell.line({"en": ", ", "zh": "，"}[language].join(said))
