# SPDX-License-Identifier: Apache-2.0
"""A short run of the fuzz target, always the same, and what longer ones found."""

from __future__ import annotations

import random

import fuzz_read
import pytest

FOUND = [
    pytest.param(
        b"BEGIN:VEVENT\nUID:o\nSUMM\nDTSTART:21210117T090000\nEND:VEVENT",
        id="a name without a colon",
    ),
    pytest.param(b"BEGIN:VEVENT\nDTSTART:20260105T090000\nBEGIN:\nEND:VEVENT", id="an unclosed part without a name"),
    pytest.param(b"BEGIN:VEVENT\nDTSTART:20260113T090000\nEND:\nEND:VEVENT", id="a stray end without a name"),
    pytest.param(b"BEGIN:VEVENT\nDESCRIPTION;\nDTSTART:20260113T090000\nEND:VEVENT", id="a broken description"),
    pytest.param(
        b"BEGIN:VEVENT\nDTSTART:20260113T090000\nDESCRIPTION:\r\r\nEND:VEVENT", id="a doubled carriage return"
    ),
    pytest.param(
        b"BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:DAYLIGHT\nDTSTART:19810329T020000\nTZOFFSETFROM:+0100\n"
        b"TZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=SU\nEND:DAYLIGHT\nEND:VTIMEZONE\nBEGIN:VEVENT\n"
        b"DTSTART;TZID=Europe/Berlin:20260106T090000\nDURATION:P3650000D\nEND:VEVENT",
        id="an end beyond the year 9999 in a zone of the file",
    ),
]


@pytest.mark.parametrize("octets", FOUND)
def test_what_was_found(octets: bytes) -> None:
    fuzz_read.check(octets)


def test_a_short_run() -> None:
    assert fuzz_read.run(2026, inputs=1500).inputs == 1500


def test_every_mutation_gives_octets() -> None:
    rng = random.Random(1)
    for octets in (b"", b"A:1", b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n"):
        for _ in range(200):
            assert isinstance(fuzz_read.mutated(rng, octets, [octets]), bytes)


def test_a_broken_promise_ends_the_run_and_keeps_the_input(tmp_path: object, capsys: object) -> None:
    broken = fuzz_read.BrokenPromiseError
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fuzz_read, "detach", lambda octets, markers: octets + b"\n")
        with pytest.raises(broken):
            fuzz_read.run(1, inputs=5, keep=tmp_path)  # type: ignore[arg-type] # a Path
    assert len(list(tmp_path.iterdir())) == 1  # type: ignore[attr-defined] # a Path
