# SPDX-License-Identifier: Apache-2.0
"""What `meetcost audit --evasion` adds: patterns in the calendars that are being recorded. Warnings, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.evasion.cascades import CascadeSigns, cascades
from meetcost.evasion.chains import ChainSigns, chains
from meetcost.evasion.copies import copies
from meetcost.evasion.held import Gathering
from meetcost.evasion.splits import splits
from meetcost.evasion.told import record, told
from meetcost.ics.read import read
from meetcost.model.phrase import Phrase
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.cli.shell import Shell
    from meetcost.evasion.told import Finding
    from meetcost.policy.policy import Policy
    from meetcost.values.span import Span


class EvasionJob:
    """Looks at each calendar as it comes by, and tells at the end; `longest`, in minutes, overrides the policy's."""

    def __init__(self, policy: Policy | None, span: Span, longest: int | None, levels: tuple[str, ...]) -> None:
        self._longest, self._levels = longest, levels
        if policy is None:
            self._gathering = Gathering(span)
        else:
            self._gathering = Gathering(span, policy.directory, policy.rules, policy.cost_choices)

    def look(self, octets: bytes) -> None:
        """At one calendar; what is wrong with it the audit tells."""
        self._gathering.calendar(read(octets).meetings)

    def tell(self, shell: Shell) -> None:
        """The findings, and what was not looked for."""
        held, language = self._gathering.held, shell.language
        found: list[Finding] = [
            *chains(held, ChainSigns(self._longest)),
            *splits(held),
            *copies(held),
            *cascades(held, CascadeSigns(levels=self._levels)),
        ]
        if shell.json:
            for one in found:
                shell.object({"kind": "evasion", **record(one), "text": told(one).text(language)})
            return
        count = say_count(len(found), "{count} pattern", "{count} patterns", language)
        shell.line(say("{patterns} that may get round a rule; look before you judge", language, patterns=count))
        for one in found:
            shell.line(f"  {told(one).text(language)}")
        for missing in self._not_looked_for():
            shell.line(f"  {missing.text(language)}")

    def _not_looked_for(self) -> Iterator[Phrase]:
        held, limits = self._gathering.held, self._gathering.rules.requirements
        kinds = {one.condition.kind for one in limits}
        if self._longest is None and "duration" not in kinds:
            yield Phrase("chains were not looked for: no [[duration]] rule and no --longest says the limit")
        if "attendance" not in kinds:
            yield Phrase("splits were not looked for: no [[attendance]] rule says the limit")
        if not any(one.organiser.level for one in held):
            yield Phrase("cascades cannot be found: no directory says who is on which level")
