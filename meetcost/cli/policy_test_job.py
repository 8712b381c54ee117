# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost policy test`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from meetcost.cli.inputs import Input, octets_of
from meetcost.errors import UsageError
from meetcost.trial.examples import try_examples
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from meetcost.cli.shell import Shell
    from meetcost.errors import Problem
    from meetcost.policy.policy import Policy
    from meetcost.trial.examples import Tried
    from meetcost.words.say import Language

_MARK: Final = {"en": 4, "zh": 2}
"""Letters of the first column: each Chinese one is two columns wide."""


def try_out(shell: Shell, file: str, policy: Policy) -> None:
    """A line an example, and how many hold; a finding if one does not. `UsageError` where there is none."""
    if not policy.examples:
        raise UsageError(
            "{file}: holds no example to test; write [[example]] tables, see docs/how-to/write-a-policy.md", file=file
        )
    language = shell.language
    tried = list(try_examples(policy, _invites(file, policy)))
    failed = [one for one in tried if one.fault is not None]
    shell.findings |= bool(failed)
    for one in tried:
        if shell.json:
            shell.object(_object(file, one, language))
        else:
            _show(shell, one)
    if shell.json:
        return
    count = say_count(len(tried), "{count} example", "{count} examples", language)
    if failed:
        text = say(
            "{file}: {examples}, {failed} not as expected", language, file=file, examples=count, failed=len(failed)
        )
        shell.line(text, "red")
    else:
        shell.line(say("{file}: {examples}, all as expected", language, file=file, examples=count), "green")


def _invites(file: str, policy: Policy) -> dict[str, bytes | Problem]:
    beside = Path(file).parent
    names = dict.fromkeys(one.table.invite for one in policy.examples if one.table.invite)
    return {name: octets_of(Input(name, beside / name)) for name in names}


def _show(shell: Shell, one: Tried) -> None:
    language = shell.language
    mark = say("ok", language).ljust(_MARK[language]) if one.fault is None else say("FAIL", language)
    rules = (say("rule {rule}" if each.isdigit() else "rule “{rule}”", language, rule=each) for each in one.rules)
    named = {"en": ", ", "zh": "、"}[language].join(rules)
    about = {"en": f" ({named})", "zh": f"（{named}）"}[language] if one.rules else ""
    shell.line(f"{mark} {one.got:<7} {one.example.name}{about}", "" if one.fault is None else "red")
    if one.fault is not None:
        shell.line(f"     {one.fault.text(language)}")
        if one.verdict is not None:
            shell.line(f"     {one.verdict.text(language)}")


def _object(file: str, one: Tried, language: Language) -> dict[str, Any]:
    return {
        "file": file,
        "example": one.example.number,
        "name": one.example.name,
        "expect": one.example.table.expect.value,
        "got": one.got,
        "rules": list(one.rules),
        "as_expected": one.fault is None,
        "fault": one.fault.text(language) if one.fault is not None else None,
        "text": one.verdict.text(language) if one.verdict is not None else None,
    }
