# SPDX-License-Identifier: Apache-2.0
"""A real sabre/dav server with the example plugin, which asks a real decision service.

It is the version that Debian has (1.8.12), which sends nobody an invitation: what stands where scheduling would stand
writes down what it is shown.
"""

from __future__ import annotations

import base64
import http.client
import os
import shutil
import socket
import sqlite3
import subprocess
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import caldav
import pytest
from caldav.lib.error import AuthorizationError
from deciding import ROOT, Service
from invites import BLOCK, OBSERVING, POLICY, THURSDAY, WEDNESDAY, invite
from lxml import etree

from meetcost.invite import detach
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.quota import Quotas

if TYPE_CHECKING:
    from collections.abc import Iterator

PLUGIN = ROOT / "examples" / "sabre" / "MeetcostPlugin.php"
SCHEMA = """
CREATE TABLE principals (id INTEGER PRIMARY KEY, uri TEXT UNIQUE, email TEXT, displayname TEXT, vcardurl TEXT);
CREATE TABLE groupmembers (id INTEGER PRIMARY KEY, principal_id INTEGER, member_id INTEGER);
CREATE TABLE calendars (id INTEGER PRIMARY KEY, principaluri TEXT, displayname TEXT, uri TEXT, ctag INTEGER,
    description TEXT, calendarorder INTEGER, calendarcolor TEXT, timezone TEXT, components TEXT, transparent BOOL);
CREATE TABLE calendarobjects (id INTEGER PRIMARY KEY, calendardata BLOB, uri TEXT, calendarid INTEGER,
    lastmodified INTEGER, etag TEXT, size INTEGER, componenttype TEXT, firstoccurence INTEGER, lastoccurence INTEGER);
INSERT INTO principals (uri, email) VALUES ('principals/ann', 'ann@town.example');
INSERT INTO calendars (principaluri, displayname, uri, ctag, components, transparent, calendarorder)
    VALUES ('principals/ann', 'Work', 'work', 1, 'VEVENT,VTODO', 0, 0),
           ('principals/ann', 'Home', 'home', 1, 'VEVENT,VTODO', 0, 1);
"""
AUTHORIZATION = "Basic " + base64.b64encode(b"ann:secret").decode()


def has_sabre() -> bool:
    php = shutil.which("php")
    if php is None:
        return False
    look = "exit(@include('Sabre/autoload.php') && extension_loaded('curl') && extension_loaded('pdo_sqlite') ? 0 : 1);"
    return subprocess.run([php, "-r", look], check=False, capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not has_sabre(), reason="needs php-cli php-curl php-sqlite3 php-xml php-sabre-dav")


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Sabre:
    """sabre/dav under PHP's own web server."""

    def __init__(self, folder: Path, url: str, *, token: str = "", unix: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.seen, self.log, database = folder / "seen", folder / "log", folder / "calendars.sqlite"
        with sqlite3.connect(database) as made:
            made.executescript(SCHEMA)
        made.close()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port: int = taken.getsockname()[1]
        environment = {
            **os.environ,
            "SABRE_DATABASE": str(database),
            "SABRE_SEEN": str(self.seen),
            "MEETCOST_URL": url,
            "MEETCOST_TOKEN": token,
            "MEETCOST_SOCKET": unix,
        }
        router = Path(__file__).with_name("sabre_server.php")
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                ["php", "-S", f"127.0.0.1:{self.port}", str(router)],
                cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5):
                return
            time.sleep(0.02)
        self.stop()
        raise AssertionError(self.log.read_text())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        given = {"Authorization": AUTHORIZATION, "Content-Type": "text/calendar; charset=utf-8"}
        given |= {name.replace("_", "-"): text for name, text in headers.items()}
        try:
            connection.request(method, f"/calendars/ann/{path}", body or None, given)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def put(self, path: str, body: bytes, **headers: str) -> Answer:
        return self.send("PUT", path, body, **headers)

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def to(self, method: str, path: str, to: str) -> Answer:
        return self.send(method, path, Destination=f"{self.url}calendars/ann/{to}")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("decision"), POLICY + 'scope.calendars = ["*/work"]\n')
    yield made
    made.stop()


