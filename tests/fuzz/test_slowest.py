# SPDX-License-Identifier: Apache-2.0
"""The search for slow objects looks at what it says: objects within the limits, and the guard's whole way."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

import pytest

from meetcost.ics.limits import LIMITS
from meetcost.ics.strict import read_strict
from tests.fuzz import slow_objects
from tests.fuzz.slow_guards import guard, write
from tests.fuzz.slow_objects import Gene, Genes, changed, octets_of, pair_of, seeds

if TYPE_CHECKING:
    from pathlib import Path

SMALL = Genes(series=(Gene("rule", 33, 1), Gene("attendee", 0, 3)))


def test_every_kind_of_gene_makes_an_object_within_the_limits() -> None:
    for kind in slow_objects.KINDS:
        octets = octets_of(
            Genes(series=(Gene(kind, 0, 4_000),)) if kind != "zone" else Genes(around=(Gene(kind, 0, 9),))
        )
        assert len(octets) <= LIMITS.octets, kind
        assert octets.startswith(b"BEGIN:VCALENDAR\r\n"), kind


def test_a_changed_object_is_an_object() -> None:
    rng, found = random.Random(1), [SMALL, *seeds()[:3]]
    for _ in range(30):
        found.append(changed(rng.choice(found), rng.choice(found), rng))
    assert len(set(found)) > 20
    assert all(octets_of(one).endswith(b"END:VCALENDAR\r\n") for one in found[4:12])


@pytest.mark.parametrize(("warns", "outcome"), [(False, "deny"), (True, "rewrite")])
def test_an_object_goes_the_whole_way(tmp_path: Path, warns: bool, outcome: str) -> None:
    at = guard(tmp_path, warns=warns)
    try:
        assert len(at.policy.rules.clauses) >= 15
        assert len({clause.condition.kind for clause in at.policy.rules.requirements}) >= 11
        new, old = pair_of(SMALL)
        assert read_strict(new).refusals == ()
        assert write(at, new, old) == outcome
    finally:
        at.books.ledger.close()


@pytest.mark.skipif(sys.platform != "linux", reason="forks, and reads memory from /proc")
def test_what_takes_long_is_measured_and_stopped() -> None:
    from tests.fuzz.slowest import measured  # noqa: PLC0415 - `resource` is not everywhere

    quick, large = measured(lambda: "done", 5), measured(lambda: str(len(bytes(80 << 20).replace(b"\0", b"a"))), 5)
    assert quick.outcome == "done"
    assert large.megabytes > quick.megabytes + 60
    assert measured(lambda: {}["none"], 5).outcome.startswith("KeyError")

    def never() -> str:
        while True:
            pass

    stopped = measured(never, 0)
    assert stopped.outcome == "stopped: SIGXCPU"
