# SPDX-License-Identifier: Apache-2.0
"""Which object keeps a guard busy longest? A search that can be run again after every change.

    python -m tests.fuzz.slowest --seconds 600 --seed 1
    python -m tests.fuzz.slowest --seeds-only                  # each kind of object at its largest
    python -m tests.fuzz.slowest --target read --seconds 60

Each object is judged in a process of its own, forked from one in which nothing has been judged: CPU seconds of that
process (not time, so that other work on the machine does not count) and by how much its memory grows. What is slow is
changed at random, and kept where it becomes slower. An object that is stopped for taking longer than `--most` seconds
counts as that long.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.fuzz import slow_objects
from tests.fuzz.slow_targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fuzz.slow_objects import Genes
    from tests.fuzz.slow_targets import Target

KEPT = 24


class Cost(NamedTuple):
    """Of one object: CPU seconds, MB, what came of it, how many octets it has."""

    seconds: float
    megabytes: float
    outcome: str = ""
    octets: int = 0

    @property
    def weight(self) -> float:
        """What a search goes by: a second is as bad as 250 MB."""
        return self.seconds + self.megabytes / 250


def _now_in_memory() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def measured(work: Callable[[], str], most: float) -> Cost:
    """What `work` takes in a child process (POSIX; memory as Linux counts it)."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (int(most) + 1, int(most) + 2))
            resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
            before, since = _now_in_memory(), time.process_time()
            try:
                said = work()
            except Exception as error:  # noqa: BLE001 - told
                said = f"{type(error).__name__}: {error}"
            took = time.process_time() - since
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
            os.write(writing, f"{took} {peak} {said[:200]}".encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read().decode("utf-8", "replace")
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) or not said:
        ended = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "no answer"
        return Cost(most, 0.0, f"stopped: {ended}")
    seconds, megabytes, outcome = said.split(" ", 2)
    return Cost(float(seconds), float(megabytes), outcome)


class Search:
    """The slowest objects found for one target."""

    def __init__(self, target: Target, seed: int, most: float) -> None:
        self.rng, self._target, self._most = random.Random(seed), target, most
        self.kept: list[tuple[Cost, Genes]] = []
        self.tried = 0

    def look(self, genes: Genes) -> Cost:
        """Measure one."""
        new, old = slow_objects.pair_of(genes)
        cost = measured(lambda: self._target(new, old), self._most)._replace(octets=len(new))
        self.tried += 1
        self.kept.append((cost, genes))
        self.kept.sort(key=lambda one: -one[0].weight)
        del self.kept[KEPT:]
        return cost

    def step(self) -> Cost:
        """Change one of the slowest."""
        ranks = [one for _, one in self.kept]
        genes = ranks[min(int(self.rng.expovariate(0.3)), len(ranks) - 1)]
        return self.look(slow_objects.changed(genes, self.rng.choice(ranks), self.rng))


def told(cost: Cost, genes: Genes) -> str:
    """A line of the table."""
    name = genes.name or repr(genes)
    return f"{cost.seconds:7.2f} s {cost.megabytes:7.1f} MB {cost.octets:9,} {cost.outcome[:40]:40} {name}"


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="of searching, after the seeds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=float, default=10, help="CPU seconds after which an object is stopped")
    parser.add_argument("--target", choices=list(TARGETS), default="guard")
    parser.add_argument("--seeds-only", action="store_true")
    parser.add_argument("--only", default="", help="seeds whose name holds this")
    parser.add_argument("--keep", type=Path, help="a folder for the slowest objects")
    parser.add_argument("--over", type=float, help="exit 1 where an object takes so many CPU seconds or more")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        search = Search(TARGETS[asked.target](Path(folder)), asked.seed, asked.most)
        for genes in (one for one in slow_objects.seeds() if asked.only in one.name):
            cost = search.look(genes)
            if cost.seconds >= 0.3 or cost.megabytes >= 100:
                print(told(cost, genes), flush=True)
        until = time.monotonic() + asked.seconds
        slowest = search.kept[0][0].weight
        while not asked.seeds_only and time.monotonic() < until:
            cost = search.step()
            if cost.weight > slowest * 1.02:
                slowest = cost.weight
                print(told(*search.kept[0]), flush=True)
    print(f"\nthe slowest of {search.tried:,}:")
    for number, (cost, genes) in enumerate(search.kept):
        print(told(cost, genes))
        if asked.keep is not None:
            for octets, end in zip(slow_objects.pair_of(genes), ("new", "old"), strict=True):
                if octets is not None:
                    (asked.keep / f"slow-{number:02}-{end}.ics").write_bytes(octets)
    return int(asked.over is not None and search.kept[0][0].seconds >= asked.over)


if __name__ == "__main__":
    sys.exit(main())