@pytest.fixture
def sabre(service: Service, tmp_path: Path) -> Iterator[Sabre]:
    made = Sabre(tmp_path, service.url)
    yield made
    made.stop()
    print(made.log.read_text())


def test_the_plugin_is_small():
    assert len(PLUGIN.read_text("utf-8").splitlines()) < 80
    assert "SPDX-License-Identifier: Apache-2.0" in PLUGIN.read_text("utf-8")


def test_a_refusal_reaches_the_client_and_nothing_after_the_plugin(sabre):
    answer = sabre.put("work/a.ics", invite("a", WEDNESDAY))
    assert answer.status == 403
    error = etree.fromstring(answer.body)
    assert error.tag == "{DAV:}error"
    assert error.find("{urn:meetcost:guard}no-meeting-day").get("date") == str(WEDNESDAY)
    assert "“Budget round” was not saved." in error.findtext("{DAV:}responsedescription")
    assert sabre.get("work/a.ics").status == 404
    assert not sabre.seen.exists()


def test_what_is_permitted_is_stored_and_shown_on_with_its_cost(sabre):
    sent = invite("a", THURSDAY)
    answer = sabre.put("work/a.ics", sent)
    assert answer.status == 201
    assert "ETag" not in answer.headers
    stored = sabre.get("work/a.ics")
    assert BLOCK in stored.text
    assert detach(stored.body) == sent
    assert sabre.seen.read_bytes() == stored.body
    again = sabre.put("work/a.ics", stored.body)
    assert (again.status, "ETag" in again.headers) == (204, True)


def test_a_series_steps_over_the_banned_dates(sabre):
    sabre.put("work/a.ics", invite("a", WEDNESDAY - timedelta(days=1), "RRULE:FREQ=DAILY;COUNT=4"))
    assert f"{WEDNESDAY:%Y%m%d}T100000" in sabre.get("work/a.ics").text


def test_a_refused_change_leaves_what_stood_there(sabre):
    sabre.put("work/a.ics", invite("a", THURSDAY))
    before = sabre.get("work/a.ics")
    assert sabre.put("work/a.ics", invite("a", WEDNESDAY)).status == 403
    assert sabre.get("work/a.ics") == before._replace(headers=sabre.get("work/a.ics").headers)


@pytest.mark.parametrize("method", ["COPY", "MOVE"])
def test_what_comes_from_elsewhere_is_judged_before_anything_is_deleted(sabre, method):
    assert sabre.put("home/a.ics", invite("a", WEDNESDAY)).status == 201
    sabre.put("work/a.ics", invite("a", THURSDAY))
    before = sabre.get("work/a.ics").body
    assert sabre.to(method, "home/a.ics", "work/a.ics").status == 403
    assert sabre.get("work/a.ics").body == before
    assert sabre.get("home/a.ics").status == 200
    sabre.put("home/b.ics", invite("b", THURSDAY))
    assert sabre.to(method, "home/b.ics", "work/b.ics").status == 201
    assert sabre.get("work/b.ics").status == 200


def test_python_caldav_is_told_why(sabre):
    with caldav.DAVClient(url=sabre.url, username="ann", password="secret", enable_rfc6764=False) as client:
        work = client.calendar(url=f"{sabre.url}calendars/ann/work/")
        with pytest.raises(AuthorizationError) as caught:
            work.add_event(invite("a", WEDNESDAY).decode())
        assert "{urn:meetcost:guard}no-meeting-day" in caught.value.preconditions
        event = work.add_event(invite("b", THURSDAY).decode())
        event.load()
        assert event.icalendar_component["X-MEETCOST-PERSON-HOURS"] == "3"


