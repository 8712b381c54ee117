# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost cost` that asks about each meeting."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from meetcost.assessment import assess
from meetcost.cli.cost_json import cost_object
from meetcost.cli.cost_text import Totals, close, show_cost, withheld
from meetcost.cli.readings import calendars
from meetcost.costing.explain import explain
from meetcost.paperwork.features import Kind
from meetcost.schedule.instead import first_start

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from meetcost.assessment import Assessment
    from meetcost.cli.readings import Calendar
    from meetcost.cli.shell import Shell
    from meetcost.costing.rate_card import RateCard
    from meetcost.model.meeting import Meeting
    from meetcost.model.zone import Zone
    from meetcost.policy.policy import Policy


@dataclass
class CostJob:
    """One call, with all that was chosen."""

    shell: Shell
    policy: Policy | None
    rates: RateCard | None
    _: KW_ONLY
    kind: str
    now: datetime | None
    explained: bool
    private: bool
    judged: bool

    def run(self, files: Sequence[str]) -> None:
        """All files, one after the other, and what they come to."""
        totals = Totals()
        for calendar in calendars(self.shell, files, self.zone):
            self._meetings(calendar, totals)
        if not self.shell.json:
            close(self.shell, totals, self.rates)

    @property
    def zone(self) -> Zone | None:
        """Where floating times and unknown zones are read."""
        return self.policy.zone if self.policy is not None else None

    def _meetings(self, calendar: Calendar, totals: Totals) -> None:
        """A paragraph, or an object, for each meeting."""
        shell = self.shell
        uids = {meeting.uid for meeting in calendar.meetings if meeting.uid} if shell.json else set()
        elsewhere = [problem for problem in calendar.problems if problem.uid not in uids]
        shell.problems(calendar.name, elsewhere, calendar.octets)
        for meeting in calendar.meetings:
            found = self._assessed(meeting, totals)
            if shell.json:
                mine = [problem for problem in calendar.problems if problem.uid and problem.uid == meeting.uid]
                shell.object(cost_object(calendar.name, found, mine, shell.language, judged=self.judged))
                continue
            if totals.meetings:
                shell.line()
            totals.add(found.cost)
            show_cost(shell, found, judged=self.judged)
            if self.explained:
                shell.line()
                shell.line(explain(found.cost, shell.language))
        if shell.json and totals.withheld:
            shell.note(withheld(shell.language))
            totals.withheld = False

    def _assessed(self, meeting: Meeting, totals: Totals) -> Assessment:
        kind, now = Kind(self.kind), self.now or first_start(meeting, self.zone)
        found = assess(meeting, policy=self.policy, rates=self.rates, now=now, kind=kind)
        if not found.cost.private or self.private:
            return found
        totals.withheld = True
        return assess(meeting, policy=self.policy, now=now, kind=kind)
