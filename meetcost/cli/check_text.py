# SPDX-License-Identifier: Apache-2.0
"""A verdict in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from meetcost.cli.shell import told_problem
from meetcost.model.verdict import Outcome
from meetcost.words.say import say

if TYPE_CHECKING:
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


def show_verdict(shell: Shell, file: str, verdict: Verdict, slots: str, octets: bytes) -> None:
    """The decision, why and under which rule, when instead, where it is written."""
    language = shell.language
    shell.line(f"{file}: {say(_OUTCOMES[verdict.outcome], language)}", _STYLES[verdict.outcome])
    shell.line(f"  {replace(verdict, errors=()).text(language, slots=slots)}")  # its errors follow, with their lines
    for problem in verdict.errors:
        for line in told_problem(file, problem, octets).split("\n"):
            shell.line(f"  {line}")
    for source in dict.fromkeys(finding.source for finding in verdict.findings):
        if source.title:
            quote = f" “{source.quote}”" if source.quote else ""
            text = say("source: {source}", language, source=f"{source}{quote}")
            shell.line(f"  {text}", "dim")
            if source.url:
                shell.line(f"  {source.url}", "dim")
