# SPDX-License-Identifier: Apache-2.0
"""Real CalDAV servers to be a client of, and a proxy before one that does what servers and networks do on bad days."""

from __future__ import annotations

import http.client
import sys
import threading
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in (".", "radicale", "xandikos")]

from invites import POLICY  # noqa: E402
from serving import Answer, Home, Server, start  # noqa: E402
from xandikos_serving import start as start_xandikos  # noqa: E402

from meetcost.account.account import Account  # noqa: E402
from meetcost.account.backoff import Patience  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUICK = Patience(first=0.001, longest=5.0)
_numbers = count(1)


class Xandikos(Home):
    """A user of Xandikos, which takes the name from the proxy that is to stand before it."""

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        headers = {"X_Remote_User": self.user, **headers}
        return Home(self.server, "").send(method, self.path(path), body, **headers)

    def path(self, path: str) -> str:
        return path if path.startswith("/") else f"/{self.user}/{path.replace('work/', 'calendars/calendar/')}"

    def account(self) -> Account:
        account = Account(self.server.url, self.user, "unused", patience=QUICK)
        account._session.headers["X-Remote-User"] = self.user
        return account


class Radicale(Home):
    """A user of Radicale, with a calendar `work`."""

    def path(self, path: str) -> str:
        return path if path.startswith("/") else f"/{self.user}/{path}"

    def account(self) -> Account:
        return Account(self.server.url, self.user, self.password, patience=QUICK)


@pytest.fixture(scope="session")
def radicale_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = start(tmp_path_factory.mktemp("radicale"), "bare", "")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def xandikos_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    pytest.importorskip("xandikos")
    server = start_xandikos(tmp_path_factory.mktemp("xandikos"), "", guarded=False)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def guarded_xandikos_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    pytest.importorskip("xandikos")
    server = start_xandikos(tmp_path_factory.mktemp("guarded"), POLICY)
    yield server
    server.stop()


@pytest.fixture
def radicale(radicale_server: Server) -> Radicale:
    """A new user of Radicale."""
    one = Radicale(radicale_server, f"user{next(_numbers)}")
    radicale_server.add_user(one.user)
    one.calendar()
    return one


@pytest.fixture
def xandikos(xandikos_server: Server) -> Xandikos:
    """A new user of Xandikos; `work` is the calendar that it makes."""
    one = Xandikos(xandikos_server, f"user{next(_numbers)}")
    assert one.send("OPTIONS", f"/{one.user}/").status == 200
    return one


@pytest.fixture
def guarded_xandikos(guarded_xandikos_server: Server) -> Xandikos:
    """A new user of a Xandikos behind our guard."""
    one = Xandikos(guarded_xandikos_server, f"user{next(_numbers)}")
    assert one.send("OPTIONS", f"/{one.user}/").status == 200
    return one


@pytest.fixture(params=["radicale", "xandikos"])
def user(request: pytest.FixtureRequest) -> Radicale | Xandikos:
    """A new user of each of the servers."""
    found: Radicale | Xandikos = request.getfixturevalue(request.param)
    return found


class Request(NamedTuple):
    """What the proxy was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class CutError(Exception):
    """Break the connection off, after these octets of an answer."""

    def __init__(self, octets: bytes = b"") -> None:
        super().__init__()
        self.octets = octets


@dataclass
class BadDay:
    """A proxy before a server. `rule` answers in its place; it is given the request and a way to pass it on."""

    server: Server
    rule: Callable[[Request, Callable[[Request], Answer]], Answer] = lambda request, pass_on: pass_on(request)
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> BadDay:
        day = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = Request(self.command, self.path, dict(self.headers.items()), body)
                day.requests.append(request)
                try:
                    answer = day.rule(request, day.pass_on)
                except CutError as cut:
                    self.wfile.write(cut.octets)
                    self.close_connection = True
                    return
                self.send_response_only(answer.status, answer.reason)
                for name, value in answer.headers.items():
                    if name.lower() not in ("content-length", "connection", "transfer-encoding", "content-encoding"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_PUT = do_POST = do_PROPFIND = do_PROPPATCH = do_REPORT = do_OPTIONS = do_DELETE = handle_one  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_: Any) -> None:
                """Who asked may have been killed, and what a test cuts off is cut off."""

        self._http = Quiet(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def asked(self, method: str) -> list[Request]:
        return [one for one in self.requests if one.method == method]

    def pass_on(self, request: Request) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            own = ("connection", "accept-encoding", "content-length")
            kept = {name: value for name, value in request.headers.items() if name.lower() not in own}
            connection.request(request.method, request.path, request.body or None, kept)
            response = connection.getresponse()
            return Answer(response.status, response.reason, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def account(self, user: Radicale, patience: Patience = QUICK, path: str = "") -> Account:
        return Account(self.url + path, user.user, user.password, patience=patience)


@pytest.fixture
def bad_day(radicale_server: Server) -> Iterator[BadDay]:
    """A proxy before Radicale."""
    with BadDay(radicale_server) as day:
        yield day


def waits(patience: Patience = QUICK) -> tuple[Patience, list[float]]:
    """Patience that only notes how long it would wait."""
    noted: list[float] = []
    return replace(patience, sleep=noted.append), noted
