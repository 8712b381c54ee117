# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost policy diff`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from meetcost.policy.difference import difference
from meetcost.policy.wording import sentence
from meetcost.trial.standing import few
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from meetcost.cli.shell import Shell
    from meetcost.policy.difference import Change, Difference
    from meetcost.policy.policy import Policy
    from meetcost.words.say import Language

_A_YEAR: Final = timedelta(days=365)


def show_difference(shell: Shell, names: tuple[str, str], old: Policy, new: Policy, now: datetime) -> None:
    """Sentences, or one object; a finding if anything differs."""
    today = now.astimezone(new.zone.tzinfo).date()
    found = difference(old, new, today, today + _A_YEAR)
    shell.findings = bool(found)
    language = shell.language
    if shell.json:
        shell.object(_object(names, found, language))
        return
    if not found:
        shell.line(say("{old} and {new} say the same", language, old=names[0], new=names[1]))
        return
    for change in found.changes:
        shell.line(f"- {sentence((change.phrase,), language)}")
    _days(shell, found.banned, "banned from now on within a year, {count} day: {days}",
          "banned from now on within a year, {count} days: {days}")  # fmt: skip
    _days(shell, found.permitted, "permitted from now on within a year, {count} day: {days}",
          "permitted from now on within a year, {count} days: {days}")  # fmt: skip


def _days(shell: Shell, days: Sequence[date], one: str, many: str) -> None:
    if days:
        language = shell.language
        text = say_count(len(days), one, many, language, days=few(days, language))
        shell.line(f"- {text[:1].upper()}{text[1:]}")


def _object(names: tuple[str, str], found: Difference, language: Language) -> dict[str, Any]:
    return {
        "old": names[0],
        "new": names[1],
        "different": bool(found),
        "changes": [_change(change, language) for change in found.changes],
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "banned": [each.isoformat() for each in found.banned],
        "permitted": [each.isoformat() for each in found.permitted],
    }


def _change(change: Change, language: Language) -> dict[str, Any]:
    return {
        "what": change.what.value,
        "change": change.kind.value,
        "name": change.name,
        "fields": list(change.fields),
        "before": [phrase.text(language) for phrase in change.before],
        "after": [phrase.text(language) for phrase in change.after],
        "text": change.phrase.text(language),
    }
