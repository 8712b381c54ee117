# SPDX-License-Identifier: Apache-2.0
"""What whoever runs the proxy chooses: where it listens, what it stands before, and what it lets through."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar
from urllib.parse import urlsplit

from meetcost.errors import ConfigError, Problem, said_by
from meetcost.guard.address import UNIX, Address
from meetcost.proxy.target import WrongTargetError, canonical
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
_PORTS: Final = {"http": 80, "https": 443}


class Server(NamedTuple):
    """The server behind the proxy. Its paths are those of the proxy, so that no link has to be changed."""

    scheme: str
    address: Address

    @classmethod
    def parse(cls, text: str) -> Server:
        """`http://127.0.0.1:5232`, `https://dav.town.example` or `unix:/run/dav.sock`; ValueError for anything else."""
        if text.startswith(UNIX):
            return cls("http", Address.parse(text))
        parts = urlsplit(text)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("write http://HOST:PORT, https://HOST or unix:/PATH")
        if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
            raise ValueError("write the server alone, without a path: paths stay what they are")
        return cls(parts.scheme, Address(parts.hostname, parts.port or _PORTS[parts.scheme]))

    @property
    def origin(self) -> str:
        """What a URL of it begins with."""
        return f"{self.scheme}://{self.address if not self.address.path else 'localhost'}"


@dataclass(frozen=True)
class Settings:
    """All of it. `listening` and `asking` are the TLS of the two sides; None means plain HTTP, or the system's CAs."""

    server: Server
    listen: Address
    listening: ssl.SSLContext | None = None
    asking: ssl.SSLContext | None = None
    hosts: frozenset[str] = frozenset()
    exempt: tuple[str, ...] = ()
    dropped: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    as_is: bool = False
    timeout: float = 120.0
    drain: float = 30.0


@dataclass(frozen=True, slots=True)
class Typed:
    """The same as it was typed."""

    upstream: str
    listen: str
    cert: str = ""
    key: str = ""
    upstream_ca: str = ""
    hosts: Sequence[str] = ()
    exempt: Sequence[str] = ()
    dropped: Sequence[str] = ()
    kept: Sequence[str] = ()
    as_is: bool = False
    timeout: float = 120.0
    drain: float = 30.0

    def settings(self) -> Settings:
        """What it says. Raises `ConfigError` with all of its mistakes."""
        wrong: list[Problem] = []
        server = _made(wrong, "--upstream", Server.parse, self.upstream)
        listen = _made(wrong, "--listen", Address.parse, self.listen)
        exempt = [_made(wrong, "--exempt", _prefix, one) for one in self.exempt]
        listening = _made(wrong, "--cert", lambda cert: _listening(cert, self.key), self.cert) if self.cert else None
        if self.key and not self.cert:
            wrong.append(Problem("wrong-value", "is the key of no certificate", None, "--key", "", "give --cert too"))
        asking = _made(wrong, "--upstream-ca", _asking, self.upstream_ca) if self.upstream_ca else None
        wrong += [
            Problem("wrong-value", Sentence.of("{seconds:g} seconds: take more than 0", seconds=seconds), None, option)
            for option, seconds in (("--timeout", self.timeout), ("--drain", self.drain))
            if not seconds > 0
        ]
        if wrong or server is None or listen is None:
            raise ConfigError("guard", wrong)
        return Settings(
            server,
            listen,
            listening,
            asking,
            frozenset(host.lower() for host in self.hosts),
            tuple(one for one in exempt if one is not None),
            frozenset(name.lower() for name in self.dropped),
            frozenset(name.lower() for name in self.kept),
            self.as_is,
            self.timeout,
            self.drain,
        )


def _made(wrong: list[Problem], option: str, make: Callable[[str], T], text: str) -> T | None:
    try:
        return make(text)
    except ssl.SSLError as error:  # an OSError, whose text says what is wrong with the file
        code, why = "wrong-value", Sentence.of("`{text}`", text=error.reason or error)
    except OSError as error:
        code, why = "no-file", said_by(error)
    except (ValueError, WrongTargetError) as error:
        code, why = "wrong-value", said_by(error)
    wrong.append(Problem(code, Sentence.of("`{text}`: {why}", text=text, why=why), None, option))
    return None


def _prefix(path: str) -> str:
    if not path.startswith("/") or not path.endswith("/"):
        raise ValueError("write the path of a folder, such as /.web/")
    return canonical(path)


def _listening(cert: str, key: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key or None)
    return context


def _asking(ca: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca)
