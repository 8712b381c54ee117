# SPDX-License-Identifier: Apache-2.0
"""How much longer a write or a read takes through the proxy: the bare server and the proxied one in the same run.

    python -m tests.bench.proxy_latency [--requests 200] [--rounds 4] [--clients 50] [--gunicorn] [--report-size 37]

Two Radicales of the same kind are started side by side, one of them behind the proxy, and get the same requests, in
rounds whose order is turned: GET, a meeting that is allowed, a series that is, one that steps over dates, one that
is refused (and stored by the bare server). At the end a REPORT of `--report-size` MB goes through the proxy, to see how
much memory it takes. Milliseconds differ between machines and from hour to hour; ratios within one run hold.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from tests.bench.guard_latency import KINDS, new_calendar, numbers, timed
from tests.invites import POLICY
from tests.proxy.proxying import start_proxy
from tests.proxy.recorder import Recorder
from tests.radicale.serving import Home, start


def timed_get(home: Home, work: str) -> float:
    """Milliseconds of one GET of an object that is there."""
    begin = time.perf_counter()
    while True:
        try:
            answer = home.get(f"{work}/read.ics")
        except ConnectionResetError:  # Radicale's own server lets no more than a few wait
            continue
        break
    if answer.status != 200:
        raise RuntimeError(str(answer))
    return (time.perf_counter() - begin) * 1000


def measured(homes: dict[str, Home], kind: str, requests: int, rounds: int, clients: int) -> dict[str, list[float]]:
    """Milliseconds of each request, by server."""
    found: dict[str, list[float]] = {name: [] for name in homes}
    work = new_calendar(homes)
    for home in homes.values():
        home.put(f"{work}/read.ics", KINDS["allowed"](f"read-{next(numbers)}"))

    def once(home: Home) -> float:
        return timed_get(home, work) if kind == "GET" else timed(home, kind, work)

    with ThreadPoolExecutor(clients) as pool:
        for number in range(rounds):
            names = list(homes)
            for name in names if number % 2 else names[::-1]:
                found[name] += pool.map(lambda _, name=name: once(homes[name]), range(requests // rounds))
    return found


def report(kind: str, found: dict[str, list[float]]) -> None:
    """Print the figures of both."""
    at = {name: statistics.quantiles(times, n=100) for name, times in found.items()}
    told = []
    for point in (50, 99):
        bare, guarded = at["bare"][point - 1], at["guarded"][point - 1]
        told.append(f"p{point} {bare:8.1f} {guarded:8.1f} ms {guarded - bare:+8.1f} ms {guarded / bare:5.2f}")
    print(f"  {kind:18} {'   '.join(told)}", flush=True)


def large_answer(folder: Path, megabytes: int) -> None:
    """Print how much memory the proxy takes more for one answer of that size."""
    octets = b"x" * 1_000_000
    head = f"HTTP/1.1 207 Multi-Status\r\nContent-Length: {megabytes * len(octets)}\r\n\r\n".encode()

    def answer(_one, connection):
        connection.sendall(head)
        for _ in range(megabytes):
            connection.sendall(octets)

    recorder = Recorder(answer, wants_connection=True)
    proxy = start_proxy(folder, recorder.url, POLICY)
    try:
        before = proxy.resident()
        begin = time.perf_counter()
        size = len(Home(proxy, "ann").send("REPORT", "work/").body)
        took = time.perf_counter() - begin
        after = proxy.resident()
        print(
            f"a REPORT of {size / 1e6:.0f} MB in {took:.2f} s: resident {before / 1e3:.1f} MB, then {after / 1e3:.1f}"
        )
    finally:
        proxy.stop()
        recorder.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=200, help="of each kind, to each server")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--gunicorn", action="store_true", help="three processes each, not Radicale's own server")
    parser.add_argument("--report-size", type=int, default=37, metavar="MB")
    options = parser.parse_args()
    packages = ", ".join(f"{name} {version(name)}" for name in ("radicale", "aiohttp"))
    how = "bare gunicorn" if options.gunicorn else "bare"
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; {packages}; {how}")
    with tempfile.TemporaryDirectory() as folder:
        started = []
        try:
            bare, behind = (start(Path(folder, name), how, "") for name in ("bare", "behind"))
            started += [bare, behind]
            proxy = start_proxy(Path(folder, "guarded"), behind.url, POLICY)
            started.append(proxy)
            for server in (bare, behind):
                server.add_user("ann")
            homes = {"bare": Home(bare, "ann"), "guarded": Home(proxy, "ann")}
            for clients in (1, options.clients):
                print(f"{clients} client{'s at once' if clients > 1 else ''}: bare, guarded, added, ratio")
                for kind in ("GET", *KINDS):
                    measured(homes, kind, 4, 1, 1)
                    report(kind, measured(homes, kind, options.requests, options.rounds, clients))
            text = proxy.log
            print("by its own log, a PUT took " + _own(text))
            large_answer(Path(folder, "large"), options.report_size)
        finally:
            for one in started:
                one.stop()
    return 0


def _own(log: str) -> str:
    found = [float(one) for one in re.findall(r'"method":"PUT".*?"milliseconds":([\d.]+)', log)]
    return f"{statistics.median(found):.1f} ms in the middle, the server's own part included"


if __name__ == "__main__":
    sys.exit(main())
