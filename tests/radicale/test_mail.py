# SPDX-License-Identifier: Apache-2.0
"""Radicale's own mail: it carries the cost as the calendar does, and none leaves for what was refused."""

from __future__ import annotations

import email
import socketserver
import threading
import time
from typing import TYPE_CHECKING

import pytest
from radicale import config

from tests.invites import BLOCK, THURSDAY, WEDNESDAY, invite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import Message

    from serving import Home

pytestmark = pytest.mark.skipif(
    "smtp_server" not in config.DEFAULT_CONFIG_SCHEMA["hook"], reason="this version of Radicale sends no mail"
)


class Sink(socketserver.ThreadingTCPServer):
    """A mail server (RFC 5321) that keeps what it is given."""

    daemon_threads = True

    def __init__(self) -> None:
        self.messages: list[Message] = []
        super().__init__(("127.0.0.1", 0), Dialogue)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def received(self, least: int) -> list[Message]:
        """What has come in, as soon as it is so many, or after a while."""
        until = time.monotonic() + 20
        while len(self.messages) < least and time.monotonic() < until:
            time.sleep(0.02)
        return list(self.messages)


class Dialogue(socketserver.StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        self._say("220 sink")
        while line := self.rfile.readline().decode("ascii", "replace").strip().upper():
            if line == "DATA":
                self._say("354 go on")
                self.server.messages.append(email.message_from_bytes(b"".join(self._data())))
            elif line == "QUIT":
                self._say("221 bye")
                return
            self._say("250 ok")

    def _data(self) -> Iterator[bytes]:
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            yield line.removeprefix(b".") if line.startswith(b"..") else line

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with Sink() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def attached(message: Message) -> str:
    """The calendar object that goes with a message, its folds taken out."""
    for part in message.walk():
        if part.get_content_type() in ("text/calendar", "application/ics", "application/octet-stream"):
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            return payload.decode().replace("\r\n ", "").replace("\r\n\t", "")
    raise AssertionError(f"nothing is attached:\n{message}")


def test_mail_carries_the_cost_and_none_leaves_for_what_was_refused(sink: Sink, home: Callable[..., Home]) -> None:
    hook = f"[hook]\ntype = email\nsmtp_server = 127.0.0.1\nsmtp_port = {sink.port}\nsmtp_security = none\n"
    ann = home("launcher", storage=f"\n{hook}from_email = calendar@town.example\nmass_email = False\n")
    assert ann.put("work/banned.ics", invite("banned", WEDNESDAY)).status == 403
    assert ann.put("work/round.ics", invite("round", THURSDAY)).status == 201
    messages = sink.received(2)
    assert messages
    sent = [attached(message) for message in messages]
    assert all("UID:round" in one for one in sent)
    stored = ann.get("work/round.ics").text.replace("\r\n ", "")
    assert BLOCK in stored
    for one in sent:
        assert BLOCK in one
        assert "X-MEETCOST-PERSON-HOURS:3" in one
