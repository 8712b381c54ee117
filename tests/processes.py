# SPDX-License-Identifier: Apache-2.0
"""Servers as processes of their own, each on a free port of the loopback, with its own folder; a bare HTTP client."""

from __future__ import annotations

import http.client
import os
import random
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
RATES = EXAMPLES / "rates.toml"
STARTS_WITHIN = 60.0


class Answer(NamedTuple):
    """An HTTP response."""

    status: int
    reason: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Server:
    """A running server, whose log and journal are in its folder. Whoever starts it ends it."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.folder, self.process, self.port, self._log = folder, process, port, log

    @classmethod
    def run(cls, folder: Path, port: int, *words: str, waits: bool = True, **environment: str) -> Self:
        """Python with these arguments, listening at `port` unless it `waits` not; AssertionError if it does not."""
        log = folder / "log"
        known = {**os.environ, "HOME": str(folder), "PYTHONUNBUFFERED": "1", **environment}
        known.pop("XDG_CONFIG_HOME", None)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT, env=known, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        server = cls(folder, process, port, log)
        if waits:
            server.wait()
        return server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    @property
    def journal(self) -> Path:
        return self.folder / "journal.jsonl"

    def wait(self) -> None:
        """Until it listens; AssertionError with its log if it does not."""
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5):
                return
            time.sleep(0.02)
        self.stop()
        raise AssertionError(f"the server did not start:\n{self.log}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    """A port of the loopback on which nobody listens, and which no connection is given before a server takes it."""
    chance = random.SystemRandom()  # hypothesis would give each process of a run the same numbers
    while True:
        port = chance.randrange(12_000, 32_000)  # below those that systems choose from by themselves
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
    """One request on a connection of its own. `Content_Type="..."` becomes the header of that name."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body or None, given)
        response = connection.getresponse()
        return Answer(response.status, response.reason, dict(response.getheaders()), response.read())
    finally:
        connection.close()
