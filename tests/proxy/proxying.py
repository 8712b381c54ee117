# SPDX-License-Identifier: Apache-2.0
"""The guarding proxy as a process of its own, before a server as a process of its own; and what a client sends raw."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tests.radicale.serving import ROOT, Answer, Home, Server, free_port
from tests.xandikos.xandikos_serving import start_open as start_xandikos

TESTS = ROOT / "tests"
REFERENCE = TESTS / "reference-policy.toml"
NOW = "2026-01-02T00:00:00+00:00"
"""The present of the guard's cases (tests/data/guard/policy.json)."""


class Proxy(Server):
    """A running proxy; `url` is where clients connect."""

    def hang_up(self) -> None:
        """Tell it to take its policy anew, and wait until it has said whether it did."""
        before = self.log.count("policy")
        self.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + 20
        while self.log.count("policy") == before:
            assert time.monotonic() < until, self.log
            time.sleep(0.02)

    def resident(self) -> int:
        """Its largest resident set so far, in kB (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def start_proxy(
    folder: Path,
    upstream: str,
    policy: str | Path,
    *options: str,
    now: str | None = None,
    before: str = "",
    port: int = 0,
    waits: bool = True,
) -> Proxy:
    """A proxy before `upstream`, listening. `policy` is TOML, or a file of it; `now` is an instant that stands still.

    `before` is run in its process first, to break something in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "meetcost.toml"
    file.write_text(policy if isinstance(policy, str) else policy.read_text("utf-8"), encoding="utf-8")
    port = port or free_port()
    if now is not None:
        before += "\nfrom datetime import datetime\nfrom meetcost.cli import guard"
        before += f"\nguard.the_clock = lambda: datetime.fromisoformat('{now}')"
    program = ["-c", f"{before}\nfrom meetcost.cli.main import run\nrun()"] if before else ["-m", "meetcost"]
    words = ["guard", "--upstream", upstream, "--listen", f"127.0.0.1:{port}", "--policy", str(file), "--json"]
    words += ["--journal", str(folder / "journal.jsonl"), *options]
    log = folder / "log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *program, *words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    proxy = Proxy(folder, process, port, log)
    if waits:
        proxy.wait()
    return proxy


def wait_for_socket(proxy: Proxy, path: Path) -> None:
    """Until it listens there."""
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, proxy.log
        assert proxy.process.poll() is None, proxy.log
        time.sleep(0.02)


class RawAnswer(NamedTuple):
    """What came back on a connection: the status (0 if nothing did), and all of it."""

    status: int
    octets: bytes


def raw(port: int, request: bytes, *, half_close: bool = False, within: float = 30) -> RawAnswer:
    """Send octets as they are; everything that comes back until the other side ends, or has answered."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), within) as connection, suppress(ConnectionError):
        connection.sendall(request)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        while not _whole(received):
            piece = connection.recv(65536)
            if not piece:
                break
            received += piece
    found = re.match(rb"(?:HTTP/1.1 100 Continue\r\n\r\n)?HTTP/1\.[01] (\d{3})", received)
    return RawAnswer(int(found[1]) if found else 0, received)


def _whole(received: bytes) -> bool:
    """Whether a final answer with a length is there."""
    head, mark, body = received.partition(b"\r\n\r\n")
    if not mark:
        return False
    if head.startswith(b"HTTP/1.1 100"):
        return _whole(body)
    if head.startswith(b"HTTP/1.1 204"):
        return True
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return length is not None and len(body) >= int(length[1])


__all__ = ["NOW", "REFERENCE", "Answer", "Home", "Proxy", "RawAnswer", "Server", "raw", "start_proxy", "start_xandikos"]
