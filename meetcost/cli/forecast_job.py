# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost forecast`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from meetcost.assessment import forecast_of
from meetcost.cli.cost_json import forecast_object
from meetcost.cli.cost_text import figure, padded
from meetcost.cli.histories import history_of
from meetcost.cli.readings import calendars
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.forecast import forecast
from meetcost.paperwork.history import own_of
from meetcost.paperwork.own import Own
from meetcost.paperwork.requests import requests_in
from meetcost.paperwork.standard_cost import Complexity
from meetcost.paperwork.work import Writing
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from meetcost.cli.shell import Shell
    from meetcost.model.meeting import Meeting
    from meetcost.paperwork.figures import Figure
    from meetcost.paperwork.forecast import Estimate, Forecast
    from meetcost.values.citation import Citation
    from meetcost.words.say import Language


class Chosen(NamedTuple):
    """What the options say; it outranks the invite."""

    kind: str | None
    known: Mapping[str, Any]
    readers: int | None
    writing: str | None
    requests: int | None
    complexity: str
    history: str | None


@dataclass
class ForecastJob:
    """One call, with all that was chosen."""

    shell: Shell
    chosen: Chosen

    def run(self, files: Sequence[str]) -> None:
        """All meetings of all files; without a file what the options say."""
        chosen = self.chosen
        history = history_of(chosen.history)
        if not files:
            kind = Kind(chosen.kind or "unknown")
            _show(self.shell, None, None, self._forecast(Features(kind=kind), Own(), chosen.requests or 0))
        for calendar in calendars(self.shell, files):
            self.shell.problems(calendar.name, calendar.problems, calendar.octets)
            for meeting in calendar.meetings:
                kind = Kind(chosen.kind) if chosen.kind is not None else history.kind_of(meeting.uid)
                own = own_of(history.of_series(meeting.uid), kind)
                asked = chosen.requests
                requests = len(requests_in(meeting.description)) if asked is None else asked
                features = forecast_of(meeting, kind=kind).features
                _show(self.shell, calendar.name, meeting, self._forecast(features, own, requests))

    def _forecast(self, features: Features, own: Own, requests: int) -> Forecast:
        chosen = self.chosen
        return forecast(
            replace(features, **chosen.known),
            readers=chosen.readers,
            writing=Writing(chosen.writing) if chosen.writing is not None else None,
            own=own,
            requests=requests,
            complexity=Complexity(chosen.complexity),
        )


def _show(shell: Shell, name: str | None, meeting: Meeting | None, found: Forecast) -> None:
    if shell.json:
        about = {"file": name, "uid": meeting.uid, "summary": meeting.title} if meeting is not None else {}
        shell.object({**about, **forecast_object(found, shell.language)})
        return
    language = shell.language
    shell.line(found.basis[0].text(language), "bold")
    if meeting is not None:
        shell.line(f"{meeting.title or say('(no title)', language)}  ({name})")
    rows = [("length", found.length), ("writing", found.writing), ("reading", found.reading)]
    if found.reporting is not None:
        rows.append(("reports", found.reporting))
    for label, estimate in (*rows, ("together", found.total)):
        unknown = say("not known: the invite says too little", language)
        text = _told(estimate, language) if estimate is not None else unknown
        shell.line(f"  {padded(say(label, language), language)}{text}")
        if estimate is found.length:
            shell.line(f"  {padded('', language)}{_other_intervals(found.length, language)}", "dim")
    for sentence in found.basis[1:]:
        shell.line(f"  {sentence.text(language)}", "dim")
    estimates = (found.length, found.writing, found.reading, found.reporting)
    shell.line(say("Sources:", language), "dim")
    used = dict.fromkeys(one for estimate in estimates if estimate for one in estimate.figures)
    behind = {one.citation for one in used}
    cited = dict.fromkeys(source for one in estimates if one for source in one.citations)
    for line in (*(_cited(one) for one in cited if one not in behind), *(_figure(one, language) for one in used)):
        shell.line(f"  {line}", "dim")


def _other_intervals(one: Estimate, language: Language) -> str:
    return say(
        "50 %: {low}–{high}, 95 %: {least}–{most}",
        language,
        low=figure(one.interval_50.low),
        high=figure(one.interval_50.high),
        least=figure(one.interval_95.low),
        most=figure(one.interval_95.high),
    )


def _figure(one: Figure, language: Language) -> str:
    """A figure with its standing, and its source or what it is assumed from."""
    text = say(
        "{name}: {value} {unit} ({tag})",
        language,
        name=say(one.name, language),
        value=f"{one.value:g}",
        unit=say(one.unit, language),
        tag=say(one.tag.value, language),
    )
    return f"{text}. {_cited(one.citation) if one.citation is not None else say(one.note, language)}"


def _cited(source: Citation) -> str:
    return f"{source}{f'. {source.url}' if source.url else ''}"


def _told(one: Estimate, language: Language) -> str:
    template = "{low}–{high} {unit}, likely {median}   (80 % interval, {tag})"
    return say(
        template,
        language,
        low=figure(one.interval_80.low),
        high=figure(one.interval_80.high),
        median=figure(one.median),
        unit=say(one.unit, language),
        tag=say(one.tag.value, language),
    )
