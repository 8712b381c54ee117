# SPDX-License-Identifier: Apache-2.0
"""A published folder served by uvicorn, alone and mounted in another application, asked over raw sockets."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path

import feedparser
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from meetcost.feed.app import PublicFolder
from meetcost.feed.folder import MANIFEST, write_folder

SECRET = b"not for the public"
TYPES = {
    "/": "text/html; charset=utf-8",
    "/zh/": "text/html; charset=utf-8",
    "/method.html": "text/html; charset=utf-8",
    "/style.css": "text/css; charset=utf-8",
    "/search.js": "text/javascript; charset=utf-8",
    "/icon.svg": "image/svg+xml",
    "/feed.atom": "application/atom+xml; charset=utf-8",
    "/meetings.ics": "text/calendar; charset=utf-8",
    "/meetings.csv": "text/csv; charset=utf-8; header=present",
    "/data.json": "application/json",
}


@contextmanager
def running(app, **options):
    config = uvicorn.Config(app, port=0, lifespan="on", ws="none", http="h11", log_config=None, **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            threading.Event().wait(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def folder(county, tmp_path_factory):
    place = tmp_path_factory.mktemp("served") / "public"
    write_folder(county.files.items(), place)
    (place.parent / "secret.html").write_bytes(SECRET)
    (place / "link.html").symlink_to(place.parent / "secret.html")
    (place / "inside.html").symlink_to(place / "index.html")
    (place / "linked").symlink_to(place.parent)
    (place / "notes.txt").write_bytes(SECRET)
    (place / "Upper.html").write_bytes(SECRET)
    (place / ".env.html").write_bytes(SECRET)
    (place / "page.html.bak").write_bytes(SECRET)
    (place / "dir.html").mkdir()
    os.mkfifo(place / "pipe.html")
    return place


@pytest.fixture(scope="module")
def port(folder):
    with running(PublicFolder(folder)) as port:
        yield port


def raw(port, head):
    """(status, headers, body) of what a server answers to these octets."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head if head.endswith(b"\r\n\r\n") else head + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    start, _, body = answer.partition(b"\r\n\r\n")
    lines = start.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    return int(lines[0].split()[1]), headers, body


def get(port, path, *more, method="GET"):
    lines = [f"{method} {path} HTTP/1.1", *more]
    return raw(port, "\r\n".join(lines).encode("latin-1"))


@pytest.mark.parametrize("path", TYPES)
def test_each_file_with_its_type_and_all_its_octets(port, folder, path):
    status, headers, body = get(port, path)
    assert (status, headers["content-type"]) == (200, TYPES[path])
    file = folder / path.lstrip("/")
    assert body == (file / "index.html" if path.endswith("/") else file).read_bytes()
    assert int(headers["content-length"]) == len(body)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    head = get(port, path, method="HEAD")
    assert head[2] == b""
    assert {name: value for name, value in head[1].items() if name != "date"} == {
        name: value for name, value in headers.items() if name != "date"
    }


def test_every_published_file_is_served(port, county):
    for path, octets in county.files.items():
        assert get(port, f"/{path}")[::2] == (200, octets), path


def test_a_reader_that_has_it_is_told_so(port, folder):
    _, headers, _ = get(port, "/index.html")
    tag, date = headers["etag"], headers["last-modified"]
    for asked in (f"If-None-Match: {tag}", f"If-None-Match: W/{tag}", f'If-None-Match: "a", {tag}', "If-None-Match: *"):
        status, told, body = get(port, "/index.html", asked)
        assert (status, told["etag"], body) == (304, tag, b"")
        assert "content-security-policy" in told
    assert get(port, "/index.html", f"If-Modified-Since: {date}")[0] == 304
    later = (folder / "index.html").stat().st_mtime + 60
    assert get(port, "/index.html", f"If-Modified-Since: {formatdate(later, usegmt=True)}")[0] == 304
    assert get(port, "/index.html", f"If-Modified-Since: {formatdate(later - 120, usegmt=True)}")[0] == 200
    assert get(port, "/index.html", 'If-None-Match: "other"', f"If-Modified-Since: {date}")[0] == 200
    for nonsense in ("yesterday", "Thu, 99 Foo 2026 99:99:99 GMT", "\xff", ""):
        assert get(port, "/index.html", f"If-Modified-Since: {nonsense}")[0] == 200
    assert feedparser.parse(get(port, "/feed.atom")[2]).bozo is False


def test_a_new_file_has_a_new_tag(county, tmp_path):
    write_folder(county.files.items(), tmp_path)
    with running(PublicFolder(tmp_path)) as port:
        before = get(port, "/index.html")[1]["etag"]
        write_folder({**county.files, "index.html": b"<!doctype html>new"}.items(), tmp_path)
        status, headers, body = get(port, "/index.html", f"If-None-Match: {before}")
    assert (status, body) == (200, b"<!doctype html>new")
    assert headers["etag"] != before


