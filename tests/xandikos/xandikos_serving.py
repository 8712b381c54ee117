# SPDX-License-Identifier: Apache-2.0
"""Xandikos as a process of its own, on a free port of the loopback; its users as a bare HTTP client sees them.

Several users need `multi-user`, where a front end that is trusted says who is asking (`X-Remote-User`).
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
STARTS_WITHIN = 60.0
SET_ADDRESS = """<?xml version="1.0" encoding="utf-8"?>
<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<C:calendar-user-address-set><D:href>mailto:{}</D:href></C:calendar-user-address-set>
</D:prop></D:set></D:propertyupdate>"""

GET_ETAGS = b'<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>'


class Answer(NamedTuple):
    """An HTTP response."""

    status: int
    reason: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class XandikosServer:
    """A running server; whoever starts it ends it."""

    def __init__(self, folder: Path, policy: str, *options: str, guarded: bool = True) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "meetcost.toml").write_text(policy, encoding="utf-8")
        self.folder, self.journal, self._log = folder, folder / "journal.jsonl", folder / "log"
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port: int = taken.getsockname()[1]
        ours = [
            *("--meetcost-policy", str(folder / "meetcost.toml")),
            *("--meetcost-directory", str(EXAMPLES / "directory.csv")),
            *("--meetcost-rates", str(EXAMPLES / "rates.toml")),
            *("--meetcost-journal", str(self.journal)),
        ]
        theirs = ["multi-user", "-l", "127.0.0.1", "-p", str(self.port), "-d", str(folder / "data"), "--defaults"]
        trusted = ["--trust-x-remote-user-from", "127.0.0.1", "--no-detect-systemd"]
        module = ["-m", "meetcost.xandikos", *ours] if guarded else ["-m", "xandikos"]
        command = [sys.executable, *module, *theirs, *trusted, *options]
        environment = {**os.environ, "HOME": str(folder), "PYTHONUNBUFFERED": "1"}
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        self._wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def _wait(self) -> None:
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


class User:
    """Somebody with a principal, a default calendar and an address; paths are below the user's calendars."""

    def __init__(self, server: XandikosServer, name: str, address: str = "") -> None:
        self.server, self.name, self.address = server, name, address or f"{name}@town.example"
        assert self.send("PROPFIND", f"/{name}/", Depth="0").status == 207
        answer = self.send("PROPPATCH", f"/{name}/", SET_ADDRESS.format(self.address).encode())
        assert answer.status == 207, answer

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request on a connection of its own; a path with a leading slash is taken from the root."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if method.startswith("PROP"):
            given.setdefault("Content-Type", "application/xml")
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            full = path if path.startswith("/") else f"/{self.name}/calendars/{path}"
            connection.request(method, full, body or None, {"X-Remote-User": self.name, **given})
            response = connection.getresponse()
            return Answer(response.status, response.reason, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def put(self, path: str, body: bytes, **headers: str) -> Answer:
        return self.send("PUT", path, body, **{"Content_Type": "text/calendar; charset=utf-8", **headers})

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def to(self, method: str, path: str, to: str, **headers: str) -> Answer:
        """COPY or MOVE."""
        return self.send(method, path, Destination=f"{self.server.url}{self.name}/calendars/{to}", **headers)

    def objects(self, path: str = "calendar/") -> list[bytes]:
        """All that is in a collection."""
        found = self.send("PROPFIND", path, GET_ETAGS, Depth="1").text
        names = re.findall("<ns0:response><ns0:href>([^<]*[^/])</ns0:href>", found)
        return [self.get(name).body for name in names]

    @property
    def inbox(self) -> list[bytes]:
        return self.objects(f"/{self.name}/inbox/")
