# SPDX-License-Identifier: Apache-2.0
"""The project's own steps on a calendar of 1,000 events: `pytest tests/bench --benchmark-only`."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from meetcost.ics.expand import expand
from meetcost.ics.markers import Markers
from meetcost.ics.read import Reading, read
from meetcost.ics.write import Addition, attach, detach
from meetcost.values.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    Benchmark = Callable[..., Any]

EVENTS = 1_000
YEAR = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
MARKERS = (Markers("-- meeting cost --", "-- end of meeting cost --"),)
ADDITION = Addition((("X-MEETCOST-COST", "CNY 1620.00"),), ("4 people, 1 hour",))


@pytest.fixture(scope="module")
def octets(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("bench") / "calendar.ics"
    generator = Path(__file__).with_name("gen_ics.py")
    subprocess.run([sys.executable, generator, "--events", str(EVENTS), "--out", file], check=True)
    return file.read_bytes()


@pytest.fixture(scope="module")
def reading(octets: bytes) -> Reading:
    return read(octets)


def test_read(benchmark: Benchmark, octets: bytes) -> None:
    found = benchmark(read, octets)
    assert sum(1 + len(meeting.overrides) for meeting in found.meetings) == EVENTS


def test_expand_a_year(benchmark: Benchmark, reading: Reading) -> None:
    found = benchmark(lambda: [one for meeting in reading.meetings for one in expand(meeting, YEAR)])
    assert len(found) > EVENTS


def test_splice_in_and_out(benchmark: Benchmark, octets: bytes, reading: Reading) -> None:
    additions = {meeting.place: ADDITION for meeting in reading.meetings if meeting.place is not None}
    found = benchmark(lambda: detach(attach(octets, additions, MARKERS), MARKERS))
    assert found == octets
