# SPDX-License-Identifier: Apache-2.0
"""Mutated calendars through everything that takes octets from strangers: nothing but `MeetcostError` may come out.

    python tests/fuzz/fuzz_read.py --seconds 60 --seed 1

It starts from `tests/data/calendars` and needs the standard library alone; `--atheris` hands the same target to
atheris, where that is installed. An input that breaks a promise is written to `--keep` and ends the run with code 1.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from meetcost.errors import MeetcostError
from meetcost.ics.expand import expand_between
from meetcost.ics.markers import Markers
from meetcost.ics.read import read, read_stream
from meetcost.ics.scan import MEETINGS
from meetcost.ics.strict import read_strict
from meetcost.ics.write import Addition, attach, detach
from meetcost.model.meeting import Meeting
from meetcost.model.zone import ZoneReading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CALENDARS = Path(__file__).parents[1] / "data" / "calendars"
YEAR_2026 = 1_767_225_600, 1_798_761_600
ALL_TIME = -62_135_596_800, 253_402_300_799
MARKERS = (Markers("--- meetcost ---", "--- end ---"), Markers("--- 会议成本 ---", "--- 完 ---"))
ADDITION = Addition((("X-MEETCOST-COST", "1;2,3"),), ("Kosten: 10 €", "a line of some length, " * 5))
WORDS = (
    "BEGIN:VEVENT END:VEVENT BEGIN:VALARM END:VCALENDAR BEGIN;X=1:VEVENT DTSTART DTSTART:20260113 DTEND;VALUE=DATE: "
    "RRULE:FREQ=SECONDLY RRULE:FREQ=DAILY;COUNT=1000000000;BYYEARDAY=-366,366 RDATE;VALUE=PERIOD:20260113T000000/ "
    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260113T090000Z EXDATE: TZID=Z ;TZID= DESCRIPTION: SUMM SEQUENCE: UID: "
    "DURATION:P99999W 00010101T000000 99991231T235959Z X-MEETCOST-COST: BYDAY=-53SU INTERVAL=999999999999 +2359 -0001 "
    '\\n \\ "'
).split() + [marker for markers in MARKERS for marker in markers[:2]]
OCTETS = [b"\x00", b"\r", b"\n", b"\r\n", b"\r\n ", b"\n\t", b"\x0c", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b";"]


class BrokenPromiseError(Exception):
    """Something else than an exception that is wrong."""


class Tally(NamedTuple):
    """What a run did."""

    inputs: int
    slowest: float
    slowest_input: bytes


def check(octets: bytes) -> None:
    """Read, judge, expand, write into and clean one input; raises what must not happen."""
    reading = read(octets, components=MEETINGS)
    read_strict(octets)
    list(read_stream([octets[at : at + 700] for at in range(0, len(octets), 700)]))
    for meeting in reading.meetings:
        _expand(meeting)
    _write(octets)


def _expand(meeting: Meeting) -> None:
    str(meeting.start), str(meeting.end), meeting.description, repr(meeting)
    for window in (YEAR_2026, ALL_TIME):
        for strict, reading in ((False, ZoneReading.NAME), (True, ZoneReading.FILE)):
            try:
                found = expand_between(meeting, *window, None, reading, strict=strict, max_instances=500)
            except MeetcostError:
                continue
            for one in found[:20]:
                str(one.id), one.starts, one.ends, one.day, one.local_start, one.zoned_start()


def _write(octets: bytes) -> None:
    clean = detach(octets, MARKERS)
    if detach(clean, MARKERS) != clean:
        raise BrokenPromiseError("detaching twice is not detaching once")
    places = [meeting.place for meeting in read_stream([clean]) if isinstance(meeting, Meeting) and meeting.place]
    attached = attach(clean, dict.fromkeys(places, ADDITION), MARKERS)
    if detach(attached, MARKERS) != clean:
        raise BrokenPromiseError("attaching leaves a trace")


def mutated(rng: random.Random, octets: bytes, corpus: Sequence[bytes]) -> bytes:
    """One to six changes."""
    for _ in range(rng.randint(1, 6)):
        octets = rng.choice(_MUTATIONS)(rng, octets, corpus)
    return octets[:20_000]


def _spliced(rng: random.Random, octets: bytes, corpus: Sequence[bytes]) -> bytes:
    lines, others = octets.splitlines(True), rng.choice(corpus).splitlines(True)
    at, since = rng.randrange(len(lines) + 1), rng.randrange(len(others) + 1)
    return b"".join([*lines[:at], *others[since : since + rng.randint(1, 12)], *lines[at:]])


def _with_line_again(rng: random.Random, octets: bytes, corpus: Sequence[bytes]) -> bytes:
    lines = octets.splitlines(True) or [b""]
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    return b"".join(lines)


def _with_lines_swapped(rng: random.Random, octets: bytes, corpus: Sequence[bytes]) -> bytes:
    lines = octets.splitlines(True) or [b""]
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _with_other_digits(rng: random.Random, octets: bytes, corpus: Sequence[bytes]) -> bytes:
    digits = [match.start() for match in re.finditer(rb"[0-9]", octets)]
    changed = bytearray(octets)
    for at in rng.sample(digits, min(len(digits), rng.randint(1, 5))):
        changed[at] = rng.choice(b"0123456789")
    return bytes(changed)


def _cut(rng: random.Random, octets: bytes, corpus: Sequence[bytes]) -> bytes:
    at = rng.randrange(len(octets) + 1)
    return octets[:at] + octets[at + rng.choice((1, 2, 10, 100)) :]


def _with_octets(rng: random.Random, octets: bytes, corpus: Sequence[bytes]) -> bytes:
    at = rng.randrange(len(octets) + 1)
    return octets[:at] + rng.choice(OCTETS) * rng.choice((1, 1, 1, 40)) + octets[at:]


def _with_word(rng: random.Random, octets: bytes, corpus: Sequence[bytes]) -> bytes:
    starts = [0, *(match.end() for match in re.finditer(rb"\n|[:;=,]", octets))]
    at = rng.choice(starts)
    end = rng.choice((b"", b"\r\n"))
    return octets[:at] + rng.choice(WORDS).encode() + end + octets[at:]


def _refolded(rng: random.Random, octets: bytes, corpus: Sequence[bytes]) -> bytes:
    width = rng.choice((1, 2, 7, 75))
    lines = re.sub(rb"\r?\n[ \t]", b"", octets).split(b"\r\n")
    return b"\r\n".join(b"\r\n ".join(_pieces(line, width)) for line in lines)


def _pieces(line: bytes, width: int) -> list[bytes]:
    return [line[at : at + width] for at in range(0, len(line), width)] or [b""]


_MUTATIONS: list[Callable[[random.Random, bytes, Sequence[bytes]], bytes]] = [
    _spliced, _with_line_again, _with_lines_swapped, _with_other_digits, _cut, _with_octets, _with_word, _with_word,
    _refolded,
]  # fmt: skip


def run(seed: int, *, seconds: float | None = None, inputs: int | None = None, keep: Path | None = None) -> Tally:
    """Mutate and check until `seconds` or `inputs` are used up; raises at the first input that breaks a promise."""
    rng = random.Random(seed)
    corpus = [path.read_bytes() for path in sorted(CALENDARS.glob("*.ics"))]
    began, tally = time.monotonic(), Tally(0, 0.0, b"")
    while (seconds is None or time.monotonic() - began < seconds) and (inputs is None or tally.inputs < inputs):
        octets = mutated(rng, rng.choice(corpus), corpus)
        since = time.monotonic()
        try:
            check(octets)
        except BaseException:
            if keep is not None:
                name = keep / f"fuzz-{hashlib.sha256(octets).hexdigest()[:12]}.ics"
                name.write_bytes(octets)
                print(f"input number {tally.inputs} of seed {seed} is in {name}")
            raise
        took = time.monotonic() - since
        tally = Tally(tally.inputs + 1, *max((tally.slowest, tally.slowest_input), (took, octets)))
    return tally


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="mutated calendars through the reader")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path())
    parser.add_argument("--atheris", action="store_true")
    asked = parser.parse_args()
    if asked.atheris:
        import atheris  # noqa: PLC0415 - only here

        atheris.Setup([sys.argv[0], str(CALENDARS)], check)
        atheris.Fuzz()
        return 0
    try:
        tally = run(asked.seed, seconds=asked.seconds, keep=asked.keep)
    except Exception:  # noqa: BLE001 - whatever it is, it is told
        traceback.print_exc()
        return 1
    print(f"{tally.inputs:,} inputs from seed {asked.seed}, nothing broken; the slowest took {tally.slowest:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
