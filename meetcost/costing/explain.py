# SPDX-License-Identifier: Apache-2.0
"""The sum in words: every step, every assumption, every source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.model.cost import CostKind, CostLine, Nature
from meetcost.model.phrase import Count, Phrase, shown
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from meetcost.model.cost import Assumption, Cost, Step
    from meetcost.values.citation import Citation
    from meetcost.words.say import Language


def explain(cost: Cost, language: Language = "en") -> str:
    """How the figure comes about, as plain text of several lines."""
    return "\n".join(_lines(cost, language))


def _lines(cost: Cost, language: Language) -> Iterator[str]:
    yield from _head(cost, language)
    certain = [line for line in cost.lines if line.certain]
    time = [line for line in certain if line.nature is Nature.TIME]
    cash = [line for line in certain if line.nature is Nature.CASH]
    told: set[Step] = set()
    yield ""
    yield say("Working time: {amount}", language, amount=_amount(language, cost.hours, cost.time))
    yield from _of_lines(time, language, told)
    if cash:
        yield say("Cash: {amount}", language, amount=_amount(language, cost.cash))
        yield from _of_lines(cash, language, told)
    if cost.total is not None and cash:
        yield say("Together: {amount}", language, amount=shown(cost.total, language))
    if cost.paperwork:
        yield say("Paperwork afterwards, a forecast that is not in the sum:", language)
        yield from _of_lines(cost.paperwork, language, told)
    sources: list[Citation] = []
    notes = [_note(assumption, sources, language) for assumption in cost.assumptions]
    if notes:
        yield ""
        yield say("What this rests on:", language)
        yield from (f"  {number}. {note}" for number, note in enumerate(notes, 1))
    if sources:
        yield ""
        yield say("Sources:", language)
        yield from (f"  [{number}] {_source(source)}" for number, source in enumerate(sources, 1))


def _head(cost: Cost, language: Language) -> Iterator[str]:
    times = Count(cost.occurrences, "{count} occurrence", "{count} occurrences")
    yield say("Cost of {times}, {method}", language, times=shown(times, language), method=_method(cost, language))
    if cost.called_by:
        yield say("Called by: {unit}", language, unit=cost.called_by)
    borne = cost.borne_by
    if len(borne) > 1 or any(borne):
        joint = say("; ", language)
        shares = (
            say("{unit} {amount}", language, unit=_unit(unit, language), amount=_amount(language, hours, money))
            for unit, (hours, money) in borne.items()
        )
        yield say("Borne by: {shares}", language, shares=joint.join(shares))


def _method(cost: Cost, language: Language) -> str:
    if cost.rate_card is None:
        return say("in hours only: there is no rate card", language)
    name = {
        "flat-rate": Phrase.of("at one rate for everybody"),
        "hourly-rates": Phrase.of("by hourly rates per pay band"),
        "loaded-rates": Phrase.of("by pay per band with a loading factor"),
        "people-daily-1999": Phrase.of("by the formula of 1999 (2 × 3 × pay)"),
    }.get(cost.method, Phrase(cost.method))
    card = str(cost.rate_card)
    return say("{method}; rate card: {card}", language, method=name.text(language), card=card)


def _of_lines(lines: Sequence[CostLine], language: Language, told: set[Step]) -> Iterator[str]:
    for line in lines:
        amount = _amount(language, line.hours, line.money)
        unit, kind = _unit(line.unit, language), _KINDS[line.kind].text(language)
        yield "  " + say("{kind}, {unit}: {amount}", language, kind=kind, unit=unit, amount=amount)
        yield from (f"    {step.text(language)}" for step in line.steps if step not in told)
        told |= {step for step in line.steps if step.once}


_KINDS = {
    CostKind.ATTENDANCE: Phrase.of("attendance"),
    CostKind.PREPARATION: Phrase.of("preparation"),
    CostKind.TRAVEL: Phrase.of("travel"),
    CostKind.VENUE: Phrase.of("room"),
    CostKind.PAPERWORK: Phrase.of("paperwork"),
}


def _unit(name: str, language: Language) -> str:
    return name or say("unit unknown", language)


def _amount(language: Language, *parts: object) -> str:
    joint = say(", ", language)
    return joint.join(shown(part, language) for part in parts if part is not None)


def _note(assumption: Assumption, sources: list[Citation], language: Language) -> str:
    text = assumption.text(language)
    if assumption.citation is None:
        return text
    if assumption.citation not in sources:
        sources.append(assumption.citation)
    return f"{text} [{sources.index(assumption.citation) + 1}]"


def _source(source: Citation) -> str:
    parts = [str(source)]
    if source.quote:
        parts.append(f"“{source.quote}”")
    if source.url:
        parts.append(source.url)
    return ". ".join(parts)
