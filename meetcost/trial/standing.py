# SPDX-License-Identifier: Apache-2.0
"""What `existing` means for meetings that stand when a rule begins, said to whoever called them. None is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.model.phrase import Count, Phrase
from meetcost.model.verdict import Mode
from meetcost.rules.exemption import Passes, hint
from meetcost.trial.trial import Effect
from meetcost.words.forms import day
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from meetcost.model.attendee import Attendee
    from meetcost.policy.policy import Policy
    from meetcost.trial.trial import Met
    from meetcost.words.say import Language

_FEW: Final = 3


class Letter(NamedTuple):
    """What to write to one organiser about the standing meetings they called."""

    organiser: Attendee
    meetings: tuple[Met, ...]
    policy: Policy

    def text(self, language: Language = "en") -> str:
        """A letter that can be sent as it is."""
        rules = self.policy.rules
        name = self.policy.name or say("Rules of meetings", language)
        lines = [say("Your standing meetings and “{policy}”", language, policy=name), ""]
        lines.append(say("These meetings that you called have dates that the rules do not allow:", language))
        for one in self.meetings:
            title, dates = one.title or say("The meeting", language), few(one.dates, language)
            lines.append(say("- “{title}”: {dates}; {meaning}", language, title=title, dates=dates,
                             meaning=meaning(self.policy, one).text(language)))  # fmt: skip
        lines.append("")
        if rules.mode is Mode.OBSERVE:
            lines.append(say("For now the rules are only observed: nothing is refused yet.", language))
        lines.append(say("Nothing was changed in your calendar, and nothing will be deleted.", language))
        able = [one for one in rules.exemptions if one.passes is Passes.AT_ONCE and not one.by]
        tag = hint(able)
        if tag is not None:
            lines.append(say("{hint}.", language, hint=_capital(tag.text(language))))
        return "\n".join(lines)


def letters(policy: Policy, standing: Iterable[Met]) -> list[Letter]:
    """One for each organiser, in the order of their addresses; what has no organiser can be told to nobody."""
    called: dict[str, list[Met]] = {}
    who: dict[str, Attendee] = {}
    for one in standing:
        if one.organiser is not None:
            key = policy.directory.person(one.organiser.address)
            called.setdefault(key, []).append(one)
            who.setdefault(key, one.organiser)
    return [Letter(who[key], tuple(called[key]), policy) for key in sorted(called)]


def meaning(policy: Policy, one: Met) -> Phrase:
    """What becomes of a standing meeting."""
    until = policy.rules.keep_until
    if until is None:
        return Phrase("may stay as it is")
    later = sum(when > until for when in one.dates)
    if not later:
        return Phrase.of("all of them up to {day}: may stay as it is", day=until)
    dates = Count(later, "{count} date", "{count} dates")
    if one.effect is Effect.SKIPS:
        template = "may stay as it is up to {day}; when it is changed after that, it steps over {dates}"
    else:
        template = "may stay as it is up to {day}; a change made after that is refused for {dates}"
    return Phrase.of(template, day=until, dates=dates)


def few(days: Sequence[date], language: Language) -> str:
    """The first days, and how many more there are."""
    named = {"en": ", ", "zh": "、"}[language].join(day(one, language, year=True) for one in days[:_FEW])
    if len(days) > _FEW:
        return say("{days} and {more} more", language, days=named, more=len(days) - _FEW)
    return named


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
