# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost check`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from meetcost.assessment import check, facts_of
from meetcost.cli.check_json import unreadable_object, verdict_object
from meetcost.cli.check_text import show_tally, show_verdict
from meetcost.cli.free import busy_of
from meetcost.cli.inputs import opened
from meetcost.cli.readings import calendars
from meetcost.model.verdict import Bearing, Outcome
from meetcost.rules.judge import judge
from meetcost.schedule.instead import Instead, instead, window_after

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from meetcost.cli.shell import Shell
    from meetcost.costing.rate_card import RateCard
    from meetcost.errors import Problem
    from meetcost.model.meeting import Meeting
    from meetcost.model.verdict import Verdict
    from meetcost.policy.policy import Policy


@dataclass
class CheckJob:
    """One call, with all that was chosen."""

    shell: Shell
    policy: Policy
    now: datetime
    calendar: str | None
    old: bytes | None
    suggest: bool
    busy: Sequence[str]
    rates: RateCard | None = None

    def objects(self, files: Sequence[str]) -> None:
        """Each file as one calendar object."""
        for source, octets in opened(files, self._unreadable):
            verdict, meetings = check(
                octets, policy=self.policy, now=self.now, old=self.old, calendar=self.calendar, rates=self.rates
            )
            self._say(source.name, _advised(verdict), meetings, octets)

    def meetings(self, files: Sequence[str]) -> None:
        """The meetings of each file, one by one."""
        rules, directory, facts = self.policy.rules, self.policy.directory, facts_of(self.policy, self.rates)
        tally: Counter[Outcome] = Counter()
        past = 0
        for export in calendars(self.shell, files, self.policy.zone):
            self.shell.problems(export.name, export.problems, export.octets)
            for meeting in export.meetings:
                verdict = judge(
                    [meeting],
                    rules,
                    now=self.now,
                    directory=directory,
                    calendar=self.calendar,
                    facts=facts,
                    at_write=False,
                )
                self._say(export.name, verdict, (meeting,), export.octets)
                tally[verdict.would_be] += 1
                past += bool(verdict.bearing(Bearing.PAST))
        if not self.shell.json and tally.total() > 1:
            show_tally(self.shell, tally, past, self.policy.rules.mode)

    def _unreadable(self, name: str, problem: Problem) -> None:
        """A file that cannot be opened: nothing can be said of it."""
        self.shell.unusable = True
        if self.shell.json:
            self.shell.object(unreadable_object(name, problem, self.shell.language))
        else:
            self.shell.problem(name, problem)

    def _say(self, name: str, verdict: Verdict, meetings: tuple[Meeting, ...], octets: bytes) -> None:
        if verdict.outcome in (Outcome.DENY, Outcome.REJECT, Outcome.ERROR):
            self.shell.findings = True
        found = self._instead(meetings) if self.suggest and verdict.would_be is Outcome.DENY else Instead()
        if self.shell.json:
            self.shell.object(verdict_object(name, verdict, meetings, found, self.shell.language))
        else:
            show_verdict(self.shell, name, verdict, found.text(self.shell.language), octets)

    def _instead(self, meetings: tuple[Meeting, ...]) -> Instead:
        """Permitted times for the one meeting that it is about."""
        meeting = meetings[0]
        if len(meetings) > 1 or meeting.component != "VEVENT":
            return Instead()
        busy = busy_of(self.shell, self.busy, window_after(meeting, self.policy, self.now), self.policy)
        return instead(meeting, policy=self.policy, now=self.now, busy=busy, calendar=self.calendar)


def _advised(verdict: Verdict) -> Verdict:
    """With a word for who gives an export where a calendar object is asked for."""
    for at, problem in enumerate(verdict.errors):
        if problem.code == "several-uids":
            advised = problem._replace(advice="this may be an export: --export judges each of its meetings by itself")
            return replace(verdict, errors=(*verdict.errors[:at], advised, *verdict.errors[at + 1 :]))
    return verdict