ODD = [
    "/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html", "/%2e%2e%2fsecret.html", "/m/../../secret.html",
    "/..\\secret.html", "/%5c..%5csecret.html", "/%252e%252e/secret.html", "//secret.html", "/./index.html", "/m//x",
    "/link.html", "/linked/secret.html", "/linked/public/index.html", "/inside.html", "/pipe.html", "/dir.html",
    "/dir.html/", "/index.html/", "/index.html/x", "/m/", "/m/x.html", "/nothing", "/index.html%00", "/%00",
    "/a%00b.html", f"/{MANIFEST}", "/.env.html", "/notes.txt", "/Upper.html", "/page.html.bak", "/INDEX.HTML",
    "/index.html.", "/index.html%20", "/index.html::$DATA", "/con.html", "/~root/", "/%ff.html",
    "/%c0%ae%c0%ae/secret.html", "/%EF%BC%8E%EF%BC%8E/secret.html", "/\xe4.html", "/" + "a" * 5000,
    "/" + "a/" * 2000, "/" + "a" * 120 + ".html", "/zh/zh/zh/zh/zh/index.html", "/\xe2\x85\xb0ndex.html",
    "/%0d%0aSet-Cookie:x", "/zh%0d%0aX:y",
]  # fmt: skip


@pytest.mark.parametrize("path", ODD)
def test_no_other_path_leads_anywhere(port, path):
    status, headers, body = get(port, path)
    assert status in (400, 404)
    assert SECRET not in body
    assert "set-cookie" not in headers
    if status == 404:
        assert body == b"not found\n"
        assert headers["content-type"] == "text/plain; charset=utf-8"
        assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "TRACE", "get"])
def test_no_other_method(port, method):
    status, headers, _ = get(port, "/index.html", "Content-Length: 0", method=method)
    assert status == 405 or (method == "get" and status in (200, 405))
    if status == 405:
        assert headers["allow"] == "GET, HEAD"


def test_a_folder_without_its_slash_moves(port):
    status, headers, _ = get(port, "/zh")
    assert (status, headers["location"]) == (308, "/zh/")
    assert get(port, "/index")[0] == 404


@pytest.mark.parametrize("inner", ["/costs", "/a/b", "/zh", "/ü"])
def test_mounted_in_another_application(folder, county, inner):
    def home(request):
        return PlainTextResponse("theirs")

    app = Starlette(routes=[Route("/", home), Mount(inner, app=PublicFolder(folder))])
    quoted = inner.replace("ü", "%C3%BC")
    with running(app) as port:
        assert get(port, "/")[2] == b"theirs"
        assert get(port, f"{quoted}/")[2] == county.files["index.html"]
        assert get(port, f"{quoted}/zh/index.html")[2] == county.files["zh/index.html"]
        assert get(port, f"{quoted}/zh")[1]["location"] == f"{quoted}/zh/"
        assert get(port, f"{quoted}/../secret.html")[0] == 404
        assert get(port, f"{quoted}/%2e%2e/secret.html")[0] == 404


def test_behind_a_proxy_with_a_root_path(folder, county):
    with running(PublicFolder(folder), root_path="/town/costs") as port:  # the proxy takes the prefix away
        assert get(port, "/zh/index.html")[2] == county.files["zh/index.html"]
        assert get(port, "/zh")[1]["location"] == "/town/costs/zh/"


@pytest.mark.parametrize("root", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nX: y"])
def test_a_redirect_never_leaves_the_host(folder, root):
    scope = {"type": "http", "method": "GET", "path": "/zh", "root_path": root, "headers": []}
    sent = asked(PublicFolder(folder), scope)
    place = dict(sent[0]["headers"])[b"location"].decode()
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))
    assert not {"\r", "\n", "\\"} & set(place)


def asked(app, scope):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    asyncio.run(app(scope, receive, send))
    return sent


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.one_of(
        st.text(max_size=80),
        st.lists(
            st.sampled_from(["..", ".", "", "zh", "m", "secret.html", "index.html", "linked", "\0", "%2e"]), max_size=6
        ).map("/".join),
    ),
    root=st.sampled_from(["", "/", "/zh", "/x"]),
)
def test_any_path_gives_a_published_file_or_nothing(folder, county, path, root):
    scope = {"type": "http", "method": "GET", "path": f"/{path}", "root_path": root, "headers": []}
    sent = asked(PublicFolder(folder), scope)
    assert sent[0]["status"] in (200, 308, 404)
    if sent[0]["status"] == 200:
        assert b"".join(part["body"] for part in sent[1:]) in county.files.values()


def test_no_file_stays_open(folder):
    open_files = Path("/proc/self/fd")
    if not open_files.is_dir():
        pytest.skip("counts open files in /proc")
    app = PublicFolder(folder)
    before = len(list(open_files.iterdir()))
    for path in ("/", "/zh", "/m/", "/link.html", "/linked/secret.html", "/pipe.html", "/dir.html", "/nothing"):
        for headers in ([], [(b"if-none-match", b"*")]):
            asked(app, {"type": "http", "method": "GET", "path": path, "headers": headers})
    assert len(list(open_files.iterdir())) == before


def test_a_folder_that_is_not_there_yet(tmp_path):
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    assert asked(PublicFolder(tmp_path / "later"), scope)[0]["status"] == 404


def test_other_kinds_of_connection(folder):
    assert asked(PublicFolder(folder), {"type": "websocket"}) == [{"type": "websocket.close", "code": 1000}]
    with pytest.raises(ValueError, match="serves http"):
        asked(PublicFolder(folder), {"type": "smtp"})
