# SPDX-License-Identifier: Apache-2.0
"""The door: a WSGI application around Radicale's.

It reads what comes in before Radicale does, within bounds, since Radicale's own reader can be kept busy for ever; hands
it to the storage; and gives the answer that Radicale cannot: the reason of a refusal, no ETag for what was changed.
What must not be stored whatever is decided goes on as an empty stand-in, so that Radicale still asks first who writes.
"""

from __future__ import annotations

import io
import logging
import os
from contextlib import contextmanager
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from radicale import config, log
from radicale.app import Application

from meetcost.errors import ConfigError, Problem
from meetcost.guard.body import UTF_8, charset_of, may_be_calendar
from meetcost.guard.bounds import barred
from meetcost.guard.no_meeting_days import no_meeting_days
from meetcost.guard.objects import objects_of
from meetcost.guard.reply import FORBIDDEN, Reply, malformed
from meetcost.radicale.exchange import CURRENT, HAS_DOOR, Exchange
from meetcost.radicale.storage import Storage
from meetcost.radicale.zones import Zones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from meetcost.guard.guard import Guard

DAYS_PATH: Final = "/.meetcost/no-meeting-days.ics"
_LOST: Final = frozenset({"content-encoding", "content-length", "content-type", "etag", "last-modified"})
_STAND_IN: Final = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//meetcost//guard//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n"
    "DTSTAMP:20260101T000000Z\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
_MOST_OCTETS: Final = 100_000_000
_log = logging.getLogger("radicale")


