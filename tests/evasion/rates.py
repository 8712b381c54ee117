# SPDX-License-Identifier: Apache-2.0
"""How often ordinary calendars raise a false alarm, and how many planted evasions are found.

`python tests/evasion/rates.py` prints the table of docs/explanation/evasion.md; a test says when that is due.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from ordinary import SPAN, ZONE, Plant, Town, ordinary, plant_cascades, plant_chains, plant_copies

from meetcost.evasion.cascades import CascadeSigns, cascades
from meetcost.evasion.chains import ChainSigns, chains
from meetcost.evasion.copies import copies
from meetcost.evasion.held import Gathering, Held
from meetcost.model.zone import named_zone
from meetcost.rules.ruleset import RuleSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from meetcost.evasion.told import Finding

SEEDS = range(1, 6)
PLANTED = 40
LIMIT = 120

FIND: dict[str, Callable[[list[Held]], Sequence[Finding]]] = {
    "chain": lambda held: chains(held, ChainSigns(LIMIT)),
    "chain, other titles too": lambda held: chains(held, ChainSigns(LIMIT, renamed=True)),
    "copies": copies,
    "cascade": cascades,
    "cascade, levels in order": lambda held: cascades(held, CascadeSigns(levels=("city", "county", "township"))),
}
PLANT: dict[str, Callable[[Town, int], list[Plant]]] = {
    "chain": plant_chains,
    "copies": plant_copies,
    "cascade": plant_cascades,
}


class Rates(NamedTuple):
    """Of one pattern over all seeds: `instances` looked at and `alarms` raised in ordinary calendars, and what of the
    `planted` was `found`: at least half of its meetings in one finding."""

    instances: int
    alarms: int
    flagged: int
    planted: int
    found: int


def held_of(town: Town) -> list[Held]:
    gathering = Gathering(SPAN, town.directory, RuleSet(zone=named_zone(ZONE.key)))
    gathering.calendar(town.meetings)
    return gathering.held


def measure() -> dict[str, Rates]:
    """All patterns over all seeds."""
    counted = {pattern: Rates(0, 0, 0, 0, 0) for pattern in FIND}
    for seed in SEEDS:
        held = held_of(ordinary(seed))
        town = ordinary(seed)
        plants = {kind: plant(town, PLANTED) for kind, plant in PLANT.items()}
        with_plants = held_of(town)
        for pattern, find in FIND.items():
            raised, findings = find(held), find(with_plants)
            planted = plants[pattern.partition(",")[0]]
            flagged = sum(len(one.meetings) * getattr(one, "times", 1) for one in raised)
            found = sum(_is_found(plant, findings) for plant in planted)
            more = (len(held), len(raised), flagged, len(planted), found)
            counted[pattern] = Rates(*map(sum, zip(counted[pattern], more, strict=True)))
    return counted


def _is_found(plant: Plant, findings: Iterable[Finding]) -> bool:
    return any(
        2 * len(plant.uids & {meeting.uid for meeting in finding.meetings}) >= len(plant.uids) for finding in findings
    )


def table() -> str:
    lines = [
        "| pattern | ordinary instances | false alarms | per 1,000 instances | instances in them | planted | found |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for pattern, rates in measure().items():
        per = 1000 * rates.alarms / rates.instances
        share = rates.flagged / rates.instances
        lines.append(
            f"| {pattern} | {rates.instances:,} | {rates.alarms} | {per:.2f} | {share:.2%} | {rates.planted} | "
            f"{rates.found} ({rates.found / rates.planted:.0%}) |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
