# SPDX-License-Identifier: Apache-2.0
"""The decision service as a process of its own, and somebody who asks it."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
STARTS_WITHIN = 60.0


class Told(NamedTuple):
    """An answer."""

    status: int
    value: dict[str, Any]

    @property
    def octets(self) -> bytes:
        return b64decode(self.value["octets"])


class _Unix(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=60)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self._path)


class Service:
    """A running service; whoever starts it ends it."""

    def __init__(self, folder: Path, policy: str, *options: str, listen: str = "127.0.0.1:0", token: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._token = token
        self.folder, self.journal, self._log = folder, folder / "journal.jsonl", folder / "log"
        self.policy = folder / "meetcost.toml"
        self.policy.write_text(policy, encoding="utf-8")
        files = ["--policy", str(self.policy), "--directory", str(EXAMPLES / "directory.csv")]
        files += ["--rates", str(EXAMPLES / "rates.toml"), "--journal", str(self.journal)]
        command = [sys.executable, "-m", "meetcost", "guard", "--decide", "--listen", listen, *files, *options]
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.listen = self._wait()

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    @property
    def url(self) -> str:
        return f"http://{self.listen}"

    def _wait(self) -> str:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self.process.poll() is None:
            found = re.search(r"deciding at ([^,\s]+)", self.log)
            if found:
                return found[1]
            time.sleep(0.02)
        self.stop()
        raise AssertionError(f"the service did not start:\n{self.log}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Told:
        """One request on a connection of its own."""
        unix = self.listen.removeprefix("unix:")
        connection = _Unix(unix) if unix != self.listen else http.client.HTTPConnection(self.listen, timeout=60)
        given = {"Content-Type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        if self._token:
            given.setdefault("Authorization", f"Bearer {self._token}")
        try:
            connection.request(method, path, body or None, given)
            response = connection.getresponse()
            text = response.read()
            return Told(response.status, json.loads(text) if text else {})
        finally:
            connection.close()

    def decide(self, new: bytes, old: bytes | None = None, **more: Any) -> Told:
        question = {"new": b64encode(new).decode(), **more}
        if old is not None:
            question["old"] = b64encode(old).decode()
        return self.send("POST", "/decide", json.dumps(question).encode())

    def removed(self, old: bytes, calendar: str) -> Told:
        return self.send(
            "POST", "/removed", json.dumps({"old": b64encode(old).decode(), "calendar": calendar}).encode()
        )

    def settle(self, name: str, *, stored: bool) -> Told:
        return self.send("POST", "/settle", json.dumps({"id": name, "stored": stored}).encode())
