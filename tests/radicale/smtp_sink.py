# SPDX-License-Identifier: Apache-2.0
"""A mail server that keeps what it is given, and what goes with a message."""

from __future__ import annotations

import email
import socketserver
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message


HOOK = """
[hook]
type = email
smtp_server = 127.0.0.1
smtp_port = {port}
smtp_security = none
from_email = calendar@town.example
mass_email = False
"""
"""What makes Radicale send mail to it."""


class Sink(socketserver.ThreadingTCPServer):
    """A mail server (RFC 5321) that keeps what it is given."""

    daemon_threads = True

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.raw: list[bytes] = []
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
                self.server.raw.append(b"".join(self._data()))
                self.server.messages.append(email.message_from_bytes(self.server.raw[-1]))
            elif line == "QUIT":
                self._say("221 bye")
                return
            self._say("250 ok")

    def _data(self) -> Iterator[bytes]:
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            yield line.removeprefix(b".") if line.startswith(b"..") else line

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def running_sink() -> Iterator[Sink]:
    """A sink, listening."""
    with Sink() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
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