class Guarded:
    """Radicale's application behind the door. Raises `ConfigError` if its storage is not ours."""

    def __init__(self, application: Any) -> None:
        storage = getattr(application, "_storage", None)
        if not isinstance(storage, Storage):
            advice = "write `type = meetcost.radicale` there"
            problem = Problem("no-guard", "the storage is another one: nothing is guarded", None, "storage", "", advice)
            raise ConfigError("radicale configuration", [problem])
        self._application = application
        self._storage: Storage = storage
        self._zones = Zones()

    @property
    def guard(self) -> Guard:
        """The guard at work."""
        return self._storage.guard

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        method, path = environ["REQUEST_METHOD"].upper(), environ.get("PATH_INFO", "")
        if path == DAYS_PATH and method in ("GET", "HEAD"):
            return self._days(method, start_response)
        if method != "PUT":
            if self._storage.sweeper.due():
                Thread(target=self._storage.sweeper.run, name="meetcost-sweep", daemon=True).start()
            return (
                self._guarded(environ, start_response, Exchange())
                if method == "MOVE"
                else self._plain(environ, start_response)
            )
        body = _body(environ)
        if isinstance(body, Reply):
            return _answer(body, start_response)
        exchange = self._exchange(body)
        if exchange.unacceptable is not None:
            uid = next(iter(exchange.objects), "") or str(uuid4())
            handed = _STAND_IN.format(uid=uid if uid.isprintable() else uuid4()).encode()
        else:
            handed, exchange.zones = self._zones.shortened(body)
        environ["wsgi.input"] = io.BytesIO(handed)
        environ["CONTENT_LENGTH"] = str(len(handed))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        return self._guarded(environ, start_response, exchange, body)

    def _plain(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer: Iterable[bytes] = self._application(environ, start_response)
        return answer

    def _exchange(self, body: bytes) -> Exchange:
        if not may_be_calendar(body):
            return Exchange()
        guard = self.guard
        policy, now = guard.policy, guard.clock()
        refuse = barred(body, policy, now)
        return Exchange(objects_of(body, policy.limits), refuse)

    def _guarded(
        self, environ: dict[str, Any], start_response: Callable[..., Any], exchange: Exchange, sent: bytes = b""
    ) -> Iterable[bytes]:
        token = CURRENT.set(exchange)
        held: list[Any] = []

        def hold(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            held[:] = status, headers

        try:
            body = self._application(environ, hold)
        finally:
            CURRENT.reset(token)
        status, headers = held
        if exchange.refusal is not None:
            return _answer(exchange.refusal.reply, start_response, headers)
        if exchange.unacceptable is not None and status.startswith("409"):  # its UID is the stand-in's
            refusal = self.guard.refusal(exchange.unacceptable)
            return _answer(refusal.reply, start_response, headers)
        if status.startswith("412") and not self._conditional(environ):  # Radicale's own word for what is too large
            refused = malformed("Radicale cannot store this object", FORBIDDEN)
            return _answer(refused, start_response, headers)
        if exchange.rewritten:
            headers = [(name, value) for name, value in headers if name.lower() != "etag"]
        if status.startswith("2") and exchange.unacceptable is None and exchange.objects:
            self._zones.learn(sent)
        start_response(status, headers)
        answer: Iterable[bytes] = body
        return answer

    def _conditional(self, environ: Mapping[str, Any]) -> bool:
        """Whether 412 can be the answer to what was asked (RFC 9110 §13)."""
        if "HTTP_IF_MATCH" in environ or "HTTP_IF_NONE_MATCH" in environ:
            return True
        configuration, option = self._storage.configuration, "strict_preconditions"  # not in 3.5.0
        return option in configuration.options("storage") and bool(configuration.get("storage", option))

    def _days(self, method: str, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The no-meeting days, for everybody: what is forbidden is no secret."""
        guard = self.guard
        octets = no_meeting_days(guard.policy, now=guard.clock(), language=guard.language)
        headers = [
            ("Content-Type", "text/calendar; charset=utf-8"),
            ("Content-Length", str(len(octets))),
            ("Cache-Control", "public, max-age=3600"),
        ]
        start_response("200 OK", headers)
        return [octets] if method == "GET" else []


def _answer(
    reply: Reply, start_response: Callable[..., Any], others: Iterable[tuple[str, str]] = ()
) -> Iterable[bytes]:
    """`reply`, with what Radicale's own answer had of headers that do not belong to its body."""
    kept = [(name, value) for name, value in others if name.lower() not in _LOST]
    start_response(reply.status_line, [*kept, *reply.headers])
    return [reply.body]


def _body(environ: Mapping[str, Any]) -> bytes | Reply:
    """What came in, or why it is not read."""
    if environ.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in ("", "identity"):
        return malformed("Content-Encoding is not accepted", 415, "supported-calendar-data")
    if environ.get("HTTP_CONTENT_RANGE"):
        return malformed("Content-Range is not accepted")
    if charset_of(environ.get("CONTENT_TYPE", "")) not in UTF_8:
        return malformed("Only UTF-8 is accepted", 415, "supported-calendar-data")
    length = environ.get("CONTENT_LENGTH") or ""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        if length or not environ.get("wsgi.input_terminated"):
            return malformed("Length required", 411)
        octets: bytes = environ["wsgi.input"].read(_MOST_OCTETS + 1)
        return octets if len(octets) <= _MOST_OCTETS else malformed("Too large", 413, "max-resource-size")
    if not length:
        return b""
    if not (length.isascii() and length.isdigit()) or len(length) > 12:
        return malformed("Content-Length is no number")
    if int(length) > _MOST_OCTETS:
        return malformed("Too large", 413, "max-resource-size")
    try:
        octets = environ["wsgi.input"].read(int(length))
    except TimeoutError:
        return malformed("The body did not come in time", 408)
    return octets if len(octets) == int(length) else malformed("The body is shorter than its Content-Length")


@contextmanager
def behind_the_door() -> Iterator[None]:
    """While Radicale's application is made: its storage learns that the door will be there."""
    token = HAS_DOOR.set(True)
    try:
        yield
    finally:
        HAS_DOOR.reset(token)


def guarded(configuration: config.Configuration) -> Guarded:
    """Radicale's application for a configuration, behind the door."""
    with behind_the_door():
        return Guarded(Application(configuration))


class _Served:
    """The application of this process, made when the first request comes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: Guarded | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self._made is None:
            with self._lock, log.register_stream(environ["wsgi.errors"]):
                if self._made is None:
                    self._made = _from_environment(environ.get("RADICALE_CONFIG"))
        return self._made(environ, start_response)


def _from_environment(path: str | None) -> Guarded:
    """As `radicale.application` does: from the usual places, and the files named by RADICALE_CONFIG."""
    log.setup()
    named = path or os.environ.get("RADICALE_CONFIG")
    configuration = config.load(config.parse_compound_paths(config.DEFAULT_CONFIG_PATH, named))
    log.set_level(configuration.get("logging", "level"), configuration.get("logging", "backtrace_on_debug"))
    return guarded(configuration)


application: Final = _Served()
"""For WSGI servers: `gunicorn meetcost.radicale:application`, with RADICALE_CONFIG as for Radicale itself."""
