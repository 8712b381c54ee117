# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost paperwork measure`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from meetcost.cli.cost_json import source_object
from meetcost.cli.documents import day_named, documents
from meetcost.cli.times import instant_of, the_clock
from meetcost.paperwork.match import day_of
from meetcost.paperwork.minutes import measure
from meetcost.paperwork.requests import Asked, requests_in
from meetcost.paperwork.volume import examined
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.cli.shell import Shell
    from meetcost.paperwork.minutes import Measured
    from meetcost.paperwork.requests import Request
    from meetcost.paperwork.volume import Finding


def measure_files(shell: Shell, files: Sequence[str], ceiling: int | None, day: str | None, now: str | None) -> None:
    """Each document: its length, what is to be looked at, what it asks for. The ceiling is that of its day, or now."""
    today = (instant_of(now, "--now") if now is not None else the_clock()).date()
    named = day_named(day)
    for name, text in documents(shell, files):
        measured, requests = measure(text), requests_in(text)
        findings = examined(text, day=named or day_of(name, text) or today, ceiling=ceiling)
        shell.findings = shell.findings or bool(findings)
        if shell.json:
            shell.object(_object(shell, name, measured, requests, findings))
        else:
            _tell(shell, name, measured, requests, findings)


def _tell(
    shell: Shell, name: str, measured: Measured, requests: Sequence[Request], findings: Sequence[Finding]
) -> None:
    language = shell.language
    length = say("{length} {unit}", language, length=f"{measured.length:,}", unit=say(measured.unit, language))
    shell.line(f"{name}: {length}", "bold")
    for finding in findings:
        place = f"{name}:{finding.line}: " if finding.line is not None else ""
        source = f" ({finding.citation})" if finding.citation is not None else ""
        shell.line(f"  {place}{finding.phrase.text(language)}{source}", "red")
    for request in requests:
        asked = say("asks for a form", language) if request.asked is Asked.FORM else say("asks for a report", language)
        text = "{file}:{line}: {asked}: {text}"
        shell.line(f"  {say(text, language, file=name, line=request.line, asked=asked, text=request.text)}")


def _object(
    shell: Shell, name: str, measured: Measured, requests: Sequence[Request], findings: Sequence[Finding]
) -> dict[str, Any]:
    return {
        "file": name,
        "length": measured.length,
        "unit": measured.unit,
        "words": round(measured.word_equivalents, 1),
        "attendees": measured.attendees,
        "requests": [{"asked": one.asked.value, "line": one.line, "text": one.text} for one in requests],
        "findings": [
            {
                "code": one.code,
                "text": one.phrase.text(shell.language),
                "line": one.line,
                "source": source_object(one.citation),
            }
            for one in findings
        ],
    }
