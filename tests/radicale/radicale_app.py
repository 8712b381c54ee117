# SPDX-License-Identifier: Apache-2.0
"""Radicale's own application with our storage, in this process: asked as a WSGI server asks."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from radicale import config
from radicale.app import Application

from meetcost.radicale.wsgi import guarded

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Answer(NamedTuple):
    """What came back."""

    status: str
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> int:
        return int(self.status[:3])


class Server:
    """An application with its own folder. `now` is what its guard takes for the present."""

    def __init__(self, folder: Path, policy: Path, *, door: bool = True, now: datetime = NOW, **options: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        configuration = config.load()
        known = config.DEFAULT_CONFIG_SCHEMA["server"]  # an option of later versions
        configuration.update(
            {
                "auth": {"type": "none", "delay": "0"},
                "server": {"delay_on_error": "0"} if "delay_on_error" in known else {},
                "logging": {"level": "critical"},
                "storage": {
                    "type": "meetcost.radicale",
                    "filesystem_folder": str(folder / "data"),
                    "policy": str(policy),
                    **options,
                },
            },
            "test",
        )
        self.application: Any = guarded(configuration) if door else Application(configuration)
        self.storage = self.application._storage
        self.set_clock(now)
        self._set()

    def set_clock(self, now: datetime) -> None:
        self._now = now

    def _set(self) -> None:
        made = self.storage.guards
        self.storage.guards = lambda: replace(made(), clock=lambda: self._now)

    def ask(self, method: str, path: str, body: bytes = b"", *, user: str = "ann", **headers: str) -> Answer:
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "text/calendar; charset=utf-8",
            "HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"{user}:".encode()).decode(),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            **{name.upper().replace("-", "_"): value for name, value in headers.items()},
        }
        held: list[Any] = []
        parts = self.application(environ, lambda status, headers, *_: held.extend((status, headers)))
        return Answer(held[0], {name.lower(): value for name, value in held[1]}, b"".join(parts))

    def calendar(self, path: str = "/ann/work/") -> str:
        assert self.ask("MKCALENDAR", path).code == 201
        return path

    def get(self, path: str) -> bytes:
        answer = self.ask("GET", path)
        assert answer.code == 200, answer
        return answer.body
