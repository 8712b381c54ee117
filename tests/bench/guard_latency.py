# SPDX-License-Identifier: Apache-2.0
"""How much longer a write takes with the guard than without: both servers in the same run, request by request in turn.

    python -m tests.bench.guard_latency [--puts 200] [--rounds 4] [--gunicorn]

Bare Radicale and guarded Radicale are started side by side, each with its own folder, and get the same PUTs of new
objects: a meeting that is allowed, a weekly series that is, a daily one that steps over dates, and a meeting that is
refused (and stored by the bare server). First by one client, then by twenty at once, in rounds whose order is turned.
Milliseconds differ between machines and from hour to hour; ratios within one run hold.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from tests.invites import POLICY, THURSDAY, WEDNESDAY, calendar, component
from tests.radicale.serving import Home, Server, start

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE = tuple(f"{name}@town.example" for name in "ann ben carla david eva felix greta hanna".split())
ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE""".split("\n")
AGENDA = "DESCRIPTION:" + "\\n".join(f"{number}. An item of the agenda that is said in a line" for number in range(8))
MOST = 1.10
numbers = count()


def made(day, *lines: str) -> Callable[[str], bytes]:
    return lambda uid: calendar(ZONE, component(uid, day, AGENDA, *lines, people=PEOPLE))


KINDS: dict[str, Callable[[str], bytes]] = {
    "allowed": made(THURSDAY),
    "allowed series": made(THURSDAY, "RRULE:FREQ=WEEKLY;COUNT=26"),
    "series with skips": made(WEDNESDAY - timedelta(days=1), "RRULE:FREQ=DAILY;COUNT=30"),
    "refused": made(WEDNESDAY),
}


def timed(home: Home, kind: str, work: str) -> float:
    """Milliseconds of one PUT of a new object into the calendar `work`."""
    uid = f"bench-{next(numbers)}"
    octets = KINDS[kind](uid)
    begin = time.perf_counter()
    while True:
        try:
            answer = home.put(f"{work}/{uid}.ics", octets)
        except ConnectionResetError:  # Radicale's own server, guarded or not, lets no more than a few wait
            continue
        break
    took = (time.perf_counter() - begin) * 1000
    refused = kind == "refused" and home.server.folder.name == "guarded"
    if answer.status not in ((403,) if refused else (201, 204)):
        raise RuntimeError(f"{answer}\n{home.server.log[-2000:]}")
    return took


def cpu_seconds(server: Server) -> float:
    """What the server's processes have used so far (Linux); it says more than time where the machine is not idle."""
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = 0
    for one in (str(pid), *children):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def new_calendar(homes: dict[str, Home]) -> str:
    """The name of an empty calendar on both: Radicale looks through all of one for an object's UID."""
    name = f"calendar-{next(numbers)}"
    for home in homes.values():
        home.calendar(name)
    return name


def one_client(homes: dict[str, Home], kind: str, puts: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in homes}
    work = new_calendar(homes)
    for number in range(puts):
        names = list(homes)
        for name in names if number % 2 else names[::-1]:
            found[name].append(timed(homes[name], kind, work))
    return found


def many_clients(homes: dict[str, Home], kind: str, puts: int, rounds: int, clients: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in homes}
    work = new_calendar(homes)
    with ThreadPoolExecutor(clients) as pool:
        for number in range(rounds):
            names = list(homes)
            for name in names if number % 2 else names[::-1]:
                found[name] += pool.map(lambda _, name=name: timed(homes[name], kind, work), range(puts // rounds))
    return found


def report(kind: str, found: dict[str, list[float]]) -> float:
    """Print both servers' figures; the ratio of the medians."""
    quantiles = {name: statistics.quantiles(times, n=100) for name, times in found.items()}
    p50, p99 = ({name: quantiles[name][at] for name in found} for at in (49, 98))
    ratio = p50["guarded"] / p50["bare"]
    tail = p99["guarded"] / p99["bare"]
    print(
        f"  {kind:18} p50 {p50['bare']:7.1f} {p50['guarded']:7.1f} ms {ratio:5.2f}"
        f"   p99 {p99['bare']:7.1f} {p99['guarded']:7.1f} ms {tail:5.2f}",
        flush=True,
    )
    return ratio


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--puts", type=int, default=200, help="of each kind, to each server")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--gunicorn", action="store_true", help="three processes each, not Radicale's own server")
    options = parser.parse_args()
    packages = ", ".join(f"{name} {version(name)}" for name in ("radicale", "vobject"))
    ways = ("bare gunicorn", "gunicorn") if options.gunicorn else ("bare", "launcher")
    how = dict(zip(("bare", "guarded"), ways, strict=True))
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; {packages}; {'; '.join(how.values())}")
    with tempfile.TemporaryDirectory() as folder:
        servers = {name: start(Path(folder, name), way, POLICY) for name, way in how.items()}
        try:
            homes = {name: Home(server, "ann") for name, server in servers.items()}
            for home in homes.values():
                home.server.add_user("ann")
            for kind in KINDS:
                one_client(homes, kind, 10)
            print("one client, bare and guarded")
            ratios = []
            for kind in KINDS:
                before = {name: cpu_seconds(server) for name, server in servers.items()}
                ratios.append(report(kind, one_client(homes, kind, options.puts)))
                used = {name: (cpu_seconds(servers[name]) - before[name]) / options.puts * 1000 for name in servers}
                print(
                    f"  {'':18} CPU {used['bare']:7.1f} {used['guarded']:7.1f} ms {used['guarded'] / used['bare']:5.2f}"
                )
            print(f"{options.clients} clients at once, bare and guarded")
            for kind in KINDS:
                report(kind, many_clients(homes, kind, options.puts, options.rounds, options.clients))
        finally:
            for server in servers.values():
                server.stop()
    print(f"target: at most {MOST:.2f} times for what is allowed; reached {max(ratios[:3]):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
