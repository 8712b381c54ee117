# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost cost` that asks about every occurrence in a window: little is said of each, and it is fast.

So it imports little: a forecast, a verdict and all words wait until somebody asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from meetcost.cli.readings import calendars
from meetcost.cli.rows import RowWriter
from meetcost.cli.settings import personal_rates
from meetcost.rows import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from meetcost.cli.readings import Calendar
    from meetcost.cli.shell import Shell
    from meetcost.costing.rate_card import RateCard
    from meetcost.errors import Problem
    from meetcost.model.zone import Zone
    from meetcost.policy.policy import Policy
    from meetcost.rows import Run
    from meetcost.values.span import Span


@dataclass
class RowsJob:
    """One call, with all that was chosen."""

    shell: Shell
    policy: Policy | None
    rates: RateCard | None
    window: Span
    private: bool

    def run(self, files: Sequence[str]) -> None:
        """All files, one after the other, and what they come to."""
        self._withhold()
        if self.shell.json:
            self._run(files, self._write)
        else:
            self._tell(files)

    @property
    def zone(self) -> Zone | None:
        """Where floating times and unknown zones are read."""
        return self.policy.zone if self.policy is not None else None

    @property
    def rules(self) -> list[str]:
        """The ids of the rules that rows number."""
        return [rule.id for rule in self.policy.rules.rules] if self.policy is not None else []

    @property
    def currency(self) -> str | None:
        """That of all money, None without any."""
        return self.rates.currency if self.rates is not None else None

    def _withhold(self) -> None:
        """Many figures at once give everybody's pay away: hours only, unless it is asked for."""
        if personal_rates(self.rates, self.policy) and not self.private:
            from meetcost.cli.cost_text import withheld  # noqa: PLC0415 - seldom said

            self.rates = None
            self.shell.note(withheld(self.shell.language))

    def _run(self, files: Sequence[str], show: Callable[[Calendar, Iterable[Run]], None]) -> None:
        shell = self.shell
        for calendar in calendars(shell, files, self.zone):
            shell.problems(calendar.name, calendar.problems, calendar.octets)
            limits: list[Problem] = []
            show(calendar, runs(calendar.meetings, self.window, policy=self.policy, rates=self.rates, problems=limits))
            shell.problems(calendar.name, limits, calendar.octets)

    def _write(self, calendar: Calendar, found: Iterable[Run]) -> None:
        writer = RowWriter(calendar.name, currency=self.currency, rules=self.rules, zone=self.zone)
        for octets in writer.chunks_of(found):
            self.shell.octets(octets)

    def _tell(self, files: Sequence[str]) -> None:
        from meetcost.cli.cost_text import Totals, close, row_line  # noqa: PLC0415 - not for JSON

        totals, shell, rules = Totals(), self.shell, self.rules

        def show(_calendar: Calendar, found: Iterable[Run]) -> None:
            for row in sorted((row for run in found for row in run.rows()), key=lambda row: row.occurrence.start):
                totals.add_row(row, self.currency)
                shell.line(row_line(row, self.currency, rules, self.zone, shell.language))

        self._run(files, show)
        close(shell, totals, self.rates)
