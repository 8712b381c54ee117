# SPDX-License-Identifier: Apache-2.0
"""Xandikos as a process of its own, on a free port of the loopback; its users as a bare HTTP client sees them.

Several users need `multi-user`, where a front end that is trusted says who is asking (`X-Remote-User`).
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # whichever way it was started

from processes import EXAMPLES, ROOT, Answer, Server, ask, free_port

SET_ADDRESS = """<?xml version="1.0" encoding="utf-8"?>
<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<C:calendar-user-address-set><D:href>mailto:{}</D:href></C:calendar-user-address-set>
</D:prop></D:set></D:propertyupdate>"""

GET_ETAGS = b'<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>'


def start(folder: Path, policy: str, *options: str, guarded: bool = True) -> Server:
    """A server for several users, listening; without the guard the policy is only there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "meetcost.toml").write_text(policy, encoding="utf-8")
    port = free_port()
    ours = [
        *("--meetcost-policy", str(folder / "meetcost.toml")),
        *("--meetcost-directory", str(EXAMPLES / "directory.csv")),
        *("--meetcost-rates", str(EXAMPLES / "rates.toml")),
        *("--meetcost-journal", str(folder / "journal.jsonl")),
    ]
    theirs = ["multi-user", "-l", "127.0.0.1", "-p", str(port), "-d", str(folder / "data"), "--defaults"]
    trusted = ["--state-dir", str(folder / "state"), "--trust-x-remote-user-from", "127.0.0.1", "--no-detect-systemd"]
    module = ["-m", "meetcost.xandikos", *ours] if guarded else ["-m", "xandikos"]
    return Server.run(folder, port, *module, *theirs, *trusted, *options)


def start_open(folder: Path) -> Server:
    """A Xandikos without a guard: one principal `/user/`, a calendar `/user/calendars/calendar/`, open to everybody."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    words = ["-m", "xandikos", "serve", "--directory", str(folder / "data"), "--defaults"]
    return Server.run(folder, port, *words, "--listen-address", "127.0.0.1", "--port", str(port))


def commit(file: Path) -> None:
    """As it is into the Git repository that a collection of Xandikos's is: what stood there before the guard."""
    _git(file, "add", file.name)


def uncommit(file: Path) -> None:
    """Out of that repository, without the guard."""
    _git(file, "rm", "-q", file.name)


def _git(file: Path, *words: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (words, [*who, "commit", "-qm", "by hand"]):
        subprocess.run(["git", *command], cwd=file.parent, check=True)


class User:
    """Somebody with a principal, a default calendar and an address; paths are below the user's calendars."""

    def __init__(self, server: Server, name: str, address: str = "") -> None:
        self.server, self.name, self.address = server, name, address or f"{name}@town.example"
        assert self.send("PROPFIND", f"/{name}/", Depth="0").status == 207
        answer = self.send("PROPPATCH", f"/{name}/", SET_ADDRESS.format(self.address).encode())
        assert answer.status == 207, answer

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request on a connection of its own; a path with a leading slash is taken from the root."""
        if method.startswith("PROP"):
            headers.setdefault("Content_Type", "application/xml")
        full = path if path.startswith("/") else f"/{self.name}/calendars/{path}"
        return ask(self.server.port, method, full, body, **{"X_Remote_User": self.name, **headers})

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


__all__ = ["ROOT", "Answer", "Server", "User", "commit", "start", "start_open", "uncommit"]
