# SPDX-License-Identifier: Apache-2.0
"""Servers as processes of their own, each on a free port of the loopback with its own folder; a bare HTTP client."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # whichever way it was started

from processes import EXAMPLES, RATES, ROOT, STARTS_WITHIN, Answer, ask, free_port
from processes import Server as Process

PASSWORD = "secret"
GUNICORN = ["-m", "gunicorn", "--workers", "3", "--bind", "127.0.0.1:PORT"]
COMMANDS = {
    "bare": ["-m", "radicale", "-C", "CONFIG"],
    "plugin": ["-m", "radicale", "-C", "CONFIG"],
    "launcher": ["-m", "meetcost.radicale", "-C", "CONFIG"],
    "gunicorn": [*GUNICORN, "meetcost.radicale:application"],
    "bare gunicorn": [*GUNICORN, "radicale:application"],
}
"""How a server is started: Radicale alone, with the storage only, with the door as well; on gunicorn the last two."""


class Server(Process):
    """A running server. `start` makes one."""

    def add_user(self, name: str) -> None:
        """Radicale reads the file anew at each login."""
        with (self.folder / "users").open("a", encoding="ascii") as users:
            users.write(f"{name}:{PASSWORD}\n")


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
    folder: Path,
    how: str,
    policy: str,
    *,
    storage: str = "",
    delay: float = 0,
    rates: Path = RATES,
    port: int = 0,
    waits: bool = True,
) -> Server:
    """A server of one of the `COMMANDS`, listening; on `port` again, if it is given."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    file = configured(folder, how, policy, port, storage=storage, delay=delay, rates=rates)
    words = (word.replace("CONFIG", str(file)).replace("PORT", str(port)) for word in COMMANDS[how])
    return Server.run(folder, port, *words, waits=waits, RADICALE_CONFIG=str(file))


class Home:
    """A user of a server, as a plain HTTP client sees it; paths are below the user's home."""

    def __init__(self, server: Server, user: str, password: str = PASSWORD) -> None:
        self.server, self.user, self.password = server, user, password

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request on a connection of its own. `Content_Type="..."` becomes the header of that name.

        A path with a leading slash is taken from the root of the server.
        """
        if self.user:
            login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            headers = {"Authorization": f"Basic {login}", **headers}
        full = path if path.startswith("/") else f"/{self.user}/{path}"
        return ask(self.server.port, method, full, body, **headers)

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


__all__ = [
    "EXAMPLES",
    "RATES",
    "ROOT",
    "STARTS_WITHIN",
    "Answer",
    "Home",
    "Server",
    "configured",
    "free_port",
    "start",
]