def test_nothing_is_stored_where_nobody_answers(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()[1]
    sabre = Sabre(tmp_path, f"http://127.0.0.1:{nobody}")
    try:
        answer = sabre.put("work/a.ics", invite("a", THURSDAY))
        assert (answer.status, "could not be asked" in answer.text) == (403, True)
        assert sabre.get("work/a.ics").status == 404
        assert sabre.send("PROPFIND", "work/", Depth="1").status == 207
    finally:
        sabre.stop()


def test_only_what_was_stored_is_written_down(tmp_path):
    service = Service(tmp_path / "decision", OBSERVING)
    sabre = Sabre(tmp_path / "sabre", service.url)
    try:
        for line in (b"UID:a\r\n", b""):  # what has no UID the guard observes and sabre/dav refuses
            sabre.put("work/a.ics", invite("a", WEDNESDAY).replace(b"UID:a\r\n", line))
        assert len(service.journal.read_text("utf-8").splitlines()) == 1
        assert service.send("GET", "/health").value["open"] == 0
    finally:
        sabre.stop()
        service.stop()


def test_a_token_and_a_unix_socket_will_do(tmp_path):
    token = tmp_path / "token"
    token.write_text("0123456789abcdef", encoding="ascii")
    path = tmp_path / "guard.sock"
    service = Service(tmp_path / "decision", POLICY, "--token-file", str(token), listen=f"unix:{path}")
    right = Sabre(tmp_path / "right", "http://localhost", token="0123456789abcdef", unix=str(path))
    wrong = Sabre(tmp_path / "wrong", "http://localhost", token="fedcba9876543210", unix=str(path))
    try:
        assert right.put("work/a.ics", invite("a", THURSDAY)).status == 201
        assert right.put("work/b.ics", invite("b", WEDNESDAY)).status == 403
        assert "could not be asked" in wrong.put("work/a.ics", invite("a", THURSDAY)).text
    finally:
        for one in (right, wrong, service):
            one.stop()


@pytest.mark.parametrize(("name", "status"), [("ann", 201), ("chief", 403)])
def test_an_administrator_stores_what_a_rule_refuses(tmp_path: Path, name: str, status: int) -> None:
    token = tmp_path / "token"
    token.write_text("0123456789abcdef", encoding="ascii")
    service = Service(tmp_path / "service", POLICY, "--token-file", str(token), "--break-glass", name)
    sabre = Sabre(tmp_path / "sabre", service.url, token="0123456789abcdef")
    try:
        assert sabre.put("work/a.ics", invite("a", WEDNESDAY)).status == status
        (line,) = service.journal.read_text("utf-8").splitlines()
        assert ('"break_glass":true' in line, '"would_be":"deny"' in line) == (status == 201, True)
    finally:
        sabre.stop()
        service.stop()


def test_what_is_deleted_is_given_back_to_quotas_wherever_it_was_moved(tmp_path: Path) -> None:
    books = tmp_path / "books.db"
    quota = POLICY + '[[quota]]\nid = "weekly"\nlimit = 1\nperiod = "week"\n'
    service = Service(tmp_path / "service", quota, "--ledger", str(books))
    sabre = Sabre(tmp_path / "sabre", service.url)

    def used() -> int:
        with Ledger.open(books) as ledger:
            assert Quotas(ledger).open() == ()
            return sum(Quotas(ledger).by_unit("weekly/body", 0, 1 << 40).values())

    try:
        assert sabre.put("work/a.ics", invite("a", THURSDAY)).status == 201
        assert used() == 1
        assert sabre.to("MOVE", "work/a.ics", "home/a.ics").status == 201
        assert used() == 1
        assert sabre.to("MOVE", "home/a.ics", "work/a.ics").status == 201
        refused = sabre.put("work/b.ics", invite("b", THURSDAY))
        assert (refused.status, "weekly" in refused.text) == (403, True)
        assert sabre.send("DELETE", "work/a.ics").status == 204
        assert used() == 0
        assert sabre.put("work/b.ics", invite("b", THURSDAY)).status == 201
        assert sabre.send("DELETE", "work").status == 204
        assert used() == 0
    finally:
        sabre.stop()
        service.stop()
