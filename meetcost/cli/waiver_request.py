# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost waiver request`."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from meetcost.cli.cost_json import hours, money
from meetcost.cli.free import busy_of
from meetcost.cli.inputs import STANDARD_INPUT
from meetcost.cli.settings import directory_at, policy_at, rates_of
from meetcost.cli.times import instant_of, the_clock
from meetcost.cli.waiver_job import page_of
from meetcost.guard.decide import Context
from meetcost.guard.review import case_of
from meetcost.ics.strict import read_strict
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.making import stamp
from meetcost.ledger.versions import Versions
from meetcost.ledger.waivers import Waivers
from meetcost.model.phrase import shown
from meetcost.model.waiver import WaiverClass
from meetcost.schedule.instead import window_after
from meetcost.values.span import instant
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.cli.shell import Shell
    from meetcost.guard.review import Case
    from meetcost.policy.policy import Policy
    from meetcost.schedule.busy import Busy


_LINK: Final = timedelta(days=7)  # as `waiver link` makes them


class Wanted(NamedTuple):
    """What is asked for."""

    reason: str
    ground: str
    rules: Sequence[str]
    expires: str | None
    url: str | None = None
    """Where `waiver serve` is reached, for a link to decide by."""


class Request(NamedTuple):
    """What was chosen."""

    shell: Shell
    policy: str
    directory: str | None
    rates: str | None
    calendar: str
    busy: Sequence[str]
    now: str | None

    def make(self, books_at: tuple[str, str | None] | None, file: str, wanted: Wanted) -> None:
        """Show the case, and ask for it in the books: location and key, None to show it only."""
        octets = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
        policy = policy_at(self.policy)
        if self.directory is not None:
            policy = replace(policy, directory=directory_at(self.directory))
        now = instant_of(self.now, "--now", policy.zone) if self.now is not None else the_clock()
        context = Context(policy, now, rates_of(None, self.rates), self.calendar or None)
        case = case_of(
            octets,
            context,
            reason=wanted.reason,
            klass=WaiverClass(wanted.ground),
            rules=wanted.rules,
            busy=self._busy(octets, policy, context),
        )
        last = instant(max(span.end for span in case.waiver.spans)) + timedelta(seconds=1)
        until = instant_of(wanted.expires, "--expires", policy.zone) if wanted.expires is not None else last
        number, link = None, None
        if books_at is not None:
            location, key = books_at
            with Ledger.open(location, key=key, create=True) as books:
                by = Versions.of(policy, context.rates.ref if context.rates is not None else None)
                waivers = Waivers(books)
                number = waivers.request(case.waiver, expires=until, exemption=case.exemption, now=now, by=by)
                if wanted.url:
                    link = page_of(waivers.link(number, lifetime=_LINK, now=now), wanted.url)
        if self.shell.json:
            told = case_object(case, self.shell)
            self.shell.object({"waiver": number, **told, "expires": stamp(until), "link": link})
        else:
            self._show(case, number)
            if link is not None:
                self.shell.line(link)

    def _busy(self, octets: bytes, policy: Policy, context: Context) -> Busy | None:
        meetings = read_strict(octets, limits=policy.limits).meetings
        if not self.busy or len(meetings) != 1:
            return None
        return busy_of(self.shell, self.busy, window_after(meetings[0], policy, context.now), policy)

    def _show(self, case: Case, number: int | None) -> None:
        spoken, line = self.shell.language, self.shell.line
        cost, times = case.assessment.cost, len(case.waiver.spans)
        line(case.verdict.text(spoken))
        people = say_count(case.waiver.people, "{count} person", "{count} people", spoken)
        if times > 1:  # its overrides may ask fewer
            people = say("each of {count} times: at most {people}", spoken, count=times, people=people)
        named = [
            ("purpose", case.purpose or say("not said", spoken)),
            ("expected result", case.result or say("not said", spoken)),
            ("cost", say(", ", spoken).join([people, shown(cost.hours, spoken), *_money(cost.total, spoken)])),
            ("paid by", " · ".join(_borne(case, spoken))),
            ("called by", cost.called_by or say("unit unknown", spoken)),
        ]
        named += [("cheaper", change.text(spoken)) for change in case.cheaper]
        saved = say("in writing instead: saves at most {hours}", spoken, hours=shown(cost.hours, spoken))
        if times > 1:
            saved = say("in writing instead: saves at most {hours} each time", spoken, hours=shown(cost.hours, spoken))
        named += [("cheaper", saved), ("instead", case.instead.text(spoken)), ("reason", case.waiver.reason)]
        for label, text in named:
            if text:
                line(f"  {say('{label}: {text}', spoken, label=say(label, spoken), text=text)}")
        if number is not None:
            line(say("requested as waiver {number}", spoken, number=number))


def _money(total: object, language: Any) -> list[str]:
    return [shown(total, language)] if total is not None else []


def _borne(case: Case, language: Any) -> list[str]:
    """Who pays how much."""
    return [
        f"{unit or say('unit unknown', language)} {shown(borne.hours, language)}"
        for unit, borne in case.assessment.cost.borne_by.items()
    ]


def case_object(case: Case, shell: Shell) -> dict[str, Any]:
    """The case as JSON."""
    waiver, cost = case.waiver, case.assessment.cost
    return {
        "uid": waiver.uid,
        "summary": case.meeting.title,
        "class": str(waiver.klass),
        "exemption": case.exemption or None,
        "rules": sorted(waiver.rules),
        "instances": sorted(str(one) for one in waiver.instances),
        "spans": [[stamp(instant(span.start)), stamp(instant(span.end))] for span in waiver.spans],
        "times": len(waiver.spans),
        "people": waiver.people,
        "reason": waiver.reason,
        "purpose": case.purpose or None,
        "expected_result": case.result or None,
        "cost": {**hours(cost.hours), "cost": money(cost.total)},
        "called_by": cost.called_by or None,
        "borne_by": [
            {"unit": unit or None, **hours(borne.hours), "cost": money(borne.money)}
            for unit, borne in cost.borne_by.items()
        ],
        "cheaper": [
            {"text": one.text(shell.language), "saves": {**hours(one.saved.hours), "cost": money(one.saved.total)}}
            for one in case.cheaper
        ],
        "in_writing": {"saves_at_most": {**hours(cost.hours), "cost": money(cost.total)}},
        "instead": [slot.start.isoformat() for slot in case.instead.slots],
        "text": case.verdict.text(shell.language),
    }
