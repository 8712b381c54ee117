# SPDX-License-Identifier: Apache-2.0
"""A small server on a socket that keeps what it is sent, octet for octet, and answers as a test wants: badly, too."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Received(NamedTuple):
    """A request as it came in; `headers` by their names in lower case, `names` as they came."""

    method: str
    target: str
    headers: dict[str, str]
    names: list[str]
    body: bytes
    head: bytes


def response(status: str = "200 OK", body: bytes = b"", **headers: str) -> bytes:
    """An answer with its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


PRIVILEGES = response(
    "207 Multi-Status",
    b'<D:multistatus xmlns:D="DAV:"><D:response><D:href>/</D:href><D:propstat><D:prop><D:current-user-privilege-set>'
    b"<D:privilege><D:write/></D:privilege></D:current-user-privilege-set></D:prop><D:status>HTTP/1.1 200 OK</D:status>"
    b"</D:propstat></D:response></D:multistatus>",
    Content_Type="application/xml",
)


class Store:
    """A store of objects as a CalDAV server would keep them, in memory: GET, PUT, DELETE, MOVE, with ETags."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.versions: dict[str, int] = {}
        self.lock = Lock()

    def etag(self, path: str) -> str:
        return f'"{self.versions[path]}"'

    def put(self, path: str, body: bytes) -> None:
        self.objects[path] = body
        self.versions[path] = sum(self.versions.values()) + 1

    def __call__(self, one: Received) -> bytes:
        with self.lock:
            return self._answer(one)

    def _answer(self, one: Received) -> bytes:
        path, there = one.target, one.target in self.objects
        if one.method == "PROPFIND":
            return PRIVILEGES
        if one.method == "GET":
            if not there:
                return response("404 Not Found")
            return response(body=self.objects[path], ETag=self.etag(path), Content_Type="text/calendar; charset=utf-8")
        if not self._holds(one, there):
            return response("412 Precondition Failed")
        if one.method == "PUT":
            self.put(path, one.body)
            return response("204 No Content" if there else "201 Created", ETag=self.etag(path))
        if one.method == "POST":
            self.put(f"{path}new", one.body)
            return response("201 Created")
        if one.method in ("MOVE", "COPY") and there:
            to = "/" + one.headers["destination"].split("/", 3)[3]
            self.put(to, self.objects[path])
            if one.method == "MOVE":
                del self.objects[path]
            return response("201 Created")
        return response("200 OK")

    def _holds(self, one: Received, there: bool) -> bool:
        wanted = one.headers.get("if-match")
        if wanted is not None and (not there or wanted not in ("*", self.etag(one.target))):
            return False
        return not (there and one.headers.get("if-none-match") == "*")


class Recorder:
    """Listens; `answer` gives the octets to send back for a request, or sends on the connection itself and gives None.

    With `answer` None in place of octets the connection is closed.
    """

    def __init__(self, answer: Callable[..., bytes | None], *, wants_connection: bool = False) -> None:
        self.answer, self.wants_connection = answer, wants_connection
        self.requests: list[Received] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def of(self, *methods: str) -> list[Received]:
        return [one for one in self.requests if one.method in methods]

    @property
    def writes(self) -> list[Received]:
        """What came in that could have changed anything."""
        return [one for one in self.requests if one.method not in ("GET", "HEAD", "PROPFIND", "OPTIONS", "REPORT")]

    def stop(self) -> None:
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            rest = b""
            while True:
                one, rest = read_request(connection, rest)
                if one is None:
                    return
                self.requests.append(one)
                octets = self.answer(one, connection) if self.wants_connection else self.answer(one)
                if octets is None:
                    return
                connection.sendall(octets)


def read_request(connection: socket.socket, rest: bytes) -> tuple[Received | None, bytes]:
    while b"\r\n\r\n" not in rest:
        piece = connection.recv(65536)
        if not piece:
            return None, b""
        rest += piece
    head, _, rest = rest.partition(b"\r\n\r\n")
    line, *fields = head.decode("latin-1").split("\r\n")
    pairs = [(name, value.strip()) for name, _, value in (field.partition(":") for field in fields)]
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    wanted = int(length[1]) if length else 0
    while len(rest) < wanted:
        piece = connection.recv(65536)
        if not piece:
            return None, b""
        rest += piece
    method, target, _ = line.split(" ", 2)
    headers = {name.lower(): value for name, value in pairs}
    return Received(method, target, headers, [name for name, _ in pairs], rest[:wanted], head), rest[wanted:]
