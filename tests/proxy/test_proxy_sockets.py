# SPDX-License-Identifier: Apache-2.0
"""TLS on both sides, and Unix sockets on both sides."""

from __future__ import annotations

import http.client
import socket
import ssl
import subprocess

import pytest
from invites import POLICY, THURSDAY, WEDNESDAY, invite
from proxying import start_proxy, wait_for_socket
from recorder import Recorder, Store


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run([*command.split(), *names], cwd=folder, check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


def test_https_in_front_and_behind(tmp_path, certificate):
    cert, key = (str(one) for one in certificate)
    inner = Recorder(Store())
    middle = start_proxy(tmp_path / "middle", inner.url, POLICY, "--cert", cert, "--key", key)
    outer = start_proxy(
        tmp_path / "outer",
        f"https://localhost:{middle.port}",
        POLICY,
        "--cert",
        cert,
        "--key",
        key,
        "--upstream-ca",
        cert,
    )
    untrusting = start_proxy(tmp_path / "untrusting", f"https://localhost:{middle.port}", POLICY)
    try:
        connection = http.client.HTTPSConnection(
            "localhost", outer.port, context=ssl.create_default_context(cafile=cert)
        )
        for day, status in ((WEDNESDAY, 403), (THURSDAY, 201)):
            connection.request("PUT", "/ann/work/a.ics", invite("a", day), {"Content-Type": "text/calendar"})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status
        connection.close()
        assert inner.of("PUT")[0].headers["x-forwarded-proto"] == "https"
        plain = http.client.HTTPConnection("127.0.0.1", untrusting.port)
        plain.request("GET", "/ann/work/a.ics")
        assert plain.getresponse().status == 502  # nobody vouches for that certificate
        plain.close()
    finally:
        for one in (untrusting, outer, middle):
            one.stop()
        inner.stop()


def test_unix_sockets_in_front_and_behind(tmp_path):
    inner = Recorder(Store())
    middle = start_proxy(tmp_path / "m", inner.url, POLICY, "--listen", f"unix:{tmp_path}/middle.sock", waits=False)
    wait_for_socket(middle, tmp_path / "middle.sock")
    outer = start_proxy(tmp_path / "o", f"unix:{tmp_path}/middle.sock", POLICY)
    try:
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(f"{tmp_path}/middle.sock")
        for day, status in ((WEDNESDAY, 403), (THURSDAY, 201)):
            connection.request("PUT", "/ann/work/a.ics", invite("a", day), {"Content-Type": "text/calendar"})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status
        connection.close()
        through = http.client.HTTPConnection("127.0.0.1", outer.port)
        through.request("GET", "/ann/work/a.ics")
        answer = through.getresponse()
        assert (answer.status, b"Budget round" in answer.read()) == (200, True)
        through.close()
    finally:
        outer.stop()
        middle.stop()
        inner.stop()
