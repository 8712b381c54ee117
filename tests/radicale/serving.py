# SPDX-License-Identifier: Apache-2.0
"""Servers as processes of their own, each on a free port of the loopback with its own folder; a bare HTTP client."""

from __future__ import annotations

import base64
import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
RATES = EXAMPLES / "rates.toml"
PASSWORD = "secret"
STARTS_WITHIN = 60.0
GUNICORN = ["-m", "gunicorn", "--workers", "3", "--bind", "127.0.0.1:PORT"]
COMMANDS = {
    "bare": ["-m", "radicale", "-C", "CONFIG"],
    "plugin": ["-m", "radicale", "-C", "CONFIG"],
    "launcher": ["-m", "meetcost.radicale", "-C", "CONFIG"],
    "gunicorn": [*GUNICORN, "meetcost.radicale:application"],
    "bare gunicorn": [*GUNICORN, "radicale:application"],
}
"""How a server is started: Radicale alone, with the storage only, with the door as well; on gunicorn the last two."""


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
    """A running server. `start` makes one; whoever starts it ends it."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.folder, self.process, self.port, self._log = folder, process, port, log

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    @property
    def journal(self) -> Path:
        return self.folder / "journal.jsonl"

    def add_user(self, name: str) -> None:
        """Radicale reads the file anew at each login."""
        with (self.folder / "users").open("a", encoding="ascii") as users:
            users.write(f"{name}:{PASSWORD}\n")

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
    """A port of the loopback on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def configured(
    folder: Path, how: str, policy: str, port: int, *, storage: str = "", delay: float = 0, rates: Path = RATES
) -> Path:
    """The configuration of a server in `folder`, written to a file there; `policy` is TOML."""
    (folder / "users").touch()
    (folder / "meetcost.toml").write_text(policy, encoding="utf-8")
    guarded = f"""\
type = meetcost.radicale
policy = {folder / "meetcost.toml"}
directory = {EXAMPLES / "directory.csv"}
rates = {rates}
journal = {folder / "journal.jsonl"}
"""
    text = f"""\
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder / "users"}
htpasswd_encryption = plain
delay = {delay}
[storage]
{"" if "filesystem_folder" in storage else f"filesystem_folder = {folder / 'collections'}"}
{"" if how.startswith("bare") else guarded}{storage}
"""
    file = folder / "radicale.conf"
    file.write_text(text, encoding="utf-8")
    return file


def start(
    folder: Path, how: str, policy: str, *, storage: str = "", delay: float = 0, rates: Path = RATES, port: int = 0
) -> Server:
    """A server of one of the `COMMANDS`, listening; on `port` again, if it is given."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    file = configured(folder, how, policy, port, storage=storage, delay=delay, rates=rates)
    words = (word.replace("CONFIG", str(file)).replace("PORT", str(port)) for word in COMMANDS[how])
    command = [sys.executable, *words]
    environment = {**os.environ, "HOME": str(folder), "PYTHONUNBUFFERED": "1", "RADICALE_CONFIG": str(file)}
    environment.pop("XDG_CONFIG_HOME", None)
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    server = Server(folder, process, port, log)
    server.wait()
    return server


class Home:
    """A user of a server, as a plain HTTP client sees it; paths are below the user's home."""

    def __init__(self, server: Server, user: str, password: str = PASSWORD) -> None:
        self.server, self.user, self.password = server, user, password

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request on a connection of its own. `Content_Type="..."` becomes the header of that name.

        A path with a leading slash is taken from the root of the server.
        """
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.user:
            login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            given = {"Authorization": f"Basic {login}", **given}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            full = path if path.startswith("/") else f"/{self.user}/{path}"
            connection.request(method, full, body or None, given)
            response = connection.getresponse()
            return Answer(response.status, response.reason, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def calendar(self, name: str = "work") -> str:
        """A new calendar; its path."""
        answer = self.send("MKCALENDAR", f"{name}/")
        assert answer.status == 201, answer
        return name

    def put(self, path: str, body: bytes, **headers: str) -> Answer:
        return self.send("PUT", path, body, **{"Content_Type": "text/calendar; charset=utf-8", **headers})

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def move(self, path: str, to: str, **headers: str) -> Answer:
        return self.send("MOVE", path, Destination=f"{self.server.url}{self.user}/{to}", **headers)

    @property
    def notices(self) -> Answer:
        """The notices calendar, all of it."""
        return self.get("meetcost-notices/")
