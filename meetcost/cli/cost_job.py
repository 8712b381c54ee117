# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost cost`."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from meetcost.assessment import assess, rows
from meetcost.cli.cost_json import cost_object
from meetcost.cli.cost_text import Totals, no_rates, row_line, show_cost, together, withheld
from meetcost.cli.readings import calendars
from meetcost.cli.rows import RowWriter
from meetcost.cli.settings import personal_rates
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
    from meetcost.errors import Problem
    from meetcost.model.meeting import Meeting
    from meetcost.model.zone import Zone
    from meetcost.policy.policy import Policy
    from meetcost.values.span import Span


@dataclass
class CostJob:
    """One call, with all that was chosen."""

    shell: Shell
    policy: Policy | None
    rates: RateCard | None
    _: KW_ONLY
    kind: str
    window: Span | None
    now: datetime | None
    explained: bool
    private: bool
    judged: bool

    def run(self, files: Sequence[str]) -> None:
        """All files, one after the other, and what they come to."""
        totals = Totals()
        if self.window is not None:
            self._withhold()
        for calendar in calendars(self.shell, files, self.zone):
            if self.window is not None:
                self._rows(calendar, self.window, totals)
            else:
                self._meetings(calendar, totals)
        if not self.shell.json:
            self._close(totals)

    @property
    def zone(self) -> Zone | None:
        """Where floating times and unknown zones are read."""
        return self.policy.zone if self.policy is not None else None

    def _withhold(self) -> None:
        """Many figures at once give everybody's pay away: hours only, unless it is asked for."""
        if personal_rates(self.rates, self.policy) and not self.private:
            self.rates = None
            self._say_withheld()

    def _say_withheld(self) -> None:
        self.shell.note(withheld(self.shell.language))

    def _rows(self, calendar: Calendar, window: Span, totals: Totals) -> None:
        """A line for each occurrence."""
        shell, name = self.shell, calendar.name
        shell.problems(name, calendar.problems, calendar.octets)
        rules = [rule.id for rule in self.policy.rules.rules] if self.policy is not None else []
        currency = self.rates.currency if self.rates is not None else None
        limits: list[Problem] = []
        found = rows(calendar.meetings, window, policy=self.policy, rates=self.rates, problems=limits)
        if shell.json:
            for octets in RowWriter(name, currency=currency, rules=rules, zone=self.zone).chunks(found):
                shell.octets(octets)
        else:
            for row in sorted(found, key=lambda row: row.occurrence.start):
                totals.add_row(row, currency)
                shell.line(row_line(row, currency, rules, self.zone, shell.language))
        shell.problems(name, limits, calendar.octets)

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
            self._say_withheld()
            totals.withheld = False

    def _assessed(self, meeting: Meeting, totals: Totals) -> Assessment:
        kind, now = Kind(self.kind), self.now or first_start(meeting, self.zone)
        found = assess(meeting, policy=self.policy, rates=self.rates, now=now, kind=kind)
        if not found.cost.private or self.private:
            return found
        totals.withheld = True
        return assess(meeting, policy=self.policy, now=now, kind=kind)

    def _close(self, totals: Totals) -> None:
        """The last lines."""
        if totals.meetings > 1:
            self.shell.line()
            self.shell.line(together(totals, self.shell.language), "bold")
        if totals.withheld:
            self._say_withheld()
        elif totals.meetings and self.rates is None:
            self.shell.line(no_rates(self.shell.language), "dim")
