# SPDX-License-Identifier: Apache-2.0
"""The page of a link, as a process that is asked over HTTP."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from meetcost.ledger.ledger import Ledger
from meetcost.ledger.versions import Versions
from meetcost.ledger.waivers import Waivers
from meetcost.model.waiver import Span, Waiver, WaiverClass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime.now(UTC).replace(microsecond=0)
WEEK = timedelta(days=7)
WANTED = Waiver(
    "",
    "round@town.example",
    (Span(int((NOW + WEEK).timestamp()), int((NOW + WEEK).timestamp()) + 3600),),
    9,
    WaiverClass.STATUTORY,
    frozenset({"1"}),
    reason="the <council> & its report",
)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("review") / "books.db"
    Ledger.open(str(path), create=True).close()
    return path


@pytest.fixture(scope="module")
def server(books: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "meetcost", "waiver", "serve", str(books), "--listen", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        assert process.wait(20) == 0
        assert process.stderr is not None
        said = process.stderr.read()
    assert b"requests are decided at" in said
    assert b"/review/" not in said


def asked(books: Path, uid: str = "round@town.example") -> tuple[int, str]:
    """A request and a token for it."""
    with Ledger.open(str(books)) as ledger:
        waivers = Waivers(ledger)
        wanted = WANTED._replace(uid=uid)
        number = waivers.request(wanted, expires=NOW + 2 * WEEK, now=NOW, by=Versions.of())
        return number, waivers.link(number, lifetime=WEEK, now=NOW)


def state(books: Path, number: int) -> tuple[str, str]:
    with Ledger.open(str(books)) as ledger:
        found = next(one for one in Waivers(ledger).standing() if one.number == number)
    return found.row.state, found.row.unit


@pytest.mark.parametrize(("answer", "told"), [("granted", "It is granted."), ("refused", "It is refused.")])
def test_a_link_decides_once(server: str, books: Path, answer: str, told: str) -> None:
    number, token = asked(books, f"{answer}@town.example")
    page = httpx.get(f"{server}/review/{token}")
    assert page.status_code == 200
    assert "the &lt;council&gt; &amp; its report" in page.text
    assert "statutory" in page.text
    assert "9 people" in page.text
    assert httpx.head(f"{server}/review/{token}").status_code == 200  # a program that looks at links
    assert state(books, number) == ("requested", "")
    done = httpx.post(f"{server}/review/{token}", data={"answer": answer, "unit": "Mayor's Office"})
    assert (done.status_code, told in done.text) == (200, True)
    assert state(books, number) == (answer, "Mayor's Office")
    again = httpx.post(f"{server}/review/{token}", data={"answer": "granted", "unit": "Mayor's Office"})
    assert again.status_code == httpx.get(f"{server}/review/{token}").status_code == 404


def test_an_answer_that_is_none_uses_nothing_up(server: str, books: Path) -> None:
    number, token = asked(books)
    for data in (
        {"answer": "granted"},
        {"unit": "Mayor's Office"},
        {"answer": "perhaps", "unit": "x"},
        {"answer": "granted", "unit": "x" * 500},
        {"answer": "granted", "unit": "Mayor\0\x1b[2J"},
        {"answer": "refused", "unit": "Mayor's Office", "reason": "ask ann@town.example"},
    ):
        assert httpx.post(f"{server}/review/{token}", data=data).status_code == 400, data
    assert httpx.post(f"{server}/review/{token}", content=b"x" * 100_000).status_code in (400, 413)
    assert state(books, number) == ("requested", "")


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded; charset=none"],
)
def test_a_form_that_cannot_be_read_is_no_failure_of_the_server(server: str, books: Path, kind: str) -> None:
    number, token = asked(books)
    sent = b"--x\r\n\xff\xfe"
    assert httpx.post(f"{server}/review/{token}", content=sent, headers={"Content-Type": kind}).status_code == 400
    assert state(books, number) == ("requested", "")


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "../review", "a" * 3000])
def test_no_link_is_a_page_that_says_so(server: str, token: str) -> None:
    assert httpx.get(f"{server}/review/{token}").status_code == 404


def test_the_page_asks_no_other_site_and_keeps_its_address(server: str, books: Path) -> None:
    _, token = asked(books, "headers@town.example")
    page = httpx.get(f"{server}/review/{token}", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert not re.search(r"(?:src|href|action)=", page.text)
    assert '<html lang="zh-CN">' in page.text
    assert "审批单位" in page.text
    assert "法定会议" in page.text
