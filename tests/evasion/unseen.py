# SPDX-License-Identifier: Apache-2.0
"""False alarms and detection on calendars of another hand, with random numbers nothing was mended on.

`python tests/evasion/unseen.py` prints the second table of docs/explanation/evasion.md; a test says when that is due.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from offices import PLANT, RULES, SPAN, STYLES, Office, office

from meetcost.evasion.cascades import CascadeSigns, cascades
from meetcost.evasion.chains import chains
from meetcost.evasion.copies import copies
from meetcost.evasion.held import Gathering, Held
from meetcost.evasion.splits import splits
from meetcost.policy.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from meetcost.evasion.told import Finding

SEEDS = (701, 702)
PLANTED = 20
MONTHS = 12
HEAD = (
    "| office | pattern | calendar-months | false alarms | in 100 of them | planted | found | false of all findings |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |"
)


class Rates(NamedTuple):
    """`months` are calendars of one unit in one month; `alarms` were raised in them while nobody evaded anything.

    Then evasions were `planted`, of which so many were `found`; of all `findings` so many were `wrong`: none of their
    meetings is part of any evasion.
    """

    months: int = 0
    alarms: int = 0
    planted: int = 0
    found: int = 0
    findings: int = 0
    wrong: int = 0


def held_of(made: Office) -> list[Held]:
    policy = Policy.parse(RULES.encode())
    gathering = Gathering(SPAN, made.directory, policy.rules, policy.cost_choices)
    gathering.calendar(made.meetings)
    assert gathering.problems == []
    return gathering.held


def rates(name: str) -> dict[str, Rates]:
    """Of each pattern in one style of office, over all seeds."""
    style = STYLES[name]
    levels = CascadeSigns(levels=tuple(level for level, _ in style.levels))
    find: dict[str, Callable[[list[Held]], Sequence[Finding]]] = {
        "chain": chains,
        "chain, renamed": chains,
        "split": splits,
        "copies": copies,
        "cascade": cascades,
        "cascade, levels in order": lambda held: cascades(held, levels),
    }
    counted = dict.fromkeys(find, Rates())
    for seed in SEEDS:
        honest, made = office(seed, style), office(seed, style)
        plants = {kind: plant(made, PLANTED) for kind, plant in PLANT.items()}
        evading = frozenset[str]().union(*(one for some in plants.values() for one in some))
        before, after = held_of(honest), held_of(made)
        for pattern, look in find.items():
            findings = [{one.uid for one in finding.meetings} for finding in look(after)]
            planted = plants[pattern] if pattern in plants else plants["cascade"]
            more = Rates(
                MONTHS * len(honest.units),
                len(look(before)),
                len(planted),
                sum(any(2 * len(one & uids) >= len(one) for uids in findings) for one in planted),
                len(findings),
                sum(not uids & evading for uids in findings),
            )
            counted[pattern] = Rates(*map(sum, zip(counted[pattern], more, strict=True)))
    return counted


def rows(name: str) -> list[str]:
    """The rows of the table on one style of office."""
    return [
        f"| {name} | {pattern} | {one.months:,} | {one.alarms} | {100 * one.alarms / one.months:.1f} | {one.planted} | "
        f"{one.found} ({one.found / one.planted:.0%}) | {one.wrong} of {one.findings} |"
        for pattern, one in rates(name).items()
    ]


if __name__ == "__main__":
    print(HEAD, *(row for name in STYLES for row in rows(name)), sep="\n")
