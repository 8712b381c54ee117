# SPDX-License-Identifier: Apache-2.0
"""Servers that answer without end, or so that reading it takes all memory: an account comes to an end with each."""

from __future__ import annotations

import gzip
import socketserver
import threading
from typing import TYPE_CHECKING

import pytest
from caldav_servers import QUICK

from meetcost.account import session
from meetcost.account.account import Account
from meetcost.account.backoff import retry_after
from meetcost.account.faults import AccountError, RefusedError
from meetcost.account.listing import fetch, listing
from meetcost.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MULTISTATUS = b'<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
HEAD = b"HTTP/1.1 207 Multi-Status\r\nContent-Type: application/xml\r\nConnection: close\r\n"
CUT = b"<response><href>/c/</href><status>HTTP/1.1 507 x</status></response>"


class Hostile(socketserver.ThreadingTCPServer):
    """Answers each request with the octets of `begin`, and with those of `more` as long as anybody listens."""

    daemon_threads = True
    begin: Callable[[int], bytes]
    more = b""
    asked = 0

    def handle_error(self, *_: object) -> None:
        """Who asked does not listen any more."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/c/"


class Handler(socketserver.StreamRequestHandler):
    server: Hostile

    def handle(self) -> None:
        length = 0
        while line := self.rfile.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        self.rfile.read(length)
        self.server.asked += 1
        self.wfile.write(self.server.begin(self.server.asked))
        while self.server.more:
            self.wfile.write(self.server.more * (65_536 // len(self.server.more)))


@pytest.fixture
def server() -> Iterator[Hostile]:
    with Hostile(("127.0.0.1", 0), Handler) as one:
        serving = threading.Thread(target=one.serve_forever, args=(0.02,))
        serving.start()
        yield one
        one.shutdown()
        serving.join()


@pytest.fixture
def account(server) -> Iterator[Account]:
    with Account(server.url, "user", "password", patience=QUICK) as one:
        yield one


def whole(body: bytes, head: bytes = HEAD) -> Callable[[int], bytes]:
    return lambda _: head + b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize(
    ("begin", "more", "said"),
    [
        (b"<a ", b'x="1" ', "has a tag that is too long"),
        (b"<!--", b"x", "has a tag that is too long"),
        (b"<response><href>", b"x", "has a text that is too long"),
        (b'<a xmlns="' + b"x" * 200_000 + b'">', b"<b/>", "has a name that is too long"),
        (b"<a>" * 60, b"<a>", "is nested deeper than 64 levels"),
    ],
)
def test_an_answer_that_never_ends_is_not_kept(server, account, begin, more, said):
    server.begin, server.more = lambda _: HEAD + b"\r\n" + MULTISTATUS + begin, more
    with pytest.raises(AccountError, match=said):
        listing(account, account.url)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 302 Found\r\nLocation: /c/\r\n\r\n",
        b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="a", nonce="b", qop="auth"\r\n\r\n',
        b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="a"\r\n\r\n',
        b"HTTP/1.1 403 Forbidden\r\n\r\n",
    ],
    ids=["redirect", "digest", "basic", "refusal"],
)
def test_what_comes_with_an_answer_that_is_none_is_not_read_to_its_end(server, account, head):
    server.begin, server.more = lambda _: head, b"x"
    with pytest.raises(AccountError):
        account.calendars()


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "x"])
def test_what_is_compressed_in_other_ways_than_asked_for_is_not_unpacked(server, account, encoding):
    octets = gzip.compress(gzip.compress(b" " * 10_000_000))
    server.begin = whole(octets, HEAD + f"Content-Encoding: {encoding}\r\n".encode())
    with pytest.raises(AccountError, match="compressed in a way that was not asked for"):
        account.calendars()


def test_what_is_compressed_once_is_bounded_as_it_is_unpacked(server, account):
    server.begin = whole(gzip.compress(b" " * 20_000_000), HEAD + b"Content-Encoding: gzip\r\n")
    with pytest.raises(AccountError, match="more than 16 MiB"):
        account.calendars()


def test_an_answer_that_takes_hours_is_given_up(server, account, monkeypatch):
    monkeypatch.setattr(session, "_MOST_SECONDS", 0.0)
    server.begin, server.more = lambda _: HEAD + b"\r\n" + MULTISTATUS, b" "
    with pytest.raises(AccountError, match="has not ended after"):
        account.calendars()


def test_interim_answers_without_end_are_no_answer(server, account):
    server.begin, server.more = lambda _: b"", b"HTTP/1.1 100 Continue\r\n\r\n"
    with pytest.raises(AccountError, match="does not come to an answer"):
        account.calendars()


def test_a_listing_that_goes_on_without_anything_new_is_not_followed(server, account):
    server.begin = lambda asked: whole(MULTISTATUS + CUT + b"<sync-token>%d</sync-token></multistatus>" % asked)(0)
    assert listing(account, account.url).objects == ()
    assert server.asked == 2  # one by sync-collection, one by entity tags


def test_a_calendar_of_more_objects_than_there_is_memory_for_is_told(server, account, monkeypatch):
    monkeypatch.setattr("meetcost.account.listing._MOST_RESOURCES", 3)
    objects = b"".join(b"<response><href>/c/%d.ics</href></response>" % at for at in range(4))
    server.begin = whole(MULTISTATUS + objects + b"<sync-token>a</sync-token></multistatus>")
    with pytest.raises(AccountError, match="a calendar of more than 3 objects is not read"):
        listing(account, account.url)


@pytest.mark.parametrize("href", ["http://[", "http://h:99999999/", "//[::1", "http://h:x/"])
def test_an_href_that_is_no_url_is_left_out(server, account, href):
    body = f"<response><href>{href}</href></response><sync-token>a</sync-token></multistatus>".encode()
    server.begin = whole(MULTISTATUS + body)
    assert listing(account, account.url).objects == ()
    assert fetch(account, account.url, [f"{server.url}x.ics"]) == {
        f"{server.url}x.ics": Problem("not-given", "the server says nothing of it")
    }


@pytest.mark.parametrize("location", ["http://[", "http://h:99999999/", "//[::1"])
def test_a_redirect_to_what_is_no_address_is_told(server, account, location):
    server.begin = whole(b"", f"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: {location}\r\n".encode())
    with pytest.raises(AccountError, match="sends us to"):
        account.calendars()


def test_more_calendars_than_anybody_has_are_not_looked_at(server, account):
    server.begin = whole(MULTISTATUS + b"<response/>" * 20_000 + b"</multistatus>")
    with pytest.raises(AccountError, match="more calendars than are looked at"):
        account.addresses()


def test_the_words_of_a_refusal_are_looked_for_at_its_beginning(server, account):
    head = b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n"
    server.begin = whole(b"<responsedescription>too early</responsedescription>", head)
    with pytest.raises(RefusedError, match="too early"):
        account.put(f"{server.url}x.ics", b"x", '"tag"')
    server.begin = whole(b"<responsedescription" * 150_000, head)
    with pytest.raises(RefusedError, match="403"):
        account.put(f"{server.url}x.ics", b"x", '"tag"')


@pytest.mark.parametrize("text", ["Mon, 01 Jan 99999999999 00:00:00 GMT", "never", "Mon, 99 Jan 2026 00:00:00 GMT"])
def test_a_wait_until_no_day_is_none(text):
    assert retry_after(text, "Mon, 01 Jan 2026 00:00:00 GMT") is None
