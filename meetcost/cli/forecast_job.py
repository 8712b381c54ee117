# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost forecast`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from meetcost.assessment import forecast_of
from meetcost.cli.cost_json import forecast_object
from meetcost.cli.cost_text import figure, padded
from meetcost.cli.readings import calendars
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.forecast import Writing, forecast
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from meetcost.cli.shell import Shell
    from meetcost.model.meeting import Meeting
    from meetcost.paperwork.forecast import Estimate, Forecast
    from meetcost.words.say import Language


@dataclass
class ForecastJob:
    """One call, with all that was chosen; what the options say outranks the invite."""

    shell: Shell
    kind: str
    known: Mapping[str, Any]
    readers: int | None
    writing: str | None

    def run(self, files: Sequence[str]) -> None:
        """All meetings of all files; without a file what the options say."""
        if not files:
            _show(self.shell, None, None, self._forecast(Features(kind=Kind(self.kind))))
        for calendar in calendars(self.shell, files):
            self.shell.problems(calendar.name, calendar.problems, calendar.octets)
            for meeting in calendar.meetings:
                features = forecast_of(meeting, kind=Kind(self.kind)).features
                _show(self.shell, calendar.name, meeting, self._forecast(features))

    def _forecast(self, features: Features) -> Forecast:
        writing = Writing(self.writing) if self.writing is not None else None
        return forecast(replace(features, **self.known), readers=self.readers, writing=writing)


def _show(shell: Shell, name: str | None, meeting: Meeting | None, found: Forecast) -> None:
    if shell.json:
        about = {"file": name, "uid": meeting.uid, "summary": meeting.title} if meeting is not None else {}
        shell.object({**about, **forecast_object(found)})
        return
    language = shell.language
    shell.line(say(found.basis[0], language), "bold")
    if meeting is not None:
        shell.line(f"{meeting.title or say('(no title)', language)}  ({name})")
    for label, estimate in (
        ("length", found.length),
        ("writing", found.writing),
        ("reading", found.reading),
        ("together", found.total),
    ):
        unknown = say("not known: the invite says too little", language)
        text = _told(estimate, language) if estimate is not None else unknown
        shell.line(f"  {padded(say(label, language), language)}{text}")
    for line in found.basis[1:]:
        shell.line(f"  {say(line, language)}", "dim")
    cited = dict.fromkeys(
        source for one in (found.length, found.total or found.writing) if one for source in one.citations
    )
    shell.line(say("Sources:", language), "dim")
    for citation in cited:
        shell.line(f"  {citation}{f'. {citation.url}' if citation.url else ''}", "dim")


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
