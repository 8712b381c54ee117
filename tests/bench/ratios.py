# SPDX-License-Identifier: Apache-2.0
"""How many times faster than a named peer, both measured in the same run.

    python -m tests.bench.ratios [--events 10000] [--rounds 5] [--only reading expansion] [--check]

Every round runs each contender once in a fresh process, the order rotated from round to round; CPU seconds, the median
of the rounds. Seconds differ between machines and from hour to hour; ratios within one run hold. `--check` fails where
a target is missed.
"""

from __future__ import annotations

import argparse
import compileall
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.bench import contenders

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GENERATOR = HERE / "gen_ics.py"
BASELINE = HERE / "baseline_pipeline.py"
POLICY = HERE / "policy.toml"
RATES = HERE / "rates.toml"
STREAM_FACTOR = 10  # streaming is measured on so many times the events


class Measured(NamedTuple):
    """One run of one contender."""

    cpu: float
    megabytes: float
    out: int = 0


class Comparison(NamedTuple):
    """Contenders by name, ours first; `target` is a ratio to `peer`, or megabytes where nobody is beside us."""

    contenders: dict[str, Callable[[Path], Measured]]
    target: float
    peer: str = ""
    factor: int = 1


def step(name: str) -> Callable[[Path], Measured]:
    """A contender of `contenders.STEPS`: its own clock leaves imports out."""

    def run(file: Path) -> Measured:
        command = [sys.executable, "-m", contenders.__name__, name, str(file)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        return Measured(found["cpu"], found["megabytes"], found["count"])

    return run


def command(*arguments: str) -> Callable[[Path], Measured]:
    """A contender that is a whole program, start and all; `FILE` stands for the calendar."""

    def run(file: Path) -> Measured:
        words = [sys.executable, *(str(file) if word == "FILE" else word for word in arguments)]
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(words, cwd=ROOT, stdout=output)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise subprocess.CalledProcessError(process.returncode, words)
            output.seek(0)
            lines = sum(1 for _ in output)
        return Measured(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, lines)

    return run


COMPARISONS: dict[str, Comparison] = {
    "reading": Comparison(
        {"meetcost": step("reading/meetcost"), "icalendar": step("reading/icalendar")},
        target=40,
        peer="icalendar",
    ),
    "expansion": Comparison(
        {
            "meetcost": step("expansion/meetcost"),
            "meetcost, objects": step("expansion/meetcost, objects"),
            "recurring-ical-events": step("expansion/recurring-ical-events"),
        },
        target=60,
        peer="recurring-ical-events",
    ),
    "end-to-end": Comparison(
        {
            "meetcost": command(
                *("-m", "meetcost", "cost", "FILE", "--from", "2026-01-01", "--to", "2027-01-01"),
                *("--rates", str(RATES), "--policy", str(POLICY), "--json"),
            ),
            "baseline pipeline": command(str(BASELINE), "FILE", os.devnull),
        },
        target=30,
        peer="baseline pipeline",
    ),
    "streaming": Comparison({"meetcost": step("streaming/meetcost")}, target=100, factor=STREAM_FACTOR),
}


def missing(name: str) -> str:
    """Why a comparison cannot be made yet; empty where it can."""
    if name != "end-to-end":
        return ""
    if importlib.util.find_spec("meetcost.cli.main") is None:
        return "there is no `meetcost` command yet"
    lacking = [path.name for path in (RATES, POLICY) if not path.exists()]
    return f"{', '.join(lacking)} missing beside ratios.py" if lacking else ""


def measure(comparison: Comparison, file: Path, rounds: int) -> dict[str, Measured]:
    """The median of each contender; `out` is that of the last round."""
    names = list(comparison.contenders)
    found: dict[str, list[Measured]] = {name: [] for name in names}
    for number in range(rounds):
        turn = number % len(names)
        for name in [*names[turn:], *names[:turn]]:
            found[name].append(comparison.contenders[name](file))
    return {
        name: Measured(
            statistics.median(one.cpu for one in runs),
            statistics.median(one.megabytes for one in runs),
            runs[-1].out,
        )
        for name, runs in found.items()
    }


def report(name: str, comparison: Comparison, found: dict[str, Measured]) -> bool:
    """Print a comparison; whether its target is met."""
    ours = next(iter(comparison.contenders))
    peer = found.get(comparison.peer)
    for contender, one in found.items():
        ratio = f"{peer.cpu / one.cpu:8.1f} times" if peer is not None and one is not peer else ""
        print(f"  {contender:24} {one.cpu:9.3f} CPU s {one.megabytes:8.0f} MB {one.out:10,} out {ratio}", flush=True)
    if peer is None:
        print(f"  {name}: {found[ours].megabytes:.0f} MB, target at most {comparison.target:.0f} MB")
        return found[ours].megabytes <= comparison.target
    reached = peer.cpu / found[ours].cpu
    print(f"  {name}: {reached:.1f} times {comparison.peer}, target {comparison.target:.0f}")
    return reached >= comparison.target


def machine() -> str:
    """What the figures were measured with."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("icalendar", "recurring-ical-events", "pydantic"))
    return f"Python {platform.python_version()}, {os.cpu_count()} cores; {packages}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=list(COMPARISONS), default=list(COMPARISONS))
    parser.add_argument("--check", action="store_true", help="exit 1 where a target is missed")
    options = parser.parse_args()
    print(f"{machine()}; {options.events:,} events, {options.rounds} rounds")
    compileall.compile_dir(ROOT / "meetcost", quiet=1)  # as an installer does, and has done for the peers
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only:
            comparison = COMPARISONS[name]
            events = options.events * comparison.factor
            print(f"{name}, {events:,} events")
            if reason := missing(name):
                print(f"  not measured: {reason}")
                continue
            file = Path(folder, f"{events}.ics")
            if not file.exists():
                subprocess.run([sys.executable, GENERATOR, "--events", str(events), "--out", file], check=True)
            if not report(name, comparison, measure(comparison, file, options.rounds)):
                missed.append(name)
    print(f"missed: {', '.join(missed)}" if missed else "every target that was measured is met")
    return 1 if missed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
